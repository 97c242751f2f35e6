//! What a request insists on before it is done, as RFC 9110 has it (13.1.1).

use axum::http::{HeaderMap, HeaderValue, header};
use model::Problem;

use super::answer::malformed;

/// The versions of which `If-Match` wants the latest to be one, if it wants any in particular: `*` is
/// content with each.
///
/// # Errors
/// `malformed` for what is no list of entity tags, and for `If-None-Match`, which would be passed over.
pub fn versions(headers: &HeaderMap) -> Result<Option<Vec<i64>>, Problem> {
    if headers.contains_key(header::IF_NONE_MATCH) {
        let message = "If-None-Match is not for changes: there is a user already. If-Match is.";
        return Err(malformed(message, vec![]));
    }
    let lines: Vec<&[u8]> = headers.get_all(header::IF_MATCH).iter().map(HeaderValue::as_bytes).collect();
    // Several lines are one list.
    let list = lines.join(&b',');
    if lines.is_empty() || list.trim_ascii() == b"*" {
        return Ok(None);
    }
    let unread = || {
        let message =
            "If-Match holds the ETag of an answer with its quotes, several apart by commas, or * alone.";
        malformed(message, vec![])
    };
    let tags = tags(&list).filter(|tags| !tags.is_empty()).ok_or_else(unread)?;
    Ok(Some(tags.into_iter().flatten().collect()))
}

/// Whoever thinks that it is looked at here is told that it is not.
///
/// # Errors
/// `malformed` where there is an `If-Match`.
pub fn none(headers: &HeaderMap) -> Result<(), Problem> {
    if headers.contains_key(header::IF_MATCH) || headers.contains_key(header::IF_NONE_MATCH) {
        let message = "If-Match is for PUT and DELETE. Change the state by PUT, by “state”.";
        return Err(malformed(message, vec![]));
    }
    Ok(())
}

/// The tags of a list, each with the version that it names. A weak one names none: this compares
/// strongly; nor does one that was never ours.
fn tags(mut rest: &[u8]) -> Option<Vec<Option<i64>>> {
    let mut tags = Vec::new();
    loop {
        rest = rest.trim_ascii_start();
        match rest {
            [] => return Some(tags),
            [b',', after @ ..] => rest = after,
            tag => {
                let (weak, tag) = tag.strip_prefix(b"W/").map_or((false, tag), |tag| (true, tag));
                let tag = tag.strip_prefix(b"\"")?;
                let (text, after) = tag.split_at_checked(tag.iter().position(|byte| *byte == b'"')?)?;
                if !text.iter().all(|byte| matches!(byte, 0x21..=0x7e | 0x80..=0xff)) {
                    return None;
                }
                tags.push(version(text).filter(|_| !weak));
                rest = after.get(1..)?.trim_ascii_start();
                if !(rest.is_empty() || rest.starts_with(b",")) {
                    return None;
                }
            }
        }
    }
}

/// As it is written, and no other way.
fn version(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    text.parse::<i64>().ok().filter(|version| version.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_that_very_tag() {
        for (list, versions) in [
            ("\"5\"", Some(vec![Some(5)])),
            ("\"5\",\"6\"", Some(vec![Some(5), Some(6)])),
            (" , \"a,b\" ,\t\"-1\",", Some(vec![None, Some(-1)])),
            ("W/\"5\"", Some(vec![None])),
            ("\"+5\",\"05\",\"\",\"é\"", Some(vec![None; 4])),
            ("", Some(vec![])),
            ("5", None),
            ("\"5", None),
            ("\"5\"\"6\"", None),
            ("\"5\" \"6\"", None),
            ("w/\"5\"", None),
            ("W/ \"5\"", None),
            ("W/", None),
            ("\"a b\"", None),
            ("*,\"5\"", None),
        ] {
            assert_eq!(tags(list.as_bytes()), versions, "{list}");
        }
    }
}
