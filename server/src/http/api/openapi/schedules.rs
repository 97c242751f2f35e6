//! The schemas of scheduled changes of users' states.

use model::user::SELECTION_MAX;
use model::user::schedule::ScheduledChange;
use serde_json::{Map, Value, json};

use super::parts::{closed, list, object, parts, schema};

pub fn schemas() -> Map<String, Value> {
    let states: Vec<_> = ScheduledChange::ALL.iter().map(|change| change.as_str()).collect();
    let state = || json!({ "type": "string", "enum": states });
    parts([
        (
            "NewScheduledUserStates",
            closed(
                &["user_ids", "state", "start_date"],
                json!({
                    "user_ids": {
                        "type": "array", "items": schema("Id"), "minItems": 1, "maxItems": SELECTION_MAX,
                    },
                    "state": state(),
                    "start_date": {
                        "type": "string", "format": "date-time",
                        "description": "An instant to come; seconds are left out.",
                    },
                    "send_activation_emails": {
                        "type": ["boolean", "null"], "default": false,
                        "description": "Sends each the activation or the welcome, as the password stands then.",
                    },
                    "activation_email_override": {
                        "type": ["string", "null"],
                        "description": "The address that the email goes to, for one user alone.",
                    },
                }),
            ),
        ),
        (
            "ScheduledUserStates",
            list(object(
                &[],
                json!({
                    "systemUserId": schema("Id"), "scheduledJobId": schema("Id"),
                    "scheduledDate": schema("Instant"), "state": state(),
                }),
            )),
        ),
    ])
}
