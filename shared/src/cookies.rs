//! `req.cookies`: the cookies that the client sent.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::iter::Map;
use std::slice;

use http::HeaderMap;
use http::header::COOKIE;
use percent_encoding::percent_decode_str;
use serde::{Serialize, Serializer};

use crate::ows::trimmed;

/// The cookies of a request, `req.cookies` in Next.js.
///
/// Values are percent-decoded; a value that cannot be decoded stays as it was sent. If several cookies have one name,
/// the first counts. A part without `=` is skipped. Around names and values, only spaces and tabs are removed.
///
/// ```
/// use api_routes::test::TestRequest;
/// use api_routes::{ApiRequest, ApiResponse, Result, Route};
///
/// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
///     res.json((req.cookies().get("theme"), req.cookies().get("absent")))
/// }
///
/// let route = Route::new("/api/x", handler);
/// assert_eq!(TestRequest::get("/api/x").cookie("theme", "dark%20blue").send(&route).text(), r#"["dark blue",null]"#);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cookies {
    pairs: Vec<(String, String)>,
}

impl Cookies {
    pub(crate) fn new(headers: &HeaderMap) -> Self {
        let mut cookies = Self::default();
        for header in headers.get_all(&COOKIE) {
            for pair in String::from_utf8_lossy(header.as_bytes()).split(';') {
                cookies.read(pair);
            }
        }
        cookies
    }

    fn read(&mut self, pair: &str) {
        let Some((name, value)) = pair.split_once('=') else { return };
        self.pairs.push((trimmed(name).to_owned(), decoded(unquoted(trimmed(value))).into_owned()));
    }

    /// Returns the value of the cookie `name`.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.send(req.cookies().get("theme").unwrap_or("light"))
    /// }
    ///
    /// let route = Route::new("/api/x", handler);
    /// assert_eq!(TestRequest::get("/api/x").send(&route).text(), "light");
    /// assert_eq!(TestRequest::get("/api/x").cookie("theme", "dark").cookie("theme", "blue").send(&route).text(), "dark");
    /// ```
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns all cookies, in the order in which the client sent them.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.json(req.cookies().iter().collect::<Vec<_>>())
    /// }
    ///
    /// let route = Route::new("/api/x", handler);
    /// let answer = TestRequest::get("/api/x").cookie("a", "1").cookie("b", "x%20y").send(&route);
    /// assert_eq!(answer.text(), r#"[["a","1"],["b","x y"]]"#);
    /// ```
    pub fn iter(&self) -> Iter<'_> {
        let borrowed: fn(&(String, String)) -> (&str, &str) = |(name, value)| (name, value);
        Iter(FirstOfEach::new(self.pairs.iter().map(borrowed)))
    }
}

/// Iterates as [`iter`](Cookies::iter) does.
impl<'c> IntoIterator for &'c Cookies {
    type Item = (&'c str, &'c str);
    type IntoIter = Iter<'c>;

    fn into_iter(self) -> Iter<'c> {
        self.iter()
    }
}

/// Serializes the cookies as an object of strings, as `req.cookies` in Next.js is.
///
/// ```
/// use api_routes::test::TestRequest;
/// use api_routes::{ApiRequest, ApiResponse, Result, Route};
///
/// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
///     res.json(req.cookies())
/// }
///
/// let route = Route::new("/api/x", handler);
/// let answer = TestRequest::get("/api/x").cookie("b", "x%20y").cookie("a", "1").cookie("b", "2").send(&route);
/// assert_eq!(answer.text(), r#"{"b":"x y","a":"1"}"#);
/// ```
impl Serialize for Cookies {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

/// An iterator over the cookies of a request, each name once: [`Cookies::iter`].
#[derive(Clone, Debug)]
pub struct Iter<'c>(FirstOfEach<&'c str, Borrowed<'c>>);

type Borrowed<'c> = Map<slice::Iter<'c, (String, String)>, fn(&'c (String, String)) -> (&'c str, &'c str)>;

impl<'c> Iterator for Iter<'c> {
    type Item = (&'c str, &'c str);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}

/// The pairs whose key no earlier pair has. Keys are remembered while the iterator advances, so that reading one cookie
/// does not require comparing ten thousand.
#[derive(Clone, Debug)]
struct FirstOfEach<K, I> {
    pairs: I,
    seen: BTreeSet<K>,
}

impl<K: Ord + Copy, V, I: Iterator<Item = (K, V)>> FirstOfEach<K, I> {
    fn new(pairs: I) -> Self {
        Self { pairs, seen: BTreeSet::new() }
    }
}

impl<K: Ord + Copy, V, I: Iterator<Item = (K, V)>> Iterator for FirstOfEach<K, I> {
    type Item = (K, V);

    fn next(&mut self) -> Option<(K, V)> {
        let seen = &mut self.seen;
        self.pairs.find(|(key, _)| seen.insert(*key))
    }
}

/// Removes the quotes around a value. Next.js removes the first and last character of a value that begins with a quote,
/// even if the quote is not closed; here, only a closed pair counts.
fn unquoted(value: &str) -> &str {
    value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value)
}

fn decoded(value: &str) -> Cow<'_, str> {
    percent_decode_str(value).decode_utf8().unwrap_or(Cow::Borrowed(value))
}

#[cfg(test)]
mod tests {
    use super::{Cookies, FirstOfEach};
    use http::{HeaderMap, HeaderValue};
    use std::cell::Cell;
    use std::cmp::Ordering;

    fn cookies(headers: &[&'static str]) -> Vec<(String, String)> {
        let mut map = HeaderMap::new();
        for header in headers {
            map.append("cookie", HeaderValue::from_static(header));
        }
        let cookies = Cookies::new(&map);
        cookies.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    #[test]
    fn cookies_are_read_as_next_reads_them() {
        type Case<'a> = (&'a [&'static str], &'a [(&'a str, &'a str)]);
        let cases: &[Case<'_>] = &[
            (&[], &[]),
            (&["a=1; b=2"], &[("a", "1"), ("b", "2")]),
            (&["a=1", "b=2"], &[("a", "1"), ("b", "2")]),
            (&["a=1; a=2"], &[("a", "1")]),
            (&["a=1; b=2", "b=3; a=4; c=5"], &[("a", "1"), ("b", "2"), ("c", "5")]),
            (&["a=x=y"], &[("a", "x=y")]),
            (&["a=%20%C3%A9; b=%zz; c=%FF"], &[("a", " é"), ("b", "%zz"), ("c", "%FF")]),
            (&["lonely; =empty; a = 1 ;;"], &[("", "empty"), ("a", "1")]),
            (&[r#"a="q"; b="open"#], &[("a", "q"), ("b", r#""open"#)]),
            (&[r#"a="x, y"; b=1,c=2; d=""#], &[("a", "x, y"), ("b", "1,c=2"), ("d", "\"")]),
            (&[" \t a\t=\t1 \t; b=\t2"], &[("a", "1"), ("b", "2")]),
        ];
        for (headers, expected) in cases {
            let expected: Vec<_> = expected.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
            assert_eq!(cookies(headers), expected, "{headers:?}");
        }
    }

    /// A page of a sister domain may set a cookie whose name begins with such a space. A browser refuses it the name
    /// `__Host-session`, and no reader may give it that name:
    /// <https://www.rfc-editor.org/rfc/rfc6265#section-5.2> names space and tab alone.
    #[test]
    fn unicode_space_is_part_of_the_name_and_value() {
        for space in ["\u{a0}", "\u{85}", "\u{1680}", "\u{2000}", "\u{2028}", "\u{3000}", "\u{feff}"] {
            let header = format!("{space}__Host-session{space}={space}evil{space}; __Host-session=good");
            let mut headers = HeaderMap::new();
            headers.append("cookie", HeaderValue::try_from(header).unwrap());
            let cookies = Cookies::new(&headers);
            assert_eq!(cookies.get("__Host-session"), Some("good"), "{space:?}");
            let evil = (format!("{space}__Host-session{space}"), format!("{space}evil{space}"));
            assert_eq!(cookies.iter().next(), Some((evil.0.as_str(), evil.1.as_str())));
        }
    }

    /// Counts comparisons of names, since a time would depend on the machine.
    #[derive(Clone, Copy)]
    struct Counted<'c>(usize, &'c Cell<usize>);

    impl Ord for Counted<'_> {
        fn cmp(&self, other: &Self) -> Ordering {
            self.1.set(self.1.get() + 1);
            self.0.cmp(&other.0)
        }
    }

    impl PartialOrd for Counted<'_> {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }

    impl PartialEq for Counted<'_> {
        fn eq(&self, other: &Self) -> bool {
            self.cmp(other).is_eq()
        }
    }

    impl Eq for Counted<'_> {}

    #[test]
    fn ten_thousand_cookies_take_few_comparisons_each() {
        let (count, compared) = (10_000, Cell::new(0));
        let names = (0..count).map(|at| (Counted(at * 7919 % count, &compared), ()));
        assert_eq!(FirstOfEach::new(names.clone().chain(names)).count(), count);
        assert!(compared.get() < 2 * count * 64, "{} comparisons", compared.get());
    }
}
