//! What is done to letters by hand, and by whom.

use model::mail::LetterState;
use model::{DefaultRole, ErrorCode, Id, ListQuery};

use crate::sending::{MINUTE, letter_to, letters, only_letter, with_postbox};

both! {
    async fn what_was_given_up_is_tried_again_by_hand(world) {
        let Some((grace, postbox)) = with_postbox(world).await else { return };
        letter_to(world, "never").await;
        world.directory.deliver().await.expect("delivered");
        let row = only_letter(world).await;
        assert_eq!(row.state, LetterState::Failed);
        let outcomes = world.directory.mail().retry(&grace, &[row.id]).await.expect("retried");
        assert_eq!((outcomes[0].name.as_str(), &outcomes[0].refused), ("never@example.org", &None));
        let row = only_letter(world).await;
        assert_eq!((row.state, row.attempts), (LetterState::Waiting, 0));
        assert_eq!(world.directory.deliver().await.expect("delivered"), 1);
        assert!(postbox.letters().is_empty());
        // Once its link is over there is nothing to send.
        world.wait(61 * MINUTE);
        let grace = world.grace_again().await;
        let outcomes = world.directory.mail().retry(&grace, &[row.id]).await.expect("answered");
        assert!(outcomes[0].refused.as_ref().is_some_and(|why| why.contains("too old")));
    }
}

both! {
    async fn a_discarded_letter_is_never_sent(world) {
        let Some((grace, postbox)) = with_postbox(world).await else { return };
        letter_to(world, "ada").await;
        letter_to(world, "bob").await;
        let rows = letters(world).await;
        let gone = Id::from([9; 12]);
        let outcomes = world.directory.mail().discard(&grace, &[rows[0].id, gone]).await.expect("discarded");
        assert!(outcomes[0].refused.is_none() && outcomes[1].refused.is_some());
        assert_eq!(world.directory.deliver().await.expect("delivered"), 1);
        assert_eq!(postbox.letter().to, "ada@example.org");
        let details = world.directory.mail().letter(&grace, rows[0].id).await.expect("a letter");
        assert_eq!(details.row.state, LetterState::Discarded);
        assert!(details.written.is_none() && !details.has_link);
        let ids: Vec<Id> = letters(world).await.iter().map(|row| row.id).collect();
        for outcome in world.directory.mail().discard(&grace, &ids).await.expect("answered") {
            assert!(outcome.refused.is_some(), "{outcome:?}");
        }
        let many = vec![gone; 101];
        assert_eq!(world.code(world.directory.mail().retry(&grace, &many).await), ErrorCode::Invalid);
    }
}

both! {
    async fn each_role_does_what_the_table_says(world) {
        world.grace().await;
        letter_to(world, "ada").await;
        let id = only_letter(world).await.id;
        let mail = world.directory.mail();
        for (number, role) in DefaultRole::ALL.iter().enumerate() {
            let who = world.administrator(&format!("who{number}"), *role).await;
            let sees = role.scopes().has_any(&[model::Scope::Organizations, model::Scope::OrganizationsReadonly]);
            let changes = role.scopes().has(model::Scope::Organizations);
            assert_eq!(mail.list(&who, &ListQuery::default()).await.is_ok(), sees, "{role}");
            assert_eq!(mail.letter(&who, id).await.is_ok(), sees, "{role}");
            assert_eq!(mail.settings(&who).await.is_ok(), sees, "{role}");
            assert_eq!(mail.retry(&who, &[]).await.is_ok(), changes, "{role}");
            assert_eq!(mail.discard(&who, &[]).await.is_ok(), changes, "{role}");
        }
        assert_eq!(world.code(mail.letter(&world.grace_again().await, Id::from([9; 12])).await), ErrorCode::NotFound);
    }
}
