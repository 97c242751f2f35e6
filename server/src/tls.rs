//! HTTPS by the program itself: certificate and key from files, and again when they are renewed.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use axum_server::tls_rustls::RustlsConfig;
use rustls::crypto::aws_lc_rs;

use crate::Result;

/// How often the files are looked at.
const ROUND: Duration = Duration::from_mins(1);

/// Certificate and key, as served.
#[derive(Clone)]
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    served: RustlsConfig,
}

impl Tls {
    /// Reads both files.
    ///
    /// # Errors
    /// A sentence that names the file.
    pub async fn load(certificate: &Path, key: &Path) -> Result<Self> {
        // Somebody else may have installed the same one.
        drop(aws_lc_rs::default_provider().install_default());
        let (chain, secret) = read(certificate, key)?;
        let served = RustlsConfig::from_pem(chain, secret)
            .await
            .map_err(|error| unusable(certificate, key, &error))?;
        Ok(Self { certificate: certificate.to_owned(), key: key.to_owned(), served })
    }

    pub fn served(&self) -> RustlsConfig {
        self.served.clone()
    }

    /// Takes renewed files over, for as long as the program runs.
    pub async fn follow(self) {
        let mut seen = self.state();
        let mut round = tokio::time::interval(ROUND);
        loop {
            round.tick().await;
            let now = self.state();
            if now == seen {
                continue;
            }
            // Files that are half written are looked at again in the next round.
            match self.reload().await {
                Ok(()) => {
                    tracing::info!(certificate = %self.certificate.display(), "the renewed certificate is in use");
                    seen = now;
                }
                Err(error) => tracing::warn!(%error, "the old certificate stays in use"),
            }
        }
    }

    async fn reload(&self) -> Result {
        let (chain, secret) = read(&self.certificate, &self.key)?;
        let reloaded = self.served.reload_from_pem(chain, secret).await;
        reloaded.map_err(|error| unusable(&self.certificate, &self.key, &error).into())
    }

    /// When the files were changed last.
    fn state(&self) -> [Option<SystemTime>; 2] {
        [&self.certificate, &self.key].map(|path| fs::metadata(path).and_then(|data| data.modified()).ok())
    }
}

fn read(certificate: &Path, key: &Path) -> Result<(Vec<u8>, Vec<u8>)> {
    let read = |what, path: &Path| {
        fs::read(path).map_err(|error| format!("the {what} {} cannot be read: {error}", path.display()))
    };
    Ok((read("certificate", certificate)?, read("key", key)?))
}

fn unusable(certificate: &Path, key: &Path, error: &std::io::Error) -> String {
    format!(
        "{} and {} cannot be used for HTTPS: {error}. They must be PEM, the certificate with its chain, and belong \
         together.",
        certificate.display(),
        key.display()
    )
}
