//! What is new: the changelog, which is compiled in.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use model::news::{Part, Release, Words};
use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

const CHANGELOG: &str = include_str!("../../CHANGELOG.md");

static RELEASES: LazyLock<Vec<Release>> = LazyLock::new(|| releases(CHANGELOG));
static EDITION: LazyLock<String> = LazyLock::new(|| name(&RELEASES));

/// The releases that have anything to say, the newest first.
pub fn all() -> &'static [Release] {
    &RELEASES
}

/// By what it is known whether somebody has seen the newest.
pub fn edition() -> &'static str {
    &EDITION
}

/// A number says it all; what has none yet still changes.
fn name(releases: &[Release]) -> String {
    let Some(newest) = releases.first() else { return String::new() };
    if !newest.version.is_empty() {
        return newest.version.clone();
    }
    let mut hasher = DefaultHasher::new();
    for entry in newest.parts.iter().flat_map(|part| &part.entries) {
        for words in entry {
            words.text().hash(&mut hasher);
        }
    }
    format!("unreleased-{:016x}", hasher.finish())
}

/// Reads the form of Keep a Changelog: a heading for each release, below it one for each kind of
/// change, below that a list.
fn releases(text: &str) -> Vec<Release> {
    let mut reader = Reader::default();
    for event in Parser::new(text) {
        reader.take(event);
    }
    reader.releases.retain_mut(|release| {
        release.parts.retain(|part| !part.entries.is_empty());
        !release.parts.is_empty()
    });
    reader.releases
}

#[derive(Default)]
struct Reader {
    releases: Vec<Release>,
    /// The text of the heading that is being read.
    heading: Option<String>,
    /// The entry that is being read.
    entry: Option<Vec<Words>>,
    strong: bool,
}

impl Reader {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::Heading { .. }) => self.heading = Some(String::new()),
            Event::End(TagEnd::Heading(level)) => self.end_heading(level),
            Event::Start(Tag::Item) => self.entry = self.entry.take().or_else(|| Some(Vec::new())),
            Event::End(TagEnd::Item) => self.end_entry(),
            Event::Start(Tag::Strong) => self.strong = true,
            Event::End(TagEnd::Strong) => self.strong = false,
            Event::Code(text) => self.add(Words::Code(text.to_string())),
            Event::Text(text) if self.strong => self.add(Words::Strong(text.to_string())),
            Event::Text(text) => self.add(Words::Plain(text.to_string())),
            Event::SoftBreak | Event::HardBreak => self.add(Words::Plain(" ".to_owned())),
            _ => {}
        }
    }

    fn add(&mut self, words: Words) {
        if let Some(heading) = &mut self.heading {
            heading.push_str(words.text());
        } else if let Some(entry) = &mut self.entry {
            match (entry.last_mut(), words) {
                (Some(Words::Plain(before)), Words::Plain(text)) => before.push_str(&text),
                (_, words) => entry.push(words),
            }
        }
    }

    fn end_heading(&mut self, level: HeadingLevel) {
        let Some(heading) = self.heading.take() else { return };
        match level {
            HeadingLevel::H2 => {
                let (version, day) = heading.split_once(" - ").unwrap_or((&heading, ""));
                let version = version.trim_matches(['[', ']', ' ']);
                let numbered = version.starts_with(|c: char| c.is_ascii_digit());
                let version = if numbered { version.to_owned() } else { String::new() };
                self.releases.push(Release { version, day: day.trim().to_owned(), parts: Vec::new() });
            }
            HeadingLevel::H3 => {
                if let Some(release) = self.releases.last_mut() {
                    release.parts.push(Part { title: heading, entries: Vec::new() });
                }
            }
            _ => {}
        }
    }

    fn end_entry(&mut self) {
        let Some(entry) = self.entry.take() else { return };
        let part = self.releases.last_mut().and_then(|release| release.parts.last_mut());
        if let Some(part) = part.filter(|_| !entry.is_empty()) {
            part.entries.push(entry);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changelog_is_taken_apart() {
        let text = "# Changelog\n\nWords.\n\n## [Unreleased]\n\n### Added\n\n## [0.2.0] - 2026-12-24\n\n### Added\n\n\
            - One `thing` with\n  **two** lines and <b>no</b> markup.\n- Another.\n\n### Fixed\n\n- A fault.\n\n\
            ## 0.1.0 - 2026-11-01\n\n### Added\n\n- All.\n";
        let found = releases(text);
        let heads: Vec<_> = found.iter().map(|one| (one.version.as_str(), one.day.as_str())).collect();
        assert_eq!(
            heads,
            [("0.2.0", "2026-12-24"), ("0.1.0", "2026-11-01")],
            "what says nothing is left out"
        );
        assert_eq!(name(&found), "0.2.0");
        let first = &found[0].parts[0].entries[0];
        let plain = |text: &str| Words::Plain(text.to_owned());
        let words = [
            plain("One "),
            Words::Code("thing".into()),
            plain(" with "),
            Words::Strong("two".into()),
            plain(" lines and no markup."),
        ];
        assert_eq!(first, &words);
        assert_eq!(found[0].parts[1].title, "Fixed");
    }

    #[test]
    fn what_has_no_number_changes_with_what_it_says() {
        let one = releases("## [Unreleased]\n### Added\n- This.\n");
        let two = releases("## [Unreleased]\n### Added\n- This.\n- That.\n");
        assert!(name(&one).starts_with("unreleased-") && name(&one) != name(&two));
        assert_eq!(name(&[]), "");
    }

    #[test]
    fn ours_can_be_read() {
        assert!(!all().is_empty() && !edition().is_empty() && edition().len() <= 64);
        assert!(all().iter().flat_map(|release| &release.parts).all(|part| !part.title.is_empty()));
    }
}
