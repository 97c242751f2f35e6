//! What a list is asked for: `limit`, `skip`, `sort`, `filter`, `fields` and `search`.

use std::collections::BTreeMap;

use axum::{extract::Query, http::Uri};
use model::user::{Compare, Condition, ENTRIES_MAX, EntryQuery, Notify};
use model::{ErrorCode, Fault, Id, Problem, Sort};
use serde_json::{Map, Value};

use super::super::answer::{Refused, malformed};
use super::super::names::{FIELDS, ID};

/// How many users an answer holds unless more are asked for.
const LIMIT: u16 = 10;

/// A request for a list, and the fields that are wanted of each user.
#[derive(Debug)]
pub struct Asked {
    pub query: EntryQuery,
    pub fields: Fields,
}

/// The fields that are wanted; none means all.
#[derive(Debug, Default)]
pub struct Fields(Vec<String>);

impl Default for Asked {
    fn default() -> Self {
        Self { query: EntryQuery { limit: LIMIT, ..EntryQuery::default() }, fields: Fields::default() }
    }
}

impl Fields {
    /// What is wanted of a user. Who it is always is.
    pub fn of(&self, mut user: Map<String, Value>) -> Map<String, Value> {
        if !self.0.is_empty() {
            user.retain(|name, _| name == ID || self.0.contains(name));
        }
        user
    }

    /// Reads names that are apart by spaces or commas.
    pub fn read(text: &str) -> Result<Self, Fault> {
        let fields: Vec<String> = words(text).map(str::to_owned).collect();
        match fields.iter().find(|name| !FIELDS.contains(&name.as_str())) {
            Some(unknown) => Err(fault("fields", format!("There is no field “{unknown}”."))),
            None => Ok(Self(fields)),
        }
    }
}

/// Reads the query of an address; whatever is not known in it is told, for a filter that is not read
/// would let everybody through.
///
/// # Errors
/// `malformed` with everything at fault.
pub fn read(text: &str) -> Result<Asked, Problem> {
    let mut asked = Asked::default();
    let mut faults = Vec::new();
    let mut any = Vec::new();
    let mut seen = Vec::new();
    for (name, value) in pairs(text)? {
        if let Some(alternative) = is_alternative(&name) {
            match condition(&value) {
                Ok(one) if alternative => any.push(one),
                Ok(one) => asked.query.filters.push(vec![one]),
                Err(told) => faults.push(fault(&name, told)),
            }
            continue;
        }
        if seen.contains(&name) {
            faults.push(twice(&name));
        }
        faults.extend(asked.take(&name, &value).err());
        seen.push(name);
    }
    if !any.is_empty() {
        asked.query.filters.push(any);
    }
    if faults.is_empty() { Ok(asked) } else { Err(unread(faults)) }
}

/// The same for one user: of these parameters each may be there once. `fields` is among them.
///
/// # Errors
/// `malformed`.
pub fn read_options(text: &str, known: &[&str]) -> Result<Options, Problem> {
    let mut options = Options::default();
    for (name, value) in pairs(text)? {
        if !known.contains(&name.as_str()) {
            return Err(unread(vec![unknown(&name)]));
        }
        if options.said.contains_key(&name) {
            return Err(unread(vec![twice(&name)]));
        }
        if name == "fields" {
            options.fields = Fields::read(&value).map_err(|told| unread(vec![told]))?;
        }
        options.said.insert(name, value);
    }
    Ok(options)
}

/// The same where only `fields` can be asked for.
///
/// # Errors
/// `malformed`.
pub fn read_fields(text: &str) -> Result<Fields, Problem> {
    Ok(read_options(text, &["fields"])?.fields)
}

/// What an address asks for beside the list of anybody.
#[derive(Debug, Default)]
pub struct Options {
    pub fields: Fields,
    said: BTreeMap<String, String>,
}

impl Options {
    /// Whom an email goes to, as `notify` says: `true`, `false`, or an address.
    pub fn notify(&self) -> Option<Notify> {
        self.said.get("notify").map(|said| match said.as_str() {
            "true" => Notify::Default,
            "false" => Notify::Nobody,
            address => Notify::To(address.to_owned()),
        })
    }

    /// What is on or off.
    ///
    /// # Errors
    /// `malformed` for anything but `true` and `false`.
    pub fn flag(&self, name: &str) -> Result<bool, Problem> {
        match self.said.get(name).map(String::as_str) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(unread(vec![fault(name, format!("“{name}” is true or false."))])),
        }
    }

    /// What stands there as it is.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.said.get(name).map(String::as_str)
    }

    /// A number, or what it is without one.
    ///
    /// # Errors
    /// `malformed` for what is none.
    pub fn number(&self, name: &str, usual: u32) -> Result<u32, Problem> {
        let said = self.said.get(name);
        said.map_or(Ok(usual), |text| number(name, text)).map_err(|told| unread(vec![told]))
    }
}

/// The same where nothing can be asked for.
///
/// # Errors
/// `malformed`.
pub fn read_nothing(text: &str) -> Result<(), Problem> {
    let asked: Vec<Fault> = pairs(text)?.iter().map(|(name, _)| unknown(name)).collect();
    if asked.is_empty() { Ok(()) } else { Err(unread(asked)) }
}

/// Whether a filter is one of those of which one must hold: `filter` and `filter[0]` are none, and
/// `filter[or][0]` is; `None` for what is no filter.
fn is_alternative(name: &str) -> Option<bool> {
    let place = name.strip_prefix("filter")?;
    let (alternative, place) = place.strip_prefix("[or]").map_or((false, place), |place| (true, place));
    let number = place.strip_prefix('[').and_then(|place| place.strip_suffix(']'));
    let numbered = number.is_some_and(|number| number.bytes().all(|digit| digit.is_ascii_digit()));
    (place.is_empty() || numbered).then_some(alternative)
}

impl Asked {
    fn take(&mut self, name: &str, value: &str) -> Result<(), Fault> {
        match name {
            "limit" => self.query.limit = limited(number(name, value)?)?,
            "skip" => self.query.skip = number(name, value)?,
            "sort" => self.query.sort = sorted(value),
            "search" => value.clone_into(&mut self.query.search),
            "fields" => self.fields = Fields::read(value)?,
            _ => return Err(unknown(name)),
        }
        Ok(())
    }
}

/// How many are wanted, if that is not too many.
pub fn limited(limit: u16) -> Result<u16, Fault> {
    if limit <= ENTRIES_MAX {
        return Ok(limit);
    }
    Err(fault("limit", format!("The limit {limit} exceeds {ENTRIES_MAX}.")))
}

/// Fields to sort by, apart by spaces or commas.
pub fn sorted(text: &str) -> Vec<Sort> {
    words(text).map(Sort::parse).collect()
}

/// What the directory found wrong with a list is wrong with the address.
pub fn told(problem: Problem) -> Problem {
    if problem.code == ErrorCode::Invalid {
        Problem { code: ErrorCode::Malformed, ..problem }
    } else {
        problem
    }
}

/// The user that an address names.
///
/// # Errors
/// `not_found` for what is nobody's id.
pub fn named(id: &str) -> Result<Id, Refused> {
    id.parse().map_err(|_| Problem::not_found("user").into())
}

fn pairs(text: &str) -> Result<Vec<(String, String)>, Problem> {
    let unreadable = || malformed("The query of this address cannot be read.", vec![]);
    let address: Uri = format!("/?{text}").parse().map_err(|_| unreadable())?;
    Query::try_from_uri(&address).map(|Query(pairs)| pairs).map_err(|_| unreadable())
}

fn fault(field: &str, message: impl Into<String>) -> Fault {
    Fault { field: field.to_owned(), message: message.into() }
}

fn twice(name: &str) -> Fault {
    fault(name, format!("“{name}” is there twice."))
}

fn unknown(name: &str) -> Fault {
    fault(name, format!("“{name}” is nothing that can be asked for here."))
}

fn unread(faults: Vec<Fault>) -> Problem {
    let message = match faults.as_slice() {
        [one] => one.message.clone(),
        many => format!("{} things in this address cannot be read.", many.len()),
    };
    malformed(message, faults)
}

/// Apart by spaces, or by commas as in later versions.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', ',']).filter(|word| !word.is_empty())
}

fn number<T: std::str::FromStr>(name: &str, text: &str) -> Result<T, Fault> {
    text.parse().map_err(|_| fault(name, format!("“{name}” is a number, and “{text}” is none that fits.")))
}

/// `field:$eq:value`.
pub fn condition(text: &str) -> Result<Condition, String> {
    let form = "A filter is written field:$operator:value, such as department:$eq:Sales.";
    let (field, rest) = text.split_once(':').ok_or(form)?;
    let (operator, value) = rest.split_once(':').ok_or(form)?;
    let (compare, many) = compare_of(operator)?;
    let values = if many { terms(value) } else { vec![value.to_owned()] };
    Ok(Condition { field: field.to_owned(), compare, values })
}

/// How an operator compares, and whether it takes several values.
pub fn compare_of(operator: &str) -> Result<(Compare, bool), String> {
    Ok(match operator {
        "$eq" => (Compare::Equal, false),
        "$ne" => (Compare::Unequal, false),
        "$in" => (Compare::Equal, true),
        "$nin" => (Compare::Unequal, true),
        "$lt" => (Compare::Less, false),
        "$lte" => (Compare::LessOrEqual, false),
        "$gt" => (Compare::Greater, false),
        "$gte" => (Compare::GreaterOrEqual, false),
        "$sw" => (Compare::Begins, true),
        "$ew" => (Compare::Ends, true),
        "$co" => (Compare::Contains, true),
        "$nco" => (Compare::Lacks, true),
        "$exists" => {
            let message = "There is no operator “$exists”. Who has none is found by $eq with null, or with no \
                           value for texts: manager:$eq:null, department:$eq:. Who has one, by $ne.";
            return Err(message.to_owned());
        }
        "$regex" => {
            let message = "There is no operator “$regex”. A text that holds another is found by $co, one that \
                           begins or ends with it by $sw and $ew.";
            return Err(message.to_owned());
        }
        other => return Err(format!("There is no operator “{other}”.")),
    })
}

/// Apart by `|`; `\` keeps the character after it as it is, and is itself at the end.
fn terms(text: &str) -> Vec<String> {
    let mut terms = Vec::new();
    let (mut term, mut kept) = (String::new(), false);
    for letter in text.chars() {
        match letter {
            '\\' if !kept => kept = true,
            '|' if !kept => terms.push(std::mem::take(&mut term)),
            letter => {
                term.push(letter);
                kept = false;
            }
        }
    }
    if kept {
        term.push('\\');
    }
    terms.push(term);
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Vec<String> {
        read(text).expect_err(text).faults.into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn an_address_is_read_as_it_was_always_written() {
        let asked = read(
            "limit=100&skip=20&sort=-created+username&search=ada%20l&fields=email%20username\
             &filter=department:$in:Sales%7CR%5C%7CD&filter[0]=state:$eq:ACTIVATED&filter[or][0]=a:$sw:x&filter[or][1]=b:$gte:1:2",
        )
        .expect("read");
        let query = asked.query;
        assert_eq!((query.limit, query.skip, query.search.as_str()), (100, 20, "ada l"));
        let sort: Vec<String> = query.sort.iter().map(ToString::to_string).collect();
        assert_eq!(sort, ["-created", "username"]);
        let one = |field: &str, compare, values: &[&str]| Condition {
            field: field.into(),
            compare,
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        assert_eq!(
            query.filters,
            [
                vec![one("department", Compare::Equal, &["Sales", "R|D"])],
                vec![one("state", Compare::Equal, &["ACTIVATED"])],
                vec![one("a", Compare::Begins, &["x"]), one("b", Compare::GreaterOrEqual, &["1:2"])],
            ]
        );
        assert_eq!(asked.fields.0, ["email", "username"]);
        assert_eq!(terms("a|b\\|c\\\\|d\\"), ["a", "b|c\\", "d\\"]);
        assert_eq!(read("").expect("read").query.limit, 10);
    }

    #[test]
    fn what_is_not_known_is_told() {
        assert_eq!(fields("limit=101"), ["limit"]);
        assert!(read("limit=101").expect_err("refused").message.contains("exceeds 100"));
        assert_eq!(fields("limit=-1&skip=x&fliter=state:$eq:STAGED"), ["limit", "skip", "fliter"]);
        assert_eq!(fields("filter=state:eq:STAGED&filter=state&filter=state:$regex:x"), ["filter"; 3]);
        assert_eq!(
            fields("filter[1]=x&filter[or][2]=y&filter[and][0]=z"),
            ["filter[1]", "filter[or][2]", "filter[and][0]"]
        );
        assert_eq!(fields("limit=1&limit=2"), ["limit"]);
        assert_eq!(fields("fields=email+password"), ["fields"]);
        assert!(read_fields("limit=1").is_err() && read_fields("fields=email").is_ok());
    }
}
