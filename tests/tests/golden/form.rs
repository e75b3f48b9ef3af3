//! Placeholders for values that differ with each request.

/// A placeholder, the length of its values in bytes, and whether a text has the right form.
type Form = (&'static str, usize, fn(&str) -> bool);

const FORMS: [Form; 8] = [
    ("<uuid>", 36, is_uuid),
    ("<root>", 35, is_root),
    ("<segment>", 16, is_hex),
    ("<request-id-16>", 16, is_request_id),
    ("<clf-time>", 26, is_clf_time),
    ("<epoch-ms>", 13, is_decimal),
    ("<resource-id>", 6, is_short_id),
    ("<deployment-id>", 6, is_short_id),
];

/// Whether `actual` equals `expected`, apart from placeholders.
pub(crate) fn fits(expected: &str, actual: &str) -> bool {
    let first =
        FORMS.iter().filter_map(|form| Some((expected.find(form.0)?, form))).min_by_key(|(at, _)| *at);
    let Some((at, (placeholder, len, has_form))) = first else { return expected == actual };
    let rest = |behind: &str| fits(&expected[at + placeholder.len()..], behind);
    let behind = actual.strip_prefix(&expected[..at]);
    behind
        .and_then(|text| text.split_at_checked(*len))
        .is_some_and(|(text, behind)| has_form(text) && rest(behind))
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_decimal(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_short_id(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase())
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<_> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]) && groups.iter().all(|group| is_hex(group))
}

fn is_root(text: &str) -> bool {
    let groups: Vec<_> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([1, 8, 24])
        && groups[0] == "1"
        && groups.iter().all(|group| is_hex(group))
}

fn is_request_id(text: &str) -> bool {
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    text.strip_suffix('=').is_some_and(|id| id.bytes().all(is_base64))
}

/// `10/Jul/2026:19:19:05 +0000`
fn is_clf_time(text: &str) -> bool {
    let form = b"00/Mmm/0000:00:00:00 +0000";
    text.ends_with(" +0000")
        && text.bytes().zip(form).all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            b'M' => byte.is_ascii_uppercase(),
            b'm' => byte.is_ascii_lowercase(),
            other => byte == *other,
        })
}

#[test]
fn placeholder_accepts_only_its_own_form() {
    for (expected, actual, fit) in [
        ("a", "a", true),
        ("a", "b", false),
        ("<uuid>", "d16a6b55-dea9-4b23-8499-eb85c3d2d904", true),
        ("<uuid>", "d16a6b55-dea9-4b23-8499-eb85c3d2d90", false),
        ("<uuid>", "d16a6b55-dea9-4b23-8499eb85c3d2d904-", false),
        ("Root=<root>", "Root=1-6a5145aa-290a323a5de9a2e0636377d4", true),
        (
            "Root=<root>;Parent=<segment>;a",
            "Root=1-6a5145aa-290a323a5de9a2e0636377d4;Parent=752c273a1dbf0dc3;a",
            true,
        ),
        ("Root=<root>", "Root=2-6a5145aa-290a323a5de9a2e0636377d4", false),
        ("Root=<root>", "Root=1-6a5145aa-290a323a5de9a2e0636377d4;Sampled=0", false),
        ("<request-id-16>", "ATfSmjLgPHcESJw=", true),
        ("<request-id-16>", "ATfSmjLgPHcESJw", false),
        ("<clf-time>", "10/Jul/2026:19:19:05 +0000", true),
        ("<clf-time>", "10/07/2026:19:19:05 +00000", false),
        ("<epoch-ms>", "1783711145766", true),
        ("<epoch-ms>", "1783711145", false),
        ("<resource-id>", "al6gqb", true),
        ("<other>", "al6gqb", false),
    ] {
        assert_eq!(fits(expected, actual), fit, "{expected} {actual}");
    }
}
