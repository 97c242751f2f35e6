//! From a compiled crate to what the browser loads: a main module, chunks for the screens that
//! are loaded when first opened, and the JavaScript between them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use wasm_bindgen_cli_support::Bindgen;
use wasm_split_cli_support::Options;

use super::{Effort, pack::digest, pieces, workbench};
use crate::{
    Result,
    tools::{at, files, read, target, write},
};

pub const TARGET: &str = "wasm32-unknown-unknown";

/// Counts up when this file changes what it makes of the same input.
const EDITION: &str = "3";

pub struct Built {
    /// By name within the entry's folder.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Which files a lazily loaded screen needs, by name without their ending.
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
    bind(effort, &main, out, name)?;
    fs::remove_file(&main)?;
    // A portal in one piece has nothing to fetch.
    if split.split_modules.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut chunks = BTreeMap::new();
    for path in &split.split_modules {
        let bytes = read(path)?;
        let bytes =
            if effort == Effort::Full { without_names(&bytes).ok_or("a chunk is not WASM")? } else { bytes };
        fs::remove_file(path).map_err(|error| at(path, &error))?;
        chunks.insert(path.file_stem().unwrap_or_default().display().to_string(), bytes);
    }
    // The order of a hash map would change what is made of it at each run.
    gather(out, &split.prefetch_map.into_iter().collect(), &chunks)
}

/// Writes the chunks, several to a file, and the loader that knows where in them each lies. Says
/// which files each screen needs.
fn gather(
    out: &Path,
    needs: &BTreeMap<String, Vec<String>>,
    chunks: &BTreeMap<String, Vec<u8>>,
) -> Result<BTreeMap<String, Vec<String>>> {
    let sizes = chunks.iter().map(|(name, bytes)| (name.clone(), bytes.len())).collect();
    let loader = out.join("split.js");
    let mut script = String::from_utf8(read(&loader)?)?;
    let mut home = BTreeMap::new();
    for (number, piece) in pieces::gather(needs, &sizes).into_iter().enumerate() {
        let (file, mut bytes) = (format!("piece_{number}"), Vec::new());
        for chunk in piece.chunks {
            let from = bytes.len();
            bytes.extend_from_slice(chunks.get(&chunk).map(Vec::as_slice).unwrap_or_default());
            script = placed(&script, &chunk, &format!("part(\"./{file}.wasm\", {from}, {})", bytes.len()))?;
            home.insert(chunk, file.clone());
        }
        write(&out.join(format!("{file}.wasm")), &bytes)?;
    }
    write(&loader, (script + PATIENCE).as_bytes())?;
    let files = |chunks: &Vec<String>| {
        let found: BTreeSet<_> = chunks.iter().filter_map(|chunk| home.get(chunk)).cloned().collect();
        found.into_iter().collect()
    };
    Ok(needs.iter().map(|(screen, chunks)| (screen.clone(), files(chunks))).collect())
}

/// The loader, with one chunk taken from elsewhere than from a file of its own.
fn placed(loader: &str, chunk: &str, part: &str) -> Result<String> {
    let fetched = format!("fetch(new URL(\"./{chunk}.wasm\", import.meta.url))");
    if loader.matches(&fetched).count() != 1 {
        return Err(format!("the splitter's loader fetches {chunk} in another way than it did").into());
    }
    Ok(loader.replace(&fetched, part))
}

/// How the loader comes by a chunk. Without patience, one that cannot be fetched would be the end of
/// the page; with it the page hears of that, and says when to try again. The first failure is taken
/// for a hiccup and told to nobody: it is also what a page sees that is being left.
const PATIENCE: &str = r#"
const pieces = new Map();
async function part(name, from, to) {
    if (!pieces.has(name)) pieces.set(name, patiently(new URL(name, import.meta.url)));
    const piece = await pieces.get(name);
    return new Response(piece.slice(from, to), { headers: { "Content-Type": "application/wasm" } });
}
async function patiently(address) {
    for (let hiccup = true;; hiccup = false) {
        let answered = false;
        try {
            const answer = await fetch(address);
            answered = true;
            if (answer.ok) return await answer.blob();
        } catch {
            if (hiccup) {
                await new Promise((again) => setTimeout(again, 300));
                continue;
            }
        }
        await new Promise((again) => dispatchEvent(new CustomEvent("chunkmissing", { detail: { again, answered } })));
    }
}
"#;

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
    fn each_chunk_is_taken_from_its_place() {
        let loader = "x = fetch(new URL(\"./a.wasm\", import.meta.url));";
        assert_eq!(placed(loader, "a", "part(1)").unwrap(), "x = part(1);");
        assert!(placed(loader, "b", "part(1)").is_err());
    }

    #[test]
    fn refuses_a_module_that_ends_early() {
        assert!(without_names(b"\0asm\x01\0\0\0\x01\x05\x00").is_none());
    }
}
