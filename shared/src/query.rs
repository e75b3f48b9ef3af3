//! `req.query`: the parameters of the query string and of the path.

use std::borrow::Cow;
use std::slice;

use serde::de::DeserializeOwned;

use crate::decode;
use crate::form::Form;
use crate::response::Result;

/// The parameters of the query string and the dynamic segments of the path, `req.query` in Next.js.
///
/// A key can occur several times: [`get`](Self::get) returns its first value, and [`get_all`](Self::get_all) all of
/// them. A catch-all segment is such a key. A dynamic segment replaces a query parameter of the same name.
///
/// The query is the same behind every [front door](crate::FrontDoor), with three exceptions. A REST API and a load
/// balancer group the values of a key, so that `a=1&b=2&a=3` has both values of `a` first. A load balancer without
/// multi-value headers sends only the last value of a key. A REST API [splits at a
/// semicolon](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html): write it as
/// `%3B` in a value.
///
/// Keys and values are decoded: `+` and `%20` are spaces. An invalid escape stays as it was sent, and bytes that are
/// not UTF-8 become U+FFFD. An invalid query never fails a request.
///
/// ```
/// use api_routes::test::TestRequest;
/// use api_routes::{ApiRequest, ApiResponse, Result, Route};
///
/// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
///     let query = req.query();
///     res.json((query.get("id"), query.get("tag"), query.get_all("tag").count()))
/// }
///
/// let route = Route::new("/api/posts/[id]", handler);
/// assert_eq!(TestRequest::get("/api/posts/7?id=9&tag=a&tag=b").send(&route).text(), r#"["7","a",2]"#);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pairs: Vec<(String, String)>,
}

impl Query {
    /// Reads a query string. `parameters` are those of the path; a catch-all has a pair for each of its segments.
    pub(crate) fn new(query: &str, parameters: &[(String, String)]) -> Self {
        // A client sends as many keys and segments as it likes, and a route has few names: all of a catch-all's segments
        // stand side by side under one.
        let names = parameters.chunk_by(|(name, _), (next, _)| name == next);
        let mut names: Vec<_> = names.map(|values| (values, false)).collect();
        let mut pairs = Vec::new();
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            match names.iter_mut().find(|(values, _)| values[0].0 == key) {
                None => pairs.push((key.into_owned(), value.into_owned())),
                // A parameter takes the position of the key that it replaces.
                Some((values, placed)) if !*placed => {
                    *placed = true;
                    pairs.extend_from_slice(values);
                }
                Some(_) => {}
            }
        }
        for (values, _) in names.iter().filter(|(_, placed)| !placed) {
            pairs.extend_from_slice(values);
        }
        Self { pairs }
    }

    /// Returns the first value of `key`.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.send(req.query().get("page").unwrap_or("1"))
    /// }
    ///
    /// let route = Route::new("/api/x", handler);
    /// assert_eq!(TestRequest::get("/api/x").send(&route).text(), "1");
    /// assert_eq!(TestRequest::get("/api/x?page=2&page=3").send(&route).text(), "2");
    /// ```
    pub fn get(&self, key: &str) -> Option<&str> {
        self.iter().find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    /// Returns all values of `key`, in their order; none if the key is missing.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     let tags: Vec<_> = req.query().get_all("tag").collect();
    ///     res.json((req.query().get("tag"), tags))
    /// }
    ///
    /// let route = Route::new("/api/x", handler);
    /// assert_eq!(TestRequest::get("/api/x?tag=a&tag=b").send(&route).text(), r#"["a",["a","b"]]"#);
    /// ```
    pub fn get_all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter().filter(move |(name, _)| *name == key).map(|(_, value)| value)
    }

    /// Returns all keys and values, in their order. A repeated key comes once for each of its values.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.json(req.query().iter().collect::<Vec<_>>())
    /// }
    ///
    /// let route = Route::new("/api/posts/[id]", handler);
    /// assert_eq!(TestRequest::get("/api/posts/7?tag=a+b").send(&route).text(), r#"[["tag","a b"],["id","7"]]"#);
    /// ```
    pub fn iter(&self) -> Iter<'_> {
        Iter(self.pairs.iter())
    }

    /// Reads the query as a type of yours: numbers are parsed, and repeated keys fill a `Vec`.
    ///
    /// ```
    /// use api_routes::{ApiRequest, ApiResponse, Result};
    /// use serde::Deserialize;
    ///
    /// #[derive(Deserialize)]
    /// struct Filter {
    ///     page: Option<u32>,
    ///     #[serde(default)]
    ///     tag: Vec<String>,
    /// }
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     let filter: Filter = req.query().parse()?;
    ///     res.json((filter.page, filter.tag))
    /// }
    /// ```
    ///
    /// # Errors
    /// 400 `Invalid query`, with the name of the first field that does not fit, and the reason in the same words as for
    /// [a body](crate::ApiRequest::body).
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T> {
        let pairs = self.iter().map(|(key, value)| (Cow::Borrowed(key), Cow::Borrowed(value)));
        decode::pairs(Form::new(pairs)).map_err(|fault| fault.named("Invalid query"))
    }
}

/// Iterates as [`iter`](Query::iter) does.
impl<'q> IntoIterator for &'q Query {
    type Item = (&'q str, &'q str);
    type IntoIter = Iter<'q>;

    fn into_iter(self) -> Iter<'q> {
        self.iter()
    }
}

/// An iterator over the keys and values of a query: [`Query::iter`].
#[derive(Clone, Debug)]
pub struct Iter<'q>(slice::Iter<'q, (String, String)>);

impl<'q> Iterator for Iter<'q> {
    type Item = (&'q str, &'q str);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::Query;

    fn query(text: &str, parameters: &[(&str, &str)]) -> Vec<(String, String)> {
        let parameters: Vec<_> = parameters.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Query::new(text, &parameters).pairs
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn a_query_is_read_as_next_reads_it() {
        for (text, expected) in [
            ("", &[][..]),
            ("a=1&b=2&a=3", &[("a", "1"), ("b", "2"), ("a", "3")]),
            ("a&b=", &[("a", ""), ("b", "")]),
            ("a=x+y%20z&%C3%A9=%E2%98%83", &[("a", "x y z"), ("é", "☃")]),
            ("a=%zz&b=%FF&c=%", &[("a", "%zz"), ("b", "\u{fffd}"), ("c", "%")]),
            ("a[b]=c;d=e", &[("a[b]", "c;d=e")]),
        ] {
            assert_eq!(query(text, &[]), pairs(expected), "{text}");
        }
    }

    #[test]
    fn dynamic_segment_replaces_query_key_of_its_name() {
        for (text, parameters, expected) in [
            ("id=9&x=1&id=8", &[("id", "7")][..], &[("id", "7"), ("x", "1")][..]),
            ("x=1", &[("id", "7")], &[("x", "1"), ("id", "7")]),
            ("x=1&slug=0", &[("slug", "a"), ("slug", "b")], &[("x", "1"), ("slug", "a"), ("slug", "b")]),
            ("", &[("slug", "a"), ("slug", "b")], &[("slug", "a"), ("slug", "b")]),
            (
                "slug=0&x=1&id=9&slug=1",
                &[("id", "7"), ("slug", "a"), ("slug", "b")],
                &[("slug", "a"), ("slug", "b"), ("x", "1"), ("id", "7")],
            ),
        ] {
            assert_eq!(query(text, parameters), pairs(expected), "{text}");
        }
    }
}
