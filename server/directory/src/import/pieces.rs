//! The rows of a file that is kept in pieces: a thread of its own takes them apart, and no more than a few pieces
//! are ever in memory.

use std::io::{self, Read};

use model::Id;
use model::Problem;
use model::import::{Encoding, Separator};
use tokio::sync::mpsc;

use super::file;
use super::upload;
use directory_core::context::Context;
use directory_core::error::Result;

/// How many pieces, and batches of rows, wait for whoever takes them.
const WAITING: usize = 2;

/// A row with its number.
pub(super) type Numbered = (u64, Vec<String>);

/// Bytes as pieces come.
struct Pieces {
    from: mpsc::Receiver<io::Result<Vec<u8>>>,
    now: Vec<u8>,
    given: usize,
}

impl Read for Pieces {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.given >= self.now.len() {
            let Some(next) = self.from.blocking_recv() else { return Ok(0) };
            self.now = next?;
            self.given = 0;
        }
        let Some(mut left) = self.now.get(self.given..) else { return Ok(0) };
        let read = left.read(into)?;
        self.given += read;
        Ok(read)
    }
}

/// The rows of a file, in batches.
pub(super) struct Batches<T>(mpsc::Receiver<Result<Vec<T>, Problem>>);

impl<T: Send + 'static> Batches<T> {
    /// Reads a file in batches of so many rows, each made into something on the thread that reads.
    pub(super) fn read(
        context: &Context,
        (upload, encoding, separator): (Id, Encoding, Separator),
        batch: usize,
        make: impl Fn(Numbered) -> T + Send + 'static,
    ) -> Self {
        let (pieces, from) = mpsc::channel(WAITING);
        let (rows, made) = mpsc::channel(WAITING);
        tokio::spawn(feed(context.clone(), upload, pieces));
        tokio::task::spawn_blocking(move || {
            let bytes = Pieces { from, now: vec![], given: 0 };
            if let Err(problem) = parse(bytes, encoding, separator, batch, make, &rows) {
                // Nobody may want to hear of it any more.
                drop(rows.blocking_send(Err(problem)));
            }
        });
        Self(made)
    }

    /// The next rows; `None` after the last.
    ///
    /// # Errors
    /// `invalid` at `file`.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<T>>> {
        Ok(self.0.recv().await.transpose()?)
    }
}

async fn feed(context: Context, of: Id, pieces: mpsc::Sender<io::Result<Vec<u8>>>) {
    let mut position = 0;
    loop {
        let next = match upload::piece(&context, of, position).await {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => return,
            Err(error) => {
                tracing::error!(upload = %of, %error, "a piece of a file could not be read");
                Err(io::Error::other("The file could not be read from the database. Try again."))
            }
        };
        let last = next.is_err();
        // Nobody reads on.
        if pieces.send(next).await.is_err() || last {
            return;
        }
        position += 1;
    }
}

fn parse<T>(
    bytes: Pieces,
    encoding: Encoding,
    separator: Separator,
    batch: usize,
    make: impl Fn(Numbered) -> T,
    rows: &mpsc::Sender<Result<Vec<T>, Problem>>,
) -> Result<(), Problem> {
    let mut file = file::open(bytes, encoding, separator)?;
    let mut some = Vec::with_capacity(batch);
    while let Some(row) = file.rows.read()? {
        some.push(make(row));
        if some.len() >= batch && rows.blocking_send(Ok(std::mem::take(&mut some))).is_err() {
            return Ok(());
        }
    }
    // Nobody may want them any more.
    drop(rows.blocking_send(Ok(some)));
    Ok(())
}
