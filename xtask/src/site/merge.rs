//! One module of several chunks. The splitter's chunks call each other through the table that all of
//! them share, each by a stand-in of its own for every function it calls. What travels together
//! needs neither: its functions call each other, and those that do the same are one.

mod chunk;

use std::{collections::HashMap, hash::Hash};

use wasm_encoder::{
    CodeSection, DataSection, ElementSection, FunctionSection, ImportSection, Module, NameMap, NameSection,
    TypeSection,
    reencode::{self, Reencode},
};
use wasmparser::{DataKind, FuncType, FunctionBody, Import, TypeRef};

use crate::Result;
use chunk::{Chunk, in_slots};

/// Makes one module of the chunks; the functions keep their names if wanted.
pub fn merge_modules(chunks: &[&[u8]], named: bool) -> Result<Vec<u8>> {
    let mut read = Vec::new();
    for chunk in chunks {
        read.push(Chunk::read(chunk)?);
    }
    Whole::of(&read)?.write(&read, named)
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
mod tests;
