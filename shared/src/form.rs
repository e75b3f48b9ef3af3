//! Reads forms and queries into types: keys with one or more values, which are text.
//!
//! The library reads them itself, so that a value that does not fit is reported with its place, in the same words as
//! for JSON.

use std::any::type_name;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::iter::{Chain, Once, once};
use std::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroI128, NonZeroIsize, NonZeroU8, NonZeroU16,
    NonZeroU32, NonZeroU64, NonZeroU128, NonZeroUsize,
};
use std::vec;

use serde::de::value::MapDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, Expected, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
    Visitor,
};
use serde::forward_to_deserialize_any;

/// A key and a value, decoded.
pub(crate) type Pair<'de> = (Cow<'de, str>, Cow<'de, str>);

/// A form as serde reads it: a map, or the sequence of its pairs.
pub(crate) struct Form<'de>(Vec<Pair<'de>>);

impl<'de> Form<'de> {
    pub(crate) fn new(pairs: impl Iterator<Item = Pair<'de>>) -> Self {
        Self(pairs.collect())
    }

    /// Groups all values of a key, at the position of the first.
    fn by_key(self) -> vec::IntoIter<(Cow<'de, str>, FieldValues<'de>)> {
        let mut places = BTreeMap::<_, usize>::new();
        let mut keys: Vec<(_, FieldValues<'de>)> = Vec::with_capacity(self.0.len());
        for (key, value) in self.0 {
            match places.entry(key) {
                Entry::Occupied(place) => keys[*place.get()].1.others.push(value),
                Entry::Vacant(place) => {
                    keys.push((place.key().clone(), value.into()));
                    place.insert(keys.len() - 1);
                }
            }
        }
        keys.into_iter()
    }
}

impl<'de> Deserializer<'de> for Form<'de> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_map(FormFields { keys: self.by_key(), current: None })
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let pairs = self.0.into_iter().map(|(key, value)| (FieldValues::from(key), FieldValues::from(value)));
        visitor.visit_seq(MapDeserializer::new(pairs))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        if self.0.is_empty() { visitor.visit_unit() } else { self.deserialize_any(visitor) }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit_struct tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

/// The keys of a form, and the values whose key was read last.
struct FormFields<'de> {
    keys: vec::IntoIter<(Cow<'de, str>, FieldValues<'de>)>,
    current: Option<(Cow<'de, str>, FieldValues<'de>)>,
}

impl<'de> MapAccess<'de> for FormFields<'de> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Misfit> {
        self.current = self.keys.next();
        let Some((key, _)) = &self.current else { return Ok(None) };
        seed.deserialize(FieldValues::from(key.clone())).map(Some).map_err(|misfit| misfit.below(key))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Misfit> {
        let (key, values) = self.current.take().ok_or_else(|| Misfit::custom("a value without a key"))?;
        seed.deserialize(values).map_err(|misfit| misfit.below(&key))
    }
}

/// The values of one key, in most cases one.
pub(crate) struct FieldValues<'de> {
    first: Cow<'de, str>,
    others: Vec<Cow<'de, str>>,
}

impl<'de> From<Cow<'de, str>> for FieldValues<'de> {
    fn from(first: Cow<'de, str>) -> Self {
        Self { first, others: Vec::new() }
    }
}

impl<'de> FieldValues<'de> {
    fn one(self, expected: &dyn Expected) -> Result<Cow<'de, str>, Misfit> {
        if self.others.is_empty() {
            Ok(self.first)
        } else {
            Err(Misfit::invalid_type(Unexpected::Seq, expected))
        }
    }

    fn is_empty(&self) -> bool {
        self.first.is_empty() && self.others.is_empty()
    }
}

impl<'de> IntoDeserializer<'de, Misfit> for FieldValues<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Numbers and booleans are parsed; other text is reported by the visitor.
macro_rules! parsed {
    ($($deserialize:ident $visit:ident)*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
            let text = self.one(&visitor)?;
            match text.parse() {
                Ok(value) => visitor.$visit(value),
                Err(_) => Err(Misfit::invalid_value(Unexpected::Str(&text), &visitor)),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for FieldValues<'de> {
    type Error = Misfit;

    parsed! {
        deserialize_bool visit_bool
        deserialize_i8 visit_i8
        deserialize_i16 visit_i16
        deserialize_i32 visit_i32
        deserialize_i64 visit_i64
        deserialize_i128 visit_i128
        deserialize_u8 visit_u8
        deserialize_u16 visit_u16
        deserialize_u32 visit_u32
        deserialize_u64 visit_u64
        deserialize_u128 visit_u128
        deserialize_f32 visit_f32
        deserialize_f64 visit_f64
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        if self.others.is_empty() { self.deserialize_str(visitor) } else { self.deserialize_seq(visitor) }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.one(&visitor)? {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_str(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let mut elements = FieldElements { values: once(self.first).chain(self.others), index: 0 };
        let value = visitor.visit_seq(&mut elements)?;
        if elements.values.next().is_none() {
            Ok(value)
        } else {
            Err(Misfit::custom("expected fewer values"))
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        // An empty field of a form is sent as `?page=`, which is not a number.
        if self.is_empty() && is_optional_scalar(type_name::<V::Value>()) {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        let variant = self.one(&visitor)?;
        visitor.visit_enum(IntoDeserializer::<Misfit>::into_deserializer(variant))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { char bytes byte_buf unit unit_struct tuple_struct map struct identifier }
}

/// Returns whether a type of this name is an `Option` of a number or a boolean. A type that borrows has no `TypeId`,
/// and serde has no other way to find out.
pub(crate) fn is_optional_scalar(name: &str) -> bool {
    macro_rules! options {
        ($($scalar:ty)*) => { [$(type_name::<Option<$scalar>>()),*] };
    }
    options!(
        bool f32 f64
        i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize
        NonZeroI8 NonZeroI16 NonZeroI32 NonZeroI64 NonZeroI128 NonZeroIsize
        NonZeroU8 NonZeroU16 NonZeroU32 NonZeroU64 NonZeroU128 NonZeroUsize
    )
    .contains(&name)
}

/// The values of one key as a list.
struct FieldElements<'de> {
    values: Chain<Once<Cow<'de, str>>, vec::IntoIter<Cow<'de, str>>>,
    index: usize,
}

impl<'de> SeqAccess<'de> for FieldElements<'de> {
    type Error = Misfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Misfit> {
        let Some(value) = self.values.next() else { return Ok(None) };
        let element = seed.deserialize(FieldValues::from(value));
        self.index += 1;
        element.map(Some).map_err(|misfit| misfit.below(&format!("[{}]", self.index - 1)))
    }
}

/// Describes a list where one value is expected. A repeated key of a form is a list, which a client may not know.
pub(crate) const NOT_A_LIST: &str = ", not a list";

/// A value that does not fit, with its place.
#[derive(Debug)]
pub(crate) struct Misfit {
    pub(crate) path: String,
    pub(crate) message: String,
}

impl Misfit {
    fn below(mut self, name: &str) -> Self {
        self.path.insert_str(0, name);
        self
    }
}

impl serde::de::Error for Misfit {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { path: String::new(), message: message.to_string() }
    }

    // The value is left out. The message of serde would contain it, and link the printing of floats into each function.
    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let list = if unexpected == Unexpected::Seq { NOT_A_LIST } else { "" };
        Self::custom(format_args!("expected {expected}{list}"))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("expected {expected}"))
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("expected {expected}"))
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Misfit {}

#[cfg(test)]
mod tests;
