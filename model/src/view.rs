//! Saved views of lists: a search, filters, an order and columns under a name.

use serde::{Deserialize, Serialize};

use crate::text::required_line;
use crate::{Id, ListQuery, Problem};

/// The longest name of a view, in characters.
pub const VIEW_NAME_MAX: usize = 64;

/// How many views of one list an administrator may have, and how many may be shared.
pub const VIEWS_MAX: usize = 50;

/// Stands for the list without any view in its address, where one has a default view.
pub const NO_VIEW: &str = "all";

/// A view of a list, as the menu of views shows it to one administrator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    pub id: Id,
    pub version: i64,
    pub name: String,
    /// What it holds of a list, without what the list no longer has.
    pub query: ListQuery,
    /// Columns and filters that it names and that the list no longer has.
    pub missing: Vec<String>,
    /// All administrators who may see the list have it.
    pub shared: bool,
    /// The list opens with it for this administrator.
    pub default: bool,
    /// The name of the administrator who made it, at the time.
    pub made_by: String,
}

impl SavedView {
    /// Whether a list shows something else than this view holds, page and number of rows aside.
    pub fn differs(&self, shown: &ListQuery) -> bool {
        self.query != shown.clone().for_view()
    }
}

/// What makes a view, or changes one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewForm {
    pub name: String,
    pub query: ListQuery,
    pub shared: bool,
    pub default: bool,
}

impl ViewForm {
    /// The name as it is kept.
    ///
    /// # Errors
    /// `invalid` at `name`.
    pub fn name(&self) -> Result<String, Problem> {
        required_line(&self.name, VIEW_NAME_MAX, "a name for the view")
            .map_err(|error| Problem::at("name", error.to_string()))
    }
}

/// A view that is to be changed, with the version that this changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewUpdate {
    pub id: Id,
    pub version: i64,
    pub form: ViewForm,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Filter;
    use crate::list::Cursor;

    #[test]
    fn another_page_is_the_same_view() {
        let query = ListQuery { filters: vec![Filter::is("state", ["STAGED"])], ..ListQuery::default() };
        let view = SavedView {
            id: Id::from([1; 12]),
            version: 1,
            name: "Staged".into(),
            query: query.clone(),
            missing: vec![],
            shared: false,
            default: false,
            made_by: String::new(),
        };
        let view_id = Some(view.id.to_string());
        let paged = ListQuery { limit: 100, cursor: Some(Cursor::After("x".into())), view: view_id, ..query };
        assert!(!view.differs(&paged));
        assert!(view.differs(&ListQuery { search: "ada".into(), ..paged }));
    }
}
