// The parts of forms.

import { element, prose } from "./dom.js";

export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

let fields = 0;

export function field(label, control, hint) {
    fields += 1;
    control.id = `field-${fields}`;
    if (hint) control.setAttribute("aria-describedby", `${control.id}-hint`);
    return element(
        "div",
        { class: "field" },
        element("label", { for: control.id }, label),
        control,
        hint && element("p", { class: "hint", id: `${control.id}-hint` }, prose(hint)),
    );
}

export const input = (attributes) =>
    element("input", {
        type: "text",
        class: "mono",
        autocomplete: "off",
        autocapitalize: "off",
        spellcheck: "false",
        ...attributes,
    });

export function textarea(text, attributes) {
    return element("textarea", { class: "mono", spellcheck: "false", autocapitalize: "off", ...attributes }, text);
}

export function select(values, chosen) {
    return element(
        "select",
        {},
        values.map(([value, label]) => element("option", { value, selected: value === chosen }, label)),
    );
}

/** A form that reports its failure beside its button, and cannot be sent twice at a time. */
export function sendingForm(label, content, send) {
    const button = element("button", { type: "submit", class: "button primary" }, label);
    const message = element("p", { class: "form-message", role: "alert" });
    const form = element("form", { class: "form" }, content, element("div", { class: "form-end" }, button, message));
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        button.disabled = true;
        button.textContent = "Sending…";
        message.textContent = "";
        try {
            await send();
        } catch (error) {
            message.replaceChildren(...prose(error.message));
        } finally {
            button.disabled = false;
            button.textContent = label;
        }
    });
    return form;
}

/** Proposes methods in fields with `list: "methods"`. */
export const methodList = () =>
    element(
        "datalist",
        { id: "methods" },
        METHODS.map((method) => element("option", { value: method })),
    );
