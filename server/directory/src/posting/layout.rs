//! How a message looks: HTML for people's eyes in light and dark, and plain text beside it. Nothing is
//! fetched from anywhere, and everything that was filled in is escaped.

use model::mail::Written;

/// A subject is one line, whatever was filled into it (RFC 5322, 2.1.1 has a limit too).
const SUBJECT_MAX: usize = 250;

/// The two parts of a message.
#[derive(Debug)]
pub(crate) struct Parts {
    pub html: String,
    pub text: String,
}

/// Lays a message out. `address` is where its button leads, if it has one.
pub(crate) fn parts(written: &Written, address: Option<&str>) -> Parts {
    let button = address.filter(|_| !written.text.button.is_empty());
    Parts { html: html(written, button), text: text(written, button) }
}

/// Text without line breaks and other control characters.
pub(crate) fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    words.join(" ")
}

/// The subject of a message.
pub(crate) fn subject(written: &Written) -> String {
    one_line(&written.text.subject).chars().take(SUBJECT_MAX).collect()
}

const DARK: &str = "@media (prefers-color-scheme: dark) {\
    .page { background: #0d1417 !important; color: #e8eef0 !important; }\
    .card { background: #141d21 !important; border-color: #26343b !important; }\
    .title { color: #ffffff !important; }\
    .quiet, .quiet a { color: #a5b4bc !important; }\
    .button { background: #46c7ae !important; color: #06231e !important; }\
    }";
const FONT: &str = "font-family: Inter, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";

fn html(written: &Written, button: Option<&str>) -> String {
    let say = &written.text;
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"supported-color-schemes\" content=\"light dark\">\n\
         <title>{}</title>\n<style>{DARK}</style>\n</head>\n\
         <body class=\"page\" style=\"margin: 0; padding: 32px 12px; background: #f6f7f6; color: #14212a; {FONT}; \
         font-size: 16px; line-height: 1.5\">\n\
         <div class=\"card\" style=\"max-width: 536px; margin: 0 auto; padding: 32px; background: #ffffff; \
         border: 1px solid #e3e7e8; border-radius: 12px; overflow-wrap: break-word\">\n\
         <p class=\"quiet\" style=\"margin: 0 0 20px; font-size: 14px; font-weight: 600; color: #51616c\">{}</p>\n",
        escaped(&subject(written)),
        escaped(&written.organization),
    );
    let mut add = |line: String| {
        page.push_str(&line);
        page.push('\n');
    };
    if !say.title.is_empty() {
        add(format!(
            "<h1 class=\"title\" style=\"margin: 0 0 20px; font-size: 22px; line-height: 1.3; color: #14212a\">{}</h1>",
            escaped(&say.title)
        ));
    }
    for paragraph in paragraphs(&say.header).chain(paragraphs(&say.body)) {
        let lines = escaped(paragraph).replace('\n', "<br>\n");
        add(format!("<p style=\"margin: 0 0 16px\">{lines}</p>"));
    }
    if let Some(address) = button {
        add(html_button(written, address));
    }
    add("</div>".to_owned());
    add(format!(
        "<p class=\"quiet\" style=\"max-width: 600px; margin: 16px auto 0; text-align: center; font-size: 13px; \
         color: #51616c\">{}</p>\n</body>\n</html>",
        escaped(&written.foot())
    ));
    page
}

/// The button, and for whom it does not work the address itself.
fn html_button(written: &Written, address: &str) -> String {
    let (address, label) = (escaped(address), escaped(&written.text.button));
    let button = format!(
        "<p style=\"margin: 24px 0\"><a class=\"button\" href=\"{address}\" style=\"display: inline-block; \
         padding: 12px 22px; border-radius: 8px; background: #0b6b5d; color: #ffffff; font-weight: 600; \
         text-decoration: none\">{label}</a></p>\n"
    );
    let of_the_link = written.of_the_link().map(|text| text + " ").unwrap_or_default();
    button
        + &format!(
            "<p class=\"quiet\" style=\"margin: 0; font-size: 14px; color: #51616c\">{of_the_link}If the button does \
             not work, open this address:<br>\n<a href=\"{address}\" style=\"color: #51616c; word-break: break-all\">\
             {address}</a></p>"
        )
}

fn text(written: &Written, button: Option<&str>) -> String {
    let say = &written.text;
    let mut blocks: Vec<String> = Vec::new();
    if !say.title.is_empty() {
        blocks.push(say.title.clone());
    }
    blocks.extend(paragraphs(&say.header).chain(paragraphs(&say.body)).map(str::to_owned));
    if let Some(address) = button {
        blocks.push(format!("{}:\n{address}", say.button));
        blocks.extend(written.of_the_link());
    }
    blocks.push(format!("-- \n{}", written.foot()));
    blocks.join("\n\n") + "\n"
}

fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty())
}

/// Text as it stands in HTML, in an attribute too.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::mail::TemplateText;
    use model::settings::Contact;

    fn written() -> Written {
        Written {
            organization: "Example & Sons".into(),
            text: TemplateText {
                subject: "Activate".into(),
                title: "Welcome".into(),
                header: "Hello <b>Ada</b>,".into(),
                body: "First line\nsecond line\n\n\n\nAnother \"paragraph\"".into(),
                button: "Choose a password".into(),
            },
            good_until: "29 November 2026, 09:00 UTC".into(),
            contact: Contact { name: "Help".into(), email: "help@example.org".into() },
        }
    }

    #[test]
    fn both_parts_say_the_same() {
        let parts = parts(&written(), Some("https://directory.example.org/activate?token=abc"));
        insta::assert_snapshot!("html", parts.html);
        insta::assert_snapshot!("text", parts.text);
    }

    #[test]
    fn nothing_that_was_filled_in_is_markup() {
        let hostile = "\"><script>alert(1)</script><img src='https://evil.example/x'>";
        let mut message = written();
        message.organization = hostile.into();
        message.contact.name = hostile.into();
        for (name, ..) in model::mail::TEMPLATE_FIELDS {
            message.text.set(name, hostile.to_owned());
        }
        let html = parts(&message, Some(hostile)).html;
        assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("src='"), "{html}");
        assert_eq!(html.matches("href=").count(), 2);
    }

    #[test]
    fn nothing_is_fetched_from_anywhere() {
        let html = parts(&written(), None).html;
        for word in ["http:", "https:", "url(", "@import", "<img", "<link", "src="] {
            assert!(!html.contains(word), "{word}");
        }
    }

    #[test]
    fn a_subject_is_one_line() {
        assert_eq!(one_line("Hello\r\nBcc: all@example.org \u{0}\u{7f}x"), "Hello Bcc: all@example.org x");
        let mut long = written();
        long.text.subject = "é\n".repeat(900);
        assert_eq!(subject(&long).chars().count(), SUBJECT_MAX);
    }
}
