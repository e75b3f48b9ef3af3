// The dialog that saves a request as a test.

import { copyButton, element, prose, requestName, visible } from "./dom.js";
import { field, input } from "./form.js";

/** Proposes a file name: `post-notes`, `get-posts-7-404`. */
function proposedName(request) {
    const words = `${request.method ?? "event"} ${(request.path ?? request.event_for ?? "").replace(/^\/api(?=\/)/, "")}`;
    const name = words
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-|-$/g, "")
        .slice(0, 60);
    return request.status >= 400 ? `${name}-${request.status}` : name;
}

export function saveDialog(page, api, request) {
    const name = input({
        value: proposedName(request),
        required: true,
        pattern: "[a-z0-9_\\-]+",
        maxlength: 64,
        title: "Lower-case letters, digits, hyphens and underscores",
    });
    const secrets = element("input", { type: "checkbox" });
    const explained = element("p", { class: "hint" });
    const explain = () => {
        explained.replaceChildren(
            ...prose(
                secrets.checked
                    ? "The file keeps the real values. Do not commit it if they are secret."
                    : "`REDACTED` replaces `Authorization`, cookies, API keys and claims. Secrets in the body or the query stay.",
            ),
        );
    };
    secrets.addEventListener("change", explain);
    explain();
    const close = () => dialog.close();
    const message = element("p", { class: "form-message", role: "alert" });
    const save = element("button", { type: "submit", class: "button primary" }, "Save");
    const form = element(
        "form",
        { class: "form" },
        field("Name", name, "The event is saved as `tests/events/NAME.json` in the folder of its function."),
        element("div", { class: "field" }, element("label", { class: "check" }, secrets, " Keep secrets"), explained),
        element(
            "div",
            { class: "form-end" },
            save,
            element("button", { type: "button", class: "button", onclick: close }, "Cancel"),
            message,
        ),
    );
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        save.disabled = true;
        message.textContent = "";
        try {
            const saved = await api.saveAsTest(request.id, name.value, secrets.checked);
            content.replaceChildren(...savedView(saved, close));
            content.querySelector("button")?.focus();
        } catch (error) {
            message.replaceChildren(...prose(error.message));
            name.focus();
        } finally {
            save.disabled = false;
        }
    });
    const content = element(
        "div",
        { class: "dialog-content" },
        element("h2", {}, "Save as test"),
        element("p", { class: "dim mono" }, requestName(request)),
        form,
    );
    const dialog = element("dialog", { "aria-label": "Save as test" }, content);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    name.select();
}

function savedView({ path, test }, close) {
    return [
        element("h2", {}, "Saved"),
        element("div", { class: "block-head" }, element("h3", {}, "File"), copyButton(path)),
        element("pre", { class: "code" }, visible(path)),
        element(
            "div",
            { class: "block-head" },
            element("h3", {}, "Add these lines to the tests of the function"),
            copyButton(test),
        ),
        element("pre", { class: "code", tabindex: 0, "aria-label": "Lines of Rust" }, visible(test)),
        element(
            "div",
            { class: "form-end" },
            element("button", { type: "button", class: "button", onclick: close }, "Close"),
        ),
    ];
}
