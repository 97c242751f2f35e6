//! What goes on after its asker has been answered.

use crate::Directory;
use crate::error::Result;

impl Directory {
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
