//! Names by content, compression, and a folder that holds exactly the finished files.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Mutex,
    thread,
};

use data_encoding::BASE32HEX_NOPAD;
use sha2::{Digest, Sha256};

use super::workbench;
use crate::{
    Result,
    tools::{at, files, write},
};

/// A file as the browser asks for it.
pub struct Asset {
    /// The path of its address, with the leading slash.
    pub path: String,
    pub bytes: Vec<u8>,
}

/// A file as it lies on the disk, by its name relative to the site.
type Packed = BTreeMap<PathBuf, Vec<u8>>;

/// 50 bits of a hash over names and contents: enough to tell apart versions of one file.
pub fn digest<'a, N: AsRef<str>>(parts: impl IntoIterator<Item = (N, &'a Vec<u8>)>) -> String {
    let mut hash = Sha256::new();
    for (name, bytes) in parts {
        hash.update(name.as_ref().as_bytes());
        hash.update(bytes.len().to_le_bytes());
        hash.update(bytes);
    }
    let mut text = BASE32HEX_NOPAD.encode(&hash.finalize()).to_ascii_lowercase();
    text.truncate(10);
    text
}

/// `main.css` becomes `/assets/main-<hash>.css`.
pub fn named(file: &Path, bytes: Vec<u8>) -> Asset {
    let stem = file.file_stem().unwrap_or_default().display();
    let extension = file.extension().unwrap_or_default().display();
    let path = format!("/assets/{stem}-{}.{extension}", digest([("", &bytes)]));
    Asset { path, bytes }
}

pub fn plain(assets: Vec<Asset>) -> Packed {
    assets.into_iter().map(|asset| (on_disk(&asset.path, ""), asset.bytes)).collect()
}

/// Adds brotli at its best beside each file that gains from it.
pub fn compress(assets: Vec<Asset>) -> Result<Packed> {
    let queue = Mutex::new(assets);
    let done = Mutex::new(Packed::new());
    let next = || queue.lock().ok().and_then(|mut queue| queue.pop());
    let work = || -> Result {
        while let Some(asset) = next() {
            let small = brotli(&asset)?.filter(|small| small.len() < asset.bytes.len());
            let Ok(mut done) = done.lock() else { break };
            done.extend(small.map(|small| (on_disk(&asset.path, ".br"), small)));
            done.insert(on_disk(&asset.path, ""), asset.bytes);
        }
        Ok(())
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let all: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        all.into_iter().try_for_each(|one| one.join().map_err(|_| "compression broke down")?)
    })?;
    done.into_inner().map_err(|error| error.to_string().into())
}

/// Compressed, or as it was compressed last time; none where the format already is.
fn brotli(asset: &Asset) -> Result<Option<Vec<u8>>> {
    let extension = asset.path.rsplit('.').next();
    if extension.is_some_and(|extension| ["png", "woff2"].contains(&extension)) {
        return Ok(None);
    }
    let kept = workbench().join("brotli").join(digest([("", &asset.bytes)]));
    if let Ok(small) = fs::read(&kept) {
        return Ok(Some(small));
    }
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: asset.bytes.len(),
        ..Default::default()
    };
    let mut small = Vec::new();
    brotli::BrotliCompress(&mut asset.bytes.as_slice(), &mut small, &params)?;
    write(&kept, &small)?;
    Ok(Some(small))
}

fn on_disk(path: &str, suffix: &str) -> PathBuf {
    PathBuf::from(format!("{}{suffix}", path.trim_start_matches('/')))
}

/// Makes the folder hold these files and no others. The manifest comes last: it is what says that
/// the rest is there.
pub fn place(site: &Path, packed: Packed, manifest: &[u8]) -> Result {
    let list = site.join("manifest.json");
    for old in files(site)? {
        if old != list && !packed.contains_key(old.strip_prefix(site)?) {
            fs::remove_file(&old).map_err(|error| at(&old, &error))?;
        }
    }
    for (name, bytes) in &packed {
        write(&site.join(name), bytes)?;
    }
    write(&list, manifest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_follows_the_content() {
        let one = named("main.css".as_ref(), b"a{}".to_vec());
        let two = named("main.css".as_ref(), b"b{}".to_vec());
        assert_eq!(one.path.replace(&digest([("", &one.bytes)]), "HASH"), "/assets/main-HASH.css");
        assert_ne!(one.path, two.path);
    }

    #[test]
    fn a_folder_is_named_by_names_as_well_as_contents() {
        let (x, y) = (b"x".to_vec(), b"y".to_vec());
        assert_ne!(digest([("a", &x), ("b", &y)]), digest([("b", &x), ("a", &y)]));
    }
}
