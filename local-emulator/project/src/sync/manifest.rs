//! The workspace's `Cargo.toml`: members, and cargo-lambda's router.

use std::slice;

use toml::de::DeTable;

use super::error::SyncError;
use crate::agreement::Drift;
use crate::routes::FUNCTIONS;
use crate::text::Place;
use crate::text::toml::{Change, Refusal, edit};
use crate::workspace::{ProfileSetting, UnlistedPackage};

const FILE: &str = "Cargo.toml";
const MEMBERS: &[&str] = &["workspace", "members"];
const PROFILE: &[&str] = &["profile", "release"];
const ROUTER: &[&str] = &["workspace", "metadata", "lambda", "watch", "router"];

/// Returns the text with the differences of the manifest mended. Removals come first, so that nothing is inserted
/// beside a removed entry.
pub(super) fn mended(text: &str, drifts: &[Drift]) -> Result<String, SyncError> {
    let stale = drifts.iter().filter_map(|drift| match drift {
        Drift::StaleRoute { path, .. } | Drift::SupersededRoute { path, .. } => {
            Some(Change::RemoveEntry { at: ROUTER, key: path.clone() })
        }
        _ => None,
    });
    let text = without(text, &stale.collect::<Vec<_>>())?;
    let (members, routes) = (members(&text), routes(&text));
    let change = |drift: &Drift| match drift {
        Drift::Unlisted { folder } => Some(listed(&members, folder)),
        Drift::Unrouted { path, binary } => Some(routed(&routes, path, binary)),
        Drift::OpenProfile(ProfileSetting { key, value, .. }) => {
            Some(Change::InsertSetting { at: PROFILE, key, value })
        }
        Drift::Misrouted { path, binary, found } => {
            Some(Change::Replace { at: ROUTER, key: path.clone(), from: found.clone(), to: binary.clone() })
        }
        Drift::MovedRoute { from, to, .. } => {
            Some(Change::Rename { at: ROUTER, from: from.clone(), to: to.clone() })
        }
        _ => None,
    };
    // The binary of a line is replaced before the line gets another key.
    let renamed = drifts.iter().filter_map(|drift| match drift {
        Drift::MovedRoute { from, binary, found, .. } if binary != found => {
            Some(Change::Replace { at: ROUTER, key: from.clone(), from: found.clone(), to: binary.clone() })
        }
        _ => None,
    });
    let mut changes: Vec<_> = renamed.chain(drifts.iter().filter_map(change)).collect();
    changes.sort_by(|one, other| sorted_by(one).cmp(sorted_by(other)));
    edited(&text, &changes)
}

pub(super) fn without_members(text: &str, gone: &[String]) -> Result<String, SyncError> {
    let removed = |item: &String| Change::RemoveItem { at: MEMBERS, item: item.clone() };
    without(text, &gone.iter().map(removed).collect::<Vec<_>>())
}

/// Applies removals one after the other: two neighbours on one line would both take the comma between them.
fn without(text: &str, changes: &[Change]) -> Result<String, SyncError> {
    let mut one_by_one = changes.iter();
    let removed = one_by_one.try_fold(text.to_owned(), |text, change| edit(&text, slice::from_ref(change)));
    removed.map_err(|refusal| form(&refusal, changes))
}

fn edited(text: &str, changes: &[Change]) -> Result<String, SyncError> {
    edit(text, changes).map_err(|refusal| form(&refusal, changes))
}

fn form(refusal: &Refusal, changes: &[Change]) -> SyncError {
    let problem = match refusal {
        Refusal::Syntax { .. } => refusal.to_string(),
        Refusal::Meaning => format!(" {refusal}"),
    };
    let by_hand = changes.iter().map(Change::by_hand).collect::<Vec<_>>().join("\n");
    SyncError::Form { file: FILE.to_owned(), problem, by_hand }
}

/// Returns the name that a change is sorted by, so that new entries are inserted in that order.
fn sorted_by(change: &Change) -> &str {
    match change {
        Change::InsertItem { item: name, .. }
        | Change::RemoveItem { item: name, .. }
        | Change::InsertEntry { key: name, .. }
        | Change::RemoveEntry { key: name, .. }
        | Change::Replace { key: name, .. }
        | Change::Rename { from: name, .. } => name,
        // Settings keep the order of their table, which the stable sort preserves.
        Change::InsertSetting { .. } => "",
    }
}

fn listed(members: &[String], folder: &str) -> Change {
    let route_folder = folder.strip_prefix(FUNCTIONS).unwrap_or(folder).trim_start_matches('/').to_owned();
    let item = UnlistedPackage { route_folder, package: None, binary: None }.member();
    let all: Vec<&str> = members.iter().map(String::as_str).collect();
    let rank = |member: &str| Some(self::folder(member)).filter(|folder| is_function(folder));
    let place = Place::among(&all, rank, &folder.to_owned());
    Change::InsertItem { at: MEMBERS, item, place }
}

fn is_function(folder: &str) -> bool {
    folder.strip_prefix(FUNCTIONS).is_some_and(|rest| rest.starts_with('/'))
}

fn routed(routes: &[String], path: &str, binary: &str) -> Change {
    let all: Vec<&str> = routes.iter().map(String::as_str).collect();
    let place = Place::among(&all, |route| Some(route.to_owned()), &path.to_owned());
    Change::InsertEntry { at: ROUTER, key: path.to_owned(), value: binary.to_owned(), place }
}

/// Returns the members as they are written.
pub(super) fn members(text: &str) -> Vec<String> {
    let Ok(document) = DeTable::parse(text) else { return Vec::new() };
    let workspace = document.get_ref().get("workspace").and_then(|it| it.get_ref().as_table());
    let members = workspace.and_then(|workspace| workspace.get("members")?.get_ref().as_array());
    let members = members.into_iter().flatten();
    members.filter_map(|member| member.get_ref().as_str()).map(str::to_owned).collect()
}

/// Returns the folder of a member: `functions/api/[id]` is written `functions/api/[[]id]`.
pub(super) fn folder(member: &str) -> String {
    member.replace("[[]", "[").trim_end_matches('/').to_owned()
}

/// Returns the paths of the router, in the order of the file.
fn routes(text: &str) -> Vec<String> {
    let Ok(document) = DeTable::parse(text) else { return Vec::new() };
    let mut table = Some(document.get_ref());
    for name in ROUTER {
        table = table.and_then(|table| table.get(*name)?.get_ref().as_table());
    }
    let mut keys: Vec<_> = table.into_iter().flatten().map(|(key, _)| key).collect();
    keys.sort_by_key(|key| key.span().start);
    keys.into_iter().map(|key| key.get_ref().to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::{mended, without_members};
    use crate::agreement::Drift;
    use crate::workspace::ReleaseProfile;

    fn unlisted(folder: &str) -> Drift {
        Drift::Unlisted { folder: folder.to_owned() }
    }

    fn unrouted(path: &str) -> Drift {
        Drift::Unrouted { path: path.to_owned(), binary: "new".to_owned() }
    }

    #[test]
    fn new_members_follow_the_order_of_folders() {
        let whole = |list: &str| format!("[workspace]\nmembers = [{list}]\n");
        let drifts = ["functions/api/[id]", "functions/api/d"].map(unlisted);
        for (list, expected) in [
            (
                "\"a\", \"functions/api/[[]a]\", \"functions/api/z\"",
                "\"a\", \"functions/api/[[]a]\", \"functions/api/[[]id]\", \"functions/api/d\", \"functions/api/z\"",
            ),
            ("\"z\"", "\"z\", \"functions/api/[[]id]\", \"functions/api/d\""),
            (
                "\"functions/api/z\", \"functions/api/a\", \"b\"",
                "\"functions/api/z\", \"functions/api/a\", \"functions/api/[[]id]\", \"functions/api/d\", \"b\"",
            ),
            ("\"functions/x/*\"", "\"functions/api/[[]id]\", \"functions/api/d\", \"functions/x/*\""),
            ("", "\"functions/api/[[]id]\", \"functions/api/d\""),
        ] {
            assert_eq!(mended(&whole(list), &drifts).unwrap(), whole(expected));
        }
    }

    #[test]
    fn neighbours_on_one_line_may_go_together() {
        let gone = ["b", "c"].map(str::to_owned);
        for (list, expected) in [
            ("\"a\", \"b\", \"c\"", "\"a\""),
            ("\"b\", \"c\", \"d\"", "\"d\""),
            ("\"b\", \"c\"", ""),
            ("\n  \"a\",\n  \"b\", \"c\"\n", "\n  \"a\",\n"),
        ] {
            let whole = |list: &str| format!("[workspace]\nmembers = [{list}]\n");
            assert_eq!(without_members(&whole(list), &gone).unwrap(), whole(expected), "{list}");
        }
        let text = "[workspace.metadata.lambda.watch]\nrouter = { \"/a\" = \"a\", \"/b\" = \"b\", \"/c\" = \"c\" }\n";
        let stale =
            ["/b", "/c"].map(|path| Drift::StaleRoute { path: path.to_owned(), binary: "b".to_owned() });
        let expected = "[workspace.metadata.lambda.watch]\nrouter = { \"/a\" = \"a\" }\n";
        assert_eq!(mended(text, &stale).unwrap(), expected);
    }

    #[test]
    fn router_that_changes_altogether_stays_where_it_is() {
        let text =
            "[workspace.metadata.lambda.watch.router]\n# all\n\"/a\" = \"a\" # a\n\"/c\" = \"c\"\n\n[x]\n";
        let stale =
            ["/a", "/c"].map(|path| Drift::StaleRoute { path: path.to_owned(), binary: "a".to_owned() });
        let drifts = [&stale[..], &["/b", "/d"].map(unrouted)].concat();
        let expected =
            "[workspace.metadata.lambda.watch.router]\n\"/b\" = \"new\"\n\"/d\" = \"new\"\n# all\n\n[x]\n";
        assert_eq!(mended(text, &drifts).unwrap(), expected);
        let misrouted =
            Drift::Misrouted { path: "/a".to_owned(), binary: "z".to_owned(), found: "a".to_owned() };
        assert_eq!(mended(text, &[misrouted]).unwrap(), text.replace("\"a\" # a", "\"z\" # a"));
    }

    #[test]
    fn open_settings_follow_those_of_the_profile() {
        let open = |manifest: &str| {
            ReleaseProfile::parse(manifest).open().map(Drift::OpenProfile).collect::<Vec<_>>()
        };
        let all = "opt-level = \"s\"\nlto = \"fat\"\ncodegen-units = 1\nstrip = true\npanic = \"unwind\"";
        for (manifest, expected) in [
            ("[workspace]\n".to_owned(), format!("[workspace]\n\n[profile.release]\n{all}\n")),
            ("[profile.release]\n".to_owned(), format!("[profile.release]\n{all}\n")),
            (
                "[profile.release] # ours\nlto = false # fast\n\n[x]\n".to_owned(),
                format!("[profile.release] # ours\nlto = false # fast\n{}\n\n[x]\n", all.replace("lto = \"fat\"\n", "")),
            ),
            (
                "[profile]\nrelease = { lto = true, strip = true, codegen-units = 2, opt-level = 3 }\n".to_owned(),
                "[profile]\nrelease = { lto = true, strip = true, codegen-units = 2, opt-level = 3, panic = \"unwind\" }\n".to_owned(),
            ),
            (
                "[profile]\n  release.lto = true\n".to_owned(),
                format!("[profile]\n  release.lto = true\n{}\n", all.replace("lto = \"fat\"\n", "").lines().map(|line| format!("  release.{line}")).collect::<Vec<_>>().join("\n")),
            ),
        ] {
            assert_eq!(mended(&manifest, &open(&manifest)).unwrap(), expected);
            assert_eq!(open(&expected), []);
            let windows = manifest.replace('\n', "\r\n");
            assert_eq!(mended(&windows, &open(&windows)).unwrap(), expected.replace('\n', "\r\n"));
        }
    }

    #[test]
    fn moved_line_keeps_its_place_and_its_comment() {
        let text = "[workspace.metadata.lambda.watch.router]\n'/a' = [ # a\n  { function = 'a' },\n]\n\"/b\" = \"b\" # b\n";
        let [from, to, binary, found] = ["/a", "/n", "new", "a"].map(str::to_owned);
        let moved = Drift::MovedRoute { from, to, binary, found };
        let gone = Drift::SupersededRoute { path: "/b".to_owned(), binary: "b".to_owned() };
        let expected =
            text.replace("'/a'", "'/n'").replace("'a'", "'new'").replace("\"/b\" = \"b\" # b\n", "");
        assert_eq!(mended(text, &[moved, gone]).unwrap(), expected);
    }

    #[test]
    fn router_of_another_form_is_to_be_written_by_hand() {
        let text = "[workspace.metadata.lambda.watch]\nrouter = [{ path = \"/a\", function = \"a\" }]\n";
        let message = mended(text, &[unrouted("/b")]).unwrap_err().to_string();
        assert!(message.starts_with("Cargo.toml: cannot edit this layout safely"), "{message}");
        let by_hand = "add \"/b\" = \"new\" below [workspace.metadata.lambda.watch.router]";
        assert!(message.ends_with(by_hand), "{message}");
    }
}
