//! What may differ in the answers to a request, since it is made up anew each time.

use http::HeaderName;
use regex_lite::Regex;

use super::pointer::PointerPattern;

/// What stands in the place of what is ignored.
pub(crate) const IGNORED: &str = "<ignored>";

/// What may differ.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ignore {
    /// Headers, whatever they say and whether they are there at all.
    pub(crate) headers: Vec<HeaderName>,
    /// Names of cookies whose value and `Expires` may differ, not their other attributes.
    pub(crate) cookies: Vec<String>,
    /// Members of a JSON body.
    pub(crate) json: Vec<PointerPattern>,
    /// Parts of a body that is text.
    pub(crate) text: Vec<Regex>,
}

impl Ignore {
    /// What may differ here or there.
    pub(crate) fn and(mut self, other: &Self) -> Self {
        self.headers.extend_from_slice(&other.headers);
        self.cookies.extend_from_slice(&other.cookies);
        self.json.extend_from_slice(&other.json);
        self.text.extend_from_slice(&other.text);
        self
    }
}
