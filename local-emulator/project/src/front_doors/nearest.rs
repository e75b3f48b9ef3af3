//! Names with a similar spelling.

/// The maximum number of proposed names.
const MOST: usize = 3;

/// Returns the names that `typed` may stand for, the nearest first: names with at most a fourth of their letters wrong,
/// then names that contain `typed`.
pub(super) fn nearest<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let typed = typed.to_lowercase();
    if typed.is_empty() {
        return Vec::new();
    }
    let near = |name: &'a str| {
        let lower = name.to_lowercase();
        let wrong = distance(&typed, &lower);
        let is_near = wrong <= lower.chars().count() / 4;
        let is_part = lower.contains(&typed);
        (is_near || is_part).then_some((!is_near, wrong, name))
    };
    let mut near: Vec<_> = names.filter_map(near).collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(MOST).map(|(.., name)| name.to_owned()).collect()
}

/// Returns the number of letters to insert, remove or replace between two texts (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    // The distance from the letters of `one` so far to each beginning of `other`.
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (above, letter) in one.chars().enumerate() {
        let mut diagonal = above;
        row[0] = above + 1;
        for (at, wanted) in other.chars().enumerate() {
            let replaced = diagonal + usize::from(letter != wanted);
            diagonal = row[at + 1];
            row[at + 1] = replaced.min(diagonal + 1).min(row[at] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn distance_counts_changed_letters() {
        for (one, other, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
            ("flaw", "lawn", 2),
            ("é", "e", 1),
        ] {
            assert_eq!(distance(one, other), expected, "{one} {other}");
            assert_eq!(distance(other, one), expected, "{other} {one}");
        }
    }

    #[test]
    fn nearest_names_are_few_and_in_order() {
        let names = ["/api/user", "/api/users", "api-user", "UserFunction", "UsersFunction"];
        assert_eq!(nearest("/api/usr", names.into_iter()), ["/api/user", "/api/users"]);
        assert_eq!(nearest("USER", names.into_iter()), ["api-user", "/api/user", "/api/users"]);
    }
}
