//! Folders that exclude each other.

use std::fmt;

use super::pattern::Pattern;
use super::segment::Segment;

/// Two folders that Next.js refuses together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason} Rename or remove one of `{first}` and `{second}`.")]
#[non_exhaustive]
pub struct Conflict {
    /// The folder that comes first in the list.
    pub first: String,
    /// The folder that comes later.
    pub second: String,
    /// Next.js's reason to refuse them.
    pub reason: Reason,
}

/// The reasons why two routes exclude each other, in Next's words, except for [`SameRoute`](Self::SameRoute).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// `/api/[id]` and `/api/[slug]/comments`.
    DifferentNames {
        /// The route above both segments.
        above: Pattern,
        /// The name in the first folder.
        first: String,
        /// The name in the second folder.
        second: String,
    },
    /// `/api/[...slug]` and `/api/[[...slug]]`.
    TwoCatchAlls {
        /// The route above both segments.
        above: Pattern,
        /// The required catch-all.
        required: Segment,
        /// The optional segment.
        optional: Segment,
    },
    /// `/api/shop` and `/api/shop/[[...slug]]`, which takes `/api/shop` as well.
    SameSpecificity {
        /// The route that the optional catch-all takes as well.
        route: Pattern,
        /// The optional catch-all.
        optional: Segment,
    },
    /// `api/user` and `api/user/index`. Next.js warns, and builds only one of them; here each is a function, and a
    /// route key leads to a single function.
    SameRoute(Pattern),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DifferentNames { first, second, .. } => write!(
                f,
                "You cannot use different slug names for the same dynamic path ('{first}' !== '{second}')."
            ),
            // The grammar and the blank before the bracket are Next's.
            Self::TwoCatchAlls { required, optional, .. } => write!(
                f,
                "You cannot use both an required and optional catch-all route at the same level (\"{required}\" and \"{optional}\" )."
            ),
            Self::SameSpecificity { route, optional } => write!(
                f,
                "You cannot define a route with the same specificity as a optional catch-all route (\"{route}\" and \"{route}{optional}\")."
            ),
            Self::SameRoute(route) => write!(f, "Two folders define the same route (\"{route}\")."),
        }
    }
}

/// Finds every reason for which Next.js would refuse these routes, each given as its folder and its pattern. Each
/// reason is reported once, with the first two folders that have it.
pub fn conflicts<F: AsRef<str>>(routes: &[(F, Pattern)]) -> Vec<Conflict> {
    let mut found: Vec<Conflict> = Vec::new();
    for (at, (second, later)) in routes.iter().enumerate() {
        for (first, earlier) in &routes[..at] {
            if let Some(reason) = reason(earlier, later)
                && !found.iter().any(|conflict| conflict.reason == reason)
            {
                found.push(Conflict { first: first.as_ref().into(), second: second.as_ref().into(), reason });
            }
        }
    }
    found
}

/// Finds the reason at the level where two routes differ, the only level that can set them against each other.
fn reason(first: &Pattern, second: &Pattern) -> Option<Reason> {
    let (one, two) = (first.segments(), second.segments());
    let level = one.iter().zip(two).take_while(|(a, b)| a == b).count();
    let above = || first.above(level);
    match (one.get(level), two.get(level)) {
        (None, None) => Some(Reason::SameRoute(first.clone())),
        (None, Some(optional @ Segment::OptionalCatchAll(_)))
        | (Some(optional @ Segment::OptionalCatchAll(_)), None) => {
            Some(Reason::SameSpecificity { route: above(), optional: optional.clone() })
        }
        (Some(one), Some(two)) => between(one, two, above),
        _ => None,
    }
}

/// Returns Next.js's reason to refuse two segments at one level.
fn between(one: &Segment, two: &Segment, above: impl Fn() -> Pattern) -> Option<Reason> {
    use Segment::{CatchAll, Dynamic, OptionalCatchAll};
    match (one, two) {
        (Dynamic(first), Dynamic(second))
        | (CatchAll(first), CatchAll(second))
        | (OptionalCatchAll(first), OptionalCatchAll(second)) => {
            Some(Reason::DifferentNames { above: above(), first: first.clone(), second: second.clone() })
        }
        (required @ CatchAll(_), optional @ OptionalCatchAll(_))
        | (optional @ OptionalCatchAll(_), required @ CatchAll(_)) => Some(Reason::TwoCatchAlls {
            above: above(),
            required: required.clone(),
            optional: optional.clone(),
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(folders: &[&str]) -> Vec<Conflict> {
        let route = |folder: &&str| ((*folder).to_owned(), Pattern::from_folder(folder).unwrap());
        conflicts(&folders.iter().map(route).collect::<Vec<_>>())
    }

    /// The sentences of Next's own build, each for two folders in either order.
    #[test]
    fn next_refusal_of_two_routes_keeps_its_words() {
        for (first, second, words) in [
            (
                "api/a/[x]",
                "api/a/[y]/b",
                "You cannot use different slug names for the same dynamic path ('x' !== 'y').",
            ),
            (
                "api/a/[...x]",
                "api/a/[...y]/index",
                "You cannot use different slug names for the same dynamic path ('x' !== 'y').",
            ),
            (
                "api/a/[[...x]]",
                "api/a/[[...y]]",
                "You cannot use different slug names for the same dynamic path ('x' !== 'y').",
            ),
            (
                "api/a/[...x]",
                "api/a/[[...x]]",
                "You cannot use both an required and optional catch-all route at the same level (\"[...x]\" and \"[[...x]]\" ).",
            ),
            (
                "api/a/index",
                "api/a/[[...x]]",
                "You cannot define a route with the same specificity as a optional catch-all route (\"/api/a\" and \"/api/a[[...x]]\").",
            ),
            (
                "api/a",
                "api/a/[[...x]]/index",
                "You cannot define a route with the same specificity as a optional catch-all route (\"/api/a\" and \"/api/a[[...x]]\").",
            ),
            (
                "api/[id]",
                "api/[id]/[[...x]]",
                "You cannot define a route with the same specificity as a optional catch-all route (\"/api/[id]\" and \"/api/[id][[...x]]\").",
            ),
            ("api/a", "api/a/index", "Two folders define the same route (\"/api/a\")."),
            ("api/a/[x]", "api/a/[x]/index", "Two folders define the same route (\"/api/a/[x]\")."),
        ] {
            let [conflict] = &found(&[first, second])[..] else { panic!("{first} and {second}") };
            assert_eq!(conflict.reason.to_string(), words);
            assert_eq!((&*conflict.first, &*conflict.second), (first, second));
            let [turned] = &found(&[second, first])[..] else { panic!("{second} and {first}") };
            assert_eq!((&*turned.first, &*turned.second), (second, first));
        }
    }

    #[test]
    fn conflict_names_both_folders() {
        assert_eq!(
            found(&["api/a", "api/b", "api/a/index"])[0].to_string(),
            "Two folders define the same route (\"/api/a\"). Rename or remove one of `api/a` and `api/a/index`."
        );
    }

    #[test]
    fn what_next_accepts_is_no_conflict() {
        let folders = [
            "api/index",
            "api/a",
            "api/a/[x]",
            "api/a/[x]/b",
            "api/a/[...x]",
            "api/b/[y]/c",
            "api/b/[y]/[[...z]]",
            "api/[x]/c",
            "api/[...rest]",
        ];
        assert_eq!(found(&folders), []);
    }

    #[test]
    fn reason_is_told_once_for_all_the_folders_below_it() {
        let folders = ["api/[x]/a", "api/[x]/b", "api/[y]/a", "api/[y]/b", "other/[x]", "other/[y]"];
        let pairs: Vec<_> = found(&folders).into_iter().map(|c| (c.first, c.second)).collect();
        assert_eq!(
            pairs,
            [("api/[x]/a".into(), "api/[y]/a".into()), ("other/[x]".into(), "other/[y]".into())]
        );
    }
}
