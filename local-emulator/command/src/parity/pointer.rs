//! JSON pointers (RFC 6901), with `*` for any name.

use std::str::FromStr;

use serde_json::Value;

/// A JSON pointer in which `*` stands for any name or index, as in `/items/*/id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PointerPattern(Vec<String>);

/// A text that is not a JSON pointer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a JSON pointer begins with a slash: write `/{0}`")]
pub(crate) struct NoPointer(String);

impl FromStr for PointerPattern {
    type Err = NoPointer;

    fn from_str(text: &str) -> Result<Self, NoPointer> {
        let tokens = text.strip_prefix('/').ok_or_else(|| NoPointer(text.to_owned()))?;
        Ok(Self(tokens.split('/').map(|token| token.replace("~1", "/").replace("~0", "~")).collect()))
    }
}

impl PointerPattern {
    /// Replaces each member that the pattern fits with `with`.
    pub(crate) fn replace(&self, value: &mut Value, with: &Value) {
        replace(&self.0, value, with);
    }
}

fn replace(tokens: &[String], value: &mut Value, with: &Value) {
    let Some((token, rest)) = tokens.split_first() else {
        value.clone_from(with);
        return;
    };
    match value {
        Value::Object(members) => {
            let fitting = members.iter_mut().filter(|(name, _)| token == "*" || token == *name);
            fitting.for_each(|(_, member)| replace(rest, member, with));
        }
        Value::Array(items) => {
            let fitting =
                items.iter_mut().enumerate().filter(|(at, _)| token == "*" || *token == at.to_string());
            fitting.for_each(|(_, item)| replace(rest, item, with));
        }
        _ => {}
    }
}

/// Returns the pointer with a name or an index added.
pub(crate) fn push(pointer: &str, token: &str) -> String {
    format!("{pointer}/{}", token.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{PointerPattern, push};

    #[test]
    fn pointer_is_one_member_and_a_star_is_any() {
        for (pointer, expected) in [
            ("/id", json!({ "id": 0, "items": [{ "id": 2 }, { "id": 3 }], "a/b": 4 })),
            ("/items/1/id", json!({ "id": 1, "items": [{ "id": 2 }, { "id": 0 }], "a/b": 4 })),
            ("/items/*/id", json!({ "id": 1, "items": [{ "id": 0 }, { "id": 0 }], "a/b": 4 })),
            ("/a~1b", json!({ "id": 1, "items": [{ "id": 2 }, { "id": 3 }], "a/b": 0 })),
            ("/none/id", json!({ "id": 1, "items": [{ "id": 2 }, { "id": 3 }], "a/b": 4 })),
        ] {
            let mut value = json!({ "id": 1, "items": [{ "id": 2 }, { "id": 3 }], "a/b": 4 });
            pointer.parse::<PointerPattern>().unwrap().replace(&mut value, &json!(0));
            assert_eq!(value, expected, "{pointer}");
        }
    }

    #[test]
    fn names_are_escaped_in_a_pointer() {
        assert_eq!(push("/a", "b/c~"), "/a/b~1c~0");
        assert!("a".parse::<PointerPattern>().is_err());
    }
}
