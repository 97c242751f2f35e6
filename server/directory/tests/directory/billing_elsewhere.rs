//! What of billing is seen elsewhere, in messages and in the history, is seen by whoever sees billing.

use directory::{Actor, Directory};
use model::{DefaultRole, ErrorCode, Id, ListQuery};

use crate::billing::{DAY, due, use_card, with_cards};
use crate::world::World;

/// A message has been written because a card expires soon; its id.
async fn reminded(world: &World) -> (Actor, Directory, Id) {
    let grace = world.grace().await;
    let (directory, _) = with_cards(world, &grace).await;
    use_card(&directory, &grace, "mastercard").await;
    world.wait(DAY * 10);
    assert_eq!(due(world, &directory).await.len(), 1);
    let grace = world.again().await;
    let messages = world.directory.mail().list(&grace, &ListQuery::default()).await.expect("messages");
    (grace, directory, messages.page.rows[0].id)
}

both! {
    /// Whoever sees messages but no billing sees none of these.
    async fn messages_about_billing_are_for_billing_roles(world) {
        let (grace, directory, id) = reminded(world).await;
        let mail = world.directory.mail();
        let rosa = world.administrator("rosa", DefaultRole::Administrator).await;
        let seen = mail.list(&rosa, &ListQuery::default()).await.expect("messages").page;
        assert_eq!(seen.rows.len(), 0);
        assert_eq!(world.code(mail.message(&rosa, id).await), ErrorCode::NotFound);
        let outcomes = mail.discard(&rosa, &[id]).await.expect("told");
        assert!(outcomes[0].refused.is_some() && !outcomes[0].name.contains('@'), "{outcomes:?}");
        assert!(mail.message(&grace, id).await.expect("still there").written.is_some());
        // The contact is no administrator: what is done to the message is told of the organization.
        mail.discard(&grace, &[id]).await.expect("told");
        directory.seal_events().await.expect("sealed");
        let discarded = directory.history().all(&grace, None).await.expect("events").events.remove(0).event;
        let whose = discarded.resource.expect("of somebody");
        let organization = directory.settings().organization(&grace).await.expect("the organization");
        assert_eq!((whose.kind.as_str(), whose.id), ("organization", Some(organization.id)));
        assert_eq!((whose.name.as_str(), discarded.message.as_str()), ("Example Org", "Card expires soon, to bills@example.org"));
    }
}

both! {
    /// Nor, in the history of everything, what happened to billing and to messages about it.
    async fn the_history_of_billing_is_for_billing_roles(world) {
        let (grace, _, id) = reminded(world).await;
        let mail = world.directory.mail();
        mail.retry(&grace, &[id]).await.expect("tried");
        mail.discard(&grace, &[id]).await.expect("discarded");
        world.user(&grace, "ada").await;
        let rosa = world.administrator("rosa", DefaultRole::Administrator).await;
        world.directory.clean_up().await.expect("sealed");
        let history = world.directory.history();
        let seen = async |who: &Actor| {
            let (mut kinds, mut texts, mut before) = (vec![], vec![], None);
            loop {
                let page = history.all(who, before).await.expect("events");
                kinds.extend(page.events.iter().map(|one| one.event.event_type.as_str()));
                texts.extend(page.events.iter().map(|one| format!("{one:?}")));
                before = page.older;
                if before.is_none() {
                    return (kinds, texts.join("\n"));
                }
            }
        };
        let of_billing =
            ["billing_update", "payment_method_update", "card_reminder_email", "mail_retry", "mail_discard"];
        let (all, text) = seen(&grace).await;
        assert!(of_billing.iter().all(|kind| all.contains(kind)) && text.contains("bills@"), "{all:?}");
        let (some, text) = seen(&rosa).await;
        assert!(!of_billing.iter().any(|kind| some.contains(kind)), "{some:?}");
        assert!(!text.contains("bills@") && !text.contains("4444") && !text.to_lowercase().contains("card"), "{text}");
        let missing = all.iter().filter(|kind| of_billing.contains(kind)).count();
        assert_eq!(some.len() + missing, all.len(), "and all the rest");
        assert!(some.contains(&"user_create"));
    }
}
