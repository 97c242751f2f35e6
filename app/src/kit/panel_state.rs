//! What the parts of a panel share.

use leptos::prelude::*;

use crate::browser::unsaved::Going;

/// What a panel's parts share: whether something is unsaved, and how to leave.
#[derive(Clone, Copy, Debug)]
pub struct PanelState {
    pub unsaved: RwSignal<bool>,
    pub(super) leave: Callback<()>,
    pub(super) confirming: RwSignal<bool>,
    /// Where somebody wanted to go when they were asked.
    pub(super) going: RwSignal<Option<Going>>,
}

impl PanelState {
    /// Closes the panel, after asking if something would be lost.
    pub fn close(self) {
        if self.unsaved.get_untracked() {
            self.ask(Going::Away);
        } else {
            self.leave.run(());
        }
    }

    /// Closes the panel without asking: what was in it has been saved, or is gone.
    pub fn leave(self) {
        self.settle();
        // One may have left already.
        self.leave.try_run(());
    }

    pub(super) fn ask(self, going: Going) {
        self.going.set(Some(going));
        self.confirming.set(true);
    }

    pub(super) fn settle(self) {
        self.unsaved.try_set(false);
    }

    pub(super) fn go(self, to: Callback<String>) {
        self.settle();
        self.confirming.set(false);
        match self.going.get_untracked() {
            Some(Going::To(address)) => to.run(address),
            Some(Going::Back) => drop(window().history().and_then(|history| history.back())),
            Some(Going::Away) | None => self.leave.run(()),
        }
    }
}
