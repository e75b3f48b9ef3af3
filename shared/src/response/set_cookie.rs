//! The argument of `res.cookie`.

use std::borrow::Cow;

use cookie::{Cookie, CookieBuilder};

use super::mistake::Mistake;

/// A cookie to set: a pair `("name", "value")`, a [`Cookie`], or the builder of a cookie.
///
/// The name and the value of a pair are any text, borrowed or owned:
///
/// ```
/// use api_routes::{ApiResponse, Cookie};
///
/// let session = Cookie::build(("session", "s3cret")).path("/").http_only(true);
/// let visits = ("visits", format!("{}", 7));
/// let response = ApiResponse::new().cookie(("theme", "dark")).cookie(visits).cookie(session).end().unwrap();
/// let lines: Vec<_> = response.headers().get_all("set-cookie").iter().collect();
/// assert_eq!(lines, ["theme=dark", "visits=7", "session=s3cret; HttpOnly; Path=/"]);
/// ```
#[derive(Debug)]
pub struct SetCookie<'c>(Cookie<'c>);

impl<'c, N: Into<Cow<'c, str>>, V: Into<Cow<'c, str>>> From<(N, V)> for SetCookie<'c> {
    fn from(pair: (N, V)) -> Self {
        Self(pair.into())
    }
}

impl<'c> From<Cookie<'c>> for SetCookie<'c> {
    fn from(cookie: Cookie<'c>) -> Self {
        Self(cookie)
    }
}

impl<'c> From<CookieBuilder<'c>> for SetCookie<'c> {
    fn from(builder: CookieBuilder<'c>) -> Self {
        Self(builder.build())
    }
}

impl SetCookie<'_> {
    /// Returns the line of the `Set-Cookie` header.
    ///
    /// # Errors
    /// If an attribute would begin another one. The `cookie` crate encodes the name and the value, and writes numbers
    /// and dates itself, but passes on `Path` and `Domain` as they are.
    pub(super) fn line(&self) -> Result<String, Mistake> {
        for (attribute, value) in [("Path", self.0.path()), ("Domain", self.0.domain())] {
            // <https://www.rfc-editor.org/rfc/rfc6265#section-4.1.1>: "any CHAR except CTLs or ";"".
            if value.is_some_and(|value| value.contains(|c: char| c == ';' || c.is_control())) {
                return Err(Mistake::Cookie { cookie: self.0.name().to_owned(), attribute });
            }
        }
        Ok(self.0.encoded().to_string())
    }
}
