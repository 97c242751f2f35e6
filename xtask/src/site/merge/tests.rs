//! Merging chunks made as the splitter makes them.

use wasm_encoder::{
    ConstExpr, DataSegment, DataSegmentMode, ElementSegment, Elements, EntityType, GlobalType, MemoryType,
    RefType, TableType, ValType,
};

use super::{chunk::all, *};
use wasmparser::Operator;

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
        let memory =
            MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None };
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

fn merged(chunks: &[Made]) -> (Vec<u8>, usize) {
    let modules: Vec<Vec<u8>> = chunks.iter().map(Made::module).collect();
    let modules: Vec<&[u8]> = modules.iter().map(Vec::as_slice).collect();
    let whole = merge_modules(&modules, false).unwrap();
    let functions = Chunk::read(&whole).unwrap().functions.len();
    (whole, functions)
}

#[test]
fn what_stood_for_a_function_that_is_here_is_gone() {
    let first = Made { slot: 5, functions: vec![calls(1), stands_for(7)], data: Some(b"one") };
    let other = Made { slot: 7, functions: vec![constant(3)], data: Some(b"other") };
    let (whole, functions) = merged(&[first, other]);
    assert_eq!(functions, 2);
    let whole = Chunk::read(&whole).unwrap();
    assert!(whole.functions.iter().all(|function| function.stands_for.is_none()));
    let calls = all(whole.functions[0].body.get_operators_reader().unwrap()).unwrap();
    assert!(calls.iter().any(|call| matches!(call, Operator::Call { function_index: 1 })));
    let slots: Vec<_> = whole.elements.iter().flat_map(|element| in_slots(element).unwrap()).collect();
    assert_eq!(slots, [(5, 0), (7, 1)]);
    assert_eq!(whole.data.iter().map(|data| data.data).collect::<Vec<_>>(), [b"one".as_slice(), b"other"]);
    assert_eq!(whole.imports.len(), 3);
}

#[test]
fn what_is_elsewhere_has_one_that_stands_for_it() {
    let chunk = |slot| Made { slot, functions: vec![calls(1), stands_for(9)], data: None };
    // Both functions do the same, so that they are one too.
    assert_eq!(merged(&[chunk(5), chunk(7)]).1, 2);
}

#[test]
fn functions_that_do_the_same_are_one_though_their_callees_were_two() {
    let chunk = |slot| Made { slot, functions: vec![calls(2), stands_for(9), constant(3)], data: None };
    let (whole, functions) = merged(&[chunk(5), chunk(7)]);
    assert_eq!(functions, 3);
    let whole = Chunk::read(&whole).unwrap();
    let slots: Vec<_> = whole.elements.iter().flat_map(|element| in_slots(element).unwrap()).collect();
    assert_eq!(slots, [(5, 0), (6, 1), (7, 0), (8, 1)]);
}

#[test]
fn what_is_no_chunk_is_refused() {
    assert!(merge_modules(&[b"\0asm\x01\0\0\0\x01\x05\x00"], false).is_err());
    let mut functions = FunctionSection::new();
    functions.function(0);
    let mut module = Module::new();
    module.section(&functions).section(&wasm_encoder::StartSection { function_index: 0 });
    assert!(merge_modules(&[&module.finish()], false).is_err());
}
