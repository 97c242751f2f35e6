//! Which rules are refused, and how they are told.

use super::*;

fn condition(field: &str, operator: Comparison, values: &[&str]) -> RuleCondition {
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    RuleCondition { field: field.into(), operator, values }
}

fn rule(parts: Vec<RulePart>) -> RuleBlock {
    RuleBlock { join: Join::All, parts }
}

#[test]
fn each_field_takes_its_operators_and_values_of_its_type_alone() {
    let good = [
        condition("department", Comparison::Equals, &["Sales"]),
        condition("department", Comparison::In, &["Sales", "Support"]),
        condition("department", Comparison::IsEmpty, &[]),
        condition("state", Comparison::NotEquals, &["SUSPENDED"]),
        condition("sudo", Comparison::Equals, &["true"]),
        condition("created", Comparison::Before, &["2026-02-28"]),
        condition("created", Comparison::InLastDays, &["30"]),
        condition("manager", Comparison::ReportsTo, &["0123456789abcdef01234567"]),
        condition("group", Comparison::MemberOf, &["0123456789abcdef01234567"]),
        condition("custom.team", Comparison::StartsWith, &["a"]),
    ];
    for one in good {
        assert_eq!(one.check(), Ok(()), "{one:?}");
    }
    let bad = [
        (condition("shoeSize", Comparison::Equals, &["9"]), "There is no field “shoeSize”."),
        (condition("custom.", Comparison::Equals, &["9"]), "There is no field “custom.”."),
        (condition("state", Comparison::Contains, &["A"]), "State cannot be compared by “contains”."),
        (condition("state", Comparison::Equals, &["GONE"]), "“GONE” is not one of the choices."),
        (condition("sudo", Comparison::Equals, &["1"]), "“1” is not one of the choices."),
        (condition("department", Comparison::Equals, &[]), "Type a value."),
        (condition("department", Comparison::Contains, &[" "]), "Type a value, or ask whether it is empty."),
        (condition("department", Comparison::Equals, &["a", "b"]), "This comparison takes one value."),
        (condition("department", Comparison::IsEmpty, &["a"]), "This comparison takes no value."),
        (
            condition("created", Comparison::Before, &["2026-02-30"]),
            "“2026-02-30” is not a day, such as 2026-11-22.",
        ),
        (condition("created", Comparison::InLastDays, &["0"]), "Give a number of days from 1 to 36500."),
        (condition("manager", Comparison::Equals, &["Ada"]), "Choose a person."),
        (condition("group", Comparison::MemberOf, &[]), "Choose a group."),
    ];
    for (one, why) in bad {
        assert_eq!(one.check(), Err(why.to_owned()), "{one:?}");
    }
}

#[test]
fn faults_stand_at_the_path_of_the_condition() {
    let deep =
        RulePart::Block(rule(vec![RulePart::Condition(condition("nothing", Comparison::Equals, &["x"]))]));
    let faults =
        rule(vec![RulePart::Condition(condition("department", Comparison::Equals, &["x"])), deep]).check();
    let faults = faults.expect_err("an unknown field");
    let at: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(at, ["1.0"]);
    assert!(rule(vec![]).check().is_err());
    assert!(rule(vec![RulePart::Block(rule(vec![]))]).check().is_err());
}

#[test]
fn too_deep_and_too_many_are_refused() {
    let mut deep = rule(vec![RulePart::Condition(condition("department", Comparison::Equals, &["x"]))]);
    for _ in 1..DEPTH_MAX {
        deep = rule(vec![RulePart::Block(deep)]);
    }
    assert!(deep.check().is_ok());
    assert!(rule(vec![RulePart::Block(deep)]).check().is_err());
    let one = RulePart::Condition(condition("department", Comparison::Equals, &["x"]));
    assert!(rule(vec![one.clone(); CONDITIONS_MAX]).check().is_ok());
    assert!(rule(vec![one; CONDITIONS_MAX + 1]).check().is_err());
}

#[test]
fn it_is_told_in_words() {
    let id = "0123456789abcdef01234567";
    let none = RuleBlock {
        join: Join::None,
        parts: vec![RulePart::Condition(condition("state", Comparison::Equals, &["SUSPENDED"]))],
    };
    let any = RuleBlock {
        join: Join::Any,
        parts: vec![
            RulePart::Condition(condition("created", Comparison::InLastDays, &["7"])),
            RulePart::Condition(condition("group", Comparison::MemberOf, &[id])),
        ],
    };
    let all = rule(vec![
        RulePart::Condition(condition("department", Comparison::In, &["Sales", "Support"])),
        RulePart::Block(none),
        RulePart::Block(any),
    ]);
    let words = all.words(&|of| (of == id).then(|| "Staff".to_owned()));
    assert_eq!(
        words,
        "Department is one of “Sales”, “Support” and not (State is “Suspended”) and (Created is in the last 7 days \
         or is in “Staff”)"
    );
}
