//! API keys of REST APIs: <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html>.

use std::fmt;

use http::HeaderMap;

use super::digest::{are_equal, sha256};
use super::{Denial, DenialKind, PresentedKey};

const HEADER: &str = "x-api-key";

/// Values of API keys with commas between them: a variable of the shell or of `.env`, which no function gets.
pub const API_KEYS_VARIABLE: &str = "API_ROUTES_API_KEYS";

/// A key of a template, or of `API_ROUTES_API_KEYS`.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// The logical id in the template, or any stable text. The id in API Gateway is made from this name.
    name: String,
    /// `None` if AWS makes the value when the stack is deployed.
    value: Option<String>,
    is_enabled: bool,
}

/// The keys that a REST API accepts. No key is throttled or counted (KEY-1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiKeys(Vec<ApiKey>);

impl ApiKey {
    /// A key of a template.
    pub fn new(name: impl Into<String>, value: Option<String>, is_enabled: bool) -> Self {
        Self { name: name.into(), value, is_enabled }
    }

    /// The ten letters and digits of a key's id.
    ///
    /// Not AWS's (KEY-2): the id is made from the name, or from the value of a key without a name.
    fn id(&self) -> String {
        const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
        let hash = sha256(self.name.as_bytes());
        hash.as_ref().iter().take(10).map(|byte| char::from(DIGITS[usize::from(byte % 36)])).collect()
    }

    /// Whether `sent` is this key.
    fn matches(&self, sent: &str) -> bool {
        self.value.as_ref().is_some_and(|value| are_equal(value.as_bytes(), sent.as_bytes()))
    }
}

/// Omits the value, and also the name, since the name of a key in `.env` is its value.
impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey").field("is_enabled", &self.is_enabled).finish_non_exhaustive()
    }
}

impl FromIterator<ApiKey> for ApiKeys {
    fn from_iter<T: IntoIterator<Item = ApiKey>>(keys: T) -> Self {
        Self(keys.into_iter().collect())
    }
}

impl ApiKeys {
    /// Adds the keys of `API_ROUTES_API_KEYS`: values with commas between them.
    #[must_use]
    pub fn with_variable(mut self, variable: &str) -> Self {
        let values = variable.split(',').map(str::trim).filter(|value| !value.is_empty());
        self.0.extend(values.map(|value| ApiKey::new(value, Some(value.to_owned()), true)));
        self
    }

    /// Checks the header `x-api-key`: `ApiKeySourceType: HEADER`.
    ///
    /// Undocumented (KEY-3): several such headers. Here they are refused, since no key is a list.
    ///
    /// # Errors
    /// If the header is missing, or its value is not the value of a key.
    pub fn check_header(&self, headers: &HeaderMap) -> Result<PresentedKey, Denial> {
        let values: Vec<_> = headers.get_all(HEADER).iter().collect();
        let sent = match values[..] {
            [] => return Err(self.refusal("the request has no header `x-api-key`")),
            [value] => value.to_str().unwrap_or_default(),
            _ => return Err(self.refusal("the request has several headers `x-api-key`")),
        };
        self.check(sent, "the header `x-api-key`")
    }

    /// Checks the `usageIdentifierKey` of a Lambda authorizer's answer: `ApiKeySourceType: AUTHORIZER`.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html>
    ///
    /// # Errors
    /// If the answer has no key, or its key is not the value of a key.
    pub fn check_usage_identifier(&self, key: Option<&str>) -> Result<PresentedKey, Denial> {
        let key =
            key.ok_or_else(|| self.refusal("the answer of the authorizer has no `usageIdentifierKey`"))?;
        self.check(key, "the `usageIdentifierKey` of the authorizer's answer")
    }

    fn check(&self, sent: &str, place: &str) -> Result<PresentedKey, Denial> {
        // All keys are compared, so that the duration reveals nothing about them.
        let mut found = None;
        for key in &self.0 {
            if key.matches(sent) {
                found = Some(key);
            }
        }
        match found {
            None => Err(self.refusal(&format!("{place} is not the value of a key"))),
            Some(key) if !key.is_enabled => {
                Err(denial(format!("{place} is the key `{}`, which the template disables", key.name)))
            }
            Some(key) => Ok(PresentedKey { id: key.id(), value: sent.to_owned() }),
        }
    }

    /// Builds the denial, whose reason ends with what to do next.
    fn refusal(&self, problem: &str) -> Denial {
        let made_by_aws: Vec<_> =
            self.0.iter().filter(|key| key.value.is_none()).map(|key| format!("`{}`", key.name)).collect();
        let has_values = self.0.len() > made_by_aws.len();
        let next = match (has_values, made_by_aws.is_empty()) {
            (true, _) => "send a key of the template or of `API_ROUTES_API_KEYS`".to_owned(),
            (false, true) => {
                "the project has no API key: write `API_ROUTES_API_KEYS=<key>` into `.env`, and send it as \
                 `x-api-key`"
                    .to_owned()
            }
            (false, false) => format!(
                "the value of {} is made by AWS: write one into `.env` as `API_ROUTES_API_KEYS=<key>`, and send it as \
                 `x-api-key`",
                made_by_aws.join(" and ")
            ),
        };
        denial(format!("{problem}; {next}"))
    }
}

/// Builds a denial. The client gets `{"message":"Forbidden"}`.
fn denial(reason: String) -> Denial {
    Denial::new(DenialKind::InvalidApiKey, reason)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "3gq0aPxFqP8lVwYpZ0kZ3aZz";

    fn keys() -> ApiKeys {
        let keys = [
            ApiKey::new("Mine", Some(KEY.to_owned()), true),
            ApiKey::new("Old", Some("old-key".to_owned()), false),
            ApiKey::new("Made", None, true),
        ];
        keys.into_iter().collect::<ApiKeys>().with_variable(" dev , ,other,")
    }

    fn headers(values: &[&str]) -> HeaderMap {
        values.iter().map(|value| (HEADER.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn key_is_known_by_its_value() {
        for (sent, is_known) in [
            (&[KEY][..], true),
            (&["dev"], true),
            (&["other"], true),
            (&["DEV"], false),
            (&["old-key"], false),
            (&["Made"], false),
            (&["dev,other"], false),
            (&[""], false),
            (&["dev", "dev"], false),
            (&["caf\u{e9}"], false),
            (&[], false),
        ] {
            let checked = keys().check_header(&headers(sent));
            assert_eq!(checked.is_ok(), is_known, "{sent:?}");
            match checked {
                Ok(key) => assert_eq!((key.value.as_str(), key.id.len()), (sent[0], 10)),
                Err(denial) => assert_eq!((denial.kind, denial.message), (DenialKind::InvalidApiKey, None)),
            }
        }
    }

    #[test]
    fn key_of_an_authorizer_is_known_by_its_value() {
        for (key, is_known) in [(Some(KEY), true), (Some("nobody"), false), (Some(""), false), (None, false)]
        {
            assert_eq!(keys().check_usage_identifier(key).is_ok(), is_known, "{key:?}");
        }
    }

    #[test]
    fn id_stays_the_same_and_tells_keys_apart() {
        let id = |key: &str| keys().check_header(&headers(&[key])).unwrap().id;
        assert_eq!(id(KEY), id(KEY));
        assert_ne!(id("dev"), id("other"));
        assert!(id(KEY).bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase()));
    }

    #[test]
    fn refusal_says_how_to_get_in() {
        let made = || ApiKey::new("Made", None, true);
        for (keys, words) in [
            (ApiKeys::default(), "the project has no API key: write `API_ROUTES_API_KEYS=<key>` into `.env`"),
            ([made()].into_iter().collect(), "the value of `Made` is made by AWS: write one into `.env`"),
            (keys(), "send a key of the template or of `API_ROUTES_API_KEYS`"),
        ] {
            let denial = keys.check_header(&HeaderMap::new()).unwrap_err();
            assert!(
                denial.reason.starts_with("the request has no header `x-api-key`; "),
                "{}",
                denial.reason
            );
            assert!(denial.reason.contains(words), "{}", denial.reason);
        }
        let denial = keys().check_header(&headers(&["old-key"])).unwrap_err();
        assert_eq!(denial.reason, "the header `x-api-key` is the key `Old`, which the template disables");
    }

    #[test]
    fn debug_output_has_no_value() {
        let shown = format!("{:?}", keys());
        for value in [KEY, "old-key", "dev"] {
            assert!(!shown.contains(value), "{shown}");
        }
    }

    proptest! {
        #[test]
        fn every_header_is_judged(value in prop::collection::vec(prop_oneof![32..127_u8, 128..=255_u8], 0..20)) {
            let mut headers = HeaderMap::new();
            headers.insert(HEADER, http::HeaderValue::from_bytes(&value).unwrap());
            let is_known = [KEY.as_bytes(), b"dev", b"other"].contains(&value.as_slice());
            prop_assert_eq!(keys().check_header(&headers).is_ok(), is_known);
        }
    }
}
