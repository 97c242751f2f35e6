//! From a compiled crate to what the browser loads: a main module, chunks for the screens that
//! are loaded when first opened, and the JavaScript between them.

use std::{collections::BTreeMap, fs, path::Path};

use wasm_bindgen_cli_support::Bindgen;
use wasm_split_cli_support::Options;

use super::{Effort, pack::digest, workbench};
use crate::{
    Result,
    tools::{at, files, read, target, write},
};

pub const TARGET: &str = "wasm32-unknown-unknown";

/// Counts up when this file changes what it makes of the same input.
const EDITION: &str = "2";

pub struct Built {
    /// By name within the entry's folder.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Which chunks a lazily loaded screen needs.
    pub prefetch: BTreeMap<String, Vec<String>>,
}

/// Splits and binds the entry, unless that was done before with the same input.
pub fn pack(effort: Effort, package: &str, name: &str) -> Result<Built> {
    let module = format!("{}.wasm", package.replace('-', "_"));
    let input = read(&target().join(TARGET).join(effort.profile()).join(module))?;
    let out = workbench().join(effort.profile()).join(name);
    let (stamp, chunks) = (out.with_extension("stamp"), out.with_extension("chunks.json"));
    let key = digest([(EDITION, &input)]);
    if !fs::read(&stamp).is_ok_and(|text| text == key.as_bytes()) {
        let prefetch = split(effort, &input, &out, name)?;
        write(&chunks, &serde_json::to_vec(&prefetch)?)?;
        write(&stamp, key.as_bytes())?;
    }
    let mut built = Built { files: BTreeMap::new(), prefetch: serde_json::from_slice(&read(&chunks)?)? };
    for path in files(&out)? {
        built.files.insert(path.strip_prefix(&out)?.display().to_string(), read(&path)?);
    }
    Ok(built)
}

fn split(effort: Effort, input: &[u8], out: &Path, name: &str) -> Result<BTreeMap<String, Vec<String>>> {
    if out.exists() {
        fs::remove_dir_all(out).map_err(|error| at(out, &error))?;
    }
    let main = out.join("main.wasm");
    let glue = format!("./{name}.js");
    let mut options = Options::new(input);
    options.output_dir = out;
    options.main_out_path = &main;
    options.link_name = "./split.js";
    options.main_module = &glue;
    let split = wasm_split_cli_support::transform(options)?;
    let loader = out.join("split.js");
    // A portal in one piece has nothing to fetch.
    if !split.split_modules.is_empty() {
        write(&loader, patient(&String::from_utf8(read(&loader)?)?)?.as_bytes())?;
    }
    bind(effort, &main, out, name)?;
    fs::remove_file(&main)?;
    if effort == Effort::Full {
        for chunk in &split.split_modules {
            let bytes = read(chunk)?;
            fs::write(chunk, without_names(&bytes).ok_or("a chunk is not WASM")?)?;
        }
    }
    // The order of a hash map would change the manifest at each run.
    Ok(split.prefetch_map.into_iter().collect())
}

/// Without it, a chunk that cannot be fetched would be the end of the page. With it the page hears
/// of that, and says when to try again.
const PATIENCE: &str = r#"
async function patiently(address) {
    for (;;) {
        let answered = false;
        try {
            const answer = await fetch(address);
            answered = true;
            if (answer.ok) {
                return new Response(await answer.blob(), { headers: { "Content-Type": "application/wasm" } });
            }
        } catch (error) {
            console.warn(error);
        }
        await new Promise((again) => dispatchEvent(new CustomEvent("chunkmissing", { detail: { again, answered } })));
    }
}
"#;

fn patient(loader: &str) -> Result<String> {
    const FETCH: &str = "= fetch(";
    if !loader.contains(FETCH) {
        return Err("the splitter's loader fetches in another way than it did".into());
    }
    Ok(loader.replace(FETCH, "= patiently(") + PATIENCE)
}

fn bind(effort: Effort, main: &Path, out: &Path, name: &str) -> Result {
    let small = effort == Effort::Full;
    let mut bindgen = Bindgen::new();
    bindgen.web(true)?;
    // The splitter's chunks refer to exports by the linker's names, which must survive.
    bindgen.keep_lld_exports(true).demangle(false);
    bindgen.typescript(false).remove_name_section(small).remove_producers_section(small);
    bindgen.input_path(main).out_name(name).generate(out)?;
    Ok(())
}

/// The module without its custom sections (names, producers): nearly half of a small chunk.
fn without_names(module: &[u8]) -> Option<Vec<u8>> {
    const CUSTOM: u8 = 0;
    let (header, mut rest) = module.split_at_checked(8)?;
    let mut out = header.to_vec();
    while let Some((id, tail)) = rest.split_first() {
        let (length, tail) = leb128(tail)?;
        let (body, tail) = tail.split_at_checked(length)?;
        let section = rest.split_at_checked(rest.len() - tail.len())?.0;
        if *id != CUSTOM {
            out.extend_from_slice(section);
        }
        debug_assert!(section.ends_with(body));
        rest = tail;
    }
    Some(out)
}

fn leb128(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0_usize;
    for (index, byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(index + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_custom_sections_only() {
        let header = b"\0asm\x01\0\0\0";
        let custom = b"\x00\x06\x04nameX";
        let types = b"\x01\x81\x00\x00";
        let module = [header.as_slice(), custom, types].concat();
        assert_eq!(without_names(&module).unwrap(), [header.as_slice(), types].concat());
    }

    #[test]
    fn every_chunk_is_fetched_patiently() {
        let loader = patient("const src = fetch(a);\nconst src = fetch(b);").unwrap();
        assert!(loader.starts_with("const src = patiently(a);\nconst src = patiently(b);\n"), "{loader}");
        assert!(patient("import(a)").is_err());
    }

    #[test]
    fn refuses_a_module_that_ends_early() {
        assert!(without_names(b"\0asm\x01\0\0\0\x01\x05\x00").is_none());
    }
}
