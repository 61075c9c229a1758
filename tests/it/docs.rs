//! The documentation against the program: its tables of models, keys, flags and columns, its outputs, commands and links.

mod command_line;
mod examples;
mod links;
mod models;
mod page;
mod studies;
mod tables;
