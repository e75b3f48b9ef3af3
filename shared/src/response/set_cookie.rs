//! What `res.cookie` takes.

use cookie::{Cookie, CookieBuilder};

/// A cookie to set: `("name", "value")`, a [`Cookie`], or a builder of one.
#[derive(Debug)]
pub struct SetCookie<'c>(pub(super) Cookie<'c>);

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
