//! Chunk groups: which chunks travel together. The splitter makes a chunk of everything that the same screens
//! share; with a dozen screens these are hundreds of small files, of which one screen needs a
//! hundred. Here they are put together into few.

use std::collections::{BTreeMap, BTreeSet};

/// What one more file costs whoever loads it, as bytes before compression: a request, and words
/// that the compression cannot take from its neighbours.
const A_FILE: usize = 60_000;

/// The screen that everybody opens first, when nothing is there yet.
const FIRST: &str = "home";

/// How often it is opened for once that another is.
const WEIGHT: usize = 8;

/// Chunks in one file, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChunkGroup {
    screens: BTreeSet<String>,
    bytes: usize,
    pub chunks: Vec<String>,
}

/// How often all of these are opened, as counts here.
fn times<'a>(screens: impl IntoIterator<Item = &'a String>) -> usize {
    screens.into_iter().map(|screen| if screen == FIRST { WEIGHT } else { 1 }).sum()
}

impl ChunkGroup {
    /// What it costs all who load it.
    fn cost(&self) -> usize {
        times(&self.screens) * (self.bytes + A_FILE)
    }

    fn with(&self, other: &Self) -> Self {
        Self {
            screens: self.screens.union(&other.screens).cloned().collect(),
            bytes: self.bytes + other.bytes,
            chunks: self.chunks.iter().chain(&other.chunks).cloned().collect(),
        }
    }
}

/// Puts together, step by step, the two groups by which all screens together gain most, until
/// none gain. `needs` says which chunks a screen loads, `bytes` how long each chunk is.
pub fn gather(needs: &BTreeMap<String, Vec<String>>, bytes: &BTreeMap<String, usize>) -> Vec<ChunkGroup> {
    let mut by_screens: BTreeMap<BTreeSet<String>, ChunkGroup> = BTreeMap::new();
    for (chunk, bytes) in bytes {
        let loaded_by = needs.iter().filter(|(_, chunks)| chunks.contains(chunk));
        let screens: BTreeSet<String> = loaded_by.map(|(screen, _)| screen.clone()).collect();
        let empty = ChunkGroup { screens: screens.clone(), bytes: 0, chunks: vec![] };
        let group = by_screens.entry(screens).or_insert(empty);
        group.bytes += bytes;
        group.chunks.push(chunk.clone());
    }
    let mut groups: Vec<ChunkGroup> = by_screens.into_values().collect();
    while let Some((first, second)) = best(&groups) {
        let joined = groups.swap_remove(second);
        if let Some(group) = groups.get_mut(first) {
            *group = group.with(&joined);
        }
    }
    groups
}

/// The two groups by whose joining most is gained, if anything is.
fn best(groups: &[ChunkGroup]) -> Option<(usize, usize)> {
    let mut found: Option<(usize, usize, usize)> = None;
    for (first, one) in groups.iter().enumerate() {
        for (second, other) in groups.iter().enumerate().skip(first + 1) {
            let together = times(one.screens.union(&other.screens)) * (one.bytes + other.bytes + A_FILE);
            let gain = (one.cost() + other.cost()).saturating_sub(together);
            if gain > found.map_or(0, |(gain, ..)| gain) {
                found = Some((gain, first, second));
            }
        }
    }
    found.map(|(_, first, second)| (first, second))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screens(of: &[(&str, &[&str])]) -> BTreeMap<String, Vec<String>> {
        let owned = |chunks: &[&str]| chunks.iter().map(|&chunk| chunk.to_owned()).collect();
        of.iter().map(|(screen, chunks)| ((*screen).to_owned(), owned(chunks))).collect()
    }

    fn gathered(of: &[(&str, &[&str])], bytes: &[(&str, usize)]) -> Vec<String> {
        let bytes = bytes.iter().map(|(chunk, bytes)| ((*chunk).to_owned(), *bytes)).collect();
        let mut names: Vec<String> = gather(&screens(of), &bytes)
            .into_iter()
            .map(|mut group| {
                group.chunks.sort();
                group.chunks.join(" ")
            })
            .collect();
        names.sort();
        names
    }

    #[test]
    fn small_chunks_travel_together_and_large_ones_alone() {
        let needs: &[(&str, &[&str])] =
            &[("home", &["a", "b", "home"]), ("list", &["a", "c", "list"]), ("form", &["b", "c", "form"])];
        let small = [("a", 100), ("b", 100), ("c", 100)];
        let own = [("home", 900_000), ("list", 900_000), ("form", 900_000)];
        assert_eq!(gathered(needs, &[small, own].concat()), ["a b c", "form", "home", "list"]);
        let large = [("a", 900_000), ("b", 900_000), ("c", 900_000)];
        assert_eq!(gathered(needs, &[large, own].concat()), ["a", "b", "c", "form", "home", "list"]);
    }

    #[test]
    fn no_chunk_is_lost_or_doubled() {
        let needs: &[(&str, &[&str])] = &[("home", &["a", "b"]), ("list", &["b", "c", "d"]), ("x", &["d"])];
        let bytes = [("a", 10), ("b", 50_000), ("c", 100), ("d", 70_000)];
        let all = gathered(needs, &bytes).join(" ");
        let mut chunks: Vec<_> = all.split(' ').collect();
        chunks.sort_unstable();
        assert_eq!(chunks, ["a", "b", "c", "d"]);
    }
}
