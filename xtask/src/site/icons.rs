//! One sprite from the icons in `public/icons`: a screen refers to a symbol, and the browser keeps
//! them all after the first visit.

use std::path::Path;

use crate::{
    Result,
    tools::{files, read},
};

const ICONS: &str = "public/icons";

/// Width of the stroke is left to the style sheet; all else is as Lucide draws it.
pub fn sprite() -> Result<Vec<u8>> {
    let mut sprite = String::from("<svg xmlns=\"http://www.w3.org/2000/svg\">");
    for path in files(ICONS.as_ref())? {
        if path.extension().is_some_and(|ext| ext == "svg") {
            sprite.push_str(&symbol(&path)?);
        }
    }
    sprite.push_str("</svg>\n");
    Ok(sprite.into_bytes())
}

fn symbol(path: &Path) -> Result<String> {
    let name = path.file_stem().unwrap_or_default().display();
    let text = String::from_utf8(read(path)?)?;
    let inner = text
        .split_once("<svg")
        .and_then(|(_, rest)| rest.split_once('>'))
        .and_then(|(_, rest)| rest.split_once("</svg>"))
        .map(|(inner, _)| inner.lines().map(str::trim).collect::<String>().replace(" />", "/>"))
        .ok_or_else(|| format!("{}: not an SVG", path.display()))?;
    Ok(format!(
        "<symbol id=\"{name}\" viewBox=\"0 0 24 24\" fill=\"none\" stroke=\"currentColor\" \
         stroke-linecap=\"round\" stroke-linejoin=\"round\">{inner}</symbol>"
    ))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn top() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
    }

    /// Values of `icon="…"`, `icon: "…"`, and of `name="…"` within `<Icon …`.
    fn used(source: &str) -> BTreeSet<String> {
        let value = |rest: &str| rest.split('"').next().unwrap_or_default().to_owned();
        let icons = source.split("icon=\"").skip(1).chain(source.split("icon: \"").skip(1)).map(value);
        let tags = source.split("<Icon").skip(1).filter_map(|rest| {
            let tag = rest.split('>').next()?;
            tag.split_once("name=\"").map(|(_, rest)| value(rest))
        });
        icons.chain(tags).collect()
    }

    #[test]
    fn finds_icons_however_they_are_asked_for() {
        let source =
            r#"<Icon name="house"/> <Button icon="plus"> Entry { icon: "users" } <Icon class="x" name="x"/>"#;
        let found: Vec<_> = used(source).into_iter().collect();
        assert_eq!(found, ["house", "plus", "users", "x"]);
    }

    #[test]
    fn every_icon_on_a_screen_exists() {
        for dir in ["app/src", "server/src"] {
            for path in files(&top().join(dir)).unwrap() {
                for name in used(&String::from_utf8(read(&path).unwrap()).unwrap()) {
                    let file = top().join(ICONS).join(format!("{name}.svg"));
                    assert!(file.is_file(), "{}: there is no icon `{name}` in {ICONS}", path.display());
                }
            }
        }
    }

    #[test]
    fn a_symbol_leaves_the_stroke_width_to_the_style_sheet() {
        let symbol = symbol(&top().join(ICONS).join("house.svg")).unwrap();
        assert!(symbol.starts_with("<symbol id=\"house\" viewBox=\"0 0 24 24\""), "{symbol}");
        assert!(!symbol.contains("stroke-width"), "{symbol}");
    }
}
