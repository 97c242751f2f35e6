//! The list of users as a file: CSV as it is seen or with all attributes, or JSON as the API shows them.

use axum::{
    body::{Body, Bytes},
    extract::{RawQuery, Request, State},
    response::Response,
};
use directory::UserExport;
use futures::stream::try_unfold;
use model::user::{Address, Cell, Flag, TextAttribute, UserEntry, UserRow};
use model::{ListQuery, Principal, Problem, Timestamp};
use web::Portal;

use super::super::api::{instant, shape};
use super::{Csv, Fault, Piece, attached, refused};

/// The types of telephone numbers, with their headings.
const PHONES: [(&str, &str); 5] = [
    ("mobile", "mobile_number"),
    ("home", "home_number"),
    ("work", "work_number"),
    ("work_mobile", "work_mobile_number"),
    ("work_fax", "work_fax_number"),
];
const ADDRESSES: [&str; 2] = ["home", "work"];
/// A part of an address.
type Part = fn(&Address) -> &str;

/// The parts of an address, with the ends of their headings.
const ADDRESS_PARTS: [(&str, Part); 7] = [
    ("streetAddress", |address| &address.street_address),
    ("extendedAddress", |address| &address.extended_address),
    ("city", |address| &address.locality),
    ("state", |address| &address.region),
    ("postalCode", |address| &address.postal_code),
    ("poBox", |address| &address.po_box),
    ("country", |address| &address.country),
];

/// What the file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    CsvShown,
    CsvAll,
    Json,
}

impl Form {
    fn read(query: &str) -> Result<Self, Problem> {
        let of = query.split('&').find_map(|pair| pair.strip_prefix("as="));
        match of {
            Some("csv-shown") => Ok(Self::CsvShown),
            Some("csv-all") => Ok(Self::CsvAll),
            Some("json") => Ok(Self::Json),
            Some(_) | None => Err(Problem::at("as", "An export is csv-shown, csv-all or json.")),
        }
    }

    const fn told(self) -> &'static str {
        match self {
            Self::CsvShown => "CSV, the columns shown",
            Self::CsvAll => "CSV, all attributes",
            Self::Json => "JSON, all attributes",
        }
    }

    const fn file(self) -> (&'static str, &'static str) {
        match self {
            Self::CsvShown | Self::CsvAll => ("users.csv", "text/csv; charset=utf-8"),
            Self::Json => ("users.json", "application/json"),
        }
    }
}

pub async fn users(State(portal): State<Portal>, RawQuery(query): RawQuery, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answer = begin(&portal, &parts, &query.unwrap_or_default()).await;
    answer.unwrap_or_else(|problem| refused(&portal, &parts, &problem, app::routes::USERS))
}

async fn begin(
    portal: &Portal,
    parts: &axum::http::request::Parts,
    query: &str,
) -> Result<Response, Problem> {
    let actor = portal.signed_in(parts, Principal::Administrator).await?;
    let form = Form::read(query)?;
    let list = ListQuery::from_address(query);
    let directory = portal.directory.clone();
    let export = directory.users().export(&actor, &list, form.told()).await;
    let export = export.map_err(|error| directory.problem(error))?;
    let custom = match form {
        Form::CsvAll => export.custom_attributes().await.map_err(|error| directory.problem(error))?,
        Form::CsvShown | Form::Json => 0,
    };
    let file = File { export, form, custom, now: portal.clock.now(), part: 0, over: false };
    let body = Body::from_stream(try_unfold(file, next));
    Ok(attached(form.file(), body))
}

/// A file under way.
struct File {
    export: UserExport,
    form: Form,
    /// How many custom attributes have columns.
    custom: usize,
    now: Timestamp,
    part: u64,
    over: bool,
}

/// The next piece of the file. A fault breaks the transfer off, which a browser tells.
async fn next(mut file: File) -> Result<Option<(Bytes, File)>, Fault> {
    if file.over {
        return Ok(None);
    }
    let piece = match file.form {
        Form::CsvShown => file.shown().await,
        Form::CsvAll => file.all().await,
        Form::Json => file.json().await,
    };
    file.part += 1;
    Ok(Some((Bytes::from(piece?), file)))
}

impl File {
    async fn shown(&mut self) -> Piece {
        let rows = self.export.rows().await?;
        self.over = rows.is_empty();
        let mut csv = Csv::new();
        if self.part == 0 {
            let labels = self.export.labels();
            let headings = ["State", "Name"].into_iter().chain(labels.iter().map(String::as_str));
            csv.begin(headings)?;
        }
        for row in &rows {
            csv.write(shown_cells(row))?;
        }
        csv.end()
    }

    async fn all(&mut self) -> Piece {
        let entries = self.export.entries().await?;
        self.over = entries.is_empty();
        let mut csv = Csv::new();
        if self.part == 0 {
            let headings = headings(self.custom);
            csv.begin(headings.iter().map(String::as_str))?;
        }
        for entry in &entries {
            csv.write(all_cells(entry, self.custom))?;
        }
        csv.end()
    }

    async fn json(&mut self) -> Piece {
        let entries = self.export.entries().await?;
        self.over = entries.is_empty();
        let mut piece = Vec::new();
        for (number, entry) in entries.iter().enumerate() {
            let first = self.part == 0 && number == 0;
            piece.extend_from_slice(if first { b"[\n" } else { b",\n" });
            serde_json::to_writer(&mut piece, &shape::user(entry, self.now))?;
        }
        if self.over {
            piece.extend_from_slice(if self.part == 0 { b"[]\n" } else { b"\n]\n" });
        }
        Ok(piece)
    }
}

fn shown_cells(row: &UserRow) -> Vec<String> {
    let fixed = [row.state.label().to_owned(), row.name()];
    fixed.into_iter().chain(row.cells.iter().map(shown)).collect()
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Time(at) => at.map(instant).unwrap_or_default(),
        Cell::Flag(on) => if *on { "Yes" } else { "No" }.to_owned(),
        Cell::Password(status) => status.as_str().to_owned(),
        Cell::Person(person) => person.as_ref().map(|person| person.name.clone()).unwrap_or_default(),
    }
}

/// The headings of all attributes, by which an import knows them.
fn headings(custom: usize) -> Vec<String> {
    let plain =
        ["username", "email", "state"].into_iter().chain(TextAttribute::ALL.iter().map(|text| text.key()));
    let flags = Flag::ALL.iter().map(|flag| flag.key()).chain(["unix_uid", "unix_guid", "manager"]);
    let addresses = ADDRESSES
        .into_iter()
        .flat_map(|kind| ADDRESS_PARTS.into_iter().map(move |(part, _)| format!("{kind}_{part}")));
    let phones = PHONES.into_iter().map(|(_, heading)| heading.to_owned());
    let custom = (1..=custom)
        .flat_map(|number| [format!("Attribute{number}_name"), format!("Attribute{number}_value")]);
    plain.chain(flags).map(str::to_owned).chain(addresses).chain(phones).chain(custom).collect()
}

fn all_cells(entry: &UserEntry, custom: usize) -> Vec<String> {
    let form = &entry.form;
    let mut cells = vec![form.username.clone(), form.email.clone(), entry.state.as_str().to_owned()];
    cells.extend(TextAttribute::ALL.iter().map(|text| form.text(*text).to_owned()));
    cells.extend(Flag::ALL.iter().map(|flag| form.flags.contains(flag).to_string()));
    cells.push(form.unix_uid.clone());
    cells.push(form.unix_gid.clone());
    cells.push(form.manager.map(|manager| manager.to_string()).unwrap_or_default());
    for kind in ADDRESSES {
        let address = form.addresses.iter().find(|address| address.kind == kind);
        cells.extend(
            ADDRESS_PARTS.into_iter().map(|(_, part)| address.map(part).unwrap_or_default().to_owned()),
        );
    }
    for (kind, _) in PHONES {
        let phone = form.phones.iter().find(|phone| phone.kind == kind);
        cells.push(phone.map(|phone| phone.number.clone()).unwrap_or_default());
    }
    for number in 0..custom {
        let attribute = form.custom.get(number);
        cells.push(attribute.map(|one| one.name.clone()).unwrap_or_default());
        cells.push(attribute.map(|one| one.value.clone()).unwrap_or_default());
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_heading_has_its_cell() {
        let entry = UserEntry {
            id: model::Id::from([1; 12]),
            version: 1,
            state: model::user::UserState::Staged,
            password: model::user::PasswordFacts::default(),
            password_status: model::user::PasswordStatus::Pending,
            mfa: model::user::MfaFacts::default(),
            ssh_keys: vec![],
            created_at: Timestamp::default(),
            created_by: "manual".into(),
            form: model::user::UserForm::default(),
        };
        assert_eq!(headings(3).len(), all_cells(&entry, 3).len());
    }
}
