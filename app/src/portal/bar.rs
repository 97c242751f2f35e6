//! The bar above every page of the User Portal, be it the browser's or the server's. It works without
//! any script, but for the choice of light or dark.

use leptos::prelude::*;
use model::portal::Me;

use crate::browser::dom;
use crate::kit::{Erase, Icon, initials};
use crate::routes;
use crate::viewer::{THEME_COOKIE, Theme};

/// The pages that the bar leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortalPage {
    Applications,
    Profile,
    Security,
}

const MENU: &str = "account-menu";

#[component]
pub fn Bar(
    me: Me,
    /// The page that is shown.
    #[prop(into)]
    page: Signal<Option<PortalPage>>,
    theme: Theme,
) -> impl IntoView {
    let entry = move |to: PortalPage, label: &'static str, address: &'static str, external: bool| {
        let current = move || (page.get() == Some(to)).then_some("page");
        view! { <a href=address rel=external.then_some("external") aria-current=current>{label}</a> }
    };
    view! {
        <header class="portal-bar">
            <a class="brand" href=routes::PORTAL>
                <span class="mark"><Icon name="castle"/></span>
                <span class="word">{me.organization.clone()}</span>
            </a>
            <nav aria-label="Main">
                {entry(PortalPage::Applications, "Applications", routes::PORTAL, false)}
                {entry(PortalPage::Profile, "Profile", routes::PROFILE, false)}
                {entry(PortalPage::Security, "Security", routes::SECURITY, true)}
            </nav>
            {account(me, theme)}
        </header>
    }
    .erased()
}

fn account(me: Me, theme: Theme) -> AnyView {
    let letters = initials(&me.name);
    let label = format!("{letters}: your account");
    let admin = me.administrator.then(|| {
        view! {
            <a class="item" href=routes::HOME rel="external">
                <Icon name="castle"/>
                <span class="label">"Launch Admin Portal"</span>
            </a>
        }
    });
    view! {
        <button r#type="button" class="bare" popovertarget=MENU aria-label=label>
            <span class="avatar">{letters}</span>
        </button>
        <div id=MENU class="menu portal-menu" popover="auto">
            <div class="menu-head">
                <strong>{me.name}</strong>
                <span>{me.username}</span>
                <span>{me.email}</span>
            </div>
            {admin.map(|admin| view! { <div>{admin}</div> })}
            <Appearance theme/>
            <div>
                <form method="post" action=routes::USER_LOGOUT>
                    <button r#type="submit" class="item">
                        <Icon name="log-out"/>
                        <span class="label">"Log out"</span>
                    </button>
                </form>
            </div>
        </div>
    }
    .erased()
}

/// Light, dark, or as the system has it. On pages of the server alone a small script does it, and
/// shows the choice.
#[component]
fn Appearance(theme: Theme) -> impl IntoView {
    let chosen = RwSignal::new(theme);
    let live = RwSignal::new(false);
    Effect::new(move |_| live.set(true));
    let one = move |icon: &'static str, theme: Theme| {
        let pressed = move || if chosen.get() == theme { "true" } else { "false" };
        let choose = move |_| {
            chosen.set(theme);
            choose(theme);
        };
        let icon = match icon {
            "sun" => view! { <Icon name="sun"/> },
            "moon" => view! { <Icon name="moon"/> },
            _ => view! { <Icon name="monitor"/> },
        };
        view! {
            <button
                r#type="button"
                class="item"
                aria-pressed=pressed
                data-appearance=theme.forced().unwrap_or("system")
                on:click=choose
            >
                {icon}
                <span class="label">{theme.label()}</span>
                <Icon name="check"/>
            </button>
        }
    };
    view! {
        <div class="appearance" role="group" aria-label="Appearance" hidden=move || !live.get()>
            <p class="section-label" aria-hidden="true">"Appearance"</p>
            {one("sun", Theme::Light)}
            {one("moon", Theme::Dark)}
            {one("monitor", Theme::System)}
        </div>
    }
}

/// Shows this page and the next ones so.
pub fn choose(theme: Theme) {
    if let Some(root) = document().document_element() {
        drop(match theme.forced() {
            Some(name) => root.set_attribute("data-theme", name),
            None => root.remove_attribute("data-theme"),
        });
    }
    dom::set_cookie(THEME_COOKIE, theme.forced().unwrap_or("system"));
}
