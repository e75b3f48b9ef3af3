//! Headers and query parameters with several values. An event has them twice: with the last value, and with all.

use std::borrow::Cow;
use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::{Serialize, Serializer};

use crate::gateway::headers::{SCHEME, forwarded_for, forwarded_port, is_replaced, text};

/// Values by name, sorted by name.
///
/// Undocumented (REST-19): the order. It is not the order of the request, says
/// <https://github.com/aws/aws-lambda-go/issues/469>.
#[derive(Debug, Default)]
pub(in crate::gateway) struct MultiValues<'a>(BTreeMap<Cow<'a, str>, Vec<Cow<'a, str>>>);

/// `headers`, `queryStringParameters`. Without values it is `null`.
pub(in crate::gateway) struct Last<'a>(&'a MultiValues<'a>);

/// `multiValueHeaders`, `multiValueQueryStringParameters`. Without values it is `null`.
pub(in crate::gateway) struct All<'a>(&'a MultiValues<'a>);

/// A map for an authorizer, whose event has `{}` instead of `null`.
pub(in crate::gateway) struct Map<T>(pub(in crate::gateway) T);

impl<'a> MultiValues<'a> {
    /// Reads and decodes the parameters of a query; pairs end at each of `separators`.
    pub(in crate::gateway) fn from_query(query: &'a str, separators: &[char]) -> Self {
        query.split(separators).flat_map(|pair| form_urlencoded::parse(pair.as_bytes())).collect()
    }

    /// Adds a value of `name`.
    pub(in crate::gateway) fn and(mut self, name: &'a str, value: Cow<'a, str>) -> Self {
        self.0.entry(name.into()).or_default().push(value);
        self
    }

    /// Returns the values of `name`.
    pub(in crate::gateway) fn get(&self, name: &str) -> Option<&[Cow<'a, str>]> {
        self.0.get(name).map(Vec::as_slice)
    }

    pub(in crate::gateway) fn last(&self) -> Last<'_> {
        Last(self)
    }

    pub(in crate::gateway) fn all(&self) -> All<'_> {
        All(self)
    }
}

impl<'a> FromIterator<(Cow<'a, str>, Cow<'a, str>)> for MultiValues<'a> {
    fn from_iter<I: IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>>(pairs: I) -> Self {
        let mut values = BTreeMap::<_, Vec<_>>::new();
        for (name, value) in pairs {
            values.entry(name).or_default().push(value);
        }
        Self(values)
    }
}

impl Serialize for Last<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.0.is_empty() {
            serializer.serialize_none()
        } else {
            Map(Self(self.0)).serialize(serializer)
        }
    }
}

impl Serialize for All<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.0.is_empty() {
            serializer.serialize_none()
        } else {
            Map(Self(self.0)).serialize(serializer)
        }
    }
}

impl Serialize for Map<Last<'_>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.0.0.iter().map(|(name, values)| (name, values.last())))
    }
}

impl Serialize for Map<All<'_>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(&self.0.0.0)
    }
}

/// The spelling of header names in events, and the headers that are dropped.
pub(in crate::gateway) struct Named {
    /// The names that an API spells in its own way, besides the names that it adds.
    ///
    /// Undocumented (REST-8): all other names are in lower case, as in HTTP/2. AWS keeps the letters that an HTTP/1
    /// client sent, but hyper does not report them.
    pub(in crate::gateway) as_its_own: &'static [&'static str],
    pub(in crate::gateway) drops: fn(&HeaderName, &HeaderValue) -> bool,
}

/// Returns the headers of an event: the client's headers, and the headers that the gateway replaces.
pub(in crate::gateway) fn values_of<'a>(
    sent: &'a HeaderMap,
    named: &Named,
    trace_id: &'a str,
    source_ip: &'a str,
) -> MultiValues<'a> {
    let clients = sent.iter().filter(|(name, value)| !is_replaced(name) && !(named.drops)(name, value));
    let clients = clients.map(|(name, value)| (named.name(name), text(value)));
    let added = [
        ("X-Amzn-Trace-Id", trace_id.into()),
        ("X-Forwarded-For", forwarded_for(sent, source_ip)),
        ("X-Forwarded-Port", forwarded_port(sent).into()),
        ("X-Forwarded-Proto", SCHEME.into()),
    ];
    clients.chain(added.map(|(name, value)| (Cow::Borrowed(name), value))).collect()
}

impl Named {
    fn name<'a>(&self, name: &'a HeaderName) -> Cow<'a, str> {
        let own = self.as_its_own.iter().find(|own| own.eq_ignore_ascii_case(name.as_str()));
        own.map_or(name.as_str(), |own| own).into()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::MultiValues;

    fn event_of(query: &str, separators: &[char]) -> (Value, Value) {
        let values = MultiValues::from_query(query, separators);
        (serde_json::to_value(values.last()).unwrap(), serde_json::to_value(values.all()).unwrap())
    }

    /// Most queries are recorded, in `vokerhttp/testdata/apigwv1-request.json` of <https://github.com/hotsock/voker>
    /// and `tests/aws/services/apigateway/test_apigateway_lambda.snapshot.json` of
    /// <https://github.com/localstack/localstack>.
    #[test]
    fn query_has_its_last_values_and_all_values() {
        for (query, last, all) in [
            ("", json!(null), json!(null)),
            ("&", json!(null), json!(null)),
            ("a=1&b=2&a=3", json!({"a": "3", "b": "2"}), json!({"a": ["1", "3"], "b": ["2"]})),
            ("empty=&flag", json!({"empty": "", "flag": ""}), json!({"empty": [""], "flag": [""]})),
            ("p=a%2Bb&q=a+b", json!({"p": "a+b", "q": "a b"}), json!({"p": ["a+b"], "q": ["a b"]})),
            ("u=https%3A%2F%2Fx%2F%3F", json!({"u": "https://x/?"}), json!({"u": ["https://x/?"]})),
            ("%61=%E2%98%95", json!({"a": "☕"}), json!({"a": ["☕"]})),
            ("a=%ff%zz", json!({"a": "\u{fffd}%zz"}), json!({"a": ["\u{fffd}%zz"]})),
            ("a=1,2&a=b=c", json!({"a": "b=c"}), json!({"a": ["1,2", "b=c"]})),
        ] {
            assert_eq!(event_of(query, &['&', ';']), (last, all), "{query}");
        }
    }

    #[test]
    fn a_semicolon_separates_where_it_is_a_separator() {
        assert_eq!(event_of("a=1;b=2", &['&', ';']).0, json!({"a": "1", "b": "2"}));
        assert_eq!(event_of("a=1;b=2", &['&']).0, json!({"a": "1;b=2"}));
    }
}
