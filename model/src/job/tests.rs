use super::*;
use crate::group::NewPeriod;
use crate::user::Notify;
use crate::user::schedule::LocalTime;

#[test]
fn titles_say_what_is_done_to_how_many() {
    assert_eq!(JobKind::SuspendUsers.title(3412), "Suspend 3,412 users");
    assert_eq!(JobKind::SendActivationEmail.title(1), "Send the activation email to 1 user");
}

#[test]
fn actions_keep_their_kind() {
    let schedule = |change| {
        BulkAction::Schedule(NewSchedule { change, at: LocalTime::default(), notify: Notify::Nobody })
    };
    let actions = [
        BulkAction::Activate { email: true },
        BulkAction::Suspend,
        schedule(ScheduledChange::Activation),
        schedule(ScheduledChange::Suspension),
        BulkAction::Delete,
        BulkAction::Unlock,
        BulkAction::ForcePasswordChange,
        BulkAction::ChangeMfa(MfaRequirement::Require { days: 7 }),
        BulkAction::ChangeMfa(MfaRequirement::Remove),
        BulkAction::ResetTotp,
        BulkAction::SendActivationEmail,
        BulkAction::SendPasswordReset,
        BulkAction::AddToGroup(AddMembers { group: Id::from([1; 12]), period: NewPeriod::default() }),
    ];
    for action in &actions {
        assert_eq!(action.kind().work(), JobWork::OnUsers(action.action()), "{action:?}");
        let undo = action.undo().map(|(undo, _)| undo.action());
        assert_eq!(action.kind().undone_by(), undo, "{action:?}");
    }
    let kinds: std::collections::BTreeSet<_> = actions.iter().map(|action| action.kind().as_str()).collect();
    assert_eq!(kinds.len() + 3, JobKind::ALL.len(), "all but the import, adding and changing");
}

#[test]
fn progress_is_never_more_than_all() {
    let row = JobRow {
        id: Id::from([1; 12]),
        kind: JobKind::SuspendUsers,
        state: JobState::Running,
        started_by: String::new(),
        created_at: Timestamp::from_micros(0),
        started_at: None,
        finished_at: None,
        total: 3412,
        done: 2109,
        refused: 9,
    };
    assert_eq!((row.percent(), row.left()), (62, 1294));
    assert_eq!(JobRow { total: 0, done: 0, refused: 0, ..row }.percent(), 100);
}
