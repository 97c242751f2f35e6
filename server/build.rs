//! Puts the finished site into release builds. Debug builds read it from the disk, so that a
//! change of a style sheet does not rebuild the program.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var("OUT_DIR")?).join("site.rs");
    let mut table = String::new();
    if env::var("PROFILE")? == "release" {
        if env::var_os("CARGO_FEATURE_TEST_CLOCK").is_some() {
            println!(
                "cargo::error=the feature `test-clock` lets anybody move the clock: not in a release build"
            );
        }
        let site = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../target/site");
        println!("cargo::rerun-if-changed={}", site.display());
        table = embed(&site)?;
    }
    if table.is_empty() {
        table.push_str("const MANIFEST: &str = \"{}\";\nconst FILES: &[Embedded] = &[];\n");
    }
    fs::write(out, table)?;
    Ok(())
}

/// The table of the site's files as Rust; nothing when the site has not been built.
fn embed(site: &Path) -> Result<String, Box<dyn Error>> {
    let manifest = site.join("manifest.json");
    if !manifest.is_file() {
        println!(
            "cargo::warning=target/site is missing: this program will have no pages; use `cargo xtask run`"
        );
        return Ok(String::new());
    }
    let mut table = format!("const MANIFEST: &str = {};\n", include("include_str", &manifest)?);
    table.push_str("const FILES: &[Embedded] = &[\n");
    let mut found = Vec::new();
    collect(site, &mut found)?;
    for path in found {
        if path == manifest || path.extension().is_some_and(|ext| ext == "br") {
            continue;
        }
        let address = path.strip_prefix(site)?.to_string_lossy().replace('\\', "/");
        let small = PathBuf::from(format!("{}.br", path.display()));
        let brotli = if small.is_file() {
            format!("Some({})", include("include_bytes", &small)?)
        } else {
            "None".into()
        };
        let identity = include("include_bytes", &path)?;
        writeln!(table, "    Embedded {{ path: \"/{address}\", identity: {identity}, brotli: {brotli} }},")?;
    }
    table.push_str("];\n");
    Ok(table)
}

fn include(how: &str, path: &Path) -> Result<String, Box<dyn Error>> {
    // As a literal of Rust, whatever the path holds.
    Ok(format!("{how}!({:?})", path.canonicalize()?.display().to_string()))
}

fn collect(dir: &Path, found: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    let mut entries =
        fs::read_dir(dir)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}
