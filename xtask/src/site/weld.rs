//! One module of several chunks. The splitter's chunks call each other through the table that all of
//! them share, each by a stand-in of its own for every function it calls. What travels together
//! needs neither: its functions call each other, and those that do the same are one.

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
};

use wasm_encoder::{
    CodeSection, DataSection, ElementSection, FunctionSection, ImportSection, Module, NameMap, NameSection,
    TypeSection,
    reencode::{self, Reencode},
};
use wasmparser::{
    Data, DataKind, Element, ElementItems, ElementKind, FuncType, FunctionBody, Import, KnownCustom, Name,
    Operator, Parser, Payload, TypeRef,
};

use crate::Result;

/// Makes one module of the chunks; the functions keep their names if wanted.
pub fn weld(chunks: &[&[u8]], named: bool) -> Result<Vec<u8>> {
    let mut read = Vec::new();
    for chunk in chunks {
        read.push(Chunk::read(chunk)?);
    }
    Whole::of(&read)?.write(&read, named)
}

/// What a chunk is made of.
#[derive(Default)]
struct Chunk<'a> {
    types: Vec<FuncType>,
    imports: Vec<Import<'a>>,
    functions: Vec<Function<'a>>,
    elements: Vec<Element<'a>>,
    data: Vec<Data<'a>>,
    names: BTreeMap<u32, &'a str>,
}

struct Function<'a> {
    /// Its type, by its number in the chunk.
    ty: u32,
    body: FunctionBody<'a>,
    /// The place in the table of the function that it only stands for.
    stands_for: Option<u32>,
}

impl<'a> Chunk<'a> {
    fn read(module: &'a [u8]) -> Result<Self> {
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

    fn signature(&self, function: &Function) -> Result<&FuncType> {
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

/// A function of the whole.
enum Part {
    Own {
        chunk: usize,
        index: usize,
    },
    /// Stands for a function of another module.
    StandIn {
        slot: u32,
    },
}

/// How the chunks become one: where everything of theirs is found in it.
#[derive(Default)]
struct Whole<'a> {
    types: Numbered<FuncType>,
    globals: Numbered<(&'a str, &'a str)>,
    imports: Vec<Import<'a>>,
    /// Each with its type's number.
    parts: Vec<(Part, u32)>,
    /// By chunk.
    moves: Vec<Moves>,
}

/// Where what a chunk has by its own numbers is found in the whole.
#[derive(Default)]
struct Moves {
    types: Vec<u32>,
    globals: Vec<u32>,
    /// Of all functions, which part.
    functions: Vec<usize>,
}

impl<'a> Whole<'a> {
    fn of(chunks: &[Chunk<'a>]) -> Result<Self> {
        let mut whole = Self::default();
        for chunk in chunks {
            let types = chunk.types.iter().map(|ty| whole.types.number(ty)).collect();
            let mut moves = Moves { types, ..Moves::default() };
            for import in &chunk.imports {
                whole.import(import, &mut moves)?;
            }
            whole.moves.push(moves);
        }
        let in_table = whole.own_functions(chunks)?;
        whole.stand_ins(chunks, &in_table)?;
        Ok(whole)
    }

    fn import(&mut self, import: &Import<'a>, moves: &mut Moves) -> Result {
        // Tells at run time whether both were made at once; here the folder's name does.
        if import.name.starts_with("__canary_") {
            return Ok(());
        }
        let known =
            self.imports.iter().any(|known| (known.module, known.name) == (import.module, import.name));
        match import.ty {
            TypeRef::Global(_) => moves.globals.push(self.globals.number(&(import.module, import.name))),
            // One of each, so that its number is the same everywhere.
            TypeRef::Memory(_) | TypeRef::Table(_) => {}
            other => return Err(format!("a chunk imports what is not known of chunks: {other:?}").into()),
        }
        if !known {
            self.imports.push(*import);
        }
        Ok(())
    }

    /// Takes up all functions that do something. Says by their place in the table which they are.
    fn own_functions(&mut self, chunks: &[Chunk]) -> Result<HashMap<u32, usize>> {
        let mut in_table = HashMap::new();
        for (number, chunk) in chunks.iter().enumerate() {
            let mut functions = Vec::new();
            for (index, function) in chunk.functions.iter().enumerate() {
                let ty = self.types.number(chunk.signature(function)?);
                functions.push(self.parts.len());
                if function.stands_for.is_none() {
                    self.parts.push((Part::Own { chunk: number, index }, ty));
                }
            }
            for element in &chunk.elements {
                for (slot, function) in in_slots(element)? {
                    let part = functions.get(place(function)).ok_or("the table names no function")?;
                    in_table.insert(slot, *part);
                }
            }
            self.moves.get_mut(number).ok_or("no such chunk")?.functions = functions;
        }
        Ok(in_table)
    }

    /// Calls what stood in for something: that itself if it is here, else one stand-in for all.
    fn stand_ins(&mut self, chunks: &[Chunk], in_table: &HashMap<u32, usize>) -> Result {
        let mut outside = HashMap::new();
        for (chunk, moves) in chunks.iter().zip(&mut self.moves) {
            for (function, part) in chunk.functions.iter().zip(&mut moves.functions) {
                let Some(slot) = function.stands_for else { continue };
                let ty = self.types.number(chunk.signature(function)?);
                let here = in_table.get(&slot).filter(|&&at| self.parts.get(at).is_some_and(|at| at.1 == ty));
                *part = here.copied().unwrap_or_else(|| {
                    *outside.entry((slot, ty)).or_insert_with(|| {
                        self.parts.push((Part::StandIn { slot }, ty));
                        self.parts.len() - 1
                    })
                });
            }
        }
        Ok(())
    }

    fn write(&self, chunks: &[Chunk<'a>], named: bool) -> Result<Vec<u8>> {
        let same = self.fold(chunks)?;
        let mut kept: Vec<usize> = same.clone();
        kept.sort_unstable();
        kept.dedup();
        let numbers: Vec<usize> =
            same.iter().map(|part| kept.binary_search(part).unwrap_or_default()).collect();

        let (mut types, mut imports) = (TypeSection::new(), ImportSection::new());
        for ty in &self.types.all {
            types.ty().func_type(&reencode::RoundtripReencoder.func_type(ty.clone())?);
        }
        for import in &self.imports {
            reencode::RoundtripReencoder.parse_import(&mut imports, *import)?;
        }
        let (mut functions, mut code, mut names) =
            (FunctionSection::new(), CodeSection::new(), NameMap::new());
        let bodies = self.bodies(chunks, &numbers)?;
        for (number, &part) in kept.iter().enumerate() {
            let (body, (what, ty)) = bodies.get(part).zip(self.parts.get(part)).ok_or("no such function")?;
            functions.function(*ty);
            code.raw(body);
            if let (true, Part::Own { chunk, index }) = (named, what)
                && let Some(name) = chunks.get(*chunk).and_then(|chunk| chunk.names.get(&number_of(*index)))
            {
                names.append(number_of(number), name);
            }
        }
        let (mut elements, mut data) = (ElementSection::new(), DataSection::new());
        for (chunk, moves) in chunks.iter().zip(&self.moves) {
            let mut moved = Moved { moves, numbers: &numbers };
            for element in &chunk.elements {
                moved.parse_element(&mut elements, element.clone()).map_err(told)?;
            }
            for datum in chunk.data.iter().filter(|datum| !datum.data.is_empty()) {
                if matches!(datum.kind, DataKind::Passive) {
                    return Err("a chunk has data that it places itself".into());
                }
                moved.parse_data(&mut data, datum.clone()).map_err(told)?;
            }
        }
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&elements);
        module.section(&code).section(&data);
        if named {
            let mut section = NameSection::new();
            section.functions(&names);
            module.section(&section);
        }
        Ok(module.finish())
    }

    /// Which part does what each part does: the first of all that do the same.
    fn fold(&self, chunks: &[Chunk]) -> Result<Vec<usize>> {
        let mut same: Vec<usize> = (0..self.parts.len()).collect();
        loop {
            let bodies = self.bodies(chunks, &same)?;
            let mut first = HashMap::new();
            let mut folded = Vec::new();
            for (number, (body, (_, ty))) in bodies.iter().zip(&self.parts).enumerate() {
                folded.push(*first.entry((ty, body)).or_insert(number));
            }
            if folded == same {
                return Ok(same);
            }
            same = folded;
        }
    }

    /// What each part does, when the functions have these numbers.
    fn bodies(&self, chunks: &[Chunk], numbers: &[usize]) -> Result<Vec<Vec<u8>>> {
        let mut bodies = Vec::new();
        for (part, ty) in &self.parts {
            bodies.push(match part {
                Part::Own { chunk, index } => {
                    let (chunk, moves) =
                        chunks.get(*chunk).zip(self.moves.get(*chunk)).ok_or("no such chunk")?;
                    let function = chunk.functions.get(*index).ok_or("no such function")?;
                    Moved { moves, numbers }.body(&function.body)?
                }
                Part::StandIn { slot } => {
                    let params = self.types.all.get(place(*ty)).map_or(0, |ty| ty.params().len());
                    passes_on(params, *slot, *ty)
                }
            });
        }
        Ok(bodies)
    }
}

/// A function that passes everything on to the one at that place in the table.
fn passes_on(params: usize, slot: u32, ty: u32) -> Vec<u8> {
    let mut function = wasm_encoder::Function::new([]);
    let mut write = function.instructions();
    for param in 0..params {
        write.local_get(number_of(param));
    }
    write.i32_const(slot.cast_signed()).call_indirect(0, ty).end();
    function.into_raw_body()
}

/// Which functions an element puts where in the table.
fn in_slots(element: &Element) -> Result<Vec<(u32, u32)>> {
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

/// Writes what a chunk has by the numbers of the whole.
struct Moved<'a> {
    moves: &'a Moves,
    /// Of all parts.
    numbers: &'a [usize],
}

impl Moved<'_> {
    fn body(&mut self, body: &FunctionBody) -> Result<Vec<u8>> {
        let mut function = self.new_function_with_parsed_locals(body).map_err(told)?;
        let mut operators = body.get_operators_reader()?;
        while !operators.eof() {
            function.instruction(&self.parse_instruction(&mut operators).map_err(told)?);
        }
        Ok(function.into_raw_body())
    }
}

impl Reencode for Moved<'_> {
    type Error = &'static str;

    fn type_index(&mut self, ty: u32) -> Recoded {
        found(self.moves.types.get(place(ty)).copied())
    }

    fn global_index(&mut self, global: u32) -> Recoded {
        found(self.moves.globals.get(place(global)).copied())
    }

    fn function_index(&mut self, function: u32) -> Recoded {
        let part = self.moves.functions.get(place(function));
        found(part.and_then(|&part| self.numbers.get(part)).copied().map(number_of))
    }

    fn data_index(&mut self, _: u32) -> Recoded {
        found(None)
    }
}

/// A number in the whole.
type Recoded = std::result::Result<u32, reencode::Error<&'static str>>;

fn found(number: Option<u32>) -> Recoded {
    number.ok_or(reencode::Error::UserError("a chunk refers to what it does not have"))
}

fn told(error: reencode::Error<&'static str>) -> String {
    error.to_string()
}

fn all<T>(of: impl IntoIterator<Item = wasmparser::Result<T>>) -> Result<Vec<T>> {
    of.into_iter().map(|one| Ok(one?)).collect()
}

/// Things by number, each once.
struct Numbered<T> {
    all: Vec<T>,
    numbers: HashMap<T, u32>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self { all: Vec::new(), numbers: HashMap::new() }
    }
}

impl<T: Clone + Eq + Hash> Numbered<T> {
    fn number(&mut self, thing: &T) -> u32 {
        *self.numbers.entry(thing.clone()).or_insert_with(|| {
            self.all.push(thing.clone());
            number_of(self.all.len() - 1)
        })
    }
}

fn number_of(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

const fn place(number: u32) -> usize {
    number as usize
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        ConstExpr, DataSegment, DataSegmentMode, ElementSegment, Elements, EntityType, GlobalType,
        MemoryType, RefType, TableType, ValType,
    };

    use super::*;

    /// A chunk as the splitter makes them: each function takes a number and gives one, and has a
    /// place in the table from `slot` on.
    struct Made {
        slot: u32,
        functions: Vec<Vec<u8>>,
        data: Option<&'static [u8]>,
    }

    fn constant(value: i32) -> Vec<u8> {
        let mut function = wasm_encoder::Function::new([]);
        function.instructions().i32_const(value).end();
        function.into_raw_body()
    }

    fn calls(function: u32) -> Vec<u8> {
        let mut caller = wasm_encoder::Function::new([(1, ValType::I64)]);
        caller.instructions().global_get(0).call(function).end();
        caller.into_raw_body()
    }

    fn stands_for(slot: u32) -> Vec<u8> {
        passes_on(1, slot, 1)
    }

    impl Made {
        fn module(&self) -> Vec<u8> {
            let (mut types, mut imports) = (TypeSection::new(), ImportSection::new());
            types.ty().function([ValType::I64], []);
            types.ty().function([ValType::I32], [ValType::I32]);
            let memory = MemoryType {
                minimum: 1,
                maximum: None,
                memory64: false,
                shared: false,
                page_size_log2: None,
            };
            let table = TableType {
                element_type: RefType::FUNCREF,
                table64: false,
                minimum: 1,
                maximum: None,
                shared: false,
            };
            let global = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
            imports.import("__wasm_split", "memory", EntityType::Memory(memory));
            imports.import("__wasm_split", "stack", EntityType::Global(global));
            imports.import("__wasm_split", "table", EntityType::Table(table));
            imports.import(
                "__wasm_split",
                "__canary_1",
                EntityType::Global(GlobalType { mutable: false, ..global }),
            );
            let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
            for function in &self.functions {
                functions.function(1);
                code.raw(function);
            }
            let mut elements = ElementSection::new();
            let numbers: Vec<u32> = (0..number_of(self.functions.len())).collect();
            let own: Vec<u32> = numbers
                .into_iter()
                .filter(|&number| self.functions[place(number)] != stands_for(9) && number != 1)
                .collect();
            elements.segment(ElementSegment {
                mode: wasm_encoder::ElementMode::Active {
                    table: None,
                    offset: &ConstExpr::i32_const(self.slot.cast_signed()),
                },
                elements: Elements::Functions(own.into()),
            });
            let mut data = DataSection::new();
            for bytes in self.data.iter().copied().chain([b"".as_slice()]) {
                let offset = ConstExpr::i32_const(64);
                let mode = DataSegmentMode::Active { memory_index: 0, offset: &offset };
                data.segment(DataSegment { mode, data: bytes.iter().copied() });
            }
            let mut module = Module::new();
            module.section(&types).section(&imports).section(&functions).section(&elements);
            module.section(&code).section(&data);
            module.finish()
        }
    }

    fn welded(chunks: &[Made]) -> (Vec<u8>, usize) {
        let modules: Vec<Vec<u8>> = chunks.iter().map(Made::module).collect();
        let modules: Vec<&[u8]> = modules.iter().map(Vec::as_slice).collect();
        let whole = weld(&modules, false).unwrap();
        let functions = Chunk::read(&whole).unwrap().functions.len();
        (whole, functions)
    }

    #[test]
    fn what_stood_for_a_function_that_is_here_is_gone() {
        let first = Made { slot: 5, functions: vec![calls(1), stands_for(7)], data: Some(b"one") };
        let other = Made { slot: 7, functions: vec![constant(3)], data: Some(b"other") };
        let (whole, functions) = welded(&[first, other]);
        assert_eq!(functions, 2);
        let whole = Chunk::read(&whole).unwrap();
        assert!(whole.functions.iter().all(|function| function.stands_for.is_none()));
        let calls = all(whole.functions[0].body.get_operators_reader().unwrap()).unwrap();
        assert!(calls.iter().any(|call| matches!(call, Operator::Call { function_index: 1 })));
        let slots: Vec<_> = whole.elements.iter().flat_map(|element| in_slots(element).unwrap()).collect();
        assert_eq!(slots, [(5, 0), (7, 1)]);
        assert_eq!(
            whole.data.iter().map(|data| data.data).collect::<Vec<_>>(),
            [b"one".as_slice(), b"other"]
        );
        assert_eq!(whole.imports.len(), 3);
    }

    #[test]
    fn what_is_elsewhere_has_one_that_stands_for_it() {
        let chunk = |slot| Made { slot, functions: vec![calls(1), stands_for(9)], data: None };
        // Both functions do the same, so that they are one too.
        assert_eq!(welded(&[chunk(5), chunk(7)]).1, 2);
    }

    #[test]
    fn functions_that_do_the_same_are_one_though_their_callees_were_two() {
        let chunk = |slot| Made { slot, functions: vec![calls(2), stands_for(9), constant(3)], data: None };
        let (whole, functions) = welded(&[chunk(5), chunk(7)]);
        assert_eq!(functions, 3);
        let whole = Chunk::read(&whole).unwrap();
        let slots: Vec<_> = whole.elements.iter().flat_map(|element| in_slots(element).unwrap()).collect();
        assert_eq!(slots, [(5, 0), (6, 1), (7, 0), (8, 1)]);
    }

    #[test]
    fn what_is_no_chunk_is_refused() {
        assert!(weld(&[b"\0asm\x01\0\0\0\x01\x05\x00"], false).is_err());
        let mut functions = FunctionSection::new();
        functions.function(0);
        let mut module = Module::new();
        module.section(&functions).section(&wasm_encoder::StartSection { function_index: 0 });
        assert!(weld(&[&module.finish()], false).is_err());
    }
}
