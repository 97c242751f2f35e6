//! What the bodies of requests about groups hold.

use model::group::{
    AttributeKind, GroupAttribute, GroupForm, GroupRule, NewPeriod, ReplyAttribute, RuleBlock, RuleMode,
};
use model::user::schedule::LocalTime;
use model::{Fault, Id, Problem};
use serde_json::{Map, Value};

use super::super::answer::malformed;

/// A field of a form by the name that it has in a body.
pub fn field_name(field: &str) -> String {
    let Some((several, rest)) = field.split_once('[') else {
        return match field {
            "ldap_name" => "attributes.ldapGroups",
            "linux_name" | "linux_gid" => "attributes.posixGroups",
            "passwordless_sudo" => "attributes.sudo.withoutPassword",
            other => other,
        }
        .to_owned();
    };
    match several {
        "radius_reply" => format!("attributes.radius.reply[{rest}"),
        _ => format!("attributes.customAttributes[{rest}"),
    }
}

/// Reads an object part by part, and tells of all that is wrong with it.
struct Reader {
    faults: Vec<Fault>,
}

impl Reader {
    fn wrong(&mut self, field: &str, message: &str) {
        self.faults.push(Fault { field: field.to_owned(), message: message.to_owned() });
    }

    fn text(&mut self, field: &str, value: Option<Value>) -> String {
        match value {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text,
            Some(_) => {
                self.wrong(field, "This is a text.");
                String::new()
            }
        }
    }

    fn flag(&mut self, field: &str, value: Option<Value>) -> bool {
        match value {
            None | Some(Value::Null) => false,
            Some(Value::Bool(on)) => on,
            Some(_) => {
                self.wrong(field, "This is true or false.");
                false
            }
        }
    }

    fn object(&mut self, field: &str, value: Option<Value>) -> Map<String, Value> {
        match value {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(object)) => object,
            Some(_) => {
                self.wrong(field, "This is an object.");
                Map::new()
            }
        }
    }

    fn list(&mut self, field: &str, value: Option<Value>) -> Vec<Value> {
        match value {
            None | Some(Value::Null) => vec![],
            Some(Value::Array(list)) => list,
            Some(_) => {
                self.wrong(field, "This is a list.");
                vec![]
            }
        }
    }

    /// The only one of a list, as the groups in LDAP and on Linux are sent.
    fn only(&mut self, field: &str, value: Option<Value>) -> Map<String, Value> {
        let mut list = self.list(field, value);
        if list.len() > 1 {
            self.wrong(field, "There is at most one.");
        }
        let one = list.pop();
        self.object(field, one)
    }

    fn nothing_else(&mut self, within: &str, rest: &Map<String, Value>) {
        for name in rest.keys() {
            let field = if within.is_empty() { name.clone() } else { format!("{within}.{name}") };
            self.wrong(&field, "There is no such field.");
        }
    }

    fn done(self) -> Result<(), Problem> {
        match self.faults.first() {
            None => Ok(()),
            Some(first) => {
                let message = format!("{}: {}", first.field, first.message);
                Err(malformed(message, self.faults))
            }
        }
    }
}

/// A group as a body describes it. Where LDAP shows it under its own name, that name may be sent along: `before` is
/// the group as it was.
///
/// # Errors
/// `malformed` with all that is wrong.
pub fn group_form(mut body: Map<String, Value>, before: Option<&GroupForm>) -> Result<GroupForm, Problem> {
    let mut read = Reader { faults: vec![] };
    // What is read back is sent again as it was.
    for known in ["id", "type", "membershipMethod"] {
        body.remove(known);
    }
    let name = read.text("name", body.remove("name"));
    let description = read.text("description", body.remove("description"));
    let email = read.text("email", body.remove("email"));
    let mut attributes = read.object("attributes", body.remove("attributes"));
    read.nothing_else("", &body);
    let mut sudo = read.object("attributes.sudo", attributes.remove("sudo"));
    let enabled = read.flag("attributes.sudo.enabled", sudo.remove("enabled"));
    let without = read.flag("attributes.sudo.withoutPassword", sudo.remove("withoutPassword"));
    read.nothing_else("attributes.sudo", &sudo);
    let mut ldap = read.only("attributes.ldapGroups", attributes.remove("ldapGroups"));
    let ldap_name = read.text("attributes.ldapGroups", ldap.remove("name"));
    let own =
        |name: &String| before.is_some_and(|before| before.ldap_name.is_empty() && before.name == *name);
    let ldap_name = if ldap_name == name || own(&ldap_name) { String::new() } else { ldap_name };
    let mut linux = read.only("attributes.posixGroups", attributes.remove("posixGroups"));
    let linux_name = read.text("attributes.posixGroups", linux.remove("name"));
    let linux_gid = match linux.remove("id") {
        None | Some(Value::Null) => String::new(),
        Some(Value::Number(number)) => number.to_string(),
        Some(_) => {
            read.wrong("attributes.posixGroups", "The id is a number.");
            String::new()
        }
    };
    let mut radius = read.object("attributes.radius", attributes.remove("radius"));
    let replies = read.list("attributes.radius.reply", radius.remove("reply"));
    let radius_reply = replies.into_iter().map(|one| reply(&mut read, one)).collect();
    let samba = read.flag("attributes.sambaEnabled", attributes.remove("sambaEnabled"));
    let custom = read.list("attributes.customAttributes", attributes.remove("customAttributes"));
    let custom = custom.into_iter().map(|one| attribute(&mut read, one)).collect();
    read.nothing_else("attributes", &attributes);
    read.done()?;
    Ok(GroupForm {
        name,
        description,
        email,
        ldap_name,
        linux_name,
        linux_gid,
        samba,
        sudo: enabled,
        passwordless_sudo: without,
        radius_reply,
        attributes: custom,
    })
}

fn reply(read: &mut Reader, value: Value) -> ReplyAttribute {
    const FIELD: &str = "attributes.radius.reply";
    let mut one = read.object(FIELD, Some(value));
    let reply = ReplyAttribute {
        name: read.text(FIELD, one.remove("name")),
        value: read.text(FIELD, one.remove("value")),
    };
    read.nothing_else(FIELD, &one);
    reply
}

fn attribute(read: &mut Reader, value: Value) -> GroupAttribute {
    const FIELD: &str = "attributes.customAttributes";
    let mut one = read.object(FIELD, Some(value));
    let name = read.text(FIELD, one.remove("name"));
    let kind = read.text(FIELD, one.remove("type"));
    let kind = if kind.is_empty() { Some(AttributeKind::Text) } else { AttributeKind::parse(&kind) };
    if kind.is_none() {
        read.wrong(FIELD, "The type is text, number, boolean or json.");
    }
    let kind = kind.unwrap_or(AttributeKind::Text);
    let value = match (kind, one.remove("value")) {
        (_, None | Some(Value::Null)) => String::new(),
        (AttributeKind::Json, Some(value)) => value.to_string(),
        (_, Some(Value::String(text))) => text,
        (AttributeKind::Number, Some(Value::Number(number))) => number.to_string(),
        (AttributeKind::Flag, Some(Value::Bool(on))) => on.to_string(),
        (AttributeKind::Text | AttributeKind::Number | AttributeKind::Flag, Some(_)) => {
            read.wrong(FIELD, "The value is not of the type.");
            String::new()
        }
    };
    read.nothing_else(FIELD, &one);
    GroupAttribute { name, kind, value }
}

/// What is done to a membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    Add,
    Remove,
    Update,
}

/// Whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Member {
    User,
    Group,
}

/// A change of who is in a group.
#[derive(Debug)]
pub struct Change {
    pub op: Op,
    pub member: Member,
    pub id: Id,
    pub period: NewPeriod,
}

/// Reads one.
///
/// # Errors
/// `malformed` with all that is wrong.
pub fn membership_change(mut body: Map<String, Value>) -> Result<Change, Problem> {
    let mut read = Reader { faults: vec![] };
    let op = match read.text("op", body.remove("op")).as_str() {
        "add" => Some(Op::Add),
        "remove" => Some(Op::Remove),
        "update" => Some(Op::Update),
        _ => None,
    };
    let member = match read.text("type", body.remove("type")).as_str() {
        "user" => Some(Member::User),
        "user_group" => Some(Member::Group),
        _ => None,
    };
    let id = read.text("id", body.remove("id")).parse::<Id>().ok();
    for (known, field, message) in [
        (op.is_some(), "op", "This is add, remove or update."),
        (member.is_some(), "type", "This is user or user_group."),
        (id.is_some(), "id", "This is the id of a user or of a group."),
    ] {
        if !known {
            read.wrong(field, message);
        }
    }
    let period = NewPeriod {
        starts: instant(&mut read, "starts", body.remove("starts")),
        ends: instant(&mut read, "ends", body.remove("ends")),
    };
    // Programs that know the API send them empty.
    body.remove("attributes");
    read.nothing_else("", &body);
    read.done()?;
    let (Some(op), Some(member), Some(id)) = (op, member, id) else {
        return Err(malformed("The body cannot be read.", vec![]));
    };
    Ok(Change { op, member, id, period })
}

/// A rule as a body describes it, and how many may leave by it.
///
/// # Errors
/// `malformed` with all that is wrong.
pub fn rule(mut body: Map<String, Value>) -> Result<(Option<GroupRule>, u64), Problem> {
    let mut read = Reader { faults: vec![] };
    let method = read.text("membershipMethod", body.remove("membershipMethod"));
    let mode = RuleMode::ALL.iter().copied().find(|mode| method == super::shape::method(Some(*mode)));
    if mode.is_none() && method != super::shape::method(None) {
        read.wrong("membershipMethod", "This is STATIC, DYNAMIC_AUTOMATED or DYNAMIC_REVIEW_REQUIRED.");
    }
    let query = body.remove("memberQuery").filter(|query| !query.is_null());
    let rule = match (mode, query) {
        (None, _) => None,
        (Some(_), None) => {
            read.wrong("memberQuery", "This is a block of conditions.");
            None
        }
        (Some(mode), Some(query)) => match serde_json::from_value::<RuleBlock>(query) {
            Ok(rule) => Some(GroupRule { mode, rule, brake: BRAKE }),
            Err(error) => {
                read.wrong("memberQuery", &format!("This is no block of conditions: {error}."));
                None
            }
        },
    };
    let brake = number(&mut read, "brake", body.remove("brake"), BRAKE.into());
    let leaving = number(&mut read, "leaving", body.remove("leaving"), 0);
    read.nothing_else("", &body);
    read.done()?;
    let brake = u8::try_from(brake).unwrap_or(0);
    Ok((rule.map(|rule| GroupRule { brake, ..rule }), leaving))
}

/// How many may leave at most.
///
/// # Errors
/// `malformed`.
pub fn leaving(mut body: Map<String, Value>) -> Result<u64, Problem> {
    let mut read = Reader { faults: vec![] };
    let leaving = number(&mut read, "leaving", body.remove("leaving"), 0);
    read.nothing_else("", &body);
    read.done()?;
    Ok(leaving)
}

/// In percent, where none is given.
const BRAKE: u8 = 25;

fn number(read: &mut Reader, field: &str, value: Option<Value>, otherwise: u64) -> u64 {
    match value {
        None | Some(Value::Null) => otherwise,
        Some(value) => value.as_u64().unwrap_or_else(|| {
            read.wrong(field, "This is a number from 0.");
            otherwise
        }),
    }
}

/// A change of what is bound to what: whether it is added, the type of the other end, one of these, and its id.
///
/// # Errors
/// `malformed` with all that is wrong.
pub fn association(
    mut body: Map<String, Value>,
    types: &[&'static str],
) -> Result<(bool, &'static str, Id), Problem> {
    let mut read = Reader { faults: vec![] };
    let adds = match read.text("op", body.remove("op")).as_str() {
        "add" => Some(true),
        "remove" => Some(false),
        _ => None,
    };
    let kind = read.text("type", body.remove("type"));
    let kind = types.iter().copied().find(|known| *known == kind);
    let id = read.text("id", body.remove("id")).parse::<Id>().ok();
    if adds.is_none() {
        read.wrong("op", "This is add or remove.");
    }
    if kind.is_none() {
        read.wrong("type", &format!("This is {}.", types.join(" or ")));
    }
    if id.is_none() {
        read.wrong("id", "This is an id.");
    }
    // Programs that know the API send them empty.
    body.remove("attributes");
    read.nothing_else("", &body);
    read.done()?;
    let (Some(adds), Some(kind), Some(id)) = (adds, kind, id) else {
        return Err(malformed("The body cannot be read.", vec![]));
    };
    Ok((adds, kind, id))
}

/// An instant in UTC, whole minutes.
fn instant(read: &mut Reader, field: &str, value: Option<Value>) -> Option<LocalTime> {
    let text = read.text(field, value);
    if text.is_empty() {
        return None;
    }
    let parts = text.split_once('T').and_then(|(date, rest)| {
        let (time, seconds) = rest.strip_suffix('Z')?.split_at_checked(5)?;
        let whole = seconds.chars().all(|c| matches!(c, ':' | '.' | '0'));
        whole.then(|| (date.to_owned(), time.to_owned()))
    });
    let Some((date, time)) = parts else {
        read.wrong(field, "This is an instant in UTC of whole minutes, such as 2026-12-01T08:00:00Z.");
        return None;
    };
    Some(LocalTime { date, time, zone: "UTC".to_owned() })
}
