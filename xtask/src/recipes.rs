//! The recipes of CONTRIBUTING.md name files that exist.

use std::collections::BTreeSet;
use std::path::Path;

/// The words between backticks that are paths of files.
fn paths(text: &str) -> BTreeSet<&str> {
    let quoted = text.split('`').skip(1).step_by(2);
    quoted.filter(|word| word.contains('/') && !word.contains(['*', '{', ' ', '<', '(', '=', '\n'])).collect()
}

#[test]
fn each_file_that_the_guide_names_exists() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let guide = std::fs::read_to_string(home.join("CONTRIBUTING.md")).expect("the guide");
    let named = paths(&guide);
    assert!(named.len() > 20, "the recipes name their files: {named:?}");
    let missing: Vec<_> = named.into_iter().filter(|path| !home.join(path).exists()).collect();
    assert!(missing.is_empty(), "CONTRIBUTING.md names what is not there: {missing:?}");
}
