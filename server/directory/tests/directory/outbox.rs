//! What is done to messages by hand, and by whom.

use model::event::EventKind;
use model::mail::{MessageKind, MessageState};
use model::user::{MfaRequirement, NewUser, Notify, Selection, UserState};
use model::{DefaultRole, ErrorCode, Id, ListQuery, Operation};

use crate::raw::run;
use crate::sending::{MINUTE, message_to, messages, only_message, with_postbox};
use crate::world::{World, form};

/// Adds somebody whose activation waits; says the user and the message.
async fn invited(world: &World, by: &directory::Actor, name: &str) -> (Id, Id) {
    let new = NewUser {
        notify: Notify::Default,
        state: Some(UserState::Activated),
        form: form(name),
        ..NewUser::default()
    };
    let user = world.directory.users().create(by, &new).await.expect("a user");
    let message =
        messages(world).await.into_iter().find(|row| row.recipient == format!("{name}@example.org"));
    (user, message.expect("a message").id)
}

both_with_mail! {
    async fn what_was_given_up_is_tried_again_by_hand(world) {
        let (grace, postbox) = with_postbox(world).await;
        message_to(world, "never").await;
        world.directory.deliver().await.expect("delivered");
        let row = only_message(world).await;
        assert_eq!(row.state, MessageState::Failed);
        let outcomes = world.directory.mail().retry(&grace, &[row.id]).await.expect("retried");
        assert_eq!((outcomes[0].name.as_str(), &outcomes[0].refused), ("never@example.org", &None));
        let row = only_message(world).await;
        assert_eq!((row.state, row.attempts), (MessageState::Waiting, 0));
        assert_eq!(world.directory.deliver().await.expect("delivered"), 1);
        assert!(postbox.messages().is_empty());
        // Once its link is over there is nothing to send.
        world.wait(61 * MINUTE);
        let grace = world.grace_again().await;
        let outcomes = world.directory.mail().retry(&grace, &[row.id]).await.expect("answered");
        assert!(outcomes[0].refused.as_ref().is_some_and(|why| why.contains("too old")));
    }
}

both_with_mail! {
    async fn a_discarded_message_is_never_sent(world) {
        let (grace, postbox) = with_postbox(world).await;
        message_to(world, "ada").await;
        message_to(world, "bob").await;
        let rows = messages(world).await;
        let gone = Id::from([9; 12]);
        let outcomes = world.directory.mail().discard(&grace, &[rows[0].id, gone]).await.expect("discarded");
        assert!(outcomes[0].refused.is_none() && outcomes[1].refused.is_some());
        assert_eq!(world.directory.deliver().await.expect("delivered"), 1);
        assert_eq!(postbox.message().to, "ada@example.org");
        let details = world.directory.mail().message(&grace, rows[0].id).await.expect("a message");
        assert_eq!(details.row.state, MessageState::Discarded);
        assert!(details.written.is_none() && !details.has_link);
        let ids: Vec<Id> = messages(world).await.iter().map(|row| row.id).collect();
        for outcome in world.directory.mail().discard(&grace, &ids).await.expect("answered") {
            assert!(outcome.refused.is_some(), "{outcome:?}");
        }
        let many = vec![gone; 101];
        assert_eq!(world.code(world.directory.mail().retry(&grace, &many).await), ErrorCode::Invalid);
    }
}

both_with_mail! {
    /// Only who is Active gets emails, also those that were written before.
    async fn what_waits_for_who_is_suspended_or_deleted_is_never_sent(world) {
        let (grace, postbox) = with_postbox(world).await;
        let mut users = Vec::new();
        for name in ["ada", "bob", "eve"] {
            users.push(world.user_with_password(&grace, name).await);
        }
        let these = |index: usize| Selection::These(vec![users[index]]);
        let all = Selection::These(users.clone());
        let (mail, people) = (world.directory.mail(), world.directory.users());
        people.change_mfa(&grace, &all, MfaRequirement::Require { days: 7 }).await.expect("required");
        assert_eq!(messages(world).await.len(), 3);
        people.suspend(&grace, &these(0)).await.expect("suspended");
        people.delete(&grace, &these(1)).await.expect("deleted");
        assert_eq!(world.directory.deliver().await.expect("delivered"), 1);
        assert_eq!(postbox.message().to, "eve@example.org");
        for message in messages(world).await.into_iter().filter(|message| message.recipient != "eve@example.org") {
            assert_eq!(message.state, MessageState::Lapsed);
            let details = mail.message(&grace, message.id).await.expect("a message");
            assert!(details.written.is_none(), "{details:?}");
            let outcomes = mail.retry(&grace, &[message.id]).await.expect("answered");
            assert!(outcomes[0].refused.is_some());
        }
    }
}

both! {
    async fn each_role_does_what_the_table_says(world) {
        world.grace().await;
        message_to(world, "ada").await;
        let id = only_message(world).await.id;
        let mail = world.directory.mail();
        for (number, role) in DefaultRole::ALL.iter().enumerate() {
            let who = world.administrator(&format!("who{number}"), *role).await;
            let sees = role.scopes().has_any(&[model::Scope::Organizations, model::Scope::OrganizationsReadonly]);
            let changes = role.scopes().has(model::Scope::Organizations);
            assert_eq!(mail.list(&who, &ListQuery::default()).await.is_ok(), sees, "{role}");
            assert_eq!(mail.message(&who, id).await.is_ok(), sees, "{role}");
            assert_eq!(mail.settings(&who).await.is_ok(), sees, "{role}");
            assert_eq!(mail.retry(&who, &[]).await.is_ok(), changes, "{role}");
            assert_eq!(mail.discard(&who, &[]).await.is_ok(), changes, "{role}");
        }
        assert_eq!(world.code(mail.message(&world.grace_again().await, Id::from([9; 12])).await), ErrorCode::NotFound);
    }
}

both! {
    /// What opens a user's account takes what setting their password takes, and is told.
    async fn reading_a_users_link_takes_a_role_a_proof_and_is_told(world) {
        let grace = world.grace().await;
        let (ada, message) = invited(world, &grace, "ada").await;
        assert_eq!(only_message(world).await.kind, MessageKind::Activation);
        let mail = world.directory.mail();
        let mut readers = 0;
        for (number, role) in DefaultRole::ALL.iter().enumerate() {
            let who = world.administrator(&format!("who{number}"), *role).await;
            let may = Operation::ReadUserLink.allowed_by(&(*role).into());
            let said = mail.read_link(&who, message).await;
            assert_eq!(said.is_ok(), may, "{role}");
            match said {
                Ok(link) => {
                    assert!(link.contains("/activate?token="), "{link}");
                    readers += 1;
                }
                Err(error) => assert_eq!(world.directory.problem(error).code, ErrorCode::Forbidden, "{role}"),
            }
        }
        assert_eq!(readers, 3);
        world.directory.seal_events().await.expect("sealed");
        let events = world.directory.history().of_user(&grace, ada, None).await.expect("events").events;
        let read = events.iter().filter(|one| one.event.event_type == EventKind::MailLinkRead);
        assert_eq!(read.count(), readers, "each reading, and no refusal");
        assert!(!serde_json::to_string(&events).expect("JSON").contains("token="));
        world.wait(11 * MINUTE);
        assert_eq!(world.code(mail.read_link(&grace, message).await), ErrorCode::ReauthenticationNeeded);
    }
}

both! {
    /// The link of a user who is an administrator too opens what that administrator may.
    async fn a_users_link_is_no_detour_to_power(world) {
        let grace = world.grace().await;
        world.administrator("olga", DefaultRole::AdministratorWithBilling).await;
        let (_, message) = invited(world, &grace, "ada").await;
        let manager = world.administrator("mia", DefaultRole::Manager).await;
        let mail = world.directory.mail();
        mail.read_link(&manager, message).await.expect("a user like any");
        run(world, "UPDATE administrators SET user_id = (SELECT id FROM users WHERE username = 'ada')
            WHERE email = 'olga@example.org'").await;
        let problem = world.problem(mail.read_link(&manager, message).await);
        assert_eq!(problem.code, ErrorCode::Forbidden);
        assert!(problem.message.contains("is also an administrator"), "{}", problem.message);
        mail.read_link(&grace, message).await.expect("who may do as much");
    }
}

both! {
    async fn a_users_link_that_is_over_is_read_by_nobody(world) {
        let grace = world.grace().await;
        let (_, message) = invited(world, &grace, "ada").await;
        world.wait(8 * 24 * 60 * MINUTE);
        let grace = world.again().await;
        let mail = world.directory.mail();
        assert_eq!(world.code(mail.read_link(&grace, message).await), ErrorCode::Gone);
        assert_eq!(world.code(mail.read_link(&grace, Id::from([9; 12])).await), ErrorCode::NotFound);
    }
}
