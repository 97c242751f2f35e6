//! A crate as its files have it: modules, and what each imports. What is only for tests is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, UseTree};

use super::names::{Module, Name, resolve};

/// One module imports another; the crate's root is empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    pub from: Name,
    pub to: Name,
    pub file: PathBuf,
    pub line: usize,
}

/// A path as it is written in a module.
struct Mention {
    module: Name,
    path: Vec<String>,
    file: PathBuf,
    line: usize,
}

#[derive(Default)]
pub struct Source {
    modules: BTreeMap<Name, Module>,
    mentions: Vec<Mention>,
    words: Vec<(PathBuf, usize, String)>,
}

impl Source {
    pub fn read(root: &Path) -> Self {
        let mut source = Self::default();
        let folder = root.parent().expect("a folder");
        source.file(root, folder, Name::new());
        source
    }

    /// Every arrow, to the module that has what is imported.
    pub fn arrows(&self) -> impl Iterator<Item = Arrow> {
        let arrow = |mention: &Mention| {
            let to = resolve(&self.modules, &mention.module, &mention.path)?;
            let (from, file, line) = (mention.module.clone(), mention.file.clone(), mention.line);
            (to != from).then_some(Arrow { from, to, file, line })
        };
        self.mentions.iter().filter_map(arrow).collect::<BTreeSet<_>>().into_iter()
    }

    /// Where one of these words is written.
    pub fn words(&self, words: &[&str]) -> Vec<(PathBuf, usize, String)> {
        self.words.iter().filter(|(.., word)| words.contains(&word.as_str())).cloned().collect()
    }

    /// Reads a file. `folder` is where its modules are.
    fn file(&mut self, file: &Path, folder: &Path, module: Name) {
        let text =
            std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        if let Ok(tokens) = text.parse() {
            words(tokens, &mut |line, word| self.words.push((file.to_owned(), line, word)));
        }
        self.items(&parsed.items, file, folder, module);
    }

    fn items(&mut self, items: &[Item], file: &Path, folder: &Path, module: Name) {
        self.modules.entry(module.clone()).or_default();
        let mut reader = Reader { source: self, file, module: module.clone() };
        for item in items.iter().filter(|item| !matches!(item, Item::Mod(_))) {
            reader.visit_item(item);
        }
        for item in items {
            if let Item::Mod(item) = item
                && !is_for_tests(&item.attrs)
            {
                self.module(item, file, folder, &module);
            }
        }
    }

    fn module(&mut self, item: &ItemMod, file: &Path, folder: &Path, parent: &Name) {
        let name = item.ident.to_string();
        let child: Name = parent.iter().cloned().chain([name.clone()]).collect();
        self.modules.entry(parent.clone()).or_default().children.insert(name.clone());
        let inside = folder.join(&name);
        match (&item.content, path_of(&item.attrs)) {
            (Some((_, items)), _) => self.items(items, file, &inside, child),
            (None, Some(path)) => {
                let path = file.parent().expect("a folder").join(path);
                let folder = path.parent().expect("a folder").to_owned();
                self.file(&path, &folder, child);
            }
            (None, None) => {
                let beside = folder.join(format!("{name}.rs"));
                let file = if beside.exists() { beside } else { inside.join("mod.rs") };
                self.file(&file, &inside, child);
            }
        }
    }
}

/// Whether something is compiled for tests alone.
fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let syn::Meta::List(list) = &attribute.meta else { return attribute.path().is_ident("test") };
        let text = list.tokens.to_string();
        list.path.is_ident("cfg")
            && (text == "test" || text.starts_with("all (test") || text.starts_with("all(test"))
    })
}

fn path_of(attributes: &[Attribute]) -> Option<String> {
    let named = attributes.iter().find_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("path") => Some(&pair.value),
        _ => None,
    })?;
    match named {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(path), .. }) => Some(path.value()),
        _ => None,
    }
}

struct Reader<'a> {
    source: &'a mut Source,
    file: &'a Path,
    module: Name,
}

impl Reader<'_> {
    fn mention(&mut self, path: Vec<String>, line: usize) {
        let (module, file) = (self.module.clone(), self.file.to_owned());
        self.source.mentions.push(Mention { module, path, file, line });
    }

    /// Each name that a `use` brings, with what it stands for.
    fn brought(&mut self, tree: &UseTree, before: &[String]) {
        let with = |name: &syn::Ident| before.iter().cloned().chain([name.to_string()]).collect::<Vec<_>>();
        match tree {
            UseTree::Path(path) => self.brought(&path.tree, &with(&path.ident)),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.brought(tree, before)),
            UseTree::Glob(glob) => {
                let line = glob.star_token.spans[0].start().line;
                self.source.modules.entry(self.module.clone()).or_default().globs.push(before.to_vec());
                self.mention(before.to_vec(), line);
            }
            UseTree::Name(name) => {
                let itself = name.ident == "self";
                let path = if itself { before.to_vec() } else { with(&name.ident) };
                self.alias(path.last().cloned().unwrap_or_default(), path, name.ident.span().start().line);
            }
            UseTree::Rename(name) => {
                let path = if name.ident == "self" { before.to_vec() } else { with(&name.ident) };
                self.alias(name.rename.to_string(), path, name.ident.span().start().line);
            }
        }
    }

    fn alias(&mut self, name: String, path: Vec<String>, line: usize) {
        let module = self.source.modules.entry(self.module.clone()).or_default();
        module.aliases.insert(name, path.clone());
        self.mention(path, line);
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes: &[Attribute] = match item {
            Item::Const(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            Item::Static(item) => &item.attrs,
            Item::Struct(item) => &item.attrs,
            _ => &[],
        };
        if !is_for_tests(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.brought(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            let names = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            let line = path.segments[0].ident.span().start().line;
            self.mention(names, line);
        }
        visit::visit_path(self, path);
    }

    /// What stands in a macro is not parsed: its paths are found by their look.
    fn visit_macro(&mut self, invoked: &'ast syn::Macro) {
        let mut found = Vec::new();
        paths(invoked.tokens.clone(), &mut found);
        for (path, line) in found {
            self.mention(path, line);
        }
        visit::visit_macro(self, invoked);
    }
}

/// The paths of more than one name among tokens.
fn paths(tokens: TokenStream, found: &mut Vec<(Vec<String>, usize)>) {
    let (mut path, mut line, mut colons) = (Vec::new(), 0, 0);
    let mut end = |path: &mut Vec<String>, line: usize| {
        let whole = std::mem::take(path);
        if whole.len() > 1 {
            found.push((whole, line));
        }
    };
    let mut inner = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Ident(name) => {
                if colons != 2 {
                    end(&mut path, line);
                }
                if path.is_empty() {
                    line = name.span().start().line;
                }
                path.push(name.to_string());
                colons = 0;
            }
            TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
            TokenTree::Group(group) => {
                end(&mut path, line);
                colons = 0;
                inner.push(group.stream());
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {
                end(&mut path, line);
                colons = 0;
            }
        }
    }
    end(&mut path, line);
    for tokens in inner {
        paths(tokens, found);
    }
}

fn words(tokens: TokenStream, say: &mut impl FnMut(usize, String)) {
    for token in tokens {
        match token {
            TokenTree::Ident(name) => say(name.span().start().line, name.to_string()),
            TokenTree::Group(group) => words(group.stream(), say),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}
