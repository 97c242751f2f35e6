//! From Rust, CSS and icons to the files that the program embeds: `target/site`.
//!
//! What is named by its content may be cached for ever; a portal's WASM, its bindings and its chunks
//! refer to one another by relative names, so they share one folder that is named by all of them.

mod bindings;
mod css;
mod groups;
mod icons;
mod merge;
mod pack;
mod wasm;

use std::{collections::BTreeMap, path::PathBuf, process::Command};

use serde_json::{Value, json};

use crate::{
    Result,
    tools::{cargo, complete, files, read, step, target},
};
use pack::{Asset, digest, named};

pub use wasm::TARGET;

/// How much trouble to take.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// Small and compressed, for release builds.
    Full,
    /// Soon, for the next look at a change.
    Quick,
}

impl Effort {
    fn profile(self) -> &'static str {
        if self == Self::Full { "wasm-release" } else { "wasm-dev" }
    }

    /// Where the finished site lies.
    pub fn site(self) -> PathBuf {
        // Not below CARGO_TARGET_DIR: the server's build script looks for it beside the sources.
        PathBuf::from(if self == Self::Full { "target/site" } else { "target/site-dev" })
    }
}

/// The WASM entries: crate and short name, one per portal.
const ENTRIES: &[(&str, &str)] = &[("frontend-admin", "admin"), ("frontend-portal", "portal")];

pub fn build(effort: Effort) -> Result {
    ensure_target()?;
    step("wasm", || compile(effort))?;
    step("site", || assemble(effort))
}

fn ensure_target() -> Result {
    let libdir = Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]).output()?;
    if PathBuf::from(String::from_utf8_lossy(&libdir.stdout).trim()).is_dir() {
        return Ok(());
    }
    complete(Command::new("rustup").args(["target", "add", TARGET]))
}

fn compile(effort: Effort) -> Result {
    for (name, _) in ENTRIES {
        // Each by itself: built together, each would get the other's features, and its code.
        let mut command = cargo(["build", "--lib", "--target", TARGET]);
        complete(command.args(["--profile", effort.profile(), "--package", name]))?;
    }
    Ok(())
}

fn assemble(effort: Effort) -> Result {
    let mut assets = Vec::new();
    let mut fonts = BTreeMap::new();
    for path in files("public/fonts".as_ref())? {
        if path.extension().is_some_and(|ext| ext == "woff2") {
            let font = named(&path, read(&path)?);
            fonts.insert(
                format!("/fonts/{}", path.file_name().unwrap_or_default().display()),
                font.path.clone(),
            );
            assets.push(font);
        }
    }
    let css = named("main.css".as_ref(), css::bundle(effort, &fonts)?);
    let icons = named("icons.svg".as_ref(), icons::sprite()?);
    let mut scripts = BTreeMap::new();
    for path in files("public/scripts".as_ref())? {
        let script = named(&path, read(&path)?);
        let name = path.file_stem().unwrap_or_default().display().to_string();
        scripts.insert(name, script.path.clone());
        assets.push(script);
    }
    let mut entries = serde_json::Map::new();
    for (package, name) in ENTRIES {
        let built = wasm::pack(effort, package, name)?;
        let dir = format!("/assets/{name}-{}", digest(&built.files));
        entries.insert((*name).to_owned(), json!({ "dir": dir, "prefetch": built.prefetch }));
        assets.extend(
            built.files.into_iter().map(|(file, bytes)| Asset { path: format!("{dir}/{file}"), bytes }),
        );
    }
    let manifest = json!({
        "css": css.path,
        "icons": icons.path,
        "fonts": fonts.values().collect::<Vec<_>>(),
        "scripts": scripts,
        "entries": entries,
    });
    assets.extend([css, icons]);
    assets.extend(plain_files()?);
    finish(effort, assets, &manifest)
}

/// Files of `public/` that keep their address, such as the favicon.
fn plain_files() -> Result<Vec<Asset>> {
    let mut found = Vec::new();
    for path in files("public".as_ref())? {
        let name = path.strip_prefix("public")?;
        if name.components().count() == 1 {
            found.push(Asset { path: format!("/{}", name.display()), bytes: read(&path)? });
        }
    }
    Ok(found)
}

fn finish(effort: Effort, assets: Vec<Asset>, manifest: &Value) -> Result {
    let packed = if effort == Effort::Full { pack::compress(assets)? } else { pack::plain(assets) };
    pack::place(&effort.site(), packed, &serde_json::to_vec_pretty(manifest)?)
}

/// Where intermediate results lie that save a second run the work.
fn workbench() -> PathBuf {
    target().join("workshop")
}
