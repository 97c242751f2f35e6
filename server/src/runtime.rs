//! Time and chance for the server, and who takes payments: the real ones; with the feature `test-clock`
//! a clock that a test can move, and cards that are none.

use std::sync::Arc;

use axum::Router;
use directory::{Clock, Environment, HashingCost};

#[cfg(all(feature = "test-clock", not(debug_assertions)))]
compile_error!("the feature `test-clock` lets anybody move the clock: not in a release build");

/// Time and chance for the server.
pub struct Runtime {
    #[cfg(feature = "test-clock")]
    clock: Arc<directory::ShiftedClock>,
    #[cfg(not(feature = "test-clock"))]
    clock: Arc<directory::SystemClock>,
}

impl Runtime {
    pub fn new() -> Self {
        Self {
            #[cfg(feature = "test-clock")]
            clock: Arc::default(),
            #[cfg(not(feature = "test-clock"))]
            clock: Arc::new(directory::SystemClock),
        }
    }

    pub fn clock(&self) -> Arc<dyn Clock> {
        self.clock.clone()
    }

    pub fn environment(&self) -> Environment {
        let environment = Environment { clock: self.clock(), ..Environment::system(cost()) };
        #[cfg(feature = "test-clock")]
        let environment = Environment { payments: Arc::new(crate::test_cards::TestCards), ..environment };
        environment
    }

    /// What only tests may ask: `POST /_test/clock?advance=SECONDS`.
    #[cfg_attr(
        not(feature = "test-clock"),
        expect(clippy::unused_self, reason = "there is nothing to ask then")
    )]
    pub fn routes(&self) -> Router {
        let routes = Router::new();
        #[cfg(feature = "test-clock")]
        let routes = {
            let clock = self.clock.clone();
            let advance = async move |axum::extract::Query(by): axum::extract::Query<Advance>| {
                clock.advance(std::time::Duration::from_secs(by.advance));
                axum::http::StatusCode::NO_CONTENT
            };
            routes
                .route("/_test/clock", axum::routing::post(advance))
                .route(crate::test_cards::PAGE, axum::routing::get(crate::test_cards::page))
        };
        routes
    }
}

#[cfg(feature = "test-clock")]
#[derive(serde::Deserialize)]
struct Advance {
    advance: u64,
}

/// Tests that sign in all the time may ask for cheap hashes.
fn cost() -> HashingCost {
    if cfg!(feature = "test-clock") && std::env::var_os("BAILIWICK_TEST_FAST_HASH").is_some() {
        return HashingCost { memory_kib: 64, passes: 1, ..HashingCost::default() };
    }
    HashingCost::default()
}

#[cfg(all(test, feature = "test-clock"))]
mod tests {
    use axum::{
        body::Body,
        http::{Request, StatusCode},
    };
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn a_test_moves_the_clock() {
        let runtime = Runtime::new();
        let before = runtime.clock().now();
        let request = Request::post("/_test/clock?advance=86400").body(Body::empty()).unwrap();
        let answer = runtime.routes().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        assert!(runtime.clock().now().since(before).as_secs() >= 86_400);
    }
}
