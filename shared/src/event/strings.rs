//! The strings of an event. A string without escapes borrows from its bytes.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// A string. The `Cow` of serde is always owned inside an `Option` or a `Vec`.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Text<'e>(#[serde(borrow)] pub(super) Cow<'e, str>);

impl Text<'_> {
    /// Returns the text, or an empty one if it is missing.
    pub(super) fn or_empty(text: Option<&Self>) -> &str {
        text.map_or("", |Text(text)| text)
    }
}

/// The members of a JSON object whose values are strings or lists of strings, in their order. A name comes once for
/// each of its values. `null` is an empty object, and a member that is `null` has no values.
#[derive(Debug, Default)]
pub(super) struct Pairs<'e>(pub(super) Vec<(Cow<'e, str>, Cow<'e, str>)>);

impl<'de: 'e, 'e> Deserialize<'de> for Pairs<'e> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of strings")
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Pairs::default())
    }

    // Not `deserialize_any`, which links the code for all other types.
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(Text(name)) = members.next_key()? {
            if pairs.is_empty() {
                // Headers are the largest map of an event, with about twelve names.
                pairs.reserve(16);
            }
            members.next_value_seed(PairValues { name, pairs: &mut pairs })?;
        }
        Ok(Pairs(pairs))
    }
}

/// The value or the values of one name.
struct PairValues<'p, 'e> {
    name: Cow<'e, str>,
    pairs: &'p mut Vec<(Cow<'e, str>, Cow<'e, str>)>,
}

impl<'de> DeserializeSeed<'de> for PairValues<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for PairValues<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or a list of strings")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<(), E> {
        self.pairs.push((self.name, Cow::Borrowed(value)));
        Ok(())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.pairs.push((self.name, Cow::Owned(value.to_owned())));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<(), A::Error> {
        while let Some(Text(value)) = values.next_element()? {
            self.pairs.push((self.name.clone(), value));
        }
        Ok(())
    }
}
