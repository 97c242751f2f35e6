//! The problem as the error of server functions.

use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

use crate::{ErrorCode, Problem};

impl FromServerFnError for Problem {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => unanswered(),
            // In the browser it is an answer that was not ours but, say, a proxy's.
            ServerFnErrorErr::Deserialization(_) if cfg!(target_family = "wasm") => unanswered(),
            ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_) => {
                Self::new(ErrorCode::Malformed, "The request could not be read.")
            }
            _ => Self::new(ErrorCode::Internal, "Something went wrong."),
        }
    }
}

fn unanswered() -> Problem {
    Problem::new(ErrorCode::Unavailable, "The server does not answer. Try again in a moment.")
}
