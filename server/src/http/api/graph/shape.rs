//! The graph as programs see it: edges between nodes, and ways as lists of edges.

use model::Id;
use model::access::{Access, AccessPath, BoundKind, Reaching};
use serde_json::{Value, json};

/// A node by its type and its id.
type Node = (&'static str, Id);

pub fn edge(from: Node, to: Node) -> Value {
    let node = |(kind, id): Node| json!({ "type": kind, "id": id });
    json!({ "from": node(from), "to": node(to) })
}

/// What is bound itself, with that as its only way.
pub fn direct(from: Node, to: Node) -> Value {
    json!({ "id": to.1, "type": to.0, "paths": [[edge(from, to)]] })
}

/// A resource that a user is bound to, with the ways from them to it.
pub fn reached(user: Id, access: &Access) -> Value {
    let end = (access.resource.kind.as_str(), access.resource.id);
    let ways: Vec<_> = access.paths.iter().map(|path| edges(way(user, path, end))).collect();
    json!({ "id": end.1, "type": end.0, "name": access.resource.name, "paths": ways })
}

/// A user who is bound to a resource, with the ways from it to them.
pub fn reaching(resource: Node, one: &Reaching) -> Value {
    let ways = one.paths.iter().map(|path| {
        let mut nodes = way(one.user, path, resource);
        nodes.reverse();
        edges(nodes)
    });
    let kind = BoundKind::User.as_str();
    json!({ "id": one.user, "type": kind, "name": one.name, "paths": ways.collect::<Vec<_>>() })
}

/// From a user over groups to a resource.
fn way(user: Id, path: &AccessPath, end: Node) -> Vec<Node> {
    let groups = path.groups.iter().map(|group| (BoundKind::Group.as_str(), group.id));
    std::iter::once((BoundKind::User.as_str(), user)).chain(groups).chain([end]).collect()
}

fn edges(nodes: Vec<Node>) -> Vec<Value> {
    nodes.windows(2).filter_map(|pair| Some(edge(*pair.first()?, *pair.last()?))).collect()
}
