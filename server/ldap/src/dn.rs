//! Distinguished names (RFC 4514), read and written.

/// A part of a name: the attribute in lower case, and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rdn {
    pub attribute: String,
    pub value: String,
}

/// The most parts of a name.
const PARTS_MAX: usize = 32;

/// Reads a name, the entry's own part first. `None` for what is no name, and for parts of several attributes, which no
/// name here has.
pub fn parse(text: &str) -> Option<Vec<Rdn>> {
    if text.trim().is_empty() {
        return Some(vec![]);
    }
    let parts: Option<Vec<Rdn>> = split(text)?.into_iter().map(|part| rdn(&part)).collect();
    parts.filter(|parts| parts.len() <= PARTS_MAX)
}

/// The parts between commas that no `\` stands before.
fn split(text: &str) -> Option<Vec<String>> {
    let (mut parts, mut part) = (Vec::new(), String::new());
    let mut letters = text.chars();
    while let Some(c) = letters.next() {
        match c {
            '\\' => {
                part.push(c);
                part.push(letters.next()?);
            }
            ',' | ';' => parts.push(std::mem::take(&mut part)),
            '+' => return None,
            c => part.push(c),
        }
    }
    parts.push(part);
    Some(parts)
}

fn rdn(part: &str) -> Option<Rdn> {
    let (attribute, value) = part.split_once('=')?;
    let attribute = attribute.trim().to_ascii_lowercase();
    let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    if attribute.is_empty() || !attribute.chars().all(named) {
        return None;
    }
    // No other space than this counts as none (RFC 4514, section 4 of RFC 4512).
    let value = unescape(value.trim_start_matches(' '))?;
    (!value.is_empty()).then_some(Rdn { attribute, value })
}

fn unescape(text: &str) -> Option<String> {
    if text.starts_with('#') {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    // Spaces at the end do not count unless they are escaped.
    let mut kept = 0;
    let mut letters = text.chars();
    while let Some(c) = letters.next() {
        if c != '\\' {
            let mut buffer = [0; 4];
            bytes.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
            if c != ' ' {
                kept = bytes.len();
            }
            continue;
        }
        let first = letters.next()?;
        if let Some(high) = first.to_digit(16) {
            let low = letters.next()?.to_digit(16)?;
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            let mut buffer = [0; 4];
            bytes.extend_from_slice(first.encode_utf8(&mut buffer).as_bytes());
        }
        kept = bytes.len();
    }
    bytes.truncate(kept);
    String::from_utf8(bytes).ok()
}

/// A value as it stands in a name.
pub fn escape(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let last = value.chars().count().saturating_sub(1);
    for (at, c) in value.chars().enumerate() {
        match c {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' | '=' => {
                text.push('\\');
                text.push(c);
            }
            '#' if at == 0 => text.push_str("\\#"),
            ' ' if at == 0 || at == last => text.push_str("\\ "),
            c if c.is_control() => {
                let mut buffer = [0; 4];
                for byte in c.encode_utf8(&mut buffer).bytes() {
                    text.extend(["\\".to_owned(), format!("{byte:02X}")]);
                }
            }
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<Vec<(String, String)>> {
        parse(text).map(|parts| parts.into_iter().map(|one| (one.attribute, one.value)).collect())
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(read(""), Some(vec![]));
        assert_eq!(
            read(r"CN=Lovelace\, Ada , ou = Users;o=x\2B"),
            Some(vec![pair("cn", "Lovelace, Ada"), pair("ou", "Users"), pair("o", "x+")])
        );
        assert_eq!(read("cn=  \u{3000}Ada"), Some(vec![pair("cn", "\u{3000}Ada")]));
        for bad in ["ada", "uid=", "uid=a+cn=b,o=x", r"uid=a\", r"uid=\zz,o=\4", "uid=#0401", ",", "=x"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_is_escaped_reads_back(value in "\\PC{1,20}") {
            let name = format!("cn={},o=x", escape(&value));
            let read = parse(&name).expect("a name");
            prop_assert_eq!(&read[0].value, &value);
        }

        #[test]
        fn no_text_brings_it_down(text: String) {
            drop(parse(&text));
        }
    }
}
