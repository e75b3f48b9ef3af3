//! The place of a new entry among existing ones.

/// A place after a key of a mapping, or after a text of a list. Entries for the same place keep their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    First,
    After(String),
    Last,
}

impl Place {
    /// Finds the place among the entries that `rank` ranks: in order if the entries are in order, and otherwise after
    /// them. Without a ranked entry, the place is the end.
    pub(crate) fn among<'a, T: PartialOrd>(
        all: &[&'a str],
        rank: impl Fn(&'a str) -> Option<T>,
        new: &T,
    ) -> Self {
        let ranked: Vec<_> =
            all.iter().enumerate().filter_map(|(at, name)| Some((at, rank(name)?))).collect();
        let is_in_order = ranked.is_sorted_by(|(_, one), (_, other)| one <= other);
        let mut before = ranked.iter().rev();
        let Some((first, _)) = ranked.first() else { return Self::Last };
        match before.find(|(_, rank)| !is_in_order || rank <= new) {
            Some((at, _)) => Self::After(all[*at].to_owned()),
            None => first.checked_sub(1).map_or(Self::First, |at| Self::After(all[at].to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn ordered_entries_stay_in_order() {
        let after = |name: &str| Place::After(name.to_owned());
        for (all, new, expected) in [
            ("Z 1 3", '2', after("1")),
            ("Z 1 3", '4', after("3")),
            ("Z 1 3", '0', after("Z")),
            ("1 Z 3", '0', Place::First),
            ("1 Z 3", '2', after("1")),
            ("3 1 Z", '2', after("1")),
            ("Z", '2', Place::Last),
            ("", '2', Place::Last),
        ] {
            let all: Vec<_> = all.split_whitespace().collect();
            let digit = |name: &str| name.chars().next().filter(char::is_ascii_digit);
            assert_eq!(Place::among(&all, digit, &new), expected, "{all:?} {new}");
        }
    }
}
