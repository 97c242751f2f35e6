//! The bindings between the main module and its JavaScript: hundreds of long names that nobody reads,
//! which compress badly.

use std::{collections::HashMap, convert::Infallible};

use wasm_encoder::{ImportSection, Module, reencode, reencode::Reencode};
use wasmparser::{Import, Parser, Payload};

use crate::Result;

/// Gives what the module takes from the script at `from` short names, in both.
pub fn shorten(module: &[u8], script: &str, from: &str) -> Result<(Vec<u8>, String)> {
    let mut short = Short { from, names: HashMap::new() };
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::ImportSection(imports) = payload? {
            for import in imports.into_imports() {
                let import = import?;
                if import.module == from {
                    let name = format!("f{}", short.names.len());
                    short.names.insert(import.name, name);
                }
            }
        }
    }
    let mut shortened = String::with_capacity(script.len());
    let mut replaced = 0;
    for line in script.split_inclusive('\n') {
        let key = line.trim_start();
        let lent = key.split_once(": function(").and_then(|(name, _)| short.names.get_key_value(name));
        if let Some((name, short)) = lent {
            replaced += 1;
            shortened.push_str(short);
            shortened.push_str(key.strip_prefix(name).unwrap_or_default());
        } else {
            shortened.push_str(line);
        }
    }
    if replaced != short.names.len() {
        return Err("the script lends what it has in another form than it did".into());
    }
    let mut out = Module::new();
    short.parse_core_module(&mut out, Parser::new(0), module)?;
    Ok((out.finish(), shortened))
}

struct Short<'a> {
    from: &'a str,
    names: HashMap<&'a str, String>,
}

impl Reencode for Short<'_> {
    type Error = Infallible;

    fn parse_imports(
        &mut self,
        section: &mut ImportSection,
        imports: wasmparser::Imports<'_>,
    ) -> std::result::Result<(), reencode::Error> {
        let wasmparser::Imports::Single(_, import) = imports else {
            return reencode::utils::parse_imports(self, section, imports);
        };
        let Import { module, name, ty } = import;
        let short = self.names.get(name).filter(|_| module == self.from);
        let name = short.map_or(name, String::as_str).to_owned();
        section.import(module, &name, self.entity_type(ty)?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{EntityType, TypeSection};

    use super::*;

    fn module() -> Vec<u8> {
        let (mut types, mut imports) = (TypeSection::new(), ImportSection::new());
        types.ty().function([], []);
        imports.import("./x_bg.js", "__wbg_now_0123", EntityType::Function(0));
        imports.import("./split.js", "__wbg_now_0123", EntityType::Function(0));
        let mut module = Module::new();
        module.section(&types).section(&imports);
        module.finish()
    }

    #[test]
    fn both_sides_get_the_same_name() {
        let script = "    const import0 = {\n        __wbg_now_0123: function() {\n        },\n    };\n";
        let (module, script) = shorten(&module(), script, "./x_bg.js").unwrap();
        assert_eq!(script, "    const import0 = {\nf0: function() {\n        },\n    };\n");
        let mut found = Vec::new();
        for payload in Parser::new(0).parse_all(&module) {
            if let Payload::ImportSection(imports) = payload.unwrap() {
                found = imports
                    .into_imports()
                    .map(|import| import.unwrap())
                    .map(|i| (i.module, i.name))
                    .collect();
            }
        }
        assert_eq!(found, [("./x_bg.js", "f0"), ("./split.js", "__wbg_now_0123")]);
    }

    #[test]
    fn a_script_of_another_form_is_refused() {
        assert!(shorten(&module(), "import0.__wbg_now_0123 = () => {};", "./x_bg.js").is_err());
    }
}
