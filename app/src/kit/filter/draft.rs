//! A filter as it is being put together, and as it is said in words.

use model::list::{CUSTOM, FilterKind, ListSpec};
use model::user::custom_name;
use model::{Filter, Test, Timestamp};

use crate::kit::time::{Civil, here, midnight};

/// How a filter compares, as a person chooses it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum How {
    #[default]
    Is,
    IsNot,
    Contains,
    /// There is nothing.
    Empty,
    NotEmpty,
    /// Within so many days.
    Within,
    /// Longer ago than so many days.
    Longer,
    /// On a date or later.
    Since,
    /// Before a date.
    Before,
}

impl How {
    const ALL: [Self; 9] = [
        Self::Is,
        Self::IsNot,
        Self::Contains,
        Self::Empty,
        Self::NotEmpty,
        Self::Within,
        Self::Longer,
        Self::Since,
        Self::Before,
    ];

    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Is => "is",
            Self::IsNot => "is_not",
            Self::Contains => "contains",
            Self::Empty => "empty",
            Self::NotEmpty => "not_empty",
            Self::Within => "within",
            Self::Longer => "longer",
            Self::Since => "since",
            Self::Before => "before",
        }
    }

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Is => "is",
            Self::IsNot => "is not",
            Self::Contains => "contains",
            Self::Empty => "is empty",
            Self::NotEmpty => "is not empty",
            Self::Within => "in the last … days",
            Self::Longer => "more than … days ago",
            Self::Since => "on or after",
            Self::Before => "before",
        }
    }

    pub(super) const fn counts_days(self) -> bool {
        matches!(self, Self::Within | Self::Longer)
    }

    /// Whether it is compared with values.
    pub(super) const fn takes_values(self) -> bool {
        !matches!(self, Self::Empty | Self::NotEmpty)
    }

    const fn test(self) -> Test {
        match self {
            Self::Is | Self::Empty => Test::Is,
            Self::IsNot | Self::NotEmpty => Test::IsNot,
            Self::Contains => Test::Contains,
            Self::Within | Self::Since => Test::After,
            Self::Longer | Self::Before => Test::Before,
        }
    }
}

/// A filter that is not yet whole. Values are as typed: days as a number, dates as `2026-11-22`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Draft {
    /// A column's key, or [`CUSTOM`] for a custom attribute.
    pub column: String,
    /// The custom attribute's name, as typed.
    pub attribute: String,
    pub how: How,
    pub values: Vec<String>,
}

impl Draft {
    pub const YES: &str = "true";
    pub const NO: &str = "false";

    /// The conditions by which a column can be compared, the most usual first.
    pub fn conditions(spec: &ListSpec, column: &str) -> &'static [How] {
        match spec.column(column).and_then(|column| column.filter) {
            Some(FilterKind::Choice(_) | FilterKind::Person) => &[How::Is, How::IsNot],
            Some(FilterKind::Flag) => &[How::Is],
            Some(FilterKind::Time) => &[How::Within, How::Longer, How::Since, How::Before],
            Some(FilterKind::Text) | None => &[How::Is, How::IsNot, How::Contains, How::Empty, How::NotEmpty],
        }
    }

    /// For the first column that filters.
    pub fn first(spec: &ListSpec) -> Self {
        let column = spec.columns.iter().find(|column| column.filter.is_some());
        Self::of(spec, column.map_or("", |column| column.key))
    }

    pub fn of(spec: &ListSpec, column: &str) -> Self {
        let how = Self::conditions(spec, column).first().copied().unwrap_or_default();
        let flag = matches!(spec.column(column).and_then(|column| column.filter), Some(FilterKind::Flag));
        let values = match how {
            _ if flag => vec![Self::YES.to_owned()],
            How::Within => vec!["7".to_owned()],
            _ => vec![],
        };
        Self { column: column.to_owned(), how, values, ..Self::default() }
    }

    pub fn from_filter(spec: &ListSpec, filter: &Filter) -> Self {
        let days = filter.values.first().and_then(|value| days_of(value));
        let date = |value: &String| value.parse().ok().map(|micros| iso_date(Timestamp::from_micros(micros)));
        let nothing = filter.values.as_slice() == [""];
        let (how, values) = match (filter.test, days) {
            (Test::Is, _) if nothing => (How::Empty, vec![]),
            (Test::IsNot, _) if nothing => (How::NotEmpty, vec![]),
            (Test::Is, _) => (How::Is, filter.values.clone()),
            (Test::IsNot, _) => (How::IsNot, filter.values.clone()),
            (Test::Contains, _) => (How::Contains, filter.values.clone()),
            (Test::After, Some(days)) => (How::Within, vec![days.to_owned()]),
            (Test::Before, Some(days)) => (How::Longer, vec![days.to_owned()]),
            (Test::After, None) => (How::Since, filter.values.iter().filter_map(date).collect()),
            (Test::Before, None) => (How::Before, filter.values.iter().filter_map(date).collect()),
        };
        let (column, attribute) = match filter.column.strip_prefix(CUSTOM) {
            Some(name) if spec.custom => (CUSTOM, name.to_owned()),
            _ => (filter.column.as_str(), String::new()),
        };
        if Self::conditions(spec, column).contains(&how) {
            Self { column: column.to_owned(), attribute, how, values }
        } else {
            Self { attribute, ..Self::of(spec, column) }
        }
    }

    /// Compares otherwise; what was typed stays if it still means something.
    pub fn turn(&mut self, key: &str) {
        let how = How::ALL.into_iter().find(|how| how.key() == key).unwrap_or_default();
        if how.counts_days() != self.how.counts_days() || !how.takes_values() {
            self.values.clear();
        }
        self.how = how;
    }

    pub fn tick(&mut self, value: &str, on: bool) {
        self.values.retain(|other| other != value);
        if on {
            self.values.push(value.to_owned());
        }
    }

    pub fn only(&self) -> String {
        self.values.first().cloned().unwrap_or_default()
    }

    pub fn set_only(&mut self, value: String) {
        self.values = vec![value];
    }

    pub fn is_custom(&self) -> bool {
        self.column == CUSTOM
    }

    /// What is wrong with the custom attribute's name, once there is one.
    pub fn attribute_fault(&self) -> Option<String> {
        custom_name(&self.attribute).err().filter(|_| !self.attribute.trim().is_empty())
    }

    /// What is still to do before it is a filter.
    pub fn lack(&self, spec: &ListSpec) -> Option<String> {
        if self.is_custom()
            && let Err(fault) = custom_name(&self.attribute)
        {
            return Some(fault);
        }
        self.to_filter(spec).is_none().then(|| "Choose or enter a value first.".to_owned())
    }

    /// The filter, when it is whole.
    pub fn to_filter(&self, spec: &ListSpec) -> Option<Filter> {
        let column = if self.is_custom() {
            format!("{CUSTOM}{}", custom_name(&self.attribute).ok().filter(|_| spec.custom)?)
        } else {
            spec.column(&self.column)?.filter?;
            self.column.clone()
        };
        if !self.how.takes_values() {
            return Some(Filter { column, test: self.how.test(), values: vec![String::new()] });
        }
        let whole = |value: &String| {
            let value = value.trim();
            match self.how {
                How::Within | How::Longer => value.parse::<u16>().ok().map(|days| format!("-{days}d")),
                How::Since | How::Before => midnight(value).map(|at| at.as_micros().to_string()),
                _ => (!value.is_empty()).then(|| value.to_owned()),
            }
        };
        let values: Vec<_> = self.values.iter().filter_map(whole).collect();
        (!values.is_empty()).then(|| Filter { column, test: self.how.test(), values })
    }
}

/// The number of days in `-7d`.
fn days_of(value: &str) -> Option<&str> {
    value.strip_prefix('-')?.strip_suffix('d')
}

fn iso_date(at: Timestamp) -> String {
    let Civil { year, month, day, .. } = here(at);
    format!("{year:04}-{month:02}-{day:02}")
}

/// What pressing a chip does, and of which attribute it is when no column has that name.
pub fn chip_title(filter: &Filter) -> String {
    match filter.column.strip_prefix(CUSTOM) {
        Some(name) => format!("Custom attribute “{name}”: change this filter"),
        None => "Change this filter".to_owned(),
    }
}

/// A filter in words, short enough for a chip: "Department: Engineering, +4".
pub fn chip_text(spec: &ListSpec, filter: &Filter, name_of: impl Fn(&str) -> Option<String>) -> String {
    let column = spec.column(&filter.column);
    let kind = column.and_then(|column| column.filter);
    let label = column.map_or(filter.column.trim_start_matches(CUSTOM), |column| column.label);
    let nothing = matches!(kind, Some(FilterKind::Text) | None) && filter.values.as_slice() == [""];
    let first = if nothing { Some("empty".to_owned()) } else { None };
    let first = first
        .or_else(|| filter.values.first().map(|value| value_text(kind, value, name_of)))
        .unwrap_or_default();
    let more = match filter.values.len() {
        0 | 1 => String::new(),
        count => format!(", +{}", count - 1),
    };
    let relative = filter.values.first().is_some_and(|value| days_of(value).is_some());
    let how = match (filter.test, relative) {
        (Test::Is, _) => "",
        (Test::IsNot, _) => "not ",
        (Test::Contains, _) => "contains ",
        (Test::After, true) => "last ",
        (Test::Before, true) => "longer ago than ",
        (Test::After, false) => "since ",
        (Test::Before, false) => "before ",
    };
    format!("{label}: {how}{first}{more}")
}

fn value_text(kind: Option<FilterKind>, value: &str, name_of: impl Fn(&str) -> Option<String>) -> String {
    match kind {
        Some(FilterKind::Choice(choices)) => {
            let word = choices.iter().find(|(known, _)| *known == value).map(|(_, word)| *word);
            word.unwrap_or(value).to_owned()
        }
        Some(FilterKind::Flag) => if value == Draft::YES { "yes" } else { "no" }.to_owned(),
        Some(FilterKind::Person) => name_of(value).unwrap_or_else(|| value.to_owned()),
        Some(FilterKind::Time) => match (days_of(value), value.parse()) {
            (Some(days), _) => format!("{days} days"),
            (None, Ok(micros)) => here(Timestamp::from_micros(micros)).date(),
            (None, Err(_)) => value.to_owned(),
        },
        Some(FilterKind::Text) | None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use model::administrator::ADMINISTRATORS;
    use model::user::USERS;

    use super::*;

    #[test]
    fn chips_are_short() {
        let nobody = |_: &str| None;
        let department = Filter::is("department", ["Engineering", "b", "c", "d", "e"]);
        assert_eq!(chip_text(&USERS, &department, nobody), "Department: Engineering, +4");
        assert_eq!(chip_text(&USERS, &Filter::is("state", ["ACTIVATED"]), nobody), "State: Active");
        assert_eq!(chip_text(&USERS, &Filter::after("created", "-7d"), nobody), "Created: last 7 days");
        assert_eq!(chip_text(&USERS, &Filter::is("mfa_enrolled", ["false"]), nobody), "MFA enrolled: no");
        assert_eq!(chip_text(&USERS, &Filter::is("manager", ["1"]), |_| Some("Ada".into())), "Manager: Ada");
        assert_eq!(chip_text(&USERS, &Filter::is("custom.tshirt", ["XL"]), nobody), "tshirt: XL");
        assert_eq!(chip_text(&USERS, &Filter::is("custom.tshirt", [""]), nobody), "tshirt: empty");
        let some = Filter { test: Test::IsNot, ..Filter::is("department", [""]) };
        assert_eq!(chip_text(&USERS, &some, nobody), "Department: not empty");
        assert_eq!(chip_title(&Filter::is("custom.x", ["1"])), "Custom attribute “x”: change this filter");
    }

    #[test]
    fn a_filter_can_be_changed_and_comes_out_the_same() {
        for filter in [
            Filter::is("state", ["STAGED", "SUSPENDED"]),
            Filter::after("created", "-30d"),
            Filter { column: "department".into(), test: Test::Contains, values: vec!["eng".into()] },
            Filter::is("sudo", ["true"]),
            Filter::is("custom.tshirt", [""]),
            Filter { test: Test::IsNot, ..Filter::is("department", [""]) },
            Filter::is("custom.tshirt", ["XL"]),
            Filter { column: "custom.größe".into(), test: Test::IsNot, values: vec!["a|b".into()] },
        ] {
            assert_eq!(Draft::from_filter(&USERS, &filter).to_filter(&USERS), Some(filter));
        }
    }

    #[test]
    fn what_is_not_whole_is_no_filter() {
        let mut draft = Draft::of(&USERS, "department");
        assert_eq!(draft.to_filter(&USERS), None);
        draft.values = vec![" ".into(), "Sales ".into()];
        assert_eq!(draft.to_filter(&USERS), Some(Filter::is("department", ["Sales"])));
        let mut days = Draft::of(&USERS, "created");
        days.set_only("soon".into());
        assert_eq!(days.to_filter(&USERS), None);
    }

    #[test]
    fn a_custom_attribute_is_named_as_the_model_has_it() {
        let mut draft = Draft::of(&USERS, CUSTOM);
        draft.set_only("XL".into());
        assert_eq!((draft.attribute_fault(), draft.to_filter(&USERS)), (None, None));
        assert_eq!(draft.lack(&USERS).as_deref(), Some("Name the attribute."));
        for odd in ["t-shirt", "a b", "x:is:y", "ä\u{301}\u{0}", &"x".repeat(32)] {
            draft.attribute = odd.to_owned();
            assert!(draft.attribute_fault().is_some(), "{odd}");
            assert_eq!(draft.to_filter(&USERS), None, "{odd}");
        }
        draft.attribute = " tshirt ".into();
        assert_eq!((draft.attribute_fault(), draft.lack(&USERS)), (None, None));
        assert_eq!(draft.to_filter(&USERS), Some(Filter::is("custom.tshirt", ["XL"])));
        assert_eq!(draft.to_filter(&ADMINISTRATORS), None);
    }
}
