//! The path of a route, computed at compile time from the folder of its crate.

/// Makes a [`Route`](crate::Route) from a handler, at the path of the crate's folder: `functions/api/posts/[id]`
/// becomes `/api/posts/[id]`.
///
/// ```text
/// fn route() -> Route {
///     route!(handler)
/// }
/// ```
#[macro_export]
macro_rules! route {
    ($handler:expr) => {{
        // A constant of its own: a slice of `CARGO_MANIFEST_DIR` would keep the whole path of the build machine
        // in the binary.
        const LENGTH: usize = $crate::folder::route_of(env!("CARGO_MANIFEST_DIR")).len();
        const ROUTE: [u8; LENGTH] =
            $crate::folder::copied($crate::folder::route_of(env!("CARGO_MANIFEST_DIR")));
        $crate::Route::new($crate::folder::text(&ROUTE), $handler)
    }};
}

/// The folder before a route in the path of its crate.
const FUNCTIONS: &[u8] = b"/functions";
const API: &[u8] = b"/functions/api";
const INDEX: &[u8] = b"/index";

/// Returns `/api/posts/[id]` for `…/functions/api/posts/[id]`.
///
/// # Panics
/// At compile time, if the crate is not below a folder `functions/api`.
pub const fn route_of(manifest_dir: &str) -> &[u8] {
    let path = manifest_dir.as_bytes();
    let mut start = path.len();
    while start > 0 {
        start -= 1;
        let (_, rest) = path.split_at(start);
        if starts_with(rest, API) && (rest.len() == API.len() || rest[API.len()] == b'/') {
            let (_, route) = rest.split_at(FUNCTIONS.len());
            return without_index(route);
        }
    }
    panic!(
        "`route!` needs a crate below `functions/api`: move the crate there, or write `Route::new(\"/api/…\", handler)`"
    )
}

/// Removes a last segment `index`, which names the folder around it.
const fn without_index(route: &[u8]) -> &[u8] {
    if route.len() > INDEX.len() {
        let (folder, last) = route.split_at(route.len() - INDEX.len());
        if starts_with(last, INDEX) {
            return folder;
        }
    }
    route
}

const fn starts_with(text: &[u8], prefix: &[u8]) -> bool {
    if text.len() < prefix.len() {
        return false;
    }
    let mut at = 0;
    while at < prefix.len() {
        if text[at] != prefix[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Copies the bytes into an array of their own.
pub const fn copied<const LENGTH: usize>(text: &[u8]) -> [u8; LENGTH] {
    let mut copy = [0; LENGTH];
    let mut at = 0;
    while at < LENGTH {
        copy[at] = text[at];
        at += 1;
    }
    copy
}

/// Returns the bytes as text.
///
/// # Panics
/// Never: a path is cut only at `/`.
pub fn text(route: &[u8]) -> &str {
    std::str::from_utf8(route).unwrap_or_else(|_| panic!("a route is text"))
}

#[cfg(test)]
mod tests {
    use super::{copied, route_of};

    #[test]
    fn a_crate_below_functions_knows_its_route() {
        let cases = [
            ("/projects/ann/shop/functions/api/user", "/api/user"),
            ("/projects/ann/shop/functions/api/posts/[id]", "/api/posts/[id]"),
            ("/projects/ann/shop/functions/api/index", "/api"),
            ("/projects/ann/shop/functions/api/posts/[id]/index", "/api/posts/[id]"),
            ("/projects/ann/shop/functions/api/shop/[[...slug]]/index", "/api/shop/[[...slug]]"),
            ("/projects/ann/shop/functions/api", "/api"),
            ("/functions/api/shop/functions/api/a/index", "/api/a"),
            ("/shop/functions/api/apis", "/api/apis"),
        ];
        for (folder, route) in cases {
            assert_eq!(std::str::from_utf8(route_of(folder)), Ok(route), "{folder}");
        }
    }

    #[test]
    fn copy_has_the_bytes_of_its_route() {
        assert_eq!(&copied::<4>(b"/api"), b"/api");
    }

    #[test]
    #[should_panic = "below `functions/api`"]
    fn crate_elsewhere_panics_with_the_next_step() {
        route_of("/projects/ann/shop/functions/apis/user");
    }
}
