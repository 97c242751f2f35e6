//! Where the browser's files lie. Their names follow their contents, so both sides ask here.

#[cfg(feature = "ssr")]
pub use server::*;

#[cfg(feature = "ssr")]
mod server {
    use std::{
        collections::{BTreeMap, HashMap},
        sync::OnceLock,
    };

    use serde::Deserialize;

    /// What the build says of the site: `manifest.json`.
    #[derive(Clone, Debug, Default, Deserialize)]
    pub struct Site {
        /// Address of the style sheet.
        pub css: String,
        /// Address of the icons' sprite.
        pub icons: String,
        /// Addresses of the fonts that each page needs.
        pub fonts: Vec<String>,
        /// Addresses of the scripts that pages without WASM load, by name.
        #[serde(default)]
        pub scripts: BTreeMap<String, String>,
        /// The WASM entries by name, one per portal.
        pub entries: BTreeMap<String, Entry>,
    }

    #[derive(Clone, Debug, Default, Deserialize)]
    pub struct Entry {
        /// The folder of all its files: `<name>.js`, `<name>_bg.wasm`, `split.js` and the chunks.
        pub dir: String,
        /// Which chunks a lazily loaded screen needs.
        pub prefetch: HashMap<String, Vec<String>>,
    }

    static SITE: OnceLock<Site> = OnceLock::new();

    /// Said once, when the program starts; what comes later changes nothing.
    pub fn install(site: Site) {
        crate::kit::install_icons(site.icons.clone());
        drop(SITE.set(site));
    }

    /// The site; an empty one in a program that serves no pages, such as a test.
    pub fn get() -> &'static Site {
        SITE.get_or_init(Site::default)
    }
}
