//! Which groups hang on which: by lying in them, or by a rule that asks about them.

use model::Id;
use model::group::GroupRef;

use directory_core::error::Result;
use directory_core::store::{Sql, Tx, args, sql};

/// All that a group hangs on, with itself.
const HANGS_ON: Sql = sql!(
    "WITH RECURSIVE needed (id) AS (
        SELECT id FROM user_groups WHERE id = $1
        UNION
        SELECT e.needs FROM (
            SELECT group_id AS needing, subgroup_id AS needs FROM group_nesting
            UNION ALL
            SELECT group_id AS needing, used_id AS needs FROM group_rule_uses
        ) e JOIN needed n ON e.needing = n.id
    )
    SELECT COUNT(*) FROM needed WHERE id = $2"
);
const ASKING: Sql = sql!(
    "SELECT g.id, g.name FROM group_rule_uses u JOIN user_groups g ON g.id = u.group_id
    WHERE u.used_id = $1 ORDER BY g.name_key LIMIT 20"
);

/// Whether who is in `needs` hangs already on who is in `group`, so that the other way round would be a circle.
pub(crate) async fn closes_circle(tx: &mut Tx, group: Id, needs: Id) -> Result<bool> {
    let (count,): (i64,) = tx.one(HANGS_ON, args![needs, group]).await?;
    Ok(count > 0)
}

/// The groups whose rules ask about a group, by name; the first twenty.
pub(crate) async fn rules_asking_about(tx: &mut Tx, group: Id) -> Result<Vec<GroupRef>> {
    let rows: Vec<(Id, String)> = tx.all(ASKING, args![group]).await?;
    Ok(rows.into_iter().map(|(id, name)| GroupRef { id, name }).collect())
}
