//! LDAP beside HTTP: its listeners and its certificate.

use std::sync::Arc;

use directory::Directory;
use ldap::{Listeners, TlsSource};
use tokio::sync::watch;

use super::{Result, listen::listen};
use crate::{config::Settings, tls::Tls};

/// What the configuration says of LDAP. Whether anybody is answered, the settings in the Admin Portal say.
pub struct Ldap {
    listeners: Listeners,
    tls: Option<Tls>,
    /// Whether it has a certificate of its own to follow.
    own: bool,
}

impl Ldap {
    /// Listens where the configuration says so, with the certificate of HTTPS unless there is another.
    ///
    /// # Errors
    /// A sentence that names the address or the file.
    pub async fn listen(settings: &Settings, https: Option<Tls>) -> Result<Self> {
        let bound = |wanted| -> Result<_> {
            let (listener, address) = listen(wanted)?;
            tracing::info!(%address, "listening for LDAP");
            Ok(listener)
        };
        let ldap = settings.ldap_listen.map(bound).transpose()?;
        let ldaps = settings.ldaps_listen.map(bound).transpose()?;
        let (tls, own) = match &settings.ldap_tls {
            Some((certificate, key)) if ldap.is_some() || ldaps.is_some() => {
                (Some(Tls::load(certificate, key).await?), true)
            }
            _ => (https, false),
        };
        Ok(Self { listeners: Listeners { ldap, ldaps }, tls, own })
    }

    /// Answers clients until the program stops.
    pub async fn serve(self, directory: Directory, stopped: watch::Receiver<bool>) {
        if self.listeners.ldap.is_none() && self.listeners.ldaps.is_none() {
            return;
        }
        let follow = self.tls.clone().filter(|_| self.own).map(|tls| tokio::spawn(tls.follow()));
        let source = self.tls.map(|tls| -> TlsSource { Arc::new(move || tls.served().get_inner()) });
        if let Err(error) = ldap::serve(&directory, self.listeners, source, stopped).await {
            tracing::error!(%error, "LDAP is not answered any more");
        }
        if let Some(follow) = follow {
            follow.abort();
        }
    }
}
