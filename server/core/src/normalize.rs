//! Folding: the form of a text by which it is found and sorted, so that "zoe" finds "Zoë".

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The version of [`fold`]. A change of the rule is a new number and a job that folds again what
/// is stored, because keys made by two rules do not match.
pub const VERSION: u32 = 1;

/// Compatibility-decomposed, without combining marks, lower case, single spaces; a few letters that
/// do not decompose become what people type for them.
pub fn normalize(text: &str) -> String {
    const { assert!(VERSION == 1) };
    let mut folded = String::with_capacity(text.len());
    let mut space = false;
    for c in text.trim().nfkd().filter(|c| !is_combining_mark(*c)) {
        if c.is_whitespace() {
            space = true;
            continue;
        }
        if space && !folded.is_empty() {
            folded.push(' ');
        }
        space = false;
        match c {
            'ß' | 'ẞ' => folded.push_str("ss"),
            'ø' | 'Ø' => folded.push('o'),
            'ł' | 'Ł' => folded.push('l'),
            'đ' | 'Đ' | 'ð' | 'Ð' => folded.push('d'),
            'æ' | 'Æ' => folded.push_str("ae"),
            'œ' | 'Œ' => folded.push_str("oe"),
            'þ' | 'Þ' => folded.push_str("th"),
            'ı' => folded.push('i'),
            _ => folded.extend(c.to_lowercase()),
        }
    }
    folded
}

/// A text for LIKE that finds `needle` anywhere; `\` escapes.
pub fn like_anywhere(needle: &str) -> String {
    format!("%{}%", like_escaped(needle))
}

/// A text that means itself within one for LIKE; `\` escapes.
pub fn like_escaped(needle: &str) -> String {
    let mut pattern = String::with_capacity(needle.len());
    for c in needle.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_people_type_finds_what_is_written() {
        for (written, typed) in [
            ("Zoë", "zoe"),
            ("Jürgen  Müller", "jurgen muller"),
            ("Łukasz Dąbrowski", "lukasz dabrowski"),
            ("Straße", "strasse"),
            ("Đặng", "dang"),
            ("İstanbul", "istanbul"),
            ("ＡＢＣ", "abc"),
            ("李 小龙", "李 小龙"),
        ] {
            assert_eq!(normalize(written), typed);
        }
        assert_eq!(like_anywhere("50%_\\"), "%50\\%\\_\\\\%");
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text: String) {
            let once = normalize(&text);
            prop_assert_eq!(normalize(&once), once);
        }
    }
}
