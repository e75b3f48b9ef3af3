//! Finds out whether a module exports a handler.

use super::script::Script;

/// Returns whether something looks like a default export: `export default`, `export { a as default }`, `export =`, or
/// `exports` of older modules.
///
/// A helper such as `pages/api/_utils.ts` has no default export. Next.js makes a route of it that answers 500, so a
/// stub would only add a function that nobody wants. If in doubt, the answer is yes.
pub(super) fn is_exported(script: &Script<'_>) -> bool {
    script.positions().any(|at| match script.word(at) {
        Some("exports") => true,
        // `default:` belongs to a `switch`.
        Some("export") => script.is(at + 1, "="),
        Some("default") => !script.is(at + 1, ":"),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_export_is_recognised_by_its_words() {
        for (source, expected) in [
            ("export default function handler(req, res) {}", true),
            ("const a = () => {}\nexport { a as default }", true),
            ("export { default } from '../../lib/handler'", true),
            ("module.exports = (req, res) => {}", true),
            ("exports.default = handler", true),
            ("export = handler", true),
            ("export function helper() {}", false),
            ("switch (a) { default: b() }", false),
            ("// export default", false),
            ("'export default'", false),
            ("", false),
        ] {
            assert_eq!(is_exported(&Script::new(source)), expected, "{source}");
        }
    }
}
