//! Who looks at a page, and how they want to see it: what the server reads from the request and
//! hands over to the browser, so that both render the same.

use leptos::prelude::*;
use model::account::Me;
use model::{Operation, Timestamp, portal};
use serde::{Deserialize, Serialize};

use crate::kit::{Clock, DefaultViews};
pub use crate::kit::{UTC, clock};

/// Cookies that the browser writes and the server reads.
pub const THEME_COOKIE: &str = "bw_theme";
pub const NAV_COOKIE: &str = "bw_nav";
pub const ZONE_COOKIE: &str = "bw_zone";

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theme {
    Light,
    Dark,
    /// As the system has it.
    #[default]
    System,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::System];

    pub const fn label(self) -> &'static str {
        match self {
            Self::Light => "Light",
            Self::Dark => "Dark",
            Self::System => "System",
        }
    }

    /// The value of `data-theme` on the root element and of the cookie.
    pub const fn forced(self) -> Option<&'static str> {
        match self {
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
            Self::System => None,
        }
    }

    fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.forced() == Some(text)).unwrap_or_default()
    }
}

/// How the left nav stands: collapsed to icons or not, and which of its sections are closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NavState {
    pub collapsed: bool,
    pub closed: Vec<String>,
}

const COLLAPSED: &str = "collapsed";

impl NavState {
    /// What stands in the cookie: words with dots between them.
    pub fn to_cookie(&self) -> String {
        let collapsed = self.collapsed.then_some(COLLAPSED);
        let words: Vec<_> = collapsed.into_iter().chain(self.closed.iter().map(String::as_str)).collect();
        words.join(".")
    }

    fn parse(text: &str) -> Self {
        let mut state = Self::default();
        for word in text.split('.').filter(|word| !word.is_empty()).take(32) {
            if word == COLLAPSED {
                state.collapsed = true;
            } else {
                state.closed.push(word.to_owned());
            }
        }
        state
    }
}

/// What the server knows about whoever asked for the page. The pages' handler provides it as a
/// context; the document takes the theme from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer<M = Me> {
    /// Who is signed in to the portal that the page is of.
    pub me: Option<M>,
    /// The server's time when it answered; the browser counts on from there.
    pub now: Timestamp,
    /// The IANA name of the zone in which times are shown.
    pub zone: String,
    /// It was chosen; otherwise the browser says which.
    pub zone_chosen: bool,
    /// There is something new that they have not seen.
    pub unread: bool,
    pub theme: Theme,
    pub nav: NavState,
}

impl<M> Default for Viewer<M> {
    fn default() -> Self {
        Self {
            me: None,
            now: Timestamp::default(),
            zone: UTC.to_owned(),
            zone_chosen: false,
            unread: false,
            theme: Theme::default(),
            nav: NavState::default(),
        }
    }
}

impl<M> Viewer<M> {
    /// The same look for somebody.
    pub fn of<N>(self, me: Option<N>) -> Viewer<N> {
        let Self { now, zone, zone_chosen, unread, theme, nav, .. } = self;
        Viewer { me, now, zone, zone_chosen, unread, theme, nav }
    }

    /// The same for an administrator, who may have chosen a zone.
    #[must_use]
    pub fn chosen_by(self, me: &Me) -> Self {
        match &me.time_zone {
            Some(zone) => Self { zone: zone.clone(), zone_chosen: true, ..self },
            None => self,
        }
    }
}

impl Viewer {
    /// How the sender of a request wants to see a page; who that is, the caller adds.
    #[cfg(feature = "ssr")]
    pub fn from_request(portal: &web::Portal, headers: &axum::http::HeaderMap) -> Self {
        Self::from_cookies(&web::all_cookies(headers), portal.clock.now())
    }

    /// From the request's `Cookie` header; what it cannot read it leaves at its default.
    pub fn from_cookies(cookies: &str, now: Timestamp) -> Self {
        let mut viewer = Self { now, ..Self::default() };
        for (name, value) in cookies.split(';').filter_map(|pair| pair.trim().split_once('=')) {
            match name {
                THEME_COOKIE => viewer.theme = Theme::parse(value),
                NAV_COOKIE => viewer.nav = NavState::parse(value),
                ZONE_COOKIE if is_zone(value) => value.clone_into(&mut viewer.zone),
                _ => {}
            }
        }
        viewer
    }
}

/// The server knows which zones there are; the browser never reads cookies.
#[cfg(feature = "ssr")]
fn is_zone(name: &str) -> bool {
    jiff::tz::TimeZone::get(name).is_ok()
}

#[cfg(not(feature = "ssr"))]
fn is_zone(_name: &str) -> bool {
    false
}

/// Who is signed in, live: an update of one's own name shows everywhere.
#[derive(Clone, Copy, Debug)]
pub struct Account(pub RwSignal<Option<Me>>);

impl Account {
    /// Whether one's role allows this.
    pub fn may(self, operation: Operation) -> bool {
        self.0.with(|me| me.as_ref().is_some_and(|me| operation.allowed_by(&me.role)))
    }

    /// Why one's role does not allow this; `None` when it does.
    pub fn refusal(self, operation: Operation) -> Option<String> {
        self.0.with(|me| me.as_ref().and_then(|me| operation.refusal(&me.role)).map(|refusal| refusal.0))
    }

    /// The query string with which a list opens, when one chose a view for that.
    fn default_view(self, list: &str) -> Option<String> {
        self.0.with(|me| {
            let views = me.as_ref()?.default_views.iter();
            views.into_iter().find(|(of, _)| of == list).map(|(_, query)| query.clone())
        })
    }

    /// The notice about an email that was just queued: it is on its way, or no server could take it.
    pub fn notice(self, email: &str, whom: &str) -> String {
        if self.0.with_untracked(|me| me.as_ref().is_some_and(|me| me.mail)) {
            format!("{email} is on its way to {whom}")
        } else {
            format!("{email} to {whom} waits in the Outbox: there is no mail server")
        }
    }
}

/// Who is signed in, from anywhere below the portal's root.
pub fn account() -> Account {
    use_context().unwrap_or_else(|| Account(RwSignal::new(None)))
}

/// Whether there is something new that one has not seen, live.
#[derive(Clone, Copy)]
struct Unread(RwSignal<bool>);

/// Whether there is something new that one has not seen, from anywhere below the portal's root.
pub fn unread() -> RwSignal<bool> {
    use_context::<Unread>().map_or_else(|| RwSignal::new(false), |unread| unread.0)
}

/// The user who is signed in, live.
#[derive(Clone, Copy, Debug)]
pub struct Owner(pub RwSignal<Option<portal::Me>>);

/// Who is signed in to the User Portal, from anywhere below its root.
pub fn owner() -> Owner {
    use_context().unwrap_or_else(|| Owner(RwSignal::new(None)))
}

/// Takes over what the server knows of whoever is signed in to the Admin Portal, and gives it to
/// everything below.
pub fn provide() -> Viewer {
    let viewer = taken_over::<Me>();
    let account = Account(RwSignal::new(viewer.me.clone()));
    provide_context(account);
    provide_context(DefaultViews(Callback::new(move |list| account.default_view(list))));
    provide_context(Unread(RwSignal::new(viewer.unread)));
    viewer
}

/// The same in the User Portal.
pub fn provide_user() -> Viewer<portal::Me> {
    let viewer = taken_over::<portal::Me>();
    provide_context(Owner(RwSignal::new(viewer.me.clone())));
    viewer
}

fn taken_over<M>() -> Viewer<M>
where
    M: Clone + Serialize + serde::de::DeserializeOwned + Send + Sync + 'static,
{
    let viewer = SharedValue::new(|| use_context::<Viewer<M>>().unwrap_or_default()).into_inner();
    keep_time(&viewer);
    viewer
}

/// Gives time and zone to everything below.
pub fn keep_time<M>(viewer: &Viewer<M>) {
    let zone = RwSignal::new(viewer.zone.clone());
    Clock::provide(zone, viewer.now);
    if !viewer.zone_chosen {
        Effect::new(move |_| browser::learn_zone(zone));
    }
}

#[cfg(feature = "ssr")]
mod browser {
    use leptos::prelude::RwSignal;

    pub fn learn_zone(_zone: RwSignal<String>) {}
}

#[cfg(not(feature = "ssr"))]
mod browser {
    use leptos::prelude::*;
    use wasm_bindgen::JsValue;

    /// Shows times in the browser's own zone, and tells the server for the next page.
    pub fn learn_zone(zone: RwSignal<String>) {
        let format = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new());
        let options = format.resolved_options();
        let name = js_sys::Reflect::get(&options, &JsValue::from_str("timeZone"));
        let Some(name) = name.ok().and_then(|name| name.as_string()) else { return };
        if zone.with_untracked(|known| *known != name) {
            crate::browser::dom::set_cookie(super::ZONE_COOKIE, &name);
            zone.set(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_read_and_nonsense_is_passed_over() {
        let read = |cookies: &str| Viewer::from_cookies(cookies, Timestamp::default());
        let viewer = read("a=b; bw_theme=dark; bw_nav=collapsed.users.insights; bw_zone=Europe/Berlin");
        assert_eq!(viewer.theme, Theme::Dark);
        assert!(viewer.nav.collapsed);
        assert_eq!(viewer.nav.closed, ["users", "insights"]);
        assert_eq!(viewer.nav.to_cookie(), "collapsed.users.insights");
        assert_eq!(read("bw_theme=pink; bw_nav=; bw_zone=Mars/Base; ="), Viewer::default());
    }
}
