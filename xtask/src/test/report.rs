//! Playwright's report, as its reporter `json` writes it.

use std::slice;

use serde_json::Value;

use super::counts::Counts;

/// One test in one project.
#[derive(Debug, PartialEq, Eq)]
pub struct Test {
    pub project: String,
    /// Its file and its title.
    name: String,
    /// `expected`, `unexpected`, `flaky` or `skipped`.
    status: String,
    /// What Playwright says of each try that failed.
    errors: Vec<String>,
}

/// What passed only when it was tried again counts as passed, and is told apart.
pub fn counts(report: &Value) -> Option<Counts> {
    let number = |key: &str| report.get("stats")?.get(key)?.as_u64();
    let tests = tests(report);
    let of = |status: &str| tests.iter().filter(|test| test.status == status).collect::<Vec<_>>();
    let (failed, flaky) = (of("unexpected"), of("flaky"));
    let names = |of: &[&Test]| of.iter().map(|test| test.name.clone()).collect();
    let why = |test: &&Test| [slice::from_ref(&test.name), &test.errors].concat();
    Some(Counts {
        passed: number("expected")? + number("flaky")?,
        failed: number("unexpected")?,
        skipped: number("skipped")?,
        reasons: flaky.iter().chain(&failed).flat_map(why).collect(),
        flaky: names(&flaky),
        names: names(&failed),
    })
}

/// Each test of a report, or of a list of tests; a suite holds suites as the report does.
pub fn tests(report: &Value) -> Vec<Test> {
    let mut told: Vec<_> = all(report, "suites").iter().flat_map(tests).collect();
    for spec in all(report, "specs") {
        let text = |of: &Value, key: &str| of[key].as_str().unwrap_or_default().to_owned();
        for test in all(spec, "tests") {
            let errors = all(test, "results").iter().flat_map(|result| all(result, "errors"));
            told.push(Test {
                project: text(test, "projectName"),
                name: format!("{}: {}", text(spec, "file"), text(spec, "title")),
                status: text(test, "status"),
                errors: errors.filter_map(|error| error["message"].as_str()).map(str::to_owned).collect(),
            });
        }
    }
    told
}

fn all<'a>(of: &'a Value, key: &str) -> &'a [Value] {
    of.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn report(specs: &[(&str, &str, &[&str])]) -> Value {
        let specs = specs.iter().map(|(title, status, errors)| {
            let failed = errors.iter().map(|error| json!({ "errors": [{ "message": error }] }));
            let test = json!({
                "projectName": "built", "status": status, "results": failed.collect::<Vec<_>>(),
            });
            json!({ "title": title, "file": "a.spec.ts", "ok": *status != "unexpected", "tests": [test] })
        });
        let of = |wanted: &str| specs.clone().filter(|spec| spec["tests"][0]["status"] == wanted).count();
        let stats = json!({
            "expected": of("expected"), "unexpected": of("unexpected"), "flaky": of("flaky"),
            "skipped": of("skipped"),
        });
        let specs = specs.collect::<Vec<_>>();
        json!({ "stats": stats, "suites": [{ "suites": [{ "specs": specs }] }] })
    }

    #[test]
    fn reads_playwrights_report() {
        let told = counts(&report(&[("shines", "expected", &[]), ("waits", "skipped", &[])]));
        assert_eq!(told, Some(Counts { passed: 1, skipped: 1, ..Counts::default() }));
        assert_eq!(counts(&Value::Null), None);
    }

    #[test]
    fn repeats_why_a_test_in_the_browser_failed() {
        let told = counts(&report(&[("shines", "expected", &[]), ("acts", "unexpected", &["no button"])]));
        let told = told.unwrap();
        assert_eq!((told.passed, told.failed), (1, 1));
        assert_eq!(told.reasons, ["a.spec.ts: acts", "no button"]);
        assert_eq!(told.names, ["a.spec.ts: acts"]);
    }

    #[test]
    fn what_passes_when_tried_again_is_told_and_fails_nothing() {
        let told = counts(&report(&[("shines", "expected", &[]), ("acts", "flaky", &["late", "later"])]));
        let told = told.unwrap();
        assert_eq!((told.passed, told.failed), (2, 0));
        assert_eq!(told.flaky, ["a.spec.ts: acts"]);
        assert_eq!(told.reasons, ["a.spec.ts: acts", "late", "later"]);
        assert!(told.names.is_empty());
    }
}
