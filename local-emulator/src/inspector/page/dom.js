// Elements, text that is safe to show, and the units of the page. Everything that clients send becomes a text node here.

export function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        if (value === undefined || value === null || value === false) continue;
        if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
        else made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false));
    return made;
}

/** Writes the text only if it differs, so that an unchanged cell costs no layout. */
export function setText(node, text) {
    if (node.textContent !== text) node.textContent = text;
}

// Control characters except tab and line feed, and the marks that reorder or hide text.
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** The text with a visible sign in place of each character that could hide or reorder it. */
export function visible(text) {
    return text
        .replaceAll("\r\n", "\n")
        .replace(
            INVISIBLE,
            (character) => `<U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}>`,
        );
}

/** Nodes for a message, in which parts between backticks become code. */
export function prose(text) {
    return visible(text)
        .split("`")
        .map((part, index) => (index % 2 === 1 ? element("code", {}, part) : part));
}

/** A title without the backticks around its name. */
export const title = (text) => visible(text).replaceAll("`", "");

export function duration(ms) {
    if (ms === undefined || ms === null) return "";
    if (ms < 10) return `${ms.toFixed(ms < 1 ? 2 : 1)} ms`;
    if (ms < 1000) return `${Math.round(ms)} ms`;
    if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
    return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

export function size(bytes) {
    if (bytes < 1000) return `${bytes} B`;
    if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
    return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

const two = (number) => String(number).padStart(2, "0");

export function clock(timestamp) {
    const time = new Date(timestamp);
    if (Number.isNaN(time.getTime())) return "";
    const milliseconds = String(time.getMilliseconds()).padStart(3, "0");
    return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${milliseconds}`;
}

/** Copies to the clipboard. The clipboard API is missing on plain HTTP addresses other than localhost. */
export async function copy(text) {
    try {
        await navigator.clipboard.writeText(text);
        return true;
    } catch {
        const holder = element("textarea", { class: "hidden", "aria-hidden": "true" }, text);
        const focused = document.activeElement;
        (document.querySelector("dialog[open]") ?? document.body).append(holder);
        holder.select();
        const copied = document.execCommand("copy");
        holder.remove();
        focused?.focus();
        return copied;
    }
}

export function copyButton(text, label = "Copy") {
    const button = element("button", { type: "button", class: "quiet small" }, label);
    button.addEventListener("click", async () => {
        const copied = await copy(typeof text === "function" ? text() : text);
        button.textContent = copied ? "Copied" : "Select the text and copy it";
        setTimeout(() => {
            button.textContent = label;
        }, 1600);
    });
    return button;
}

/** Whether a client sent the request over HTTP. Asynchronous events and invocations of authorizers have no client. */
export const isHttp = (summary) => summary.event_for === undefined && summary.authorizer === undefined;

/** The method, or a word for a record without a method. */
export function methodText(summary) {
    if (isHttp(summary)) return visible(summary.method ?? "");
    return summary.authorizer === undefined ? "EVENT" : "AUTH";
}

/** The path, or the name of the function or authorizer for a record without a path. */
export function targetText(summary) {
    if (summary.authorizer) return `${visible(summary.authorizer)} of ${visible(summary.authorizes ?? "")}`;
    return visible(summary.event_for ?? summary.path ?? "");
}

/** The name of a request in titles and messages. */
export function requestName(summary) {
    if (isHttp(summary)) return `${methodText(summary)} ${targetText(summary)}`;
    return `${summary.authorizer === undefined ? "event for" : "authorizer"} ${targetText(summary)}`;
}

export function statusClass(summary) {
    if (summary.state !== "done") return "pending";
    if (summary.error_type || summary.status >= 500) return "failure";
    if (summary.status >= 400) return "client";
    if (summary.status >= 300) return "redirect";
    return "success";
}

const STATES = { building: "building", queued: "queued", running: "running" };

export function statusText(summary) {
    if (summary.state !== "done") return STATES[summary.state] ?? String(summary.state);
    if (summary.status !== undefined) return String(summary.status);
    return summary.error_type ? "failed" : "done";
}
