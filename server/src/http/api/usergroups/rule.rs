//! The rule of a group: what it is, what it would do, and what it waits for.

use axum::{Json, body::Body, extract::Path, http::HeaderMap};
use model::Operation;
use model::group::{CountedPeople, RuleState, SaveRule};
use serde_json::{Value, json};

use super::super::answer::{Refused, object};
use super::super::caller::Caller;
use super::super::openapi::{Api, Endpoint, Verb};
use super::{body, named, shape};

pub fn routes() -> Api {
    const RULE: &str = "/v2/usergroups/{id}/rule";
    let read_rule = Endpoint::new(
        Verb::Get,
        RULE,
        "readUserGroupRule",
        "How the members of a group come to be, and how its rule stands.",
    );
    let set_rule = Endpoint::new(
        Verb::Put,
        RULE,
        "setUserGroupRule",
        "Gives a group a rule, changes it, or takes it away. No more members leave by it than `leaving` says.",
    );
    let preview_rule = Endpoint::new(
        Verb::Post,
        "/v2/usergroups/{id}/rule/preview",
        "previewUserGroupRule",
        "Says who would come in and who would leave, and changes nothing.",
    );
    let apply = Endpoint::new(
        Verb::Post,
        "/v2/usergroups/{id}/suggestions",
        "applyUserGroupSuggestions",
        "Does all that a reviewed rule says. No more members leave by it than `leaving` says.",
    );
    Api::default()
        .at(read_rule.needs(&[Operation::ListGroups]).answers("UserGroupRule"), read)
        .at(
            set_rule.needs(&[Operation::SetGroupRule]).takes("NewUserGroupRule").answers("UserGroupRule"),
            set,
        )
        .at(
            preview_rule
                .needs(&[Operation::SetGroupRule])
                .takes("NewUserGroupRule")
                .answers("UserGroupRulePreview"),
            preview,
        )
        .at(apply.needs(&[Operation::SetGroupRule]).takes("Leaving").answers("UserGroupRule"), accept)
}

fn people(of: &CountedPeople) -> Value {
    let first: Vec<Value> =
        of.first.iter().map(|one| json!({ "type": "user", "id": one.id, "name": one.name })).collect();
    json!({ "count": of.count, "first": first })
}

fn rule(state: &RuleState) -> Value {
    let rule = state.rule.as_ref();
    let counts = state.waiting.as_ref().map(|(joining, leaving)| {
        let (add, remove) = (joining.count, leaving.count);
        json!({ "add": add, "remove": remove, "total": add + remove })
    });
    let held = state.held.as_ref().map(|held| json!({ "leaving": held.leaving, "members": held.members }));
    json!({
        "id": state.group.id,
        "membershipMethod": shape::method(rule.map(|rule| rule.mode)),
        "memberQuery": rule.map(|rule| &rule.rule),
        "brake": rule.map(|rule| rule.brake),
        "words": state.words,
        "working": state.working,
        "stopped": held,
        "suggestionCounts": counts,
        "exemptions": state.exceptions,
    })
}

async fn read(caller: Caller, Path(id): Path<String>) -> Result<Json<Value>, Refused> {
    caller.may_any(&[Operation::ListGroups])?;
    let state = caller.directory.group_rules().read(&caller.actor, named(&id)?).await;
    Ok(Json(rule(&caller.answer(state)?)))
}

async fn set(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Refused> {
    caller.may_any(&[Operation::SetGroupRule])?;
    let (rules, group) = (caller.directory.group_rules(), named(&id)?);
    let (new, leaving) = body::rule(object(&headers, body).await?)?;
    let version = caller.answer(rules.read(&caller.actor, group).await)?.version;
    let saved = rules.save(&caller.actor, &SaveRule { group, version, rule: new, leaving }).await;
    Ok(Json(rule(&caller.answer(saved).map_err(in_query)?)))
}

async fn preview(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Refused> {
    caller.may_any(&[Operation::SetGroupRule])?;
    let group = named(&id)?;
    let (new, _) = body::rule(object(&headers, body).await?)?;
    let Some(new) = new else {
        let message = "Without a rule all members stay.";
        return Err(model::Problem::at("membershipMethod", message).into());
    };
    let seen = caller.directory.group_rules().preview(&caller.actor, group, &new, &[]).await;
    let seen = caller.answer(seen).map_err(in_query)?;
    Ok(Json(json!({
        "words": seen.words,
        "members": seen.members,
        "joining": people(&seen.joining),
        "leaving": people(&seen.leaving),
        "stops": seen.stops,
    })))
}

async fn accept(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Refused> {
    caller.may_any(&[Operation::SetGroupRule])?;
    let group = named(&id)?;
    let leaving = body::leaving(object(&headers, body).await?)?;
    let state = caller.directory.group_rules().accept(&caller.actor, group, &[], leaving).await;
    Ok(Json(rule(&caller.answer(state)?)))
}

/// Faults of conditions by their place in the body: `memberQuery.parts[1].parts[0]`.
fn in_query(refused: Refused) -> Refused {
    refused.renaming(|field| {
        let path: Option<Vec<usize>> = field.split('.').map(|step| step.parse().ok()).collect();
        match (field, path) {
            ("rule", _) => "memberQuery".to_owned(),
            (_, Some(path)) => {
                let steps = path.iter().map(|step| format!(".parts[{step}]"));
                steps.fold("memberQuery".to_owned(), |all, step| all + &step)
            }
            (other, None) => other.to_owned(),
        }
    })
}
