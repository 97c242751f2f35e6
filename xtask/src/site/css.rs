//! One style sheet from `style/main.css` and what it imports.

use std::{collections::BTreeMap, path::Path};

use lightningcss::{
    bundler::{Bundler, FileProvider},
    printer::PrinterOptions,
    stylesheet::{MinifyOptions, ParserOptions},
    targets::{Browsers, Targets},
};

use super::Effort;
use crate::Result;

const MAIN: &str = "style/main.css";

/// Nesting, `light-dark()`, `:has()` and container queries are native from these on.
fn targets() -> Targets {
    let version = |major: u32, minor: u32| Some((major << 16) | (minor << 8));
    let browsers = Browsers {
        chrome: version(125, 0),
        edge: version(125, 0),
        firefox: version(128, 0),
        safari: version(17, 5),
        ios_saf: version(17, 5),
        ..Browsers::default()
    };
    Targets::from(browsers)
}

/// Bundles, minifies, and points `/fonts/…` to where the fonts are served.
pub fn bundle(effort: Effort, fonts: &BTreeMap<String, String>) -> Result<Vec<u8>> {
    let provider = FileProvider::new();
    let mut bundler = Bundler::new(&provider, None, ParserOptions::default());
    let mut sheet = bundler.bundle(Path::new(MAIN)).map_err(|error| format!("{MAIN}: {error}"))?;
    let minify = effort == Effort::Full;
    if minify {
        let options = MinifyOptions { targets: targets(), ..MinifyOptions::default() };
        sheet.minify(options).map_err(|error| format!("{MAIN}: {error}"))?;
    }
    let options = PrinterOptions { minify, targets: targets(), ..PrinterOptions::default() };
    let mut text = sheet.to_css(options).map_err(|error| format!("{MAIN}: {error}"))?.code;
    for (written, served) in fonts {
        text = text.replace(written, served);
    }
    Ok(text.into_bytes())
}
