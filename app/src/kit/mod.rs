//! The component kit: what screens are made of. It owns focus, keyboard, errors, and how things
//! look while they load, fail or are empty; a screen says what, not how.

mod button;
mod chart;
mod choice;
mod chunks;
mod columns;
mod dialog;
pub mod dom;
mod erase;
mod field;
mod filter;
mod history;
mod icon;
mod letters;
mod menu;
mod notice;
mod page;
mod panel;
mod person;
mod pill;
mod search_field;
mod table;
mod time;
mod toast;
pub mod unsaved;

pub use button::{Button, IconButton, LinkButton, Look};
pub use chart::{Bar, BarChart};
pub use choice::{Checkbox, RadioGroup, Switch};
pub use chunks::{Chunks, chunks};
pub use columns::EditColumns;
pub use dialog::{ConfirmDialog, Dialog};
pub use erase::{Content, Contents, Erase, Show};
pub use field::{Field, FormFaults, SelectField, TextArea, TextField};
pub use filter::{FilterMenu, chip_text};
pub use icon::Icon;
pub use letters::{lower, upper};
pub use menu::{Entry, Leads, Menu, Section};
pub use notice::{EmptyState, Failed, Notice, ProblemText, Skeleton};
pub use page::{Announcements, Announcer, PageHeader, Tab, Tabs, announcer};
pub use panel::{Covered, Panel, PanelState, Width, covered};
pub use person::PersonField;
pub use pill::{Avatar, PasswordPill, Pill, StatePill, Tone, initials};
pub use search_field::SearchField;
pub use table::{DataTable, GetPage, ListState, Picks, RowEnd, SortMenu, TableColumn, TablePage, TableRow};
pub use time::{Civil, Time, When, say, today};
pub use toast::{Toaster, Toasts, toaster};
