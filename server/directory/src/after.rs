//! Work that does not end with the request that began it.

use tracing::Instrument as _;

use crate::Directory;
use crate::error::{Error, Result};

impl Directory {
    /// Runs to its end even when the client that asked goes away meanwhile: what was counted is also
    /// recorded, and locks.
    ///
    /// # Errors
    /// Those of `work`; `internal` when it panics.
    pub(crate) async fn to_the_end<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        self.0.after.spawn(work.in_current_span()).await.map_err(Error::internal)?
    }

    /// Ends once all that goes on after its answer is done.
    pub async fn settled(&self) {
        self.0.after.close();
        self.0.after.wait().await;
        self.0.after.reopen();
    }

    /// Does what neither an answer nor its time may tell of, once the asker has been answered.
    pub(crate) fn after<F>(&self, what: &'static str, work: F)
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.0.after.spawn(async move {
            if let Err(error) = work.await {
                tracing::error!(%error, "not done after its answer: {what}");
            }
        });
    }
}
