//! A chunk as the splitter makes it, read.

use std::collections::BTreeMap;

use wasmparser::{
    Data, Element, ElementItems, ElementKind, FuncType, FunctionBody, Import, KnownCustom, Name, Operator,
    Parser, Payload,
};

use super::place;
use crate::Result;

/// What a chunk is made of.
#[derive(Default)]
pub struct Chunk<'a> {
    pub types: Vec<FuncType>,
    pub imports: Vec<Import<'a>>,
    pub functions: Vec<Function<'a>>,
    pub elements: Vec<Element<'a>>,
    pub data: Vec<Data<'a>>,
    pub names: BTreeMap<u32, &'a str>,
}

pub struct Function<'a> {
    /// Its type, by its number in the chunk.
    pub ty: u32,
    pub body: FunctionBody<'a>,
    /// The place in the table of the function that it only stands for.
    pub stands_for: Option<u32>,
}

impl<'a> Chunk<'a> {
    pub fn read(module: &'a [u8]) -> Result<Self> {
        let mut chunk = Self::default();
        let mut types = Vec::new().into_iter();
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::TypeSection(section) => {
                    chunk.types = all(section.into_iter_err_on_gc_types())?;
                }
                Payload::ImportSection(section) => {
                    chunk.imports = all(section.into_imports())?;
                }
                Payload::FunctionSection(section) => {
                    types = all(section)?.into_iter();
                }
                Payload::CodeSectionEntry(body) => {
                    let ty = types.next().ok_or("a chunk's function has no type")?;
                    let stands_for = stand_in(&body, ty)?;
                    chunk.functions.push(Function { ty, body, stands_for });
                }
                Payload::ElementSection(section) => {
                    chunk.elements = all(section)?;
                }
                Payload::DataSection(section) => {
                    chunk.data = all(section)?;
                }
                Payload::CustomSection(section) => {
                    if let KnownCustom::Name(names) = section.as_known() {
                        chunk.name(names)?;
                    }
                }
                Payload::ExportSection(section) if section.count() == 0 => {}
                Payload::Version { .. }
                | Payload::DataCountSection { .. }
                | Payload::CodeSectionStart { .. }
                | Payload::End(_) => {}
                // Memory, table and globals are the main module's.
                other => return Err(format!("a chunk has what is not known of chunks: {other:?}").into()),
            }
        }
        Ok(chunk)
    }

    fn name(&mut self, names: wasmparser::NameSectionReader<'a>) -> Result {
        for names in names {
            if let Name::Function(names) = names? {
                for naming in names {
                    let naming = naming?;
                    self.names.insert(naming.index, naming.name);
                }
            }
        }
        Ok(())
    }

    pub fn signature(&self, function: &Function) -> Result<&FuncType> {
        Ok(self.types.get(place(function.ty)).ok_or("a chunk's function has an unknown type")?)
    }
}

/// The place in the table of the function that this one passes everything on to, if it does no more.
fn stand_in(body: &FunctionBody, ty: u32) -> Result<Option<u32>> {
    if body.get_locals_reader()?.get_count() != 0 {
        return Ok(None);
    }
    let (mut passed, mut slot, mut called) = (0, None, false);
    for operator in body.get_operators_reader()? {
        match operator? {
            Operator::LocalGet { local_index } if slot.is_none() && local_index == passed => passed += 1,
            Operator::I32Const { value } if slot.is_none() => slot = u32::try_from(value).ok(),
            Operator::CallIndirect { type_index, table_index: 0 } if slot.is_some() && type_index == ty => {
                called = true;
            }
            Operator::End if called => return Ok(slot),
            _ => return Ok(None),
        }
    }
    Ok(None)
}

/// Which functions an element puts where in the table.
pub fn in_slots(element: &Element) -> Result<Vec<(u32, u32)>> {
    let ElementKind::Active { table_index: None | Some(0), offset_expr } = &element.kind else {
        return Err("a chunk fills another table than the one".into());
    };
    let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
        return Err("a chunk fills the table at a place not known yet".into());
    };
    let ElementItems::Functions(functions) = &element.items else {
        return Err("a chunk fills the table with what is not a function".into());
    };
    Ok((u32::try_from(value)?..).zip(all(functions.clone())?).collect())
}

pub fn all<T>(of: impl IntoIterator<Item = wasmparser::Result<T>>) -> Result<Vec<T>> {
    of.into_iter().map(|one| Ok(one?)).collect()
}
