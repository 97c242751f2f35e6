//! From a compiled crate to what the browser loads: a main module, chunks for the screens that
//! are loaded when first opened, and the JavaScript between them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
};

use wasm_bindgen_cli_support::Bindgen;
use wasm_split_cli_support::Options;

use super::{Effort, bindings::shorten, groups, merge::merge_modules, pack::digest, workbench};
use crate::{
    Result,
    tools::{at, files, read, target, write},
};

pub const TARGET: &str = "wasm32-unknown-unknown";

/// Counts up when this file changes what it makes of the same input.
const EDITION: &str = "7";

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
    let bindings = format!("./{name}.js");
    let mut options = Options::new(input);
    options.output_dir = out;
    options.main_out_path = &main;
    options.link_name = "./split.js";
    options.main_module = &bindings;
    let split = wasm_split_cli_support::transform(options)?;
    bind(effort, &main, out, name)?;
    fs::remove_file(&main)?;
    // A portal without chunks has nothing to fetch.
    if split.split_modules.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut chunks = BTreeMap::new();
    for path in &split.split_modules {
        chunks.insert(path.file_stem().unwrap_or_default().display().to_string(), read(path)?);
        fs::remove_file(path).map_err(|error| at(path, &error))?;
    }
    // The order of a hash map would change what is made of it at each run.
    gather(effort, out, &bindings, &split.prefetch_map.into_iter().collect(), &chunks)
}

/// Writes the chunks, several as one module, and the loader that knows which of these each screen
/// needs. Says that too.
fn gather(
    effort: Effort,
    out: &Path,
    bindings: &str,
    needs: &BTreeMap<String, Vec<String>>,
    chunks: &BTreeMap<String, Vec<u8>>,
) -> Result<BTreeMap<String, Vec<String>>> {
    let mut sizes = BTreeMap::new();
    for (name, chunk) in chunks {
        sizes.insert(name.clone(), merge_modules(&[chunk], false)?.len());
    }
    let mut home = BTreeMap::new();
    for (number, group) in groups::gather(needs, &sizes).into_iter().enumerate() {
        let file = format!("group_{number}");
        let modules: Vec<&[u8]> =
            group.chunks.iter().filter_map(|name| chunks.get(name)).map(Vec::as_slice).collect();
        write(&out.join(format!("{file}.wasm")), &merge_modules(&modules, effort == Effort::Quick)?)?;
        home.extend(group.chunks.into_iter().map(|chunk| (chunk, file.clone())));
    }
    let files = |chunks: &Vec<String>| {
        let found: BTreeSet<_> = chunks.iter().filter_map(|chunk| home.get(chunk)).cloned().collect();
        found.into_iter().collect()
    };
    let needs = needs.iter().map(|(screen, chunks)| (screen.clone(), files(chunks))).collect();
    let loader = out.join("split.js");
    let ours = loading(&String::from_utf8(read(&loader)?)?, bindings, &needs)?;
    write(&loader, ours.as_bytes())?;
    Ok(needs)
}

/// Our loader in place of the splitter's: by the same names, for modules of several chunks.
fn loading(splitters: &str, bindings: &str, needs: &BTreeMap<String, Vec<String>>) -> Result<String> {
    let mut script = format!("import {{ initSync }} from \"{bindings}\";\n\n{LOADER}");
    for (screen, groups) in needs {
        let name = format!("__wasm_split_load_{screen}");
        if !splitters.contains(&format!("export const {name} =")) {
            return Err(format!("the splitter calls what loads {screen} otherwise than {name}").into());
        }
        let groups = serde_json::to_string(groups)?;
        writeln!(script, "export const {name} = screen({groups});")?;
    }
    Ok(script)
}

const LOADER: &str = include_str!("loader.js");

fn bind(effort: Effort, main: &Path, out: &Path, name: &str) -> Result {
    let small = effort == Effort::Full;
    let mut bindgen = Bindgen::new();
    bindgen.web(true)?;
    // The splitter's chunks refer to exports by the linker's names, which must survive.
    bindgen.keep_lld_exports(true).demangle(false);
    bindgen.typescript(false).remove_name_section(small).remove_producers_section(small);
    bindgen.input_path(main).out_name(name).generate(out)?;
    if small {
        let (module, script) = (out.join(format!("{name}_bg.wasm")), out.join(format!("{name}.js")));
        let from = format!("./{name}_bg.js");
        let (short, bindings) = shorten(&read(&module)?, &String::from_utf8(read(&script)?)?, &from)?;
        write(&module, &short)?;
        write(&script, bindings.as_bytes())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loads_by_the_names_that_the_program_calls() {
        let needs = BTreeMap::from([("home".to_owned(), vec!["group_0".to_owned(), "group_2".to_owned()])]);
        let script =
            loading("export const __wasm_split_load_home = wrapAsyncCb(x);", "./x.js", &needs).unwrap();
        assert!(script.starts_with("import { initSync } from \"./x.js\";"));
        assert!(
            script.ends_with("export const __wasm_split_load_home = screen([\"group_0\",\"group_2\"]);\n")
        );
        assert!(loading("export const load_home = wrapAsyncCb(x);", "./x.js", &needs).is_err());
    }
}
