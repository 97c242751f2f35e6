//! `bailiwick verify-events`.

use model::list::grouped;

use super::{
    Result,
    open::{refused, with_organization},
    output::say,
};
use crate::config::Settings;

pub fn run(settings: &Settings) -> Result {
    with_organization(settings, async |directory, operator| {
        let actor = operator.actor("bailiwick verify-events");
        let verified =
            directory.history().verify(&actor).await.map_err(|error| refused(&directory, error))?;
        match verified.tampering {
            Some(tampering) => Err(tampering.to_string().into()),
            None => say(format_args!(
                "{} sealed events are as they were written.",
                grouped(verified.sealed.unsigned_abs())
            )),
        }
    })
}
