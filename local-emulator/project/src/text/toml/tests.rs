use super::{Change, Refusal, edit};
use crate::text::Place;

const MEMBERS: &[&str] = &["workspace", "members"];
const ROUTER: &[&str] = &["workspace", "metadata", "lambda", "watch", "router"];

fn item(item: &str, place: Place) -> Change {
    Change::InsertItem { at: MEMBERS, item: item.to_owned(), place }
}

fn entry(key: &str, place: Place) -> Change {
    Change::InsertEntry { at: ROUTER, key: key.to_owned(), value: "n".to_owned(), place }
}

fn after(text: &str) -> Place {
    Place::After(text.to_owned())
}

fn edited(text: &str, changes: &[Change]) -> String {
    edit(text, changes).unwrap_or_else(|refusal| panic!("{refusal}: {text}"))
}

#[test]
fn item_is_written_as_those_beside_it() {
    for (text, place, expected) in [
        ("[\n    \"a\",\n    \"c\",\n]", after("a"), "[\n    \"a\",\n    \"f/[[]n]\",\n    \"c\",\n]"),
        ("[\n  'a', # one\n  'c' # two\n]", after("c"), "[\n  'a', # one\n  'c', # two\n  'f/[[]n]'\n]"),
        ("[\r\n\t\"a\",\r\n]", Place::First, "[\r\n\t\"f/[[]n]\",\r\n\t\"a\",\r\n]"),
        ("[\"a\", \"c\"]", after("a"), "[\"a\", \"f/[[]n]\", \"c\"]"),
        ("['a', 'c']", Place::Last, "['a', 'c', 'f/[[]n]']"),
        ("['a', 'c',]", Place::First, "['f/[[]n]', 'a', 'c',]"),
        ("[\n  'a', 'b',\n  'c',\n]", after("a"), "[\n  'a', 'f/[[]n]', 'b',\n  'c',\n]"),
        ("[\n  'a', 'b',\n  'c',\n]", after("b"), "[\n  'a', 'b', 'f/[[]n]',\n  'c',\n]"),
        ("[]", Place::Last, "[\"f/[[]n]\"]"),
        ("[ # none\n]", Place::Last, "[ # none\n    \"f/[[]n]\",\n]"),
        ("[\n    # ]\n]", Place::Last, "[\n    # ]\n    \"f/[[]n]\",\n]"),
    ] {
        let whole = |list: &str| format!("# é\n[workspace] # w\nmembers = {list} # m\nx = 1");
        assert_eq!(edited(&whole(text), &[item("f/[[]n]", place)]), whole(expected), "{text}");
    }
}

#[test]
fn list_that_is_not_there_is_made() {
    let change = [item("a", Place::Last), item("b", Place::Last)];
    let list = "members = [\n    \"a\",\n    \"b\",\n]";
    for (text, expected) in [
        ("[workspace] # w\nx = 1\n", format!("[workspace] # w\n{list}\nx = 1\n")),
        ("[package]\nname = \"p\"", format!("[package]\nname = \"p\"\n\n[workspace]\n{list}")),
        ("[package]\n\n\n", format!("[package]\n\n[workspace]\n{list}\n\n\n")),
        ("", format!("[workspace]\n{list}")),
    ] {
        assert_eq!(edited(text, &change), expected);
    }
}

#[test]
fn item_goes_with_its_line() {
    let gone = |item: &str| Change::RemoveItem { at: MEMBERS, item: item.to_owned() };
    for (text, expected) in [
        ("[\n  # all\n  'a', # x\n  'b',\n]", "[\n  # all\n  'b',\n]"),
        ("[\n  'b',\n  'a'\n]", "[\n  'b',\n]"),
        ("['a', 'b']", "['b']"),
        ("['b', 'a']", "['b']"),
        ("['a']", "[]"),
        ("[\n  'a', 'b',\n]", "[\n  'b',\n]"),
    ] {
        let whole = |list: &str| format!("[workspace]\nmembers = {list}\n");
        assert_eq!(edited(&whole(text), &[gone("a")]), whole(expected), "{text}");
    }
    let both = [gone("a"), item("n", after("a"))];
    assert_eq!(edited("[workspace]\nmembers = [\n 'a',\n]", &both), "[workspace]\nmembers = [\n 'n',\n]");
}

#[test]
fn entry_is_written_as_those_beside_it() {
    let header = "[workspace.metadata.lambda.watch.router]";
    let dotted = "[workspace.metadata.lambda]\nwatch.router.'/a' = 'a'\n";
    let inline = "[workspace.metadata.lambda.watch]\nrouter = { \"/a\" = \"a\" }\n";
    for (text, place, expected) in [
        (
            format!("{header}\n\"/a\" = \"a\" # a\n"),
            Place::Last,
            format!("{header}\n\"/a\" = \"a\" # a\n\"/n\" = \"n\"\n"),
        ),
        (
            format!("{header}\r\n  '/a'='a'\r\n"),
            Place::First,
            format!("{header}\r\n  '/n'='n'\r\n  '/a'='a'\r\n"),
        ),
        (
            format!("{header}\n\"/a\"   = \"a\"\n\"/z/z\" = \"z\"\n[x]\n"),
            after("/a"),
            format!("{header}\n\"/a\"   = \"a\"\n\"/n\" = \"n\"\n\"/z/z\" = \"z\"\n[x]\n"),
        ),
        (format!("{header} # r\n[x]\n"), Place::Last, format!("{header} # r\n\"/n\" = \"n\"\n[x]\n")),
        ("[x]\n".to_owned(), Place::Last, format!("[x]\n\n{header}\n\"/n\" = \"n\"\n")),
        (dotted.to_owned(), Place::Last, format!("{dotted}watch.router.'/n' = 'n'\n")),
        (inline.to_owned(), Place::Last, inline.replace(" }", ", \"/n\" = \"n\" }")),
        (inline.to_owned(), Place::First, inline.replace("{ ", "{ \"/n\" = \"n\", ")),
        (
            inline.replace(" \"/a\" = \"a\" ", ""),
            Place::Last,
            inline.replace("/a", "/n").replace("\"a\"", "\"n\""),
        ),
    ] {
        assert_eq!(edited(&text, &[entry("/n", place)]), expected, "{text}");
    }
}

#[test]
fn braces_with_nothing_in_them_take_several_entries() {
    let text = "workspace.metadata.lambda.watch.router = {} # none\n";
    let two = ["/a", "/b"].map(|key| entry(key, Place::Last));
    let expected = text.replace("{}", "{ \"/a\" = \"n\", \"/b\" = \"n\" }");
    assert_eq!(edited(text, &two), expected);
}

#[test]
fn entry_goes_or_is_another() {
    let text = "[workspace.metadata.lambda.watch.router]\n# all\n\"/a\" = 'a' # x\n\"/b\" = 'b'";
    let gone = |key: &str| Change::RemoveEntry { at: ROUTER, key: key.to_owned() };
    assert_eq!(edited(text, &[gone("/a")]), text.replace("\"/a\" = 'a' # x\n", ""));
    assert_eq!(edited(text, &[gone("/b")]), text.replace("\"/b\" = 'b'", ""));
    let other = |from: &str| Change::Replace {
        at: ROUTER,
        key: "/a".to_owned(),
        from: from.to_owned(),
        to: "z".to_owned(),
    };
    assert_eq!(edited(text, &[other("a")]), text.replace("'a'", "'z'"));
    assert_eq!(edit(text, &[other("b")]), Err(Refusal::Meaning));
    let inline = "workspace.metadata.lambda.watch.router = { '/b' = 'b', '/a' = 'a' }";
    assert_eq!(edited(inline, &[gone("/a")]), inline.replace(", '/a' = 'a'", ""));
    assert_eq!(edited(inline, &[gone("/b")]), inline.replace("'/b' = 'b', ", ""));
}

#[test]
fn new_table_follows_what_is_added_to_the_last_one() {
    let text = "[workspace.metadata.lambda.watch.router]\n\"/a\" = \"a\"\n";
    let setting = Change::InsertSetting { at: &["profile", "release"], key: "strip", value: "true" };
    let expected = format!("{text}\"/n\" = \"n\"\n\n[profile.release]\nstrip = true\n");
    assert_eq!(edited(text, &[setting, entry("/n", Place::Last)]), expected);
}

#[test]
fn renamed_key_keeps_its_value_and_its_quotes() {
    let header = "[workspace.metadata.lambda.watch.router]";
    let rename = Change::Rename { at: ROUTER, from: "/a".to_owned(), to: "/n".to_owned() };
    for text in [
        format!("{header}\n# all\n'/a' = 'a' # x\n\"/b\" = 'b'"),
        format!("{header}\n\"/a\" = [\n  {{ method = 'GET', function = 'a' }}, # one\n]\n"),
        "workspace.metadata.lambda.watch.router = { '/b' = 'b', '/a' = 'a' }".to_owned(),
        "[workspace.metadata.lambda]\nwatch.router.'/a' = 'a'\n".to_owned(),
    ] {
        assert_eq!(edited(&text, std::slice::from_ref(&rename)), text.replace("/a", "/n"), "{text}");
    }
    let taken = format!("{header}\n'/a' = 'a'\n'/n' = 'n'\n");
    assert_eq!(edit(&taken, &[rename]), Err(Refusal::Meaning));
}

#[test]
fn replaced_text_may_stand_in_a_list() {
    let header = "[workspace.metadata.lambda.watch.router]";
    let text = format!(
        "{header}\n'/a' = [{{ method = 'GET', function = 'a' }}, {{ function = \"a\" }}] # a\n'/b' = 'a'\n"
    );
    let [key, from, to] = ["/a", "a", "new"].map(str::to_owned);
    let replace = Change::Replace { at: ROUTER, key: key.clone(), from, to };
    let expected = text.replacen("'a' }", "'new' }", 1).replace("\"a\"", "\"new\"");
    assert_eq!(edited(&text, std::slice::from_ref(&replace)), expected);
    let rename = Change::Rename { at: ROUTER, from: key, to: "/n".to_owned() };
    assert_eq!(edited(&text, &[replace, rename]), expected.replace("'/a'", "'/n'"));
}

#[test]
fn unwritable_change_is_refused() {
    for text in [
        "[workspace]\nmembers = 'a'\n",
        "[workspace]\nmembers = ['n']\n",
        "[workspace]\nmembers = [1]\n",
        "workspace = { x = 1 }\n",
        "workspace = 1\n",
    ] {
        assert_eq!(edit(text, &[item("n", Place::Last)]), Err(Refusal::Meaning), "{text}");
    }
    let list = "[workspace.metadata.lambda.watch]\nrouter = [{ path = '/a', function = 'a' }]\n";
    assert_eq!(edit(list, &[entry("/n", Place::Last)]), Err(Refusal::Meaning));
    let message = edit("[workspace]\nx = \n", &[item("n", Place::Last)]).unwrap_err().to_string();
    assert!(message.starts_with("2:5: not TOML: "), "{message}");
}
