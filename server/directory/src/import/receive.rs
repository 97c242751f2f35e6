//! Taking a file in: it is sealed piece by piece as it comes.

use model::import::{Encoding, Existing, FILE_MAX, Separator};
use model::text::line;
use model::{Id, Operation, Problem};

use super::Import;
use super::file::{self, HEAD};
use super::text::Sniffer;
use super::upload::{Kept, first_choices, place};
use directory_core::authz::{Actor, permit};
use directory_core::error::{Error, Result};
use directory_core::store::{Sql, args, sql};
use directory_core::transaction::PlainTx;

/// How large a piece is, before it is sealed.
const PIECE: usize = 256 * 1024;
/// How many files of one administrator are kept; the oldest go first.
const FILES: i64 = 5;
/// The longest name of a file that is kept.
const NAME_MAX: usize = 200;

const INSERT: Sql = sql!(
    "INSERT INTO import_uploads (id, administrator_id, name, size, encoding, state, created_at)
    VALUES ($1, $2, $3, 0, 'utf-8', 'receiving', $4)"
);
const FORGET_OLDEST: Sql = sql!(
    "DELETE FROM import_uploads WHERE administrator_id = $1 AND id NOT IN
        (SELECT id FROM import_uploads WHERE administrator_id = $1 ORDER BY created_at DESC, pk DESC LIMIT $2)"
);
const INSERT_PIECE: Sql =
    sql!("INSERT INTO import_pieces (upload_id, position, id, body) VALUES ($1, $2, $3, $4)");
const WHOLE: Sql = sql!(
    "UPDATE import_uploads SET state = 'ready', size = $2, encoding = $3, choices = $4
    WHERE id = $1 AND state = 'receiving'"
);
const REFUSED: Sql = sql!(
    "UPDATE import_uploads SET state = 'failed', size = $2, choices = $3, why = $4
    WHERE id = $1 AND state = 'receiving'"
);
const DROP_PIECES: Sql = sql!("DELETE FROM import_pieces WHERE upload_id = $1");

/// A file on its way in. It is kept as it comes, and is there once all of it has come.
pub struct Receiving {
    id: Id,
    actor: Actor,
    sniffer: Sniffer,
    /// What is not kept yet.
    rest: Vec<u8>,
    head: Vec<u8>,
    pieces: i64,
    size: u64,
}

impl Import<'_> {
    /// Begins to take a file in.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn receive(&self, actor: &Actor, name: &str) -> Result<Receiving> {
        let permit = permit(actor, Operation::ImportUsers)?;
        let (me, id) = (actor.auth()?.id, self.0.env().new_id()?);
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let name = line(name, NAME_MAX).ok().filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| "users.csv".to_owned());
        let mut plain = PlainTx::begin(self.0, permit).await?;
        let now = plain.now;
        plain.run(INSERT, args![id, me, name, now]).await?;
        plain.run(FORGET_OLDEST, args![me, FILES]).await?;
        plain.commit().await?;
        let (sniffer, rest, head) = (Sniffer::default(), vec![], vec![]);
        Ok(Receiving { id, actor: actor.clone(), sniffer, rest, head, pieces: 0, size: 0 })
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// `invalid` at `file` when they are too many; `forbidden`, `not_signed_in`.
    pub async fn receive_more(&self, file: &mut Receiving, bytes: &[u8]) -> Result<()> {
        file.size += bytes.len() as u64;
        if file.size > FILE_MAX {
            let message = format!("The file is larger than {} MB. Split it.", FILE_MAX / 1024 / 1024);
            return Err(Problem::at("file", message).into());
        }
        file.sniffer.see(bytes);
        let room = HEAD.saturating_sub(file.head.len());
        file.head.extend(bytes.iter().take(room));
        file.rest.extend_from_slice(bytes);
        while file.rest.len() >= PIECE {
            let later = file.rest.split_off(PIECE);
            let now = std::mem::replace(&mut file.rest, later);
            self.keep(file, &now).await?;
        }
        Ok(())
    }

    async fn keep(&self, file: &mut Receiving, bytes: &[u8]) -> Result<()> {
        let id = self.0.env().new_id()?;
        let sealed = self.0.vault().seal(self.0.env(), place(id), bytes)?;
        let mut plain = PlainTx::begin(self.0, permit(&file.actor, Operation::ImportUsers)?).await?;
        plain.run(INSERT_PIECE, args![file.id, file.pieces, id, sealed]).await?;
        plain.commit().await?;
        file.pieces += 1;
        Ok(())
    }

    /// All of it has come: says its id, also of what cannot be read, whose page says why.
    ///
    /// # Errors
    /// `forbidden`, `not_signed_in`.
    pub async fn received(&self, mut file: Receiving) -> Result<Id> {
        let encoding = match file.sniffer.encoding() {
            Ok(encoding) => encoding,
            Err(problem) => return self.refuse(file, &problem).await,
        };
        let separator = file::separator(&file.head, encoding);
        let rest = std::mem::take(&mut file.rest);
        self.keep(&mut file, &rest).await?;
        let kept = match self.understand(&file.actor, &file.head, encoding, separator).await {
            Ok(kept) => kept,
            Err(Error::Problem(problem)) => return self.refuse(file, &problem).await,
            Err(error) => return Err(error),
        };
        let mut plain = PlainTx::begin(self.0, permit(&file.actor, Operation::ImportUsers)?).await?;
        let size = i64::try_from(file.size).map_err(Error::internal)?;
        plain.run_one(WHOLE, args![file.id, size, encoding.as_str(), serde_json::to_string(&kept)?]).await?;
        plain.commit().await?;
        Ok(file.id)
    }

    /// It cannot be read: what came is forgotten, and its page says why.
    ///
    /// # Errors
    /// `forbidden`, `not_signed_in`.
    pub async fn refuse(&self, file: Receiving, problem: &Problem) -> Result<Id> {
        let choices = first_choices(Encoding::Utf8, Separator::Comma, &[], Existing::Refuse);
        let kept = serde_json::to_string(&Kept { columns: vec![], choices })?;
        let mut plain = PlainTx::begin(self.0, permit(&file.actor, Operation::ImportUsers)?).await?;
        let size = i64::try_from(file.size).map_err(Error::internal)?;
        plain.run_one(REFUSED, args![file.id, size, kept, problem.message.as_str()]).await?;
        plain.run(DROP_PIECES, args![file.id]).await?;
        plain.commit().await?;
        Ok(file.id)
    }
}
