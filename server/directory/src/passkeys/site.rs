//! The site that passkeys belong to: the name in the public URL, and that very origin.

use webauthn_rs::prelude::{Url, Webauthn, WebauthnBuilder};

use directory_core::context::Context;
use directory_core::error::{Error, Result};

/// Where passkeys can be used, or why they cannot.
pub(super) fn site(public_url: &str) -> std::result::Result<Url, String> {
    let url =
        Url::parse(public_url).map_err(|_| "The public URL of this server cannot be read.".to_owned())?;
    let Some(name) = url.domain() else {
        let host = url.host_str().unwrap_or_default();
        return Err(format!(
            "Passkeys belong to a name, and the public URL of this server has an address instead: {host}."
        ));
    };
    let own = name == "localhost" || name.ends_with(".localhost");
    if url.scheme() == "https" || own {
        return Ok(url);
    }
    Err(format!(
        "Browsers use passkeys over HTTPS alone, and the public URL of this server is http://{name}."
    ))
}

/// What checks the answers of authenticators. The name is what they show.
pub(super) fn webauthn(context: &Context, organization: &str) -> Result<Webauthn> {
    let url = site(context.public_url()).map_err(super::unusable)?;
    let name = format!("{organization} (Bailiwick)");
    let built = WebauthnBuilder::new(url.domain().unwrap_or_default(), &url)
        .and_then(|builder| builder.rp_name(&name).timeout(super::ceremony::LIFETIME).build());
    built.map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_a_safe_way_to_it() {
        for good in [
            "https://directory.example.org",
            "https://directory.example.org:8443",
            "http://localhost:8080",
            "http://portal.localhost",
            "https://localhost",
        ] {
            assert!(site(good).is_ok(), "{good}");
        }
        for (bad, says) in [
            ("http://127.0.0.1:8080", "127.0.0.1"),
            ("https://127.0.0.1", "an address"),
            ("https://[::1]:8443", "an address"),
            ("http://directory.example.org", "HTTPS alone"),
            ("http://localhost.example.org", "HTTPS alone"),
            ("nonsense", "cannot be read"),
        ] {
            let why = site(bad).expect_err(bad);
            assert!(why.contains(says), "{bad}: {why}");
        }
    }
}
