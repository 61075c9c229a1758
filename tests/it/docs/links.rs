//! Links and pictures of the documentation lead somewhere.

use super::page::{all_pages, read, root};

#[test]
fn links_lead_to_files_and_headings_that_exist() {
    let mut count = 0;
    for page in all_pages() {
        for target in targets(&read(&page)) {
            let (file, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let path = if file.is_empty() { page.clone() } else { page.parent().unwrap().join(file) };
            assert!(root().join(&path).exists(), "{}: `{target}` leads nowhere", page.display());
            if !anchor.is_empty() {
                let headings: Vec<String> =
                    read(&path).lines().filter(|line| line.starts_with('#')).map(anchor_of).collect();
                assert!(headings.iter().any(|h| h == anchor), "{}: `{target}`: no such heading", page.display());
            }
            count += 1;
        }
    }
    assert!(count > 30, "only {count} links");
}

/// What is between `](` and `)`, without addresses on the web.
fn targets(page: &str) -> Vec<String> {
    let ends = page.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    ends.map(|(target, _)| target.to_owned()).filter(|target| !target.starts_with("http")).collect()
}

/// The anchor that GitHub gives a heading.
fn anchor_of(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    text.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c)).map(|c| if c == ' ' { '-' } else { c }).collect()
}
