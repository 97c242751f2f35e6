//! What an administrator chose for their own screens.

use model::account::ColumnChoice;
use model::event::EventKind;
use model::home::Widget;
use model::lists::LISTS;
use model::text::required_line;
use model::{Id, Operation, Problem};

use directory_core::authz::{Actor, permit};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::events::{AuditEvent, field};
use directory_core::store::{Sql, Tx, args, sql};
use directory_core::transaction::PlainTx;

/// One's own choices.
pub struct Preferences<'a>(pub(crate) &'a Context);

const CHOSEN: Sql = sql!(
    "SELECT name, value FROM preferences WHERE administrator_id = $1 AND name IN ('time_zone', 'news_seen', 'home')"
);
const FORGET: Sql = sql!("DELETE FROM preferences WHERE administrator_id = $1 AND name = $2");
const READ: Sql = sql!("SELECT value FROM preferences WHERE administrator_id = $1 AND name = $2");
const WRITE: Sql = sql!(
    "INSERT INTO preferences (administrator_id, name, value) VALUES ($1, $2, $3)
    ON CONFLICT (administrator_id, name) DO UPDATE SET value = excluded.value"
);

/// The longest name of an edition, in characters.
const EDITION_MAX: usize = 64;

/// What one chose that every page needs to know.
#[derive(Debug, Default)]
pub(crate) struct Chosen {
    pub time_zone: Option<String>,
    /// Empty for nothing.
    pub news_seen: String,
    /// The parts of the Homepage; none means all of them.
    pub widgets: Option<Vec<Widget>>,
}

pub(crate) async fn chosen(tx: &mut Tx, administrator: Id) -> Result<Chosen> {
    let rows: Vec<(String, String)> = tx.all(CHOSEN, args![administrator]).await?;
    let mut chosen = Chosen::default();
    for (name, value) in rows {
        match name.as_str() {
            "time_zone" => chosen.time_zone = Some(value),
            "news_seen" => chosen.news_seen = value,
            // What a later release adds to it or takes from it is no fault of theirs.
            "home" => chosen.widgets = Some(value.split(' ').filter_map(Widget::parse).collect()),
            _ => {}
        }
    }
    Ok(chosen)
}

/// The zones that can be chosen: places, and UTC.
pub fn time_zones() -> Vec<String> {
    let names = jiff::tz::db().available().map(|name| name.as_str().to_owned());
    let mut names: Vec<_> = names.filter(|name| is_place(name)).collect();
    names.sort_unstable();
    names
}

/// Not what is there for the sake of old programs, whose signs are the wrong way round.
fn is_place(name: &str) -> bool {
    let old = ["Etc/", "SystemV/", "posix/", "right/"].iter().any(|folder| name.starts_with(folder));
    name == "UTC" || (name.contains('/') && !old)
}

impl Preferences<'_> {
    /// The columns chosen for a list; the default when none were.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub async fn columns(&self, actor: &Actor, list: &str) -> Result<ColumnChoice> {
        permit(actor, Operation::ReadOwnAccount)?;
        let me = actor.auth()?.id;
        let mut tx = self.0.db().read().await?;
        let found: Option<(String,)> = tx.optional(READ, args![me, key_of(list)]).await?;
        Ok(found.and_then(|(value,)| serde_json::from_str(&value).ok()).unwrap_or_default())
    }

    /// Keeps the columns chosen for a list.
    ///
    /// # Errors
    /// `invalid` for a list that does not exist, or columns that it cannot be shown with.
    pub async fn set_columns(&self, actor: &Actor, list: &str, choice: &ColumnChoice) -> Result<()> {
        let permit = permit(actor, Operation::UpdateOwnAccount)?;
        let me = actor.auth()?.id;
        let Some(spec) = LISTS.iter().find(|spec| spec.name == list) else {
            return Err(Problem::at("list", format!("There is no list “{list}”.")).into());
        };
        choice.check(spec)?;
        let mut plain = PlainTx::begin(self.0, permit).await?;
        plain.run(WRITE, args![me, key_of(list), serde_json::to_string(choice)?]).await?;
        plain.commit().await
    }

    /// Keeps the zone in which one sees times, by its IANA name; as the browser has it when empty.
    ///
    /// # Errors
    /// `invalid` at `time_zone` for a zone that does not exist.
    pub async fn set_time_zone(&self, actor: &Actor, name: &str) -> Result<()> {
        let permit = permit(actor, Operation::UpdateOwnAccount)?;
        let me = actor.auth()?.id;
        let typed = name.trim().replace(' ', "_");
        let known = time_zones().into_iter().find(|zone| zone.eq_ignore_ascii_case(&typed));
        if known.is_none() && !typed.is_empty() {
            let message = "There is no such time zone. Choose one from the list, such as Europe/London.";
            return Err(Problem::at("time_zone", message).into());
        }
        let mut plain = PlainTx::begin(self.0, permit).await?;
        let before = chosen(plain.tx(), me).await?.time_zone;
        if before == known {
            return Ok(());
        }
        match &known {
            Some(zone) => plain.run(WRITE, args![me, "time_zone", zone]).await?,
            None => plain.run(FORGET, args![me, "time_zone"]).await?,
        };
        let changes = vec![field("timeZone", before.unwrap_or_default(), known.unwrap_or_default())];
        let told = AuditEvent::new(EventKind::AdminUpdate).to("administrator", me, &actor.auth()?.name);
        plain.record(told.changes(changes)).await?;
        plain.commit().await
    }

    /// Keeps which parts the Homepage shows, and in which order.
    ///
    /// # Errors
    /// `not_signed_in`; `invalid` at `widgets` for one that is there twice.
    pub async fn set_widgets(&self, actor: &Actor, widgets: &[Widget]) -> Result<()> {
        let permit = permit(actor, Operation::UpdateOwnAccount)?;
        let me = actor.auth()?.id;
        let twice = widgets
            .iter()
            .enumerate()
            .find(|(place, one)| widgets.iter().take(*place).any(|earlier| earlier == *one));
        if let Some((_, twice)) = twice {
            let message = format!("“{}” is there twice.", twice.label());
            return Err(Problem::at("widgets", message).into());
        }
        let kept: Vec<_> = widgets.iter().map(|one| one.as_str()).collect();
        let mut plain = PlainTx::begin(self.0, permit).await?;
        plain.run(WRITE, args![me, "home", kept.join(" ")]).await?;
        plain.commit().await
    }

    /// Remembers up to where one has seen what is new.
    ///
    /// # Errors
    /// `invalid` at `edition` for what is no name of one.
    pub async fn see_news(&self, actor: &Actor, edition: &str) -> Result<()> {
        let permit = permit(actor, Operation::UpdateOwnAccount)?;
        let me = actor.auth()?.id;
        let edition = required_line(edition, EDITION_MAX, "an edition")
            .map_err(|error| Problem::at("edition", error.to_string()))?;
        let mut plain = PlainTx::begin(self.0, permit).await?;
        plain.run(WRITE, args![me, "news_seen", edition]).await?;
        plain.commit().await
    }
}

fn key_of(list: &str) -> String {
    format!("columns.{list}")
}
