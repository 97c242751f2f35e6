//! Checking every row of a file, so that all faults are known before anything is written.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::user::{Address, CustomAttribute, Phone, TextAttribute, UserDraft, UserForm, UserState};
use model::{Faults, Id, Password, PasswordPolicy};
use sea_query::{Expr, ExprTrait, Query};

use super::columns::{Column, custom_value};
use super::sheet::{Sheet, SheetRow};
use super::{Import, ImportFault, ImportReport};
use crate::policy::{self, Subject};
use directory_core::error::Result;
use directory_core::store::{Row, Tx};

/// One row that can be written.
#[derive(Debug)]
pub(crate) struct Good {
    pub row: u64,
    pub draft: UserDraft,
    /// As written: a username, an email address or an id.
    pub manager: Option<String>,
    pub password: Option<Password>,
    pub state: Option<UserState>,
}

/// A file with every row checked.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub total: u64,
    pub rows: Vec<Good>,
    pub faults: Vec<ImportFault>,
    /// Headings of columns by what they hold, to name a fault's place.
    headings: Vec<(Column, String)>,
    /// Managers of rows, by the row's number.
    pub managers: HashMap<u64, Manager>,
}

/// Who somebody's manager is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Manager {
    /// Somebody in this file, by row.
    Row(u64),
    /// Somebody in the directory.
    Known(Id),
}

impl Prepared {
    pub(crate) fn into_report(mut self, imported: u64, lost: Vec<ImportFault>) -> ImportReport {
        let good = self.rows.len() as u64 - lost.len().min(self.rows.len()) as u64;
        self.faults.extend(lost);
        self.faults.sort_by_key(|fault| fault.row);
        ImportReport { rows: self.total, good, imported, faults: self.faults }
    }

    fn heading(&self, wanted: &Column) -> String {
        self.headings
            .iter()
            .find(|(column, _)| column == wanted)
            .map_or_else(String::new, |(_, name)| name.clone())
    }

    fn fault(&mut self, row: u64, column: &Column, message: impl Into<String>) {
        let column = self.heading(column);
        self.faults.push(ImportFault { row, column, message: message.into() });
    }

    /// Takes rows with faults out.
    fn drop_faulty(&mut self) {
        let faulty: BTreeSet<u64> = self.faults.iter().map(|fault| fault.row).collect();
        self.rows.retain(|good| !faulty.contains(&good.row));
    }
}

/// Checks every row by itself, and against the rows before it.
pub(crate) fn rows(sheet: Sheet, policy: &PasswordPolicy) -> Prepared {
    let Sheet { headings, columns, rows } = sheet;
    let mut prepared = Prepared {
        total: rows.len() as u64,
        rows: Vec::with_capacity(rows.len()),
        faults: vec![],
        headings: columns.iter().cloned().zip(headings).collect(),
        managers: HashMap::new(),
    };
    for row in rows {
        one(&mut prepared, &columns, row, policy);
    }
    duplicates(&mut prepared);
    prepared.drop_faulty();
    prepared
}

fn one(prepared: &mut Prepared, columns: &[Column], row: SheetRow, policy: &PasswordPolicy) {
    let number = row.number;
    if row.cells.len() > columns.len() {
        let message =
            format!("has {} cells under {} headings; is a quote missing?", row.cells.len(), columns.len());
        prepared.faults.push(ImportFault { row: number, column: String::new(), message });
        return;
    }
    let short = row.cells.len() < columns.len();
    let mut faults = Faults::default();
    let typed = typed(columns, row.cells, &mut faults);
    let parsed = typed.form.parse();
    if let Some(password) = &typed.password {
        let judged = policy::faults(policy, password.expose(), &Subject::typed(&typed.form));
        judged.iter().for_each(|fault| faults.add(&fault.field, &fault.message));
    }
    if short {
        let message = format!("has fewer cells than the {} headings.", columns.len());
        prepared.faults.push(ImportFault { row: number, column: String::new(), message });
    }
    let all = faults.iter().chain(parsed.as_ref().err().into_iter().flat_map(Faults::iter));
    let found: Vec<ImportFault> = all
        .map(|fault| {
            let place = prepared.headings.iter().find(|(column, _)| column.answers_for(&fault.field));
            let column = place.map_or_else(|| fault.field.clone(), |(_, heading)| heading.clone());
            ImportFault { row: number, column, message: fault.message.clone() }
        })
        .collect();
    let clean = found.is_empty() && !short;
    prepared.faults.extend(found);
    if let (true, Ok(draft)) = (clean, parsed) {
        let Typed { manager, password, state, .. } = typed;
        prepared.rows.push(Good { row: number, draft, manager, password, state });
    }
}

struct Typed {
    form: UserForm,
    manager: Option<String>,
    password: Option<Password>,
    state: Option<UserState>,
}

fn typed(columns: &[Column], cells: Vec<String>, faults: &mut Faults) -> Typed {
    let mut typed = Typed { form: UserForm::default(), manager: None, password: None, state: None };
    let mut custom: BTreeMap<&str, CustomAttribute> = BTreeMap::new();
    for (column, cell) in columns.iter().zip(cells) {
        let cell = cell.trim();
        if cell.is_empty() && !matches!(column, Column::Username | Column::Email) {
            continue;
        }
        match column {
            Column::Username => cell.clone_into(&mut typed.form.username),
            Column::Email => cell.clone_into(&mut typed.form.email),
            Column::Text(text) => typed.form.set_text(*text, cell),
            Column::UnixUid => cell.clone_into(&mut typed.form.unix_uid),
            Column::UnixGid => cell.clone_into(&mut typed.form.unix_gid),
            Column::Manager => typed.manager = Some(cell.to_owned()),
            Column::Phone(kind) => {
                typed.form.phones.push(Phone { kind: (*kind).to_owned(), number: cell.to_owned() });
            }
            Column::Address(kind, part) => put_address(&mut typed.form, kind, part, cell),
            Column::CustomName(number) => cell.clone_into(&mut custom.entry(number).or_default().name),
            Column::CustomValue(number) => cell.clone_into(&mut custom.entry(number).or_default().value),
            Column::Flag(flag) => match cell.to_ascii_lowercase().as_str() {
                "true" | "yes" | "1" => typed.form.set_flag(*flag, true),
                "false" | "no" | "0" => typed.form.set_flag(*flag, false),
                _ => faults.add(flag.key(), format!("“{cell}” is neither true nor false.")),
            },
            Column::State => match UserState::parse(cell) {
                Some(state) => typed.state = Some(state),
                None => {
                    faults.add("state", format!("“{cell}” is not a state: STAGED, ACTIVATED or SUSPENDED."));
                }
            },
            Column::Password => typed.password = faults.take("password", Password::parse(cell)),
        }
    }
    for (number, attribute) in custom {
        if attribute.value.is_empty() {
            let message = format!("The attribute “{}” has no value.", attribute.name);
            faults.add(custom_value(number), message);
        }
        typed.form.custom.push(attribute);
    }
    typed
}

fn put_address(form: &mut UserForm, kind: &str, part: &str, cell: &str) {
    let index = form.addresses.iter().position(|address| address.kind == kind).unwrap_or_else(|| {
        form.addresses.push(Address { kind: kind.to_owned(), ..Address::default() });
        form.addresses.len() - 1
    });
    if let Some(address) = form.addresses.get_mut(index)
        && let Some((_, place)) = address.parts_mut().into_iter().find(|(key, _)| *key == part)
    {
        cell.clone_into(place);
    }
}

/// The second of two rows with the same username, email, employee ID or UID is at fault.
fn duplicates(prepared: &mut Prepared) {
    let mut seen: HashMap<(&'static str, String), u64> = HashMap::new();
    let mut found = Vec::new();
    for good in &prepared.rows {
        for (what, column, key) in unique_keys(&good.draft) {
            match seen.get(&(what, key.clone())) {
                Some(first) => found.push((good.row, column, format!("The same {what} is in row {first}."))),
                None => {
                    seen.insert((what, key), good.row);
                }
            }
        }
    }
    for (row, column, message) in found {
        prepared.fault(row, &column, message);
    }
}

fn unique_keys(draft: &UserDraft) -> Vec<(&'static str, Column, String)> {
    let mut keys = vec![
        ("username", Column::Username, draft.username.key()),
        ("email address", Column::Email, draft.email.as_str().to_owned()),
    ];
    let employee = draft.text(TextAttribute::EmployeeIdentifier);
    if !employee.is_empty() {
        let column = Column::Text(TextAttribute::EmployeeIdentifier);
        keys.push(("employee ID", column, employee.to_owned()));
    }
    if let Some(uid) = draft.unix_uid {
        keys.push(("UID", Column::UnixUid, uid.to_string()));
    }
    keys
}

/// Finds each manager: in the file by username or email, or among `known` (by the same, and by
/// id). Who cannot be found is a fault of the row, and so is a manager whose own row has one.
pub(crate) fn link_managers(prepared: &mut Prepared, known: &BTreeMap<String, Id>) {
    let mut rows: HashMap<String, u64> = HashMap::new();
    for good in &prepared.rows {
        rows.insert(good.draft.username.key(), good.row);
        rows.insert(good.draft.email.as_str().to_owned(), good.row);
    }
    let mut found = Vec::new();
    for good in &prepared.rows {
        let Some(name) = &good.manager else { continue };
        let key = name.to_ascii_lowercase();
        match (rows.get(&key), known.get(&key)) {
            (Some(row), _) if *row == good.row => {
                found.push((good.row, "Nobody is their own manager.".to_owned()));
            }
            (Some(row), _) => {
                prepared.managers.insert(good.row, Manager::Row(*row));
            }
            (None, Some(id)) => {
                prepared.managers.insert(good.row, Manager::Known(*id));
            }
            (None, None) => found.push((
                good.row,
                format!("“{name}” is neither in the directory nor a row of this file without fault."),
            )),
        }
    }
    found.extend(
        circles(prepared).into_iter().map(|row| (row, "Their managers lead back to themselves.".to_owned())),
    );
    for (row, message) in found {
        prepared.fault(row, &Column::Manager, message);
    }
    drop_with_managers(prepared);
}

/// Rows that stand in a circle of managers: no order of writing would do for them.
fn circles(prepared: &Prepared) -> Vec<u64> {
    let next = |row: u64| match prepared.managers.get(&row) {
        Some(Manager::Row(manager)) => Some(*manager),
        Some(Manager::Known(_)) | None => None,
    };
    let mut safe: BTreeSet<u64> = BTreeSet::new();
    let mut circles = BTreeSet::new();
    for good in &prepared.rows {
        let mut path = vec![good.row];
        while let Some(manager) = path.last().copied().and_then(next).filter(|row| !safe.contains(row)) {
            if let Some(start) = path.iter().position(|row| *row == manager) {
                circles.extend(path.drain(start..));
                break;
            }
            path.push(manager);
        }
        safe.extend(path);
        safe.extend(circles.iter());
    }
    circles.into_iter().collect()
}

/// A row whose manager's row is out is out too, and so on up the chain.
fn drop_with_managers(prepared: &mut Prepared) {
    loop {
        prepared.drop_faulty();
        let there: BTreeSet<u64> = prepared.rows.iter().map(|good| good.row).collect();
        let orphans: Vec<(u64, u64)> = prepared
            .rows
            .iter()
            .filter_map(|good| match prepared.managers.get(&good.row) {
                Some(Manager::Row(manager)) if !there.contains(manager) => Some((good.row, *manager)),
                Some(Manager::Row(_) | Manager::Known(_)) | None => None,
            })
            .collect();
        if orphans.is_empty() {
            return;
        }
        for (row, manager) in orphans {
            prepared.fault(
                row,
                &Column::Manager,
                format!("Their manager’s row, {manager}, has a fault of its own."),
            );
        }
    }
}

/// How many values one question to the directory has.
const CHUNK: usize = 1000;

impl Import<'_> {
    /// Checks what must be unique, and managers, against the directory as it is.
    pub(crate) async fn check_against_directory(&self, prepared: &mut Prepared) -> Result<()> {
        let mut tx = self.0.db().read().await?;
        let mut found = Vec::new();
        for chunk in prepared.rows.chunks(CHUNK) {
            for (column, stored) in [
                (Column::Username, "username_key"),
                (Column::Email, "email"),
                (Column::Text(TextAttribute::EmployeeIdentifier), "employee_identifier"),
            ] {
                let keys: Vec<(u64, String)> = chunk
                    .iter()
                    .flat_map(|good| unique_keys(&good.draft).into_iter().map(move |key| (good.row, key)))
                    .filter(|(_, (_, of, _))| *of == column)
                    .map(|(row, (_, _, key))| (row, key))
                    .collect();
                let taken = taken(&mut tx, stored, keys.iter().map(|(_, key)| key.clone()).collect()).await?;
                found.extend(
                    keys.into_iter()
                        .filter(|(_, key)| taken.contains(key))
                        .map(|(row, _)| (row, column.clone())),
                );
            }
        }
        for (row, column) in found {
            prepared.fault(
                row,
                &column,
                "Somebody in the directory, or deleted and restorable, has this already.",
            );
        }
        prepared.drop_faulty();
        let known = self.known_managers(&mut tx, prepared).await?;
        link_managers(prepared, &known);
        Ok(())
    }

    async fn known_managers(&self, tx: &mut Tx, prepared: &Prepared) -> Result<BTreeMap<String, Id>> {
        let names: BTreeSet<String> = prepared
            .rows
            .iter()
            .filter_map(|good| good.manager.as_ref())
            .map(|name| name.to_ascii_lowercase())
            .collect();
        let names: Vec<String> = names.into_iter().collect();
        let mut known = BTreeMap::new();
        for chunk in names.chunks(CHUNK) {
            for column in ["username_key", "email"] {
                let rows: Vec<(String, Id)> = select(tx, column, chunk.to_vec(), true).await?;
                known.extend(rows);
            }
        }
        Ok(known)
    }
}

async fn taken(tx: &mut Tx, column: &'static str, keys: Vec<String>) -> Result<BTreeSet<String>> {
    if keys.is_empty() {
        return Ok(BTreeSet::new());
    }
    let rows: Vec<(String,)> = select(tx, column, keys, false).await?;
    Ok(rows.into_iter().map(|(key,)| key).collect())
}

/// The values of a column among `keys` that are there, with ids and without deleted users if so asked.
async fn select<T: Row>(
    tx: &mut Tx,
    column: &'static str,
    keys: Vec<String>,
    with_ids: bool,
) -> Result<Vec<T>> {
    let mut select = Query::select();
    select.column(column).from("users").and_where(Expr::col(column).is_in(keys));
    if with_ids {
        select.column("id").and_where(Expr::col("deleted_at").is_null());
    }
    Ok(tx.select(&select).await?)
}
