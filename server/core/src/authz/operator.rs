//! The operator: the person at the server's command line.

use super::actor::{Actor, Identity};

/// Permission to act as the operator, who has the server with the data and the key. Only opening the data for
/// the operator gives it ([`Context::open_for_operator`](crate::context::Context::open_for_operator)), which
/// the command line alone does: a server that answers requests never holds one.
#[derive(Clone, Debug)]
pub struct Operator(());

impl Operator {
    pub(crate) const fn new() -> Self {
        Self(())
    }

    /// The operator, with the command that events name.
    pub fn actor(&self, command: &'static str) -> Actor {
        Actor::new(Identity::Operator(command))
    }
}
