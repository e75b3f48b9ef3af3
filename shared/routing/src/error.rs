//! The reasons why a folder is not a route.

/// The reasons why a folder, or the text of a route, is not a [`Pattern`](super::Pattern).
///
/// Errors of Next.js have its own words, so that a search for them leads to Next's documentation. Routes that Next.js
/// accepts and API Gateway cannot carry have other words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatternError {
    /// Segments follow `[...slug]` or `[[...slug]]`.
    #[error("Catch-all must be the last part of the URL.")]
    CatchAllNotLast,
    /// `[[id]]`: only a catch-all can be optional.
    #[error("Optional route parameters are not yet supported (\"{0}\").")]
    OptionalParameter(String),
    /// `[[[id]]]`.
    #[error("Segment names may not start or end with extra brackets ('{0}').")]
    ExtraBrackets(String),
    /// `[.id]` or `[..slug]`.
    #[error("Segment names may not start with erroneous periods ('{0}').")]
    ErroneousPeriod(String),
    /// `[…slug]`, with the single character `…` for three periods.
    #[error("Detected a three-dot character ('…') at ('{0}'). Did you mean ('...')?")]
    ThreeDotCharacter(String),
    /// `/[id]/comments/[id]`.
    #[error("You cannot have the same slug name \"{0}\" repeat within a single dynamic path")]
    RepeatedName(String),
    /// `/[post-id]/comments/[postid]`.
    #[error(
        "You cannot have the slug names \"{0}\" and \"{1}\" differ only by non-word symbols within a single dynamic path"
    )]
    NamesDifferBySymbols(String, String),
    /// `[]` or `[...]`. Next.js takes `[]` for a literal, which API Gateway has no way to write.
    #[error("`{0}` names no parameter: write a name between the brackets, as in `[id]`")]
    UnnamedParameter(String),
    /// `[naïve]`: API Gateway would refuse `{naïve}`.
    #[error(
        "API Gateway does not take the parameter name `{0}`: use only letters, digits, `.`, `_`, `:` and `-` of ASCII"
    )]
    UnsupportedName(String),
    /// `v[ver]`: a literal to Next.js that API Gateway cannot write. Only
    /// [`Pattern::deployable`](super::Pattern::deployable) reports it.
    #[error(
        "API Gateway does not take `{0}` in a path: rename the folder, with only letters, digits, `.`, `_`, `:` and `-` of ASCII"
    )]
    UnsupportedLiteral(String),
    /// `api/posts`.
    #[error("the route `{0}` does not begin with a slash: write `/{0}`")]
    NoLeadingSlash(String),
    /// `/api//posts` or `/api/posts/`.
    #[error("the route `{0}` has an empty segment: write one slash between segments and none at the end")]
    EmptySegment(String),
}
