//! The component kit: what screens are made of. It owns focus, keyboard, errors, and how things
//! look while they load, fail or are empty; a screen says what, not how.

mod address;
mod button;
mod chart;
mod choice;
mod chunks;
mod clock;
mod columns;
mod copy;
mod dialog;
mod editing;
mod erase;
mod field;
mod filter;
mod focus;
mod form;
mod icon;
mod leaving;
mod letters;
mod menu;
mod notice;
mod page;
mod panel;
mod panel_state;
mod person;
mod pill;
mod rules;
mod search_field;
mod selected;
mod suggest;
mod table;
mod time;
mod toast;

pub use address::{Addresses, joined, with_query};
pub use button::{Button, IconButton, LinkButton, Look};
pub use chart::{Bar, BarChart};
pub use choice::{Checkbox, RadioGroup, Switch};
pub use chunks::{Chunks, chunks};
pub use clock::{Clock, UTC, clock};
pub use columns::EditColumns;
pub use copy::CopyButton;
pub use dialog::{ConfirmDialog, Dialog};
pub use editing::{Edited, Editing};
pub use erase::{Content, Contents, Erase, Show};
pub use field::{Field, FormFaults, SelectField, TextArea, TextField, literal};
pub use filter::{FilterMenu, PersonFilter, chip_text};
pub use focus::keep_focus;
pub use form::{FormState, PersonChoice, form_fields, form_sections};
pub use icon::Icon;
#[cfg(feature = "ssr")]
pub use icon::install_icons;
pub use leaving::Leaving;
pub use letters::{lower, upper};
pub use menu::{Entry, Leads, Menu, Section};
pub use notice::{EmptyState, Failed, Notice, ProblemText, Skeleton};
pub use page::{Announcements, Announcer, PageHeader, Tab, Tabs, announcer};
pub use panel::{Covered, Panel, Width, covered};
pub use panel_state::PanelState;
pub use person::{FoundPeople, PersonField, PersonSearch};
pub use pill::{Avatar, PasswordPill, Pill, StatePill, Tone, initials};
pub use rules::{LATER, PasswordRules};
pub use search_field::SearchField;
pub use selected::Selected;
pub use suggest::NameSearch;
pub use table::{
    DataTable, DefaultViews, GetPage, ListState, Picks, RowEnd, SortMenu, TableColumn, TablePage, TableRow,
};
pub use time::{Civil, Time, When, here as civil_here, say, today};
pub use toast::{Toaster, Toasts, toaster};
