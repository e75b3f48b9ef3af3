//! Reads claims into types, for each kind of authorizer.
//!
//! The claims of a token are JSON. Most front doors write them into an event as text, each in its own way, and one type
//! reads all of these forms: `exp: u64` takes the number, its digits, and the date that a Cognito authorizer makes of
//! it.

mod date;
mod list;

use std::any::type_name;
use std::borrow::Cow;

use serde::de::value::MapAccessDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, Expected, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value, map};

pub(crate) use self::list::Notation;
use crate::form::{FieldValues, Misfit, is_optional_scalar};

/// A claim, or all claims of a caller as one object.
#[derive(Clone, Copy)]
pub(crate) struct Claim<'c> {
    value: &'c Value,
    notation: Notation,
}

impl<'c> Claim<'c> {
    pub(crate) fn new(value: &'c Value, notation: Notation) -> Self {
        Self { value, notation }
    }

    /// Makes a claim with a name. Scopes are a list in one text: <https://www.rfc-editor.org/rfc/rfc6749#section-3.3>.
    pub(crate) fn named(name: &str, value: &'c Value, notation: Notation) -> Self {
        Self::new(value, if matches!(name, "scope" | "scp") { Notation::Spaces } else { notation })
    }

    /// Returns the claim as text, unless it is a list, an object or `null`.
    pub(crate) fn text(self) -> Option<String> {
        match self.value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// Returns the claim as the text of a number.
    fn number(self) -> Option<String> {
        let text = self.text()?;
        let seconds = if self.notation == Notation::Commas { date::seconds(&text) } else { None };
        Some(seconds.map_or(text, |seconds| seconds.to_string()))
    }

    /// Returns the claim as a list.
    fn list(self) -> Option<Vec<Value>> {
        match self.value {
            Value::Array(values) => Some(values.clone()),
            _ => Some(list::parse(self.text()?, self.notation)),
        }
    }

    /// Returns the claim as an object. The context of a REST API cannot hold an object, so authorizers write it as
    /// text.
    fn object(self) -> Option<Map<String, Value>> {
        match self.value {
            Value::Object(members) => Some(members.clone()),
            Value::String(text) if text.starts_with('{') => serde_json::from_str(text).ok(),
            _ => None,
        }
    }

    fn misfit(self, expected: &dyn Expected) -> Misfit {
        let unexpected = if self.value.is_array() { Unexpected::Seq } else { Unexpected::Map };
        Misfit::invalid_type(unexpected, expected)
    }

    fn members(self, members: &Map<String, Value>) -> Members<'_> {
        Members { rest: members.iter(), current: None, notation: self.notation }
    }
}

/// Scalars are read from their text, as in a query.
macro_rules! scalars {
    ($($text:ident: $($deserialize:ident)*;)*) => {$($(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
            match self.$text() {
                Some(text) => FieldValues::from(Cow::Owned(text)).$deserialize(visitor),
                None => Err(self.misfit(&visitor)),
            }
        }
    )*)*};
}

impl<'de> Deserializer<'de> for Claim<'_> {
    type Error = Misfit;

    scalars! {
        text: deserialize_bool deserialize_char deserialize_str deserialize_string deserialize_identifier;
        number: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
            deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
            deserialize_f32 deserialize_f64;
    }

    /// A type that takes anything, such as `Value`, gets the claim as the event writes it.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(flag) => visitor.visit_bool(*flag),
            Value::String(text) => visitor.visit_str(text),
            Value::Array(values) => visitor.visit_seq(&mut ClaimElements::new(values)),
            Value::Object(members) => visitor.visit_map(self.members(members)),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), ..) => visitor.visit_u64(number),
                (None, Some(number), _) => visitor.visit_i64(number),
                (None, None, Some(number)) => visitor.visit_f64(number),
                // With the feature `arbitrary_precision` of serde_json, a number may be larger than each of these.
                (None, None, None) => visitor.visit_string(number.to_string()),
            },
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let is_none = match self.value {
            Value::Null => true,
            Value::String(text) => text.is_empty() && is_optional_scalar(type_name::<V::Value>()),
            _ => false,
        };
        if is_none { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let Some(values) = self.list() else { return Err(self.misfit(&visitor)) };
        let mut elements = ClaimElements::new(&values);
        let value = visitor.visit_seq(&mut elements)?;
        if elements.index < values.len() { Err(Misfit::custom("expected fewer values")) } else { Ok(value) }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.object() {
            Some(members) => visitor.visit_map(self.members(&members)),
            None => Err(self.misfit(&visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match (self.object(), self.text()) {
            (Some(members), _) => visitor.visit_enum(MapAccessDeserializer::new(self.members(&members))),
            (None, Some(text)) => {
                FieldValues::from(Cow::Owned(text)).deserialize_enum(name, variants, visitor)
            }
            (None, None) => Err(self.misfit(&visitor)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { bytes byte_buf unit unit_struct }
}

/// The members of an object, and the value whose name was read last.
struct Members<'m> {
    rest: map::Iter<'m>,
    current: Option<(&'m String, &'m Value)>,
    notation: Notation,
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Misfit> {
        self.current = self.rest.next();
        let Some((name, _)) = self.current else { return Ok(None) };
        let key = seed.deserialize(FieldValues::from(Cow::Owned(name.clone())));
        key.map(Some).map_err(|misfit| below(misfit, name))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Misfit> {
        let (name, value) = self.current.take().ok_or_else(|| Misfit::custom("a value without a key"))?;
        seed.deserialize(Claim::named(name, value, self.notation)).map_err(|misfit| below(misfit, name))
    }
}

/// The elements of a list, each of which is JSON or a word.
struct ClaimElements<'v> {
    values: &'v [Value],
    index: usize,
}

impl<'v> ClaimElements<'v> {
    fn new(values: &'v [Value]) -> Self {
        Self { values, index: 0 }
    }
}

impl<'de> SeqAccess<'de> for &mut ClaimElements<'_> {
    type Error = Misfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Misfit> {
        let Some(value) = self.values.get(self.index) else { return Ok(None) };
        self.index += 1;
        let element = seed.deserialize(Claim::new(value, Notation::Json));
        element.map(Some).map_err(|misfit| below(misfit, &format!("[{}]", self.index - 1)))
    }
}

/// Returns the misfit of a member or an element, with its place: `address.city`, `groups[1]`.
fn below(mut misfit: Misfit, name: &str) -> Misfit {
    let separator = if misfit.path.is_empty() || misfit.path.starts_with('[') { "" } else { "." };
    misfit.path = [name, separator, &misfit.path].concat();
    misfit
}

#[cfg(test)]
mod tests;
