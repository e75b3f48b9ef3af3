//! The strings of an event, borrowed from its bytes where they hold no escapes.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// The members of a JSON object, in their order. `null` is empty.
#[derive(Debug, Default)]
pub(crate) struct Pairs<'e>(pub(crate) Vec<(Cow<'e, str>, Cow<'e, str>)>);

/// One string. serde's own `Cow` is always owned inside an `Option` or a `Vec`.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct Text<'e>(#[serde(borrow)] pub(crate) Cow<'e, str>);

impl<'de: 'e, 'e> Deserialize<'de> for Pairs<'e> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of strings")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Pairs::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::with_capacity(16);
        while let Some((Text(name), Text(value))) = members.next_entry()? {
            pairs.push((name, value));
        }
        Ok(Pairs(pairs))
    }
}
