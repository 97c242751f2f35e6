//! What becomes of rows: each is matched with the directory and with the rows before it.

use std::collections::{BTreeSet, HashMap, HashSet};

use model::event::FieldChange;
use model::import::{Column, Existing, MatchBy, Remark, RowOutcome, UsernameRule};
use model::user::{TextAttribute, UserDraft, UserForm, UserState};
use model::{Faults, Id, Password, Username};
use serde::{Deserialize, Serialize};

use super::known::{self, KnownUser, Taken, key_of};
use super::plan::{Found, Plan, Unique, unique_values};
use super::row::{ParsedRow, Reading, apply};
use crate::users::differences;
use directory_core::environment::Environment;
use directory_core::error::Result;
use directory_core::events::field;
use directory_core::normalize::normalize;
use directory_core::store::Tx;

/// How many rows are settled at once: they are asked about together.
pub(crate) const SETTLED_AT_ONCE: usize = 500;
/// How many usernames are tried for one user.
const TRIED: usize = 25;

/// Whom rows may be about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    pub by: MatchBy,
    pub existing: Existing,
    pub usernames: UsernameRule,
}

/// What becomes of the manager of an existing user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ManagerChange {
    #[default]
    Keep,
    Clear,
    Set(Id),
}

/// A row and what becomes of it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Settled {
    pub row: u64,
    /// The username or the email address, as written.
    pub name: String,
    /// The user's, who may be new.
    pub id: Id,
    pub outcome: RowOutcome,
    pub faults: Vec<Remark>,
    pub notes: Vec<Remark>,
    pub changes: Vec<FieldChange>,
    /// A new user.
    pub form: UserForm,
    pub state: Option<UserState>,
    /// What an existing user is given.
    pub values: Vec<(Column, String)>,
    pub manager: ManagerChange,
    /// How many managers stand above them in the file.
    pub depth: u32,
    /// The first password.
    #[serde(skip)]
    pub typed: Option<Password>,
    /// As they stand in the directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    former: Option<Former>,
}

/// What a job reads of a row.
#[derive(Serialize)]
struct Body<'a> {
    outcome: RowOutcome,
    name: &'a str,
    form: &'a UserForm,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<UserState>,
    values: &'a [(Column, String)],
    manager: ManagerChange,
}

/// What is known of an existing user, for what comes after the other rows.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Former {
    manager: Option<Id>,
    manager_name: String,
    administrator: bool,
}

/// A row whose form is made, with the usernames that it may get.
struct Made {
    parsed: ParsedRow,
    known: Option<KnownUser>,
    form: UserForm,
    draft: Result<UserDraft, Faults>,
    /// Usernames to choose from, for whom the file has none.
    names: Vec<String>,
}

/// Settles rows; without a transaction the directory is empty.
pub(crate) async fn settle(
    tx: Option<&mut Tx>,
    env: &Environment,
    plan: &mut Plan,
    reading: &Reading,
    rules: Rules,
    rows: Vec<ParsedRow>,
) -> Result<Vec<Settled>> {
    let (made, taken): (Vec<_>, _) = if let Some(tx) = tx {
        let users = match rules.existing {
            Existing::Refuse => HashMap::new(),
            Existing::Leave | Existing::Clear => {
                let keys: BTreeSet<_> = rows.iter().filter_map(|row| key(rules.by, row)).collect();
                known::users(tx, rules.by, &keys).await?
            }
        };
        let made: Vec<_> = rows.into_iter().map(|row| make(reading, rules, row, &users)).collect();
        let taken = known::taken(tx, &wanted(&made)).await?;
        (made, taken)
    } else {
        let nobody = HashMap::new();
        (rows.into_iter().map(|row| make(reading, rules, row, &nobody)).collect(), Taken::new())
    };
    made.into_iter().map(|made| one(env, plan, reading, &taken, made)).collect()
}

/// By which a row finds an existing user.
fn key(by: MatchBy, row: &ParsedRow) -> Option<String> {
    let mut form = UserForm::default();
    apply(&mut form, &row.values);
    if let (MatchBy::Username, "", Some(login)) = (by, form.username.as_str(), &row.login) {
        login.clone_into(&mut form.username);
    }
    Some(key_of(by, &form)).filter(|key| !key.is_empty())
}

fn make(reading: &Reading, rules: Rules, parsed: ParsedRow, users: &HashMap<String, KnownUser>) -> Made {
    let known = key(rules.by, &parsed).and_then(|key| users.get(&key).cloned());
    let mut form = known.as_ref().map(|known| known.form.clone()).unwrap_or_default();
    apply(&mut form, &parsed.values);
    let mut names = Vec::new();
    if form.username.is_empty() && !reading.has(&Column::Username) {
        names = usernames(rules.usernames, &form, parsed.login.as_deref());
        names.first().cloned().unwrap_or_default().clone_into(&mut form.username);
    }
    let draft = form.parse();
    Made { parsed, known, form, draft, names }
}

/// The usernames that somebody without one may get: the first that nobody has.
fn usernames(rule: UsernameRule, form: &UserForm, login: Option<&str>) -> Vec<String> {
    let local = login.or_else(|| form.email.split('@').next()).unwrap_or_default();
    let [first, last] = [TextAttribute::FirstName, TextAttribute::LastName].map(|name| form.text(name));
    let wished = match rule {
        UsernameRule::FirstLast if !first.is_empty() && !last.is_empty() => format!("{first}.{last}"),
        UsernameRule::FirstLast | UsernameRule::LocalPart => local.to_owned(),
    };
    let letter = |c: char| if c.is_whitespace() { '.' } else { c };
    let allowed = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let folded: String = normalize(&wished).chars().map(letter).filter(allowed).collect();
    let name = folded.trim_start_matches(|c: char| !c.is_ascii_alphabetic()).trim_end_matches('.');
    if name.is_empty() {
        return vec![];
    }
    let numbered = |number: usize| match number {
        1 => name.chars().take(Username::MAX).collect(),
        _ => format!("{}{number}", name.chars().take(Username::MAX - 2).collect::<String>()),
    };
    (1..=TRIED).map(numbered).collect()
}

/// What must be asked about before rows are settled.
fn wanted(made: &[Made]) -> HashSet<(Unique, String)> {
    let mut wanted = HashSet::new();
    for made in made {
        wanted.extend(made.draft.iter().flat_map(unique_values));
        wanted.extend(made.names.iter().map(|name| (Unique::Username, name.clone())));
    }
    wanted
}

fn one(env: &Environment, plan: &mut Plan, reading: &Reading, taken: &Taken, made: Made) -> Result<Settled> {
    let Made { mut parsed, known, mut form, draft, names } = made;
    let mut faults = std::mem::take(&mut parsed.faults);
    let draft = match draft {
        Ok(draft) => Some(draft),
        Err(found) => {
            faults.extend(found.iter().map(|fault| reading.remark(&fault.field, &fault.message)));
            None
        }
    };
    let me = known.as_ref().map(|known| known.id);
    let name = named(&parsed, &form);
    let draft = draft.map(|draft| with_username(plan, taken, &names, draft));
    if let Some(draft) = &draft {
        draft.username.as_str().clone_into(&mut form.username);
        for (kind, value) in unique_values(draft) {
            let fault = taken_fault(plan, taken, me, kind, &value);
            faults.extend(fault.map(|message| reading.remark(kind.field(), message)));
        }
    }
    let id = match me {
        Some(id) => id,
        None => env.new_id()?,
    };
    let mut settled = Settled {
        row: parsed.row,
        name,
        id,
        outcome: RowOutcome::Create,
        faults,
        notes: std::mem::take(&mut parsed.notes),
        changes: vec![],
        form: UserForm::default(),
        state: parsed.state,
        values: vec![],
        manager: ManagerChange::Keep,
        depth: 0,
        typed: None,
        former: None,
    };
    match (known, draft) {
        (Some(known), Some(draft)) => settled.change(&known, &mut parsed, &draft),
        (None, Some(draft)) => {
            settled.typed = parsed.password.take();
            settled.form = draft.into();
        }
        (_, None) => {}
    }
    settled.finish(plan, parsed.manager, &form);
    Ok(settled)
}

/// Somebody without a username gets the first that is free.
fn with_username(plan: &Plan, taken: &Taken, names: &[String], draft: UserDraft) -> UserDraft {
    let free = names.iter().find(|name| {
        plan.taken_by(Unique::Username, name).is_none()
            && !taken.contains_key(&(Unique::Username, (*name).clone()))
    });
    match free.and_then(|name| Username::parse(name).ok()) {
        Some(username) => UserDraft { username, ..draft },
        None => draft,
    }
}

fn taken_fault(plan: &Plan, taken: &Taken, me: Option<Id>, kind: Unique, value: &str) -> Option<String> {
    if let Some(row) = plan.taken_by(kind, value) {
        return Some(format!("The same {} is in row {row}.", kind.label()));
    }
    let holder = taken.get(&(kind, value.to_owned())).filter(|holder| Some(holder.id) != me)?;
    Some(if holder.deleted {
        format!("A deleted user has this {}. Restore them, or delete them permanently.", kind.label())
    } else {
        "Somebody in the directory has this already.".to_owned()
    })
}

/// How a row is named beside its number.
fn named(parsed: &ParsedRow, form: &UserForm) -> String {
    let written = [Column::Username, Column::Email].iter().find_map(|column| parsed.value(column));
    let written = written.map(str::to_owned).or_else(|| parsed.login.clone());
    written.unwrap_or_else(|| form.name())
}

impl Settled {
    fn fault(&mut self, remark: Remark) {
        self.faults.push(remark);
        self.outcome = RowOutcome::Fault;
    }

    /// What an existing user comes to.
    fn change(&mut self, known: &KnownUser, parsed: &mut ParsedRow, draft: &UserDraft) {
        self.values = std::mem::take(&mut parsed.values);
        self.changes = differences(&known.form, &draft.clone().into());
        self.former = Some(Former {
            manager: known.form.manager,
            manager_name: known.manager.clone(),
            administrator: known.administrator,
        });
        if parsed.manager.as_deref() == Some("") && known.form.manager.is_some() {
            self.manager = ManagerChange::Clear;
            self.changes.push(field("manager", &known.manager, ""));
        }
        if parsed.state.is_some_and(|state| state != known.state) {
            let message =
                format!("They stay {}: an import gives a state to new users alone.", known.state.label());
            self.notes.push(Remark { column: String::new(), message });
        }
        self.outcome = if self.changes.is_empty() { RowOutcome::Same } else { RowOutcome::Change };
    }

    /// Takes the row into account for those that follow.
    fn finish(&mut self, plan: &mut Plan, manager: Option<String>, form: &UserForm) {
        self.spare_administrator();
        if !self.faults.is_empty() {
            self.outcome = RowOutcome::Fault;
            return;
        }
        let Ok(draft) = form.parse() else { return };
        plan.take(self.row, &unique_values(&draft));
        plan.add(self.row, self.id, &draft);
        if let Some(manager) = manager.filter(|manager| !manager.is_empty()) {
            plan.manage(self.row, manager);
        }
    }

    /// Whoever is an administrator, too, is changed by hand: it may take a proof of the password.
    fn spare_administrator(&mut self) {
        let guarded = self.former.as_ref().is_some_and(|former| former.administrator);
        if guarded && !self.changes.is_empty() {
            let message = "This user is also an administrator, who is changed one by one.".to_owned();
            self.fault(Remark { column: String::new(), message });
        }
    }

    /// Gives them the manager that was found after all rows.
    pub(crate) fn link(&mut self, found: &Found, reading: &Reading) {
        match found {
            Found::Fault(message) => self.fault(reading.remark("manager", message)),
            Found::Nobody(message) => self.notes.push(reading.remark("manager", message)),
            Found::Manager { id, depth } => match &self.former {
                None => {
                    self.form.manager = Some(*id);
                    self.depth = *depth;
                }
                Some(former) if former.manager == Some(*id) => {}
                Some(_) if *id == self.id => {
                    self.fault(reading.remark("manager", "Nobody is their own manager."));
                }
                Some(former) => {
                    self.changes.push(field("manager", &former.manager_name, id.to_string()));
                    self.manager = ManagerChange::Set(*id);
                    self.depth = *depth;
                    self.outcome = RowOutcome::Change;
                    self.spare_administrator();
                }
            },
        }
    }

    /// What a job reads of it.
    pub(crate) fn to_body(&self, state: Option<UserState>, password: Option<String>) -> Result<String> {
        let body = Body {
            outcome: self.outcome,
            name: &self.name,
            form: &self.form,
            password,
            state,
            values: &self.values,
            manager: self.manager,
        };
        Ok(serde_json::to_string(&body)?)
    }

    /// Whether an import writes it.
    pub(crate) fn is_written(&self) -> bool {
        matches!(self.outcome, RowOutcome::Create | RowOutcome::Change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames_follow_the_rule_and_are_numbered() {
        let mut form = UserForm { email: "J.Müller+x@example.org".into(), ..UserForm::default() };
        let names = usernames(UsernameRule::LocalPart, &form, None);
        assert_eq!(names[..3], ["j.mullerx", "j.mullerx2", "j.mullerx3"]);
        form.set_text(TextAttribute::FirstName, "Anna Maria");
        form.set_text(TextAttribute::LastName, "Ó Briain");
        assert_eq!(usernames(UsernameRule::FirstLast, &form, None)[0], "anna.maria.o.briain");
        assert_eq!(usernames(UsernameRule::LocalPart, &form, Some("7anna."))[0], "anna");
        form.email = "李@example.org".into();
        assert!(usernames(UsernameRule::LocalPart, &form, None).is_empty());
        let long = usernames(UsernameRule::LocalPart, &form, Some(&"a".repeat(40)));
        assert!(long.iter().all(|name| Username::parse(name).is_ok()));
    }
}
