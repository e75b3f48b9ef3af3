//! Paths of route keys and of router lines, without the names of their variables.

use std::fmt;

use api_routes_routing::{PathTemplate, RouteKey, TemplateSegment};

use crate::template::Event;

/// A path as it is written, with the requests that it matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PathShape {
    text: String,
    shape: Vec<Segment>,
}

/// A segment without the name of its variable.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Segment {
    Literal(String),
    One,
    All,
}

impl PathShape {
    /// Returns the path of a route key; `None` for `$default`.
    pub(super) fn of_key(key: &RouteKey) -> Option<Self> {
        match key {
            RouteKey::Path { path, .. } => Some(Self::from(path)),
            RouteKey::Default => None,
        }
    }

    /// Returns the path of an event; `None` for `$default` and for a path that API Gateway refuses.
    pub(super) fn of_event(event: &Event) -> Option<Self> {
        event.path().as_ref().map(Self::from)
    }

    /// Reads a path in the syntax of cargo-lambda's router: `/api/docs/{*slug}`.
    pub(super) fn of_router(text: &str) -> Self {
        let inner = |segment: &str| segment.starts_with('{') && segment.ends_with('}');
        let segment = |segment: &str| match segment {
            all if inner(all) && all.starts_with("{*") => Segment::All,
            one if inner(one) => Segment::One,
            literal => Segment::Literal(literal.to_owned()),
        };
        let shape = match text.strip_prefix('/') {
            Some("") => Vec::new(),
            Some(rest) => rest.split('/').map(segment).collect(),
            None => vec![Segment::Literal(text.to_owned())],
        };
        Self { text: text.to_owned(), shape }
    }

    /// Writes a path in the notation of cargo-lambda's router: `{slug+}` becomes `{*slug}`.
    pub(super) fn in_router(path: &PathTemplate) -> Self {
        let segment = |segment| match segment {
            TemplateSegment::Greedy(name) => format!("/{{*{name}}}"),
            other => format!("/{other}"),
        };
        let text: String = path.segments().map(segment).collect();
        Self { text: if text.is_empty() { "/".to_owned() } else { text }, shape: Self::from(path).shape }
    }

    pub(super) fn shape(&self) -> &[Segment] {
        &self.shape
    }

    /// Whether both match the same requests.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.shape == other.shape
    }

    /// Whether this path matches every request that `other` matches.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let (mut ours, mut theirs) = (self.shape.iter(), other.shape.iter());
        loop {
            match (ours.next(), theirs.next()) {
                (None, None) | (Some(Segment::All), Some(_)) => return true,
                (Some(Segment::One), Some(Segment::One | Segment::Literal(_))) => {}
                (Some(one), Some(other)) if one == other => {}
                _ => return false,
            }
        }
    }

    fn is_greedy(&self) -> bool {
        self.shape.last() == Some(&Segment::All)
    }

    fn ends_in_variable(&self) -> bool {
        matches!(self.shape.last(), Some(Segment::All | Segment::One))
    }

    /// Whether both are the paths of an optional catch-all: `/api/shop` and `/api/shop/{slug+}`.
    fn is_below(&self, bare: &Self) -> bool {
        self.is_greedy() && self.shape[..self.shape.len() - 1] == bare.shape
    }
}

impl From<&PathTemplate> for PathShape {
    fn from(path: &PathTemplate) -> Self {
        let segment = |segment| match segment {
            TemplateSegment::Literal(text) => Segment::Literal(text.to_owned()),
            TemplateSegment::Parameter(_) => Segment::One,
            TemplateSegment::Greedy(_) => Segment::All,
        };
        Self { text: path.to_string(), shape: path.segments().map(segment).collect() }
    }
}

impl fmt::Display for PathShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The effects of a renamed folder on its former paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Moves {
    /// Each former path with its replacement.
    pub(super) moved: Vec<(PathShape, PathShape)>,
    /// A former path that has no successor: the bare path or the rest of an optional catch-all.
    pub(super) superseded: Vec<PathShape>,
}

impl Moves {
    /// Pairs paths in `own` with paths in `strays`. A path in `own` does not lead to the folder's function yet; a stray
    /// path does, and no folder has it. If the strays belong to several routes, `evidence` decides: the paths of the
    /// function in another file. If the evidence does not decide either, nothing moves.
    pub(super) fn find(own: &[PathShape], strays: &[PathShape], evidence: &[PathShape]) -> Self {
        let routes = routes(strays);
        let is_known = |route: &&Vec<&PathShape>| {
            route.iter().all(|path| evidence.iter().any(|known| known.is_like(path)))
        };
        let known: Vec<_> = routes.iter().filter(is_known).collect();
        match (&routes[..], &known[..]) {
            ([route], _) => Self::between(route, own),
            (_, [route]) => Self::between(route, own),
            _ => Self::default(),
        }
    }

    fn between(former: &[&PathShape], own: &[PathShape]) -> Self {
        let mut moves = Self::default();
        let is_one_of_several =
            |path: &PathShape| if former.len() > 1 { path.is_greedy() } else { path.ends_in_variable() };
        for path in former {
            let successor = match own {
                [bare, rest] => Some(if is_one_of_several(path) { rest } else { bare }),
                [only] if former.len() > 1 => Some(only).filter(|only| only.is_greedy() == path.is_greedy()),
                [only] => Some(only),
                _ => None,
            };
            match successor {
                Some(successor) => moves.moved.push(((*path).clone(), successor.clone())),
                None => moves.superseded.push((*path).clone()),
            }
        }
        moves
    }

    /// Returns the successor of a path.
    pub(super) fn successor(&self, path: &PathShape) -> Option<&PathShape> {
        self.moved.iter().find(|(from, _)| from.text == path.text).map(|(_, to)| to)
    }

    pub(super) fn is_superseded(&self, path: &PathShape) -> bool {
        self.superseded.iter().any(|superseded| superseded.text == path.text)
    }

    pub(super) fn reaches(&self, path: &PathShape) -> bool {
        self.moved.iter().any(|(_, to)| to == path)
    }
}

/// Groups paths by route: the two paths of an optional catch-all are one route.
fn routes(paths: &[PathShape]) -> Vec<Vec<&PathShape>> {
    let mut routes: Vec<Vec<&PathShape>> = Vec::new();
    for path in paths.iter().filter(|path| !paths.iter().any(|bare| path.is_below(bare))) {
        let rest = paths.iter().filter(|rest| rest.is_below(path));
        routes.push(std::iter::once(path).chain(rest).collect());
    }
    routes
}

#[cfg(test)]
mod tests {
    use api_routes_routing::PathTemplate;

    use super::{Moves, PathShape};

    fn paths(text: &str) -> Vec<PathShape> {
        text.split_whitespace().map(|path| PathShape::from(&path.parse::<PathTemplate>().unwrap())).collect()
    }

    fn shown(Moves { moved, superseded }: &Moves) -> String {
        let moved = moved.iter().map(|(from, to)| format!("{from}>{to}"));
        let superseded = superseded.iter().map(|path| format!("{path}>"));
        moved.chain(superseded).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn former_paths_are_paired_with_those_of_the_folder() {
        for (own, strays, evidence, expected) in [
            ("/b", "/a", "", "/a>/b"),
            ("/b", "/a /people", "", ""),
            ("/b", "/a /people", "/a", "/a>/b"),
            ("/b", "/a /people", "/a /people", ""),
            ("/b", "", "/a", ""),
            ("/s /s/{x+}", "/o /o/{y+}", "", "/o>/s /o/{y+}>/s/{x+}"),
            ("/s /s/{x+}", "/o/{y+} /o /people", "/people /o /o/{z+}", ""),
            ("/s /s/{x+}", "/o/{y+} /o /people", "/o /o/{z+}", "/o>/s /o/{y+}>/s/{x+}"),
            ("/s /s/{x+}", "/o", "", "/o>/s"),
            ("/s /s/{x+}", "/o/{y+}", "", "/o/{y+}>/s/{x+}"),
            ("/s /s/{x+}", "/s/{id}", "", "/s/{id}>/s/{x+}"),
            ("/s", "/o /o/{y+}", "", "/o>/s /o/{y+}>"),
            ("/s/{x+}", "/o /o/{y+}", "", "/o/{y+}>/s/{x+} /o>"),
            ("/s/{x+}", "/o/{id}", "", "/o/{id}>/s/{x+}"),
        ] {
            let moves = Moves::find(&paths(own), &paths(strays), &paths(evidence));
            assert_eq!(shown(&moves), expected, "{own} | {strays} | {evidence}");
        }
    }

    #[test]
    fn path_covers_what_its_variables_match() {
        for (one, other, expected) in [
            ("/a", "/a", true),
            ("/a/{id}", "/a/b", true),
            ("/a/{id}", "/a/{post}", true),
            ("/a/{id}", "/a/b/c", false),
            ("/a/{x+}", "/a/b/{id}", true),
            ("/a/{x+}", "/a/{y+}", true),
            ("/a/{id}", "/a/{y+}", false),
            ("/a/{x+}", "/a", false),
            ("/a/b", "/a/{id}", false),
            ("/", "/", true),
            ("/", "/a", false),
        ] {
            let [one, other] = [one, other].map(|path| paths(path).remove(0));
            assert_eq!(one.covers(&other), expected, "{one} {other}");
        }
    }

    #[test]
    fn router_has_a_notation_of_its_own() {
        for (key, router) in [("/", "/"), ("/a/{id}", "/a/{id}"), ("/a/{slug+}", "/a/{*slug}"), ("/a", "/a")]
        {
            let path = PathShape::in_router(&key.parse().unwrap());
            assert_eq!(path.to_string(), router);
            assert_eq!(path.shape(), PathShape::of_router(router).shape());
            assert!(path.is_like(&paths(key)[0]));
        }
    }
}
