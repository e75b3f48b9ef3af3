//! Finds calls on the response, and uses of Next's page renderer.

use super::request_uses::REQUEST;
use super::script::Script;
use super::to_do::ToDoList;

const RENDERER: &str = "not available, since it needs Next's page renderer";
const DRAFTS: &str = "keep this route in Next.js, or set a signed cookie of your own";

/// Finds `res.redirect`, `res.writeHead`, and uses of Next's page renderer.
pub(super) fn find(script: &Script<'_>, to_do: &mut ToDoList) {
    for at in script.positions().filter(|at| script.is_member(*at)) {
        let Some(name) = script.word(at) else { continue };
        let advice = if script.is(at + 1, "(") { called(name) } else { read(script, at, name) };
        if let Some(advice) = advice {
            to_do.add(script.line(at), format!("`{name}`: {advice}"));
        }
    }
}

fn called(name: &str) -> Option<String> {
    let advice = match name {
        "redirect" => "`res.redirect(\"/path\")` answers 307, unless `status` sets another".to_owned(),
        "revalidate" | "unstable_revalidate" => {
            format!("{RENDERER}; keep a route in Next.js that revalidates, and call it from here")
        }
        "setDraftMode" | "setPreviewData" | "clearPreviewData" => format!("{RENDERER}; {DRAFTS}"),
        "writeHead" | "flushHeaders" => {
            "a response is one value, finished by `res.json`, `res.send` or `res.stream(stream)`".to_owned()
        }
        _ => return None,
    };
    Some(advice)
}

fn read(script: &Script<'_>, at: usize, name: &str) -> Option<String> {
    let of_request = at > 1 && script.word(at - 2).is_some_and(|word| REQUEST.contains(&word));
    let is_draft = of_request && matches!(name, "draftMode" | "preview" | "previewData");
    is_draft.then(|| format!("{RENDERER}; {DRAFTS}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_found_by_their_names() {
        for (source, expected) in [
            ("res.redirect(307, '/a')", "`redirect`"),
            ("res.status(303).redirect('/a')", "`redirect`"),
            ("await res.revalidate('/')", "`revalidate`"),
            ("res.unstable_revalidate('/')", "`unstable_revalidate`"),
            ("res.setPreviewData({}); res.clearPreviewData()", "`setPreviewData` `clearPreviewData`"),
            ("res.setDraftMode({ enable: true })", "`setDraftMode`"),
            ("if (req.preview) {}", "`preview`"),
            ("res\n  .writeHead(200)", "`writeHead`"),
            ("const redirect = '/a'; redirect(b)", ""),
            ("post.preview", ""),
            ("// res.redirect('/a')", ""),
        ] {
            let mut to_do = ToDoList::new("a.ts".as_ref());
            find(&Script::new(source), &mut to_do);
            let items = to_do.finish().into_iter();
            let names: Vec<_> = items.map(|item| item.text.split_once(':').unwrap().0.to_owned()).collect();
            assert_eq!(names.join(" "), expected, "{source}");
        }
    }
}
