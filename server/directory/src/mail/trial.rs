//! A test of the mail server: one message, sent at once, and what the server said to it.

use std::time::Duration;

use model::mail::{MessageKind, TestOutcome};
use model::{ErrorCode, Operation, Principal, Problem};

use super::settings::{find, in_force};
use super::smtp::Answer;
use super::worker::{Desk, LEASE, Leased, name};
use super::{LEASED, Mail};
use crate::posting::{Facts, Message, write};
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::store::args;
use directory_core::transaction::PlainTx;

/// Somebody waits for the answer.
const PATIENCE: Duration = Duration::from_secs(20);

impl Mail<'_> {
    /// Sends a message to try the mail server out, and says what the server said.
    ///
    /// # Errors
    /// `forbidden`; `invalid` at `email`; `conflict` when there is no mail server.
    pub async fn send_test(&self, actor: &Actor, to: &str) -> Result<TestOutcome> {
        let mut plain = PlainTx::begin(self.0, permit(actor, Operation::SendTestMail)?).await?;
        let stored = find(plain.tx()).await?;
        let organization = crate::settings::read(plain.tx()).await?;
        let Some(server) = in_force(self.0, self.1, &stored)? else {
            let message = "There is no mail server yet. Save one first.";
            return Err(Problem::new(ErrorCode::Conflict, message).into());
        };
        let me = crate::administrators::find(plain.tx(), actor.auth()?.id).await?;
        let message = Message {
            kind: MessageKind::Test,
            to: to.to_owned(),
            principal: Principal::Administrator,
            principal_id: me.id,
            first_name: me.first_name,
            link: None,
            facts: Facts::default(),
        };
        let (id, until) = (self.0.env().new_id()?, plain.now.plus(LEASE));
        write(&mut plain, id, message, Some(until)).await?;
        let mut message: Leased = plain.tx().one(LEASED, args![id]).await?;
        name(&mut plain, &mut message, &server).await?;
        plain.commit().await?;

        let relay = self.1.relay(&server).await;
        let desk = Desk {
            context: self.0.clone(),
            server: server.into(),
            stored,
            organization: organization.profile,
        };
        let answer = match relay {
            Ok(relay) => relay.send(&desk.posted(&message)?, PATIENCE).await,
            Err(why) => Answer::Refused(why),
        };
        desk.write_down(&message, &answer, false).await?;
        let (Answer::Taken(said) | Answer::Refused(said) | Answer::Later(said)) = &answer;
        Ok(TestOutcome { accepted: matches!(answer, Answer::Taken(_)), said: said.clone() })
    }
}
