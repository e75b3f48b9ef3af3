//! What `res.cookie` takes.

use cookie::{Cookie, CookieBuilder};

/// A cookie to set: `("name", "value")`, a [`Cookie`], or a builder of one.
///
/// ```
/// use api_routes::{ApiResponse, Cookie};
///
/// let session = Cookie::build(("session", "s3cret")).path("/").http_only(true);
/// let response = ApiResponse::new().cookie(("theme", "dark")).cookie(session).end().unwrap();
/// let lines: Vec<_> = response.headers().get_all("set-cookie").iter().collect();
/// assert_eq!(lines, ["theme=dark", "session=s3cret; HttpOnly; Path=/"]);
/// ```
#[derive(Debug)]
pub struct SetCookie<'c>(Cookie<'c>);

impl SetCookie<'_> {
    /// The value of `Set-Cookie`.
    pub(crate) fn line(&self) -> String {
        self.0.encoded().to_string()
    }
}

impl<'c> From<(&'c str, &'c str)> for SetCookie<'c> {
    fn from(pair: (&'c str, &'c str)) -> Self {
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
