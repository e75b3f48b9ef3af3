use super::{Change, Refusal, Value, edit, parse};
use crate::text::Place;

fn insert(at: &[&str], key: &str, value: Value, place: Place) -> Change {
    let at = at.iter().map(ToString::to_string).collect();
    Change::Insert { at, key: key.to_owned(), value, place }
}

fn last(at: &[&str], key: &str) -> Change {
    insert(at, key, value(), Place::Last)
}

fn remove(at: &[&str], key: &str) -> Change {
    Change::Remove { at: at.iter().map(ToString::to_string).collect(), key: key.to_owned() }
}

fn value() -> Value {
    Value::map([("Type", Value::from("T")), ("Api", Value::reference("Api"))])
}

fn edited(text: &str, changes: &[Change]) -> String {
    edit(text, changes).unwrap_or_else(|refusal| panic!("{refusal}: {text}"))
}

fn refused(text: &str, changes: &[Change]) -> String {
    edit(text, changes).unwrap_err().to_string()
}

/// `Z` as it is written below `R`, two spaces deep.
const Z: &str = "  Z:\n    Type: T\n    Api: !Ref Api\n";

#[test]
fn entry_is_written_as_those_beside_it() {
    for (before, written, after) in [
        ("R:\n  A: 1\n", "\n  Z:\n    Type: T\n    Api: !Ref Api\n", ""),
        ("R:\n  A: 1", "\n\n  Z:\n    Type: T\n    Api: !Ref Api", ""),
        ("R:\r\n  A: 1\r\n", "\r\n  Z:\r\n    Type: T\r\n    Api: !Ref Api\r\n", "O: 1\r\n"),
        ("R:\n  A: 1\n  B: 2\n", Z, ""),
        ("R:\n  A: 1\n\n\n  B: 2\n", "\n\n  Z:\n    Type: T\n    Api: !Ref Api\n", "O: 1\n"),
        ("R:\n    A:\n       B: 1\n", "\n    Z:\n       Type: T\n       Api: !Ref Api\n", "O: 1\n"),
        ("R:\n  A: 1 # one\n", "\n  Z:\n    Type: T\n    Api: !Ref Api\n", "# O\nO: 1\n"),
        ("R:\n  A:\n    B: 1\n\n    # C: 2\n", "\n  Z:\n    Type: T\n    Api: !Ref Api\n", "\n# O\nO: 1\n"),
        ("R:\n  A: 'x # \"' # y'\n", "\n  Z:\n    Type: T\n    Api: !Ref Api\n", "O: 1\n"),
        ("R:\n  A: |\n    a\n", "\n  Z:\n    Type: T\n    Api: !Ref Api\n", "\n\nO: 1\n"),
        // A further blank line would belong to `A`.
        ("R:\n  A: |+\n    a\n\n", Z, "O: 1\n"),
        ("R:\n  A: !Sub >2+ # c\n    a\n\n", Z, ""),
        ("\u{feff}R:\n  é: ü\n", "\n  Z:\n    Type: T\n    Api: !Ref Api\n", ""),
        ("---\nR:\n  A: 1\n", "\n  Z:\n    Type: T\n    Api: !Ref Api\n", "...\n---\nR: 2\n"),
        ("R:\n  A: &a\n    B: &b 1\n  C: *a\n", Z, "O: *b\n"),
        ("R:\n  A:\n", "\n  Z:\n    Type: T\n    Api: !Ref Api\n", "O: 1\n"),
        ("R:\n  A: [-, 1,\n    2]\n", "\n  Z:\n    Type: T\n    Api: !Ref Api\n", "O: 1\n"),
        ("\"R\":\n  ? A\n  : 1\n", "", ""),
    ] {
        let text = format!("{before}{after}");
        match edit(&text, &[last(&["R"], "Z")]) {
            Ok(edited) => assert_eq!(edited, format!("{before}{written}{after}")),
            Err(refusal) => assert_eq!((refusal, written), (Refusal::Meaning, ""), "{text}"),
        }
    }
}

#[test]
fn entry_has_its_place_among_others() {
    let text = "# File\n\nR:\n  # A's\n  A: 1\n\n  # B's\n  B: 2\n\n  # nobody's\n\n  C: 3\n";
    let at = |place: Place| edited(text, &[insert(&["R"], "Z", Value::from("x"), place)]);
    assert_eq!(at(Place::First), text.replace("  # A's", "  Z: x\n\n  # A's"));
    assert_eq!(at(Place::After("A".to_owned())), text.replace("  A: 1", "  A: 1\n\n  Z: x"));
    assert_eq!(at(Place::After("B".to_owned())), text.replace("  B: 2", "  B: 2\n\n  Z: x"));
    assert_eq!(at(Place::Last), format!("{text}\n  Z: x\n"));
    let several = ["M", "Z"].map(|key| insert(&["R"], key, Value::from("x"), Place::After("A".to_owned())));
    assert_eq!(edited(text, &several), text.replace("  A: 1", "  A: 1\n\n  M: x\n\n  Z: x"));
}

#[test]
fn text_that_ends_with_the_file_stays_its_end() {
    let text = "R:\n  A: 1\n\n  B:\n    C: |\n      x";
    assert_eq!(edited(text, &[last(&["R"], "Z")]), text.replace("  B:", &format!("{Z}\n  B:")));
    let text = format!("{text}\n");
    assert_eq!(edited(&text, &[last(&["R"], "Z")]), format!("{text}\n{Z}"));
}

#[test]
fn where_one_mapping_ends_the_one_around_it_goes_on() {
    let changes =
        [last(&[], "P"), last(&["R"], "Q"), insert(&["R", "A"], "Z", Value::from("x"), Place::Last)];
    let entry = |key: &str, indent: &str| value().block(key, indent, "  ").join("\n");
    let expected = format!("R:\n  A:\n    B: 1\n    Z: x\n\n{}\n{}", entry("Q", "  "), entry("P", ""));
    assert_eq!(edited("R:\n  A:\n    B: 1", &changes), expected);
}

#[test]
fn first_entry_follows_the_comment_of_the_file() {
    let change = insert(&[], "Z", Value::from("x"), Place::First);
    for (text, expected) in [
        ("# File\nR: 1\n", "# File\nZ: x\nR: 1\n"),
        ("R: 1", "Z: x\nR: 1"),
        ("\u{feff}R: 1\n", "\u{feff}Z: x\nR: 1\n"),
        ("---\n# R\nR: 1\n", "---\nZ: x\n# R\nR: 1\n"),
        ("{R: 1}", "{Z: x, R: 1}"),
    ] {
        assert_eq!(edited(text, std::slice::from_ref(&change)), expected);
    }
}

#[test]
fn mapping_without_entries_is_filled() {
    for (text, expected) in [
        ("R:\nO: 1\n", format!("R:\n{Z}O: 1\n")),
        ("R:", format!("R:\n{}", Z.trim_end())),
        ("R: {}\n", format!("R:\n{Z}")),
        ("R:   { }  # none yet\nO: 1\n", format!("R:  # none yet\n{Z}O: 1\n")),
        ("R: ~\nO: 1\n", format!("R:\n{Z}O: 1\n")),
        ("R: null # none\n  # none at all\nO: 1\n", format!("R: # none\n  # none at all\n{Z}O: 1\n")),
        (
            "O:\n    P: 1\nR: {}\n",
            "O:\n    P: 1\nR:\n    Z:\n        Type: T\n        Api: !Ref Api\n".to_owned(),
        ),
        ("R: {\n  }\n", "R: {Z: {Type: T, Api: !Ref Api}\n  }\n".to_owned()),
    ] {
        assert_eq!(edited(text, &[last(&["R"], "Z")]), expected, "{text}");
    }
    let two = [last(&["R"], "Z"), insert(&["R"], "M", Value::from("x"), Place::Last)];
    assert_eq!(edited("R: {}\n", &two), format!("R:\n{Z}\n  M: x\n"));
    let two = [last(&["R", "E"], "Z"), insert(&["R", "E"], "M", Value::from("x"), Place::Last)];
    assert_eq!(
        edited("R:\n  E:\n", &two),
        "R:\n  E:\n    Z:\n      Type: T\n      Api: !Ref Api\n    M: x\n"
    );
}

#[test]
fn between_braces_an_entry_has_braces() {
    for (text, expected) in [
        ("R: {A: 1}\n", "R: {A: 1, Z: {Type: T, Api: !Ref Api}}\n"),
        ("R: {A: 1, }\n", "R: {A: 1, Z: {Type: T, Api: !Ref Api}, }\n"),
        ("R: {A: [1, '}']} # c\n", "R: {A: [1, '}'], Z: {Type: T, Api: !Ref Api}} # c\n"),
        ("R: {A: , B}\n", "R: {A: , B, Z: {Type: T, Api: !Ref Api}}\n"),
        ("{R: {A: }}", "{R: {A:, Z: {Type: T, Api: !Ref Api} }}"),
        ("{R: {}}", "{R: {Z: {Type: T, Api: !Ref Api}}}"),
        (r#"{"R": {}}"#, r#"{"R": {"Z": {"Type": "T", "Api": {"Ref": "Api"}}}}"#),
        (
            "R: {\n  A: 1, # one\n  B: 2 # two\n}\n",
            "R: {\n  A: 1, # one\n  B: 2, # two\n  Z: {\n    Type: T,\n    Api: !Ref Api\n  }\n}\n",
        ),
        (
            "{\n\t\"R\": {\n\t\t\"A\": {\n\t\t\t\"B\": 1\n\t\t}\n\t}\n}\n",
            "{\n\t\"R\": {\n\t\t\"A\": {\n\t\t\t\"B\": 1\n\t\t},\n\t\t\"Z\": {\n\t\t\t\"Type\": \"T\",\n\t\t\t\
             \"Api\": {\"Ref\": \"Api\"}\n\t\t}\n\t}\n}\n",
        ),
    ] {
        assert_eq!(edited(text, &[last(&["R"], "Z")]), expected, "{text}");
    }
    let first = insert(&["R"], "Z", value(), Place::First);
    for (text, expected) in [
        ("R: {A: 1}", "R: {Z: {Type: T, Api: !Ref Api}, A: 1}"),
        (
            "{\r\n \"R\": {\r\n  \"A\": 1\r\n }\r\n}\r\n",
            "{\r\n \"R\": {\r\n  \"Z\": {\r\n    \"Type\": \"T\",\r\n    \"Api\": {\"Ref\": \"Api\"}\r\n  },\r\n  \
             \"A\": 1\r\n }\r\n}\r\n",
        ),
    ] {
        assert_eq!(edited(text, std::slice::from_ref(&first)), expected, "{text}");
    }
    let after = insert(&["R"], "Z", Value::from("x"), Place::After("A".to_owned()));
    assert_eq!(edited("R: {A: 1, B: 2}", std::slice::from_ref(&after)), "R: {A: 1, Z: x, B: 2}");
    assert_eq!(edited("R: {\n  A: 1,\n  B: 2\n}", &[after]), "R: {\n  A: 1,\n  Z: x,\n  B: 2\n}");
}

#[test]
fn removed_entry_takes_its_comment_and_one_gap() {
    let text = "R:\n  # a\n  A: 1\n\n  # b\n  B:\n    C: 2 # c\n    # D: 3\n\n  # section\n\n  E: 4\nO: 5\n";
    for (key, expected) in [
        ("A", "R:\n  # b\n  B:\n    C: 2 # c\n    # D: 3\n\n  # section\n\n  E: 4\nO: 5\n"),
        ("B", "R:\n  # a\n  A: 1\n\n  # section\n\n  E: 4\nO: 5\n"),
        ("E", "R:\n  # a\n  A: 1\n\n  # b\n  B:\n    C: 2 # c\n    # D: 3\n\n  # section\nO: 5\n"),
    ] {
        assert_eq!(edited(text, &[remove(&["R"], key)]), expected, "{key}");
    }
    let all = ["A", "B", "E"].map(|key| remove(&["R"], key));
    assert_eq!(edited(text, &all), "R: {}\n\n  # section\nO: 5\n");
    assert_eq!(edited("R:\n  A: 1", &[remove(&["R"], "A")]), "R: {}");
    assert_eq!(edited("A: 1\nB: 2\n", &[remove(&[], "A")]), "B: 2\n");
    for (text, expected) in
        [("R: {A: 1, B: 2}", "R: {B: 2}"), ("R: {B: 2, A: 1}", "R: {B: 2}"), ("R: {A: 1}", "R: {}")]
    {
        assert_eq!(edited(text, &[remove(&["R"], "A")]), expected);
    }
}

#[test]
fn removed_entry_makes_room_for_a_new_one() {
    let changes = [remove(&["R"], "A"), last(&["R"], "Z")];
    assert_eq!(edited("R:\n  A: 1\nO: 1\n", &changes), format!("R:\n\n{Z}O: 1\n"));
    assert_eq!(edited("R:\n  B: 1\n\n  A: 1\n", &changes), format!("R:\n  B: 1\n\n{Z}"));
}

#[test]
fn scalar_keeps_its_quotes() {
    let at = ["A".to_owned()].to_vec();
    let change = Change::Replace { at, from: "/{a}".to_owned(), to: "/{b}".to_owned() };
    for (text, expected) in [
        ("A: /{a}  # a\n", "A: /{b}  # a\n"),
        ("A: '/{a}'\n", "A: '/{b}'\n"),
        ("{A: \"/{a}\"}", "{A: \"/{b}\"}"),
        ("A: >-\n  /{a}\n", "A: >-\n  /{b}\n"),
    ] {
        assert_eq!(edited(text, std::slice::from_ref(&change)), expected);
    }
    assert_eq!(refused("A: \"\\x2f{a}\"", &[change]), "1:4: `/{a}` is written in another way here");
}

#[test]
fn unwritable_change_is_refused_with_its_place() {
    for (text, refusal) in [
        ("A: &a {B: 1}\nR: *a\n", "2:4: `R` is an alias of another place"),
        ("A: &a {B: 1}\nR:\n  <<: *a\n", "3:3: `R` takes entries from another place (`<<`)"),
        ("R: !Sub\n  A: 1\n", "1:4: `R` is an intrinsic function, or has a tag"),
        ("R: 1\n", "1:4: expected a mapping"),
        ("R:\n- 1\n", "2:3: expected a mapping"),
        ("A: 1\n", "1:1: there is no `R`"),
        ("{R: }", "1:3: nothing stands here, between braces: write `{}` first"),
        ("R: [", "1:4: not YAML: unclosed bracket"),
        ("", "1:1: there is nothing in this file"),
    ] {
        let message = refused(text, &[last(&["R"], "Z")]);
        assert!(message.starts_with(refusal), "{text}: {message}");
    }
    let there = refused("R:\n  Z: 1\n", &[last(&["R"], "Z")]);
    assert_eq!(there, Refusal::Meaning.to_string());
}

#[test]
fn edit_with_another_meaning_is_refused() {
    // The alias would refer to nothing.
    assert_eq!(edit("A: &a 1\nB: *a\n", &[remove(&[], "A")]), Err(Refusal::Meaning));
    assert_eq!(edit("R:\n  ? A\n  : 1\n", &[last(&["R"], "Z")]), Err(Refusal::Meaning));
}

#[test]
fn nothing_is_too_deep_or_too_odd_to_be_refused() {
    let deep = format!("R: {}1{}", "[".repeat(5_000), "]".repeat(5_000));
    assert_eq!(parse(&deep).unwrap_err().to_string(), "1:204: not YAML: more than 200 levels");
    let deep = (0..300).map(|level| " ".repeat(level) + "a:\n").collect::<String>();
    assert!(parse(&deep).unwrap_err().to_string().ends_with("more than 200 levels"));
}

#[test]
fn by_hand_it_is_written_as_a_block() {
    assert_eq!(last(&["R"], "Z").by_hand(), format!("R:\n{}", Z.trim_end()));
}
