//! Every static SQL text is prepared on both engines by the directory's own test. This one reads the sources and
//! says which text that test does not know.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, Item, Meta, visit::Visit};

const FOLDERS: [&str; 2] = ["server/core/src", "server/directory/src"];
const REGISTER: &str = "STATEMENTS";

/// The verbs that a statement of ours begins with.
const VERBS: [&str; 5] = ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "];

/// Statements that cannot be prepared as the others are: file, name, why.
const EXCEPT: [(&str, &str, &str); 1] =
    [("store/open.rs", "NEWEST", "its table is the migrator's own, and need not be there")];

fn is_sql(text: &str) -> bool {
    let text = text.trim_start_matches('"').trim_start();
    VERBS.iter().any(|verb| text.starts_with(verb))
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let Meta::List(list) = &attribute.meta else { return false };
        list.path.is_ident("cfg") && list.tokens.to_string() == "test"
    })
}

/// All tokens, those within brackets among them.
fn flat(tokens: TokenStream) -> Vec<TokenTree> {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Group(group) => flat(group.stream()),
            token => vec![token],
        })
        .collect()
}

fn tokens(of: &impl quote::ToTokens) -> Vec<String> {
    flat(of.to_token_stream()).iter().map(ToString::to_string).collect()
}

/// What one file has to do with statements.
#[derive(Default)]
struct Statements {
    /// The names of constants that are statements.
    named: Vec<String>,
    /// Statements that have no name.
    nameless: Vec<String>,
    /// The names that its register holds.
    registered: Option<Vec<String>>,
    /// Macros of this file that make statements.
    macros: Vec<String>,
}

impl Statements {
    fn read(text: &str) -> Self {
        let file = syn::parse_file(text).expect("Rust");
        let mut found = Self::default();
        for item in &file.items {
            if let Item::Macro(made) = item
                && let Some(name) = &made.ident
                && flat(made.mac.tokens.clone()).iter().any(|token| is_sql(&token.to_string()))
            {
                found.macros.push(name.to_string());
            }
        }
        found.visit_file(&file);
        found
    }

    /// Whether the value of a constant is a statement: a text, or what a macro makes of one.
    fn is_statement(&self, value: &syn::Expr) -> bool {
        let tokens = tokens(value);
        tokens.iter().any(|token| is_sql(token) || self.macros.contains(token))
    }
}

impl<'a> Visit<'a> for Statements {
    fn visit_item(&mut self, item: &'a Item) {
        match item {
            Item::Const(constant) if constant.ident == REGISTER => {
                self.registered = Some(tokens(&*constant.expr));
            }
            Item::Const(constant) if self.is_statement(&constant.expr) => {
                self.named.push(constant.ident.to_string());
            }
            Item::Mod(module) if is_test(&module.attrs) => {}
            Item::Macro(_) => {}
            item => syn::visit::visit_item(self, item),
        }
    }

    fn visit_lit_str(&mut self, literal: &'a syn::LitStr) {
        if is_sql(&literal.value()) {
            self.nameless.push(literal.value());
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    crate::tools::files(folder)
        .expect("a folder")
        .into_iter()
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .collect()
}

/// The module of a file, and the file that declares it.
fn parent(path: &Path) -> Option<(String, Vec<PathBuf>)> {
    let folder = path.parent()?;
    let (name, folder) = match path.file_stem()?.to_str()? {
        "lib" => return None,
        "mod" => (folder.file_name()?.to_str()?, folder.parent()?),
        name => (name, folder),
    };
    let beside = folder.with_extension("rs");
    Some((name.to_owned(), vec![folder.join("lib.rs"), folder.join("mod.rs"), beside]))
}

#[test]
fn every_statement_is_prepared() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut texts = BTreeMap::new();
    for folder in FOLDERS {
        for path in files(&home.join(folder)) {
            let text = std::fs::read_to_string(&path).expect("a file");
            texts.insert(path, text);
        }
    }
    let mut faults = Vec::new();
    for (path, text) in &texts {
        if path.ends_with("statements.rs") || path.ends_with("tests.rs") {
            continue;
        }
        let found = Statements::read(text);
        let shown = path.strip_prefix(&home).expect("below the top").display();
        let registered = found.registered.clone().unwrap_or_default();
        let above = |known: &str| {
            let above = parent(path).map(|(_, above)| above).unwrap_or_default();
            above.iter().filter_map(|above| texts.get(above)).any(|text| text.contains(known))
        };
        let module = parent(path).map(|(module, _)| module).unwrap_or_default();
        for name in found.named.iter().filter(|name| !registered.contains(name)) {
            let excepted = EXCEPT.iter().any(|(end, except, _)| path.ends_with(end) && except == name);
            if !excepted && !above(&format!("{module}::{name},")) && !above(&format!("{module}::{name}]")) {
                faults.push(format!("{shown}: {name} is in no {REGISTER}"));
            }
        }
        faults.extend(found.nameless.iter().map(|sql| format!("{shown}: “{sql}” has no name")));
        let taken = || above(&format!("{module}::{REGISTER}")) || above(&format!("{module}::statements()"));
        if found.registered.is_some() && !module.is_empty() && !taken() {
            faults.push(format!("{shown}: nothing above takes its {REGISTER}"));
        }
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn what_a_file_does_not_register_is_found() {
    let found = Statements::read(
        r#"
        macro_rules! read { ($rest:literal) => { concat!("SELECT id FROM things WHERE ", $rest) }; }
        const ALL: &str = read!("1 = 1");
        const ADD: &str = "INSERT INTO things VALUES ($1)";
        const LABEL: &str = "Things";
        pub(crate) const STATEMENTS: &[&str] = &[ALL];
        fn run() { go("DELETE FROM things"); say("Update your things"); }
        #[cfg(test)]
        mod tests { const SQL: &str = "SELECT 1"; }
        "#,
    );
    assert_eq!(found.named, ["ALL", "ADD"]);
    assert_eq!(found.nameless, ["DELETE FROM things"]);
    assert_eq!(
        found.registered,
        Some(vec!["ALL".to_owned()]).map(|names| [vec!["&".to_owned()], names].concat())
    );
}
