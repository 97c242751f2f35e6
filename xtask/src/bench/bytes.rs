//! What a browser with an empty cache downloads, as it is sent: with brotli.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use serde_json::Value;

use super::{
    server::Server,
    table::{Table, budget, kilobytes},
};
use crate::{
    Result,
    site::Effort,
    tools::{files, read},
};

/// A page to visit first, and how much it may weigh beside the font.
struct Page {
    name: &'static str,
    path: &'static str,
    /// The screen on it that is loaded in chunks of its own, by its route.
    screen: Option<&'static str>,
    aim: Option<usize>,
}

/// The page that people come to first.
const FIRST: &str = "home";

const PAGES: &[Page] = &[
    Page { name: "sign-in", path: "/admin/login", screen: None, aim: Some(30_000) },
    Page { name: "Admin Portal, home", path: "/admin", screen: Some(FIRST), aim: Some(350_000) },
    Page { name: "Admin Portal, users", path: "/admin/users", screen: Some("users"), aim: Some(350_000) },
    Page {
        name: "Admin Portal, administrators",
        path: "/admin/settings/administrators",
        screen: Some("administrators"),
        aim: Some(350_000),
    },
    Page { name: "my account, security", path: "/admin/account/security", screen: None, aim: None },
    Page { name: "User Portal, sign-in", path: "/login", screen: None, aim: Some(30_000) },
    Page { name: "User Portal, applications", path: "/", screen: None, aim: Some(300_000) },
    Page { name: "User Portal, profile", path: "/profile", screen: None, aim: Some(300_000) },
    Page { name: "User Portal, security", path: "/security", screen: None, aim: Some(300_000) },
];

/// Where whoever is signed in is not asked to sign in again.
const SIGN_IN_PAGES: [&str; 2] = ["/admin/login", "/login"];

/// How much a screen may add that is opened from another.
const FURTHER: usize = 60_000;

const KINDS: &[&str] = &["html", "css", "js", "wasm", "svg", "woff2"];

pub fn first_visit() -> Result<Table> {
    let server = Server::start(100)?;
    let cookie = server.user_sign_in(&server.sign_in()?)?;
    let head = [&["page"], KINDS, &["without font", "budget"]].concat();
    let mut table = Table::new("Bytes of the first visit", &head);
    for page in PAGES {
        let sizes = visit(&server, page, &cookie)?;
        let total = sizes.iter().filter(|(kind, _)| *kind != "woff2").map(|(_, size)| size).sum();
        let mut row = vec![page.name.to_owned()];
        row.extend(KINDS.iter().map(|kind| kilobytes(sizes.get(*kind).copied().unwrap_or(0))));
        row.extend([kilobytes(total), budget(total, page.aim)]);
        table.row(row);
    }
    Ok(table)
}

/// Bytes by kind of file.
fn visit(server: &Server, page: &Page, cookie: &str) -> Result<BTreeMap<String, usize>> {
    let path = page.path;
    let cookie = if SIGN_IN_PAGES.contains(&path) { "" } else { cookie };
    let html = server.get(path, &[("Accept", "text/html"), ("Cookie", cookie)])?;
    if html.status != 200 {
        return Err(format!("{path} answers with {}", html.status).into());
    }
    let small =
        server.get(path, &[("Accept", "text/html"), ("Accept-Encoding", "br"), ("Cookie", cookie)])?;
    let mut sizes = BTreeMap::from([("html".to_owned(), small.body.len())]);
    for address in addresses(&String::from_utf8_lossy(&html.body)).union(&chunks_of(page.screen)?) {
        let file = server.get(address, &[("Accept-Encoding", "br")])?;
        let kind = address.rsplit('.').next().unwrap_or_default().to_owned();
        *sizes.entry(kind).or_default() += file.body.len();
    }
    Ok(sizes)
}

/// The addresses of a screen's chunks, which its route loads whether or not the page names them.
fn chunks_of(screen: Option<&str>) -> Result<BTreeSet<String>> {
    let Some(screen) = screen else { return Ok(BTreeSet::new()) };
    let all = screens()?;
    let found = all.iter().find(|one| one.name == screen).ok_or_else(|| format!("there is no {screen}"))?;
    Ok(found.chunks.iter().map(|chunk| format!("{}/{chunk}.wasm", found.dir)).collect())
}

/// Every file that the page names, and what those bring along.
fn addresses(page: &str) -> BTreeSet<String> {
    let named = page.split("\"/").skip(1).map(|rest| rest.split(['"', '#']).next().unwrap_or_default());
    let mut found: BTreeSet<String> = named
        .filter(|path| path.starts_with("assets/") || *path == "favicon.svg")
        .map(|path| format!("/{path}"))
        .collect();
    // The bindings import the loader of chunks, whether or not a page preloads it.
    let loaders: Vec<String> = found
        .iter()
        .filter(|path| path.ends_with("_bg.wasm"))
        .filter_map(|path| path.rsplit_once('/').map(|(dir, _)| format!("{dir}/split.js")))
        .collect();
    found.extend(loaders);
    found
}

/// A screen that is loaded when it is first opened.
struct Screen {
    /// The area that is loaded with it.
    name: String,
    /// Where its portal's files lie.
    dir: String,
    chunks: BTreeSet<String>,
}

/// What the built site says of its screens.
fn screens() -> Result<Vec<Screen>> {
    let manifest: Value = serde_json::from_slice(&read(&Effort::Full.site().join("manifest.json"))?)?;
    let entries = manifest.get("entries").and_then(Value::as_object);
    let mut found = Vec::new();
    for entry in entries.into_iter().flat_map(|entries| entries.values()) {
        let dir = entry.get("dir").and_then(Value::as_str).unwrap_or_default();
        for (screen, chunks) in entry.get("prefetch").and_then(Value::as_object).into_iter().flatten() {
            let chunks = chunks.as_array().into_iter().flatten().filter_map(Value::as_str);
            let chunks = chunks.map(str::to_owned).collect();
            found.push(Screen { name: readable(screen), dir: dir.to_owned(), chunks });
        }
    }
    Ok(found)
}

/// What each screen adds when it is opened from the first page.
pub fn further_screens() -> Result<Table> {
    let screens = screens()?;
    let there: BTreeSet<String> = screens
        .iter()
        .filter(|screen| screen.name == FIRST)
        .flat_map(|screen| screen.chunks.clone())
        .collect();
    let mut table =
        Table::new("Bytes of each further screen", &["screen", "all its code", "after home", "budget"]);
    for screen in &screens {
        let dir = Effort::Full.site().join(screen.dir.trim_start_matches('/'));
        let sum = |chunks: &mut dyn Iterator<Item = &String>| {
            chunks.map(|chunk| size(&dir, chunk)).sum::<Result<usize>>()
        };
        let all = sum(&mut screen.chunks.iter())?;
        let added = sum(&mut screen.chunks.difference(&there))?;
        table.row(vec![screen.name.clone(), kilobytes(all), kilobytes(added), budget(added, Some(FURTHER))]);
    }
    Ok(table)
}

fn size(dir: &Path, chunk: &str) -> Result<usize> {
    let all = files(dir)?;
    let named = |name: &str| all.iter().find(|path| path.ends_with(name));
    let found = named(&format!("{chunk}.wasm.br")).or_else(|| named(&format!("{chunk}.wasm")));
    Ok(read(found.ok_or_else(|| format!("there is no chunk {chunk}"))?)?.len())
}

/// `found_1226…` is the function `found`, wherever it stands.
fn readable(screen: &str) -> String {
    let plain = screen.rsplit_once('_').filter(|(_, number)| number.parse::<u64>().is_ok());
    plain.map_or(screen, |(name, _)| name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_a_page_names() {
        let page = r#"<link href="/assets/main-1.css"><use href="/assets/icons-1.svg#x"/>
            <link href="/assets/admin-1/admin_bg.wasm"><a href="/admin">"#;
        let found: Vec<_> = addresses(page).into_iter().collect();
        assert_eq!(
            found,
            [
                "/assets/admin-1/admin_bg.wasm",
                "/assets/admin-1/split.js",
                "/assets/icons-1.svg",
                "/assets/main-1.css",
            ]
        );
    }
}
