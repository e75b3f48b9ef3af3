//! The rooms of each package, from the bottom to the top. A room is a file or a folder beside `lib.rs`.

use std::collections::{BTreeMap, BTreeSet};

use crate::imports::Imports;

/// The order of the rooms of a package.
pub(super) struct Order {
    pub(super) package: &'static str,
    /// Each room may import the rooms before it.
    pub(super) rooms: &'static [&'static str],
}

pub(super) const ORDERS: [Order; 4] = [
    Order {
        package: "shared/src",
        rooms: &[
            "ows",
            "etag",
            "http_date",
            "form",
            "request_line",
            "context",
            "front_door",
            "accept",
            "cookies",
            "header_list",
            "log",
            "error",
            "body",
            "panics",
            "late_work",
            "arrival",
            "claims",
            "decode",
            "sse",
            "response",
            "query",
            "refusal",
            "event",
            "caller",
            "request",
            "handler",
            "methods",
            "conditional",
            "multipart",
            "runtime_api",
            "shutdown",
            "config",
            "endpoint",
            "route",
            "folder",
            "runtime",
            "lambda_http",
            "test",
            "lib",
        ],
    },
    Order {
        package: "local-emulator/src",
        rooms: &[
            "ows",
            "timestamp",
            "current",
            "long_work",
            "wildcard",
            "target_folder",
            "http_client",
            "descendants",
            "printer",
            "function_error",
            "access",
            "watchdog",
            "process_group",
            "connections",
            "settings",
            "record",
            "compile",
            "watch",
            "invocation",
            "sandbox",
            "runtime_api",
            "pool",
            "backend",
            "authorizer",
            "gateway",
            "invoke_api",
            "listen",
            "config",
            "attach",
            "deployment",
            "reload",
            "door",
            "inspector",
            "server",
            "emulator",
            "lib",
        ],
    },
    Order {
        package: "local-emulator/project/src",
        rooms: &[
            "text",
            "tool",
            "causes",
            "pipe",
            "aws",
            "routes",
            "template",
            "environment",
            "deployed",
            "workspace",
            "settings",
            "front_doors",
            "agreement",
            "sync",
            "lib",
        ],
    },
    Order {
        package: "local-emulator/command/src",
        rooms: &[
            "create",
            "process",
            "arguments",
            "json",
            "check",
            "completions",
            "dev",
            "env",
            "exec",
            "init",
            "man",
            "new",
            "parity",
            "invoke",
            "routes",
            "sync",
            "token",
            "cli",
            "lib",
        ],
    },
];

/// The imports between the rooms of a package: the importing room, the imported room, and the files and names of each
/// import.
pub(super) type Arrows = BTreeMap<(String, String), Vec<String>>;

/// The rooms that exist.
pub(super) fn rooms(package: &str, imports: &Imports) -> BTreeSet<String> {
    imports.keys().map(|file| room(package, file)).collect()
}

pub(super) fn arrows(package: &str, imports: &Imports) -> Arrows {
    let mut arrows = Arrows::new();
    for (file, others) in imports {
        for (other, names) in others {
            let arrow = (room(package, file), room(package, other));
            if arrow.0 != arrow.1 {
                let names: Vec<_> = names.iter().map(String::as_str).collect();
                arrows.entry(arrow).or_default().push(format!("{file} -> {other}: {}", names.join(", ")));
            }
        }
    }
    arrows
}

/// The room of a file: `gateway` for `local-emulator/src/gateway/mod.rs`.
fn room(package: &str, file: &str) -> String {
    let file = file.strip_prefix(package).unwrap().trim_start_matches('/');
    let room = file.split('/').next().unwrap();
    room.strip_suffix(".rs").unwrap_or(room).to_owned()
}

impl Order {
    /// Whether a room is above another.
    pub(super) fn is_above(&self, room: &str, other: &str) -> bool {
        let place = |room| self.rooms.iter().position(|listed| *listed == room);
        place(room) > place(other)
    }

    /// Finds the differences between the order and the imports of the rooms.
    pub(super) fn problems(&self, rooms: &BTreeSet<String>, arrows: &Arrows) -> Vec<String> {
        let mut problems = Vec::new();
        for room in rooms.iter().filter(|room| !self.rooms.contains(&room.as_str())) {
            let imported = arrows.keys().filter(|(from, _)| from == room).map(|(_, to)| to.as_str());
            let importing = arrows.keys().filter(|(_, to)| to == room).map(|(from, _)| from.as_str());
            problems.push(format!(
                "The room `{room}` of {} has no place yet. Add it to `ORDERS` in tests/tests/rooms/order.rs, after \
                 the rooms that it imports [{}] and before those that import it [{}].",
                self.package,
                imported.collect::<Vec<_>>().join(", "),
                importing.collect::<Vec<_>>().join(", "),
            ));
        }
        for room in self.rooms.iter().filter(|room| !rooms.contains(**room)) {
            problems.push(format!(
                "{} has no room `{room}` any more. Remove it from `ORDERS` in tests/tests/rooms/order.rs.",
                self.package
            ));
        }
        for ((from, to), files) in arrows {
            let are_listed = [from, to].iter().all(|room| self.rooms.contains(&room.as_str()));
            if are_listed && !self.is_above(from, to) {
                problems.push(format!(
                    "`{from}` of {} imports `{to}`, a room above it:\n    {}\nMove what `{from}` names into a room \
                     below it, or pass it as an argument. If `{from}` belongs above `{to}`, move it in `ORDERS` in \
                     tests/tests/rooms/order.rs.",
                    self.package,
                    files.join("\n    ")
                ));
            }
        }
        problems
    }
}
