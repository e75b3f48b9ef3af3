//! `req.cookies`: the cookies that the client sent.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::COOKIE;
use percent_encoding::percent_decode_str;

/// The cookies of a request, as Next's `req.cookies`.
///
/// Values are percent-decoded, or left as they were sent if they cannot be. Of cookies with one name the
/// first counts. A part without `=` is skipped.
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
        for header in headers.get_all(COOKIE) {
            for pair in String::from_utf8_lossy(header.as_bytes()).split(';') {
                cookies.read(pair);
            }
        }
        cookies
    }

    fn read(&mut self, pair: &str) {
        let Some((name, value)) = pair.split_once('=') else { return };
        self.pairs.push((name.trim().to_owned(), decoded(unquoted(value.trim())).into_owned()));
    }

    /// The value of the cookie `name`.
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

    /// All cookies, in the order in which they were sent.
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
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        // Looked for here: who asks for one cookie need not wait until ten thousand are told apart.
        let is_first = |at: usize, name: &String| !self.pairs.iter().take(at).any(|(other, _)| other == name);
        let pairs = self.pairs.iter().enumerate().filter(move |(at, (name, _))| is_first(*at, name));
        pairs.map(|(_, (name, value))| (name.as_str(), value.as_str()))
    }
}

/// Next cuts the first and last character of a value that begins with a quote, closed or not; only a
/// closed pair is quoting.
fn unquoted(value: &str) -> &str {
    value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value)
}

fn decoded(value: &str) -> Cow<'_, str> {
    percent_decode_str(value).decode_utf8().unwrap_or(Cow::Borrowed(value))
}

#[cfg(test)]
mod tests {
    use super::Cookies;
    use http::{HeaderMap, HeaderValue};

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
        ];
        for (headers, expected) in cases {
            let expected: Vec<_> = expected.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
            assert_eq!(cookies(headers), expected, "{headers:?}");
        }
    }
}
