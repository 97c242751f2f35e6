//! How the browser asks the server, and what it does when the session has ended.

use std::future::{Future, pending};

use futures::{Sink, Stream};
use leptos::server_fn::{
    Bytes,
    client::{Client, browser::BrowserClient},
    request::browser::BrowserRequest,
    response::{ClientRes, browser::BrowserResponse},
};
use model::{ErrorCode, Problem};

use crate::browser::unsaved;

/// The browser's `fetch`. When nobody is signed in any more, it goes to the sign-in page and comes
/// back from there, unless something has been typed that would be lost.
pub struct Browser;

impl Client<Problem> for Browser {
    type Request = BrowserRequest;
    type Response = BrowserResponse;

    async fn send(request: BrowserRequest) -> Result<BrowserResponse, Problem> {
        let response = <BrowserClient as Client<Problem>>::send(request).await?;
        let status = <BrowserResponse as ClientRes<Problem>>::status(&response);
        if status == ErrorCode::NotSignedIn.status() && !unsaved::any() && sign_in() {
            return pending().await;
        }
        Ok(response)
    }

    fn open_websocket(
        path: &str,
    ) -> impl Future<
        Output = Result<
            (impl Stream<Item = Result<Bytes, Bytes>> + Send + 'static, impl Sink<Bytes> + Send + 'static),
            Problem,
        >,
    > + Send {
        <BrowserClient as Client<Problem>>::open_websocket(path)
    }

    fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        <BrowserClient as Client<Problem>>::spawn(future);
    }
}

/// The same for what a page asks by itself: it keeps no session open.
pub struct Background;

/// As the server knows it.
const BACKGROUND: &str = "x-bailiwick-background";

impl Client<Problem> for Background {
    type Request = BrowserRequest;
    type Response = BrowserResponse;

    async fn send(request: BrowserRequest) -> Result<BrowserResponse, Problem> {
        request.headers().set(BACKGROUND, "1");
        Browser::send(request).await
    }

    fn open_websocket(
        path: &str,
    ) -> impl Future<
        Output = Result<
            (impl Stream<Item = Result<Bytes, Bytes>> + Send + 'static, impl Sink<Bytes> + Send + 'static),
            Problem,
        >,
    > + Send {
        <BrowserClient as Client<Problem>>::open_websocket(path)
    }

    fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        <BrowserClient as Client<Problem>>::spawn(future);
    }
}

/// Leaves for the sign-in page; false if the browser does not let it.
fn sign_in() -> bool {
    let location = leptos::prelude::window().location();
    let here = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
    location.assign(&crate::routes::login(&here)).is_ok()
}
