//! Which files below `pages/api` are routes, judged by their names.
//!
//! Next.js judges by the extension alone: `posts.test.ts` is the route `/api/posts.test`, and `.eslintrc.js`
//! is a route as well. Nobody deploys those on purpose. A project that keeps tests beside its routes sets
//! `pageExtensions`; without that setting, each test would become a function with a public URL. So tests and
//! hidden files are refused, with a hint to rename them. Everything else is as in Next.js:
//! - `pageExtensions` has the default `['tsx', 'ts', 'jsx', 'js']`, without `mjs` and `cjs`:
//!   <https://nextjs.org/docs/pages/api-reference/config/next-config-js/pageExtensions>.
//! - `.d.ts` is left out, in `createPagesMapping` of
//!   <https://github.com/vercel/next.js/blob/canary/packages/next/src/build/entries.ts>.
//! - `_name.ts` is a route, except for `_middleware.ts`, which fails the build ("Nested Middleware is not
//!   allowed").

use std::path::Path;

use super::refused::RefusalReason;

/// The endings of files that are pages, as Next.js has them by default.
pub(super) const EXTENSIONS: [&str; 4] = [".tsx", ".ts", ".jsx", ".js"];

/// Returns the name of a route's file without its ending: `[id]` for `[id].ts`.
pub(super) fn page_name(file: &str) -> Result<&str, RefusalReason> {
    if file.starts_with('.') {
        return Err(RefusalReason::Hidden);
    }
    if file.ends_with(".d.ts") {
        return Err(RefusalReason::Declarations);
    }
    let ended = EXTENSIONS.iter().find_map(|extension| file.strip_suffix(extension));
    // Next.js removes all dots before the extension: `posts..ts` is `/api/posts`.
    let name = ended.ok_or(RefusalReason::NotAPage)?.trim_end_matches('.');
    match name {
        "_middleware" => Err(RefusalReason::Middleware),
        _ if is_test(name) => Err(RefusalReason::Test),
        _ => Ok(name),
    }
}

/// `posts.test`, `posts.spec`.
fn is_test(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|kind| kind == "test" || kind == "spec")
}

/// Returns the reason why a folder holds no routes, if it holds none.
pub(super) fn folder_without_routes(name: &str) -> Option<RefusalReason> {
    match name {
        "node_modules" => Some(RefusalReason::Packages),
        "__tests__" | "__mocks__" | "__snapshots__" => Some(RefusalReason::Test),
        _ => name.starts_with('.').then_some(RefusalReason::Hidden),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_loses_its_ending() {
        for (file, name) in [
            ("posts.ts", "posts"),
            ("posts.tsx", "posts"),
            ("posts.js", "posts"),
            ("[...slug].jsx", "[...slug]"),
            ("posts..ts", "posts"),
            ("data.json.js", "data.json"),
            ("_utils.ts", "_utils"),
            ("middleware.ts", "middleware"),
            ("test.ts", "test"),
            ("latest.ts", "latest"),
            ("d.ts", "d"),
        ] {
            assert_eq!(page_name(file).unwrap(), name, "{file}");
        }
    }

    #[test]
    fn other_files_are_refused_with_the_reason() {
        use RefusalReason as R;
        for (file, reason) in [
            ("data.json", R::NotAPage),
            ("posts.mjs", R::NotAPage),
            ("posts.cts", R::NotAPage),
            ("posts.TS", R::NotAPage),
            ("ts", R::NotAPage),
            ("posts.d.ts", R::Declarations),
            ("posts.test.ts", R::Test),
            ("[id].spec.jsx", R::Test),
            (".posts.ts", R::Hidden),
            (".ts", R::Hidden),
            ("_middleware.js", R::Middleware),
        ] {
            assert_eq!(page_name(file).unwrap_err().to_string(), reason.to_string(), "{file}");
        }
    }
}
