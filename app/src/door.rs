//! Who asks, and the directory that is asked. Until the directory is opened here, it says so.

use model::{ErrorCode, Problem};

/// Who asks and whom.
pub struct Door {
    pub directory: Closed,
    pub actor: Nobody,
}

pub struct Nobody;

pub struct Closed;

/// The administrator who is signed in.
#[expect(clippy::unused_async, reason = "looks the session up")]
pub async fn admin() -> Result<Door, Problem> {
    Err(Problem::new(ErrorCode::Unavailable, "The directory is not open yet."))
}

macro_rules! closed {
    ($($name:ident($($argument:ident: $Type:ident),*))*) => {
        $(
            #[expect(clippy::unused_async, reason = "asks the database")]
            pub async fn $name<T, $($Type),*>(&self, _: &Nobody, $($argument: $Type),*) -> Result<T, Problem> {
                $(drop($argument);)*
                Err(Problem::new(ErrorCode::Unavailable, "The directory is not open yet."))
            }
        )*
    };
}

impl Closed {
    pub fn users(&self) -> &Self {
        self
    }
    pub fn administrators(&self) -> &Self {
        self
    }
    pub fn account(&self) -> &Self {
        self
    }
    closed! {
        list(a: A) read(a: A) create(a: A) update(a: A) activate(a: A) suspend(a: A) delete(a: A) restore(a: A)
        activity(a: A, b: B) figures() me() columns(a: A) save_columns(a: A, b: B) details() update_details(a: A)
        sessions() end_session(a: A) end_other_sessions() homepage() search(a: A) unlock(a: A)
    }
}
