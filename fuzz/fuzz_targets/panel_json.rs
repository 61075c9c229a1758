#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| onpace_fuzz::panel(bytes));
