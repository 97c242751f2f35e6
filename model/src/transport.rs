//! What server functions speak: JSON, and the problem as their error.

use serde::Serialize;
use serde::de::{DeserializeOwned, Error};
use server_fn::codec::Post;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};
use server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};

use crate::{ErrorCode, Problem};

/// JSON that is read as text. Pages carry their data as text, and reading the same types from bytes
/// too, as server functions do by themselves, would bring the browser all that reads them twice.
pub struct JsonText;

/// Arguments and answers of server functions, in the body of a POST.
pub type Json = Post<JsonText>;

impl ContentType for JsonText {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for JsonText {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for JsonText {
    type Error = serde_json::Error;

    fn encode(value: &T) -> Result<Bytes, Self::Error> {
        serde_json::to_vec(value).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for JsonText {
    type Error = serde_json::Error;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        let text = std::str::from_utf8(&bytes).map_err(|_| Error::custom("not UTF-8"))?;
        serde_json::from_str(text)
    }
}

impl FromServerFnError for Problem {
    type Encoder = JsonText;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => unanswered(),
            // In the browser it is an answer that was not ours but, say, a proxy's.
            ServerFnErrorErr::Deserialization(_) if cfg!(target_family = "wasm") => unanswered(),
            // What a connection or a library says of itself is nobody's business.
            ServerFnErrorErr::Deserialization(_) => {
                Self::new(ErrorCode::Malformed, "The request could not be read.")
            }
            ServerFnErrorErr::Args(why) | ServerFnErrorErr::MissingArg(why) => {
                // What was sent may be repeated in it: as little of that as helps.
                let why: String = why.chars().filter(|char| !char.is_control()).take(200).collect();
                Self::new(ErrorCode::Malformed, format!("The request could not be read: {why}."))
            }
            _ => Self::new(ErrorCode::Internal, "Something went wrong."),
        }
    }
}

fn unanswered() -> Problem {
    Problem::new(ErrorCode::Unavailable, "The server does not answer. Try again in a moment.")
}
