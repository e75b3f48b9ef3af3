//! The emulator's own answers to browsers: the page of a function that does not build, and the page of routes. AWS has
//! neither.

pub(super) mod build_error;
pub(super) mod routes;

/// The path of the inspector, to which the pages link.
pub(crate) const INSPECTOR_PATH: &str = "/_emulator";

/// Escapes text for the content of an HTML element, or for an attribute in double quotes.
fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::escape_html;

    #[test]
    fn markup_is_escaped() {
        assert_eq!(escape_html("<a href=\"&\">"), "&lt;a href=&quot;&amp;&quot;&gt;");
    }
}
