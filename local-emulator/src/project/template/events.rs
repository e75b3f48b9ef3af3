//! The `HttpApi` events of a function, as route keys.

use super::node::Node;
use super::reader::Reader;

/// In the template's order. Events of other types are other front doors.
pub(super) fn route_keys(properties: Option<Node<'_>>, reader: &mut Reader) -> Vec<String> {
    let events = properties.and_then(|properties| properties.get("Events"));
    let events = events.into_iter().flat_map(Node::entries).map(|(_, event)| event);
    events.filter(|event| is_http_api(*event)).filter_map(|event| route_key(event, reader)).collect()
}

fn is_http_api(event: Node<'_>) -> bool {
    event.get("Type").and_then(Node::text).as_deref() == Some("HttpApi")
}

/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-httpapi.html>
fn route_key(event: Node<'_>, reader: &mut Reader) -> Option<String> {
    let properties = event.get("Properties");
    let property = |name| properties.and_then(|properties| properties.get(name));
    match (property("Method"), property("Path")) {
        (None, None) => Some("$default".to_owned()),
        (Some(method), None) => {
            reader.error(method, "a `Method` needs a `Path`: add it, or drop both for the `$default` route");
            None
        }
        (None, Some(path)) => Some(join("ANY", &text(path, reader)?)),
        (Some(method), Some(path)) => Some(join(&text(method, reader)?, &text(path, reader)?)),
    }
}

fn text(node: Node<'_>, reader: &mut Reader) -> Option<String> {
    match node.intrinsic() {
        Some(intrinsic) => {
            reader.warning(
                node,
                format!("the emulator leaves out this event: only AWS can tell `{intrinsic}`"),
            );
        }
        None if node.text().is_none() => reader.error(node, "`Method` and `Path` must be text"),
        None => return node.text(),
    }
    None
}

fn join(method: &str, path: &str) -> String {
    if path == "$default" { path.to_owned() } else { format!("{} {path}", method.to_ascii_uppercase()) }
}
