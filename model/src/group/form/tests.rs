use super::*;

fn form(name: &str) -> GroupForm {
    GroupForm { name: name.to_owned(), ..GroupForm::default() }
}

fn fields(form: &GroupForm) -> Vec<String> {
    let faults = form.parse().err().unwrap_or_default();
    faults.iter().map(|fault| fault.field.clone()).collect()
}

#[test]
fn a_name_is_enough() {
    let draft = form("  Field Sales ").parse().map(|draft| (draft.name, draft.linux));
    assert_eq!(draft, Ok(("Field Sales".to_owned(), None)));
    assert_eq!(fields(&form(" ")), ["name"]);
}

#[test]
fn a_linux_group_has_a_plain_name_and_a_number() {
    for (name, gid, wrong) in [
        ("field_sales", "1000", &[][..]),
        ("field-sales", "1000", &["linux_name"]),
        ("Sales", "1000", &["linux_name"]),
        ("1sales", "1000", &["linux_name"]),
        ("sales", "", &["linux_gid"]),
        ("sales", "999", &["linux_gid"]),
        ("sales", "4294967294", &["linux_gid"]),
        ("", "2000", &["linux_name"]),
    ] {
        let typed = GroupForm { linux_name: name.to_owned(), linux_gid: gid.to_owned(), ..form("Sales") };
        assert_eq!(fields(&typed), wrong, "{name} {gid}");
    }
}

#[test]
fn a_name_is_turned_into_one_for_linux() {
    for (name, linux) in [
        ("Field Sales", "field_sales"),
        ("R&D – Berlin", "r_d_berlin"),
        ("2nd floor", "_2nd_floor"),
        ("Größe", "gr_e"),
        ("日本", ""),
    ] {
        assert_eq!(linux_name_of(name), linux);
    }
}

#[test]
fn the_value_of_an_attribute_is_of_its_type() {
    for (kind, value, good) in [
        (AttributeKind::Text, "", true),
        (AttributeKind::Number, "0.5", true),
        (AttributeKind::Number, "half", false),
        (AttributeKind::Number, "inf", false),
        (AttributeKind::Flag, "Yes", true),
        (AttributeKind::Flag, "1", false),
        (AttributeKind::Json, "{\"a\":[1]}", true),
        (AttributeKind::Json, "{a}", false),
    ] {
        let one = GroupAttribute { name: "a".into(), kind, value: value.into() };
        let typed = GroupForm { attributes: vec![one], ..form("Sales") };
        assert_eq!(typed.parse().is_ok(), good, "{kind:?} {value}");
    }
}
