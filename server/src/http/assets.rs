//! The browser's files, from inside the program.

use std::{
    borrow::Cow,
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};

/// Everything below has its content in its name.
const HASHED: &str = "/assets/";

struct Embedded {
    path: &'static str,
    identity: &'static [u8],
    brotli: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/site.rs"));

/// One file, ready to be sent.
struct File {
    content_type: HeaderValue,
    etag: HeaderValue,
    identity: Bytes,
    brotli: Option<Bytes>,
}

impl File {
    fn new(path: &str, identity: Bytes, brotli: Option<Bytes>) -> Self {
        let mut hash = DefaultHasher::new();
        // Hashed names need no tag, and the large files are all hashed.
        if !path.starts_with(HASHED) {
            identity.hash(&mut hash);
        }
        let etag = HeaderValue::from_str(&format!("W/\"{:016x}\"", hash.finish()));
        Self {
            content_type: HeaderValue::from_static(content_type(path)),
            etag: etag.unwrap_or_else(|_| HeaderValue::from_static("W/\"\"")),
            identity,
            brotli,
        }
    }
}

/// The finished site.
pub struct Site {
    pub manifest: app::site::Site,
    files: HashMap<Cow<'static, str>, File>,
}

impl Site {
    /// The site inside the program; in a debug build the one on the disk.
    ///
    /// # Errors
    /// When the manifest cannot be read.
    pub fn load() -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        #[cfg(debug_assertions)]
        if let Some(site) = disk::load()? {
            return Ok(site);
        }
        if FILES.is_empty() {
            tracing::warn!(
                "this program was built without its site and has no pages: `cargo xtask run` builds both"
            );
        }
        let file = |file: &Embedded| {
            let brotli = file.brotli.map(Bytes::from_static);
            (file.path.into(), File::new(file.path, Bytes::from_static(file.identity), brotli))
        };
        let manifest =
            if FILES.is_empty() { app::site::Site::default() } else { serde_json::from_str(MANIFEST)? };
        Ok(Self { manifest, files: FILES.iter().map(file).collect() })
    }
}

#[cfg(debug_assertions)]
mod disk {
    use std::{env, fs, io, path::Path};

    use super::{File, Site};

    /// The folder that `BAILIWICK_SITE_DIR` names, else the one that the last build made.
    pub fn load() -> Result<Option<Site>, Box<dyn std::error::Error + Send + Sync>> {
        let built = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/site");
        let dir = env::var_os("BAILIWICK_SITE_DIR").unwrap_or_else(|| built.into());
        let manifest = Path::new(&dir).join("manifest.json");
        if !manifest.is_file() {
            return Ok(None);
        }
        let mut site = Site {
            manifest: serde_json::from_slice(&fs::read(manifest)?)?,
            files: std::collections::HashMap::new(),
        };
        collect(Path::new(&dir), "", &mut site)?;
        Ok(Some(site))
    }

    fn collect(dir: &Path, address: &str, site: &mut Site) -> io::Result<()> {
        for entry in fs::read_dir(dir)? {
            let path = entry?.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
            let address = format!("{address}/{name}");
            if path.is_dir() {
                collect(&path, &address, site)?;
            } else if name != "manifest.json" && path.extension() != Some("br".as_ref()) {
                let brotli = fs::read(path.with_file_name(format!("{name}.br"))).ok();
                let file = File::new(&address, fs::read(&path)?.into(), brotli.map(Into::into));
                site.files.insert(address.into(), file);
            }
        }
        Ok(())
    }
}

pub fn routes(site: Site) -> Router {
    let plain: Vec<String> =
        site.files.keys().filter(|path| !path.starts_with(HASHED)).map(ToString::to_string).collect();
    let mut router = Router::new().route("/assets/{*path}", get(send));
    for path in plain {
        router = router.route(&path, get(send));
    }
    router.with_state(Arc::new(site))
}

async fn send(State(site): State<Arc<Site>>, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    let Some(file) = site.files.get(path) else { return StatusCode::NOT_FOUND.into_response() };
    let mut response = Response::new(Body::empty());
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, file.content_type.clone());
    if path.starts_with(HASHED) {
        answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    } else {
        answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        answer.insert(header::ETAG, file.etag.clone());
        if headers.get(header::IF_NONE_MATCH) == Some(&file.etag) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
    }
    if file.brotli.is_some() {
        answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    match file.brotli.as_ref().filter(|_| takes_brotli(&headers)) {
        Some(brotli) => {
            answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
            *response.body_mut() = brotli.clone().into();
        }
        None => *response.body_mut() = file.identity.clone().into(),
    }
    response
}

fn takes_brotli(headers: &HeaderMap) -> bool {
    let codings = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    codings.flat_map(|list| list.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let refused = |part: &str| part.trim_start_matches("q=").trim_matches(['0', '.']).is_empty();
        parts.next().is_some_and(|name| name.eq_ignore_ascii_case("br")) && !parts.any(refused)
    })
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use axum::{body::to_bytes, http::Request};
    use tower::ServiceExt as _;

    use super::*;

    fn site() -> Router {
        let file = |path: &'static str, text: &'static [u8], small: Option<&'static [u8]>| {
            (path.into(), File::new(path, Bytes::from_static(text), small.map(Bytes::from_static)))
        };
        let files = HashMap::from([
            file("/assets/a/x.wasm", b"wasm", Some(b"br")),
            file("/favicon.svg", b"<svg/>", None),
        ]);
        routes(Site { manifest: app::site::Site::default(), files })
    }

    async fn ask(path: &str, name: header::HeaderName, value: &str) -> (Response, Vec<u8>) {
        let request = Request::get(path).header(name, value).body(Body::empty()).unwrap();
        let (parts, body) = site().oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        (Response::from_parts(parts, Body::empty()), body)
    }

    #[tokio::test]
    async fn a_hashed_file_is_kept_for_ever_and_comes_as_small_as_the_browser_takes() {
        let (answer, body) = ask("/assets/a/x.wasm", header::ACCEPT_ENCODING, "gzip, br").await;
        assert_eq!(body, b"br");
        assert_eq!(answer.headers()[header::CONTENT_ENCODING], "br");
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/wasm");
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        let (answer, body) = ask("/assets/a/x.wasm", header::ACCEPT_ENCODING, "gzip").await;
        assert_eq!((body.as_slice(), answer.headers().get(header::CONTENT_ENCODING)), (&b"wasm"[..], None));
    }

    #[tokio::test]
    async fn a_file_with_a_fixed_name_is_sent_again_only_when_it_changed() {
        let (answer, body) = ask("/favicon.svg", header::ACCEPT, "*/*").await;
        assert_eq!(body, b"<svg/>");
        let tag = answer.headers()[header::ETAG].to_str().unwrap();
        let (answer, body) = ask("/favicon.svg", header::IF_NONE_MATCH, tag).await;
        assert_eq!((answer.status(), body.is_empty()), (StatusCode::NOT_MODIFIED, true));
    }

    #[tokio::test]
    async fn what_is_not_there_is_not_found() {
        for path in ["/assets/a/y.wasm", "/assets/../Cargo.toml", "/assets/%2e%2e/manifest.json"] {
            assert_eq!(ask(path, header::ACCEPT, "*/*").await.0.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[test]
    fn brotli_only_for_those_who_take_it() {
        for (value, takes) in
            [("gzip, br", true), ("br;q=0", false), ("br; q=0.5", true), ("brx", false), ("", false)]
        {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]);
            assert_eq!(takes_brotli(&headers), takes, "{value}");
        }
    }
}
