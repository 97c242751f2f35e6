//! Circles among the modules of each folder.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::names::Name;
use super::source::{Arrow, Source};

/// The modules beside each other in one folder, and who imports whom. What is below a module counts as it; a
/// module and what is below it are no circle.
type Folder = BTreeMap<(String, String), Arrow>;

pub struct Graph(BTreeMap<Name, Folder>);

impl Graph {
    pub fn of(source: &Source) -> Self {
        let mut folders: BTreeMap<Name, Folder> = BTreeMap::new();
        for arrow in source.arrows() {
            let shared = arrow.from.iter().zip(&arrow.to).take_while(|(from, to)| from == to).count();
            let (Some(from), Some(to)) = (arrow.from.get(shared), arrow.to.get(shared)) else { continue };
            let folder = folders.entry(arrow.from[..shared].to_vec()).or_default();
            folder.entry((from.clone(), to.clone())).or_insert(arrow);
        }
        Self(folders)
    }

    /// What is wrong, as sentences: circles, and known ones that are none any more.
    pub fn faults(&self, of: &str, known: &[(&str, &str, &str)]) -> Vec<String> {
        let mut faults = Vec::new();
        for (name, folder) in &self.0 {
            let shown = if name.is_empty() { "/".to_owned() } else { name.join("::") };
            let mut left = folder.clone();
            for (_, from, to) in known.iter().filter(|(folder, ..)| *folder == shown) {
                left.remove(&((*from).to_owned(), (*to).to_owned()));
            }
            for (_, from, to) in known.iter().filter(|(folder, ..)| *folder == shown) {
                let there = folder.contains_key(&((*from).to_owned(), (*to).to_owned()));
                if !there || way(&left, to, from).is_none() {
                    faults.push(format!(
                        "{of}, {shown}: {from} → {to} is known and closes no circle: remove it"
                    ));
                }
            }
            faults.extend(circles(&left).into_iter().map(|circle| told(of, &shown, &circle)));
        }
        let folders: BTreeSet<_> = self.0.keys().map(|name| name.join("::")).collect();
        let gone = known.iter().filter(|(folder, ..)| *folder != "/" && !folders.contains(*folder));
        faults.extend(gone.map(|(folder, ..)| format!("{of}: there is no folder {folder}")));
        faults
    }
}

fn told(of: &str, folder: &str, circle: &[&Arrow]) -> String {
    let arrows = circle.iter().map(|arrow| {
        let (from, to) = (arrow.from.join("::"), arrow.to.join("::"));
        format!("    {from} → {to}  {}:{}", arrow.file.display(), arrow.line)
    });
    format!("{of}, {folder}: a circle\n{}", arrows.collect::<Vec<_>>().join("\n"))
}

/// Circles until each is broken at its first arrow: enough to name one that closes each.
fn circles(folder: &Folder) -> Vec<Vec<&Arrow>> {
    let mut left: BTreeMap<_, _> = folder.iter().collect();
    let mut circles = Vec::new();
    loop {
        let alone: Folder = left.iter().map(|(key, arrow)| ((*key).clone(), (*arrow).clone())).collect();
        let shortest = alone.keys().filter_map(|(from, to)| Some((way(&alone, to, from)?, (from, to))));
        let Some((back, (from, to))) = shortest.min_by_key(|(back, _)| back.len()) else { return circles };
        let mut steps = vec![(from.clone(), to.clone())];
        steps.extend(back.windows(2).map(|step| (step[0].clone(), step[1].clone())));
        circles.push(steps.iter().filter_map(|step| folder.get(step)).collect());
        left.remove(&(from.clone(), to.clone()));
    }
}

/// The shortest way from one module to another.
fn way(folder: &Folder, from: &str, to: &str) -> Option<Vec<String>> {
    let mut before: BTreeMap<String, Option<String>> = [(from.to_owned(), None)].into();
    let mut queue = VecDeque::from([from.to_owned()]);
    while let Some(here) = queue.pop_front() {
        if here == to {
            let mut way = vec![here];
            while let Some(Some(step)) = way.last().and_then(|last| before.get(last)) {
                way.push(step.clone());
            }
            way.reverse();
            return Some(way);
        }
        for (_, next) in folder.keys().filter(|(one, _)| *one == here) {
            if !before.contains_key(next) {
                before.insert(next.clone(), Some(here.clone()));
                queue.push_back(next.clone());
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(arrows: &[(&str, &str)]) -> Graph {
        let arrow = |(from, to): &(&str, &str)| {
            let name = |text: &str| vec![text.to_owned()];
            let arrow = Arrow { from: name(from), to: name(to), file: "x.rs".into(), line: 7 };
            (((*from).to_owned(), (*to).to_owned()), arrow)
        };
        Graph([(Name::new(), arrows.iter().map(arrow).collect())].into())
    }

    #[test]
    fn a_circle_is_named_with_its_arrows() {
        assert!(graph(&[("a", "b"), ("b", "c"), ("a", "c")]).faults("x", &[]).is_empty());
        let faults = graph(&[("a", "b"), ("b", "c"), ("c", "a")]).faults("x", &[]);
        assert_eq!(faults.len(), 1);
        assert!(faults[0].contains("c → a  x.rs:7"), "{}", faults[0]);
    }

    #[test]
    fn what_is_known_must_still_be_so() {
        let round = graph(&[("a", "b"), ("b", "a")]);
        assert!(round.faults("x", &[("/", "b", "a")]).is_empty());
        let faults = graph(&[("a", "b")]).faults("x", &[("/", "b", "a")]);
        assert!(faults[0].contains("remove it"), "{}", faults[0]);
    }
}
