//! Search of everything (Ctrl K): what the directory finds. Screens and actions the browser knows.

use serde::{Deserialize, Serialize};

use crate::Id;
use crate::user::{PasswordStatus, UserState};

/// How many of each kind are shown.
pub const HITS_MAX: u16 = 6;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hits {
    pub people: Vec<PersonHit>,
    pub administrators: Vec<AdministratorHit>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonHit {
    pub id: Id,
    pub name: String,
    pub email: String,
    pub department: String,
    pub state: UserState,
    pub password: PasswordStatus,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdministratorHit {
    pub id: Id,
    pub name: String,
    pub email: String,
    pub role: String,
}
