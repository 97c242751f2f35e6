//! The screens and actions that can be gone to by name.

use model::Operation;

use crate::navigation::SCREENS;
use crate::routes;
use crate::viewer::Theme;

/// What choosing it does.
#[derive(Clone, Copy)]
pub(super) enum Leads {
    To(&'static str),
    Wear(Theme),
    LogOut,
}

/// A screen or an action.
pub(super) struct Known {
    pub group: &'static str,
    pub icon: &'static str,
    pub word: String,
    pub leads: Leads,
    /// Whoever may do this finds it.
    pub needs: Operation,
}

/// What everybody can do from anywhere.
const ANYWHERE: [(&str, &str, Leads); 5] = [
    ("sun", "Appearance: Light", Leads::Wear(Theme::Light)),
    ("moon", "Appearance: Dark", Leads::Wear(Theme::Dark)),
    ("monitor", "Appearance: System", Leads::Wear(Theme::System)),
    ("layout-grid", "Launch User Portal", Leads::To(routes::PORTAL)),
    ("log-out", "Log out", Leads::LogOut),
];

/// All of them, actions first.
pub(super) fn known() -> impl Iterator<Item = Known> {
    let adds = SCREENS.iter().flat_map(|screen| screen.adds).map(|add| Known {
        group: "Actions",
        icon: add.icon,
        word: add.label.to_owned(),
        leads: Leads::To(add.address),
        needs: add.needs,
    });
    let anywhere = ANYWHERE.into_iter().map(|(icon, word, leads)| Known {
        group: "Actions",
        icon,
        word: word.to_owned(),
        leads,
        needs: Operation::ReadOwnAccount,
    });
    let screens = SCREENS.iter().map(|screen| Known {
        group: "Screens",
        icon: screen.icon,
        word: screen.path(),
        leads: Leads::To(screen.address),
        needs: screen.needs,
    });
    adds.chain(anywhere).chain(screens)
}
