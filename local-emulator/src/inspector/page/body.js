// Headers and bodies.

import { copyButton, element, size, visible } from "./dom.js";
import { jsonText } from "./json.js";

const plainText = (text) => element("pre", { class: "code", tabindex: 0, "aria-label": "Text" }, visible(text));

const HEX_BYTES = 4096;

function bytesOf(base64) {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function hexDump(base64) {
    const bytes = bytesOf(base64);
    const lines = [];
    for (let at = 0; at < Math.min(bytes.length, HEX_BYTES); at += 16) {
        const row = [...bytes.slice(at, at + 16)];
        const hex = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
        const ascii = row.map((byte) => (byte > 0x1f && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
        lines.push(`${at.toString(16).padStart(6, "0")}  ${hex.padEnd(47)}  ${ascii}`);
    }
    if (bytes.length > HEX_BYTES) lines.push(`… ${size(bytes.length - HEX_BYTES)} more`);
    return element("pre", { class: "code hex", tabindex: 0, "aria-label": "Bytes in hexadecimal" }, lines.join("\n"));
}

const IMAGE = /^image\/(png|jpeg|gif|webp|avif|svg\+xml)\b/i;

function binary(body, type) {
    const kind = IMAGE.exec(type)?.[0].toLowerCase();
    if (!kind || body.cut) return hexDump(body.base64);
    return element("img", { class: "preview", alt: "The body as an image", src: `data:${kind};base64,${body.base64}` });
}

const isJson = (type) => /[/+]json\b/i.test(type);

/** Shows a body by its content type `type`. `missing` is the text for a body that is absent. */
export function bodyView(title, body, type, missing) {
    const head = element("div", { class: "block-head" }, element("h3", {}, title));
    const block = element("section", { class: "block" }, head);
    if (!body || body.length === 0 || (body.text === "" && !body.unread)) {
        block.append(element("p", { class: "none" }, missing));
        return block;
    }
    if (body.unread) {
        block.append(element("p", { class: "none" }, "The front door refused the request without reading its body."));
        return block;
    }
    if (Number.isFinite(body.length)) head.append(element("span", { class: "dim" }, size(body.length)));
    if (body.base64 !== undefined) {
        head.append(element("span", { class: "dim" }, "binary"), copyButton(body.base64, "Copy base64"));
    } else {
        head.append(copyButton(body.text));
    }
    if (body.cut) {
        block.append(
            element(
                "p",
                { class: "callout" },
                `The body is ${size(body.length)} long. The inspector keeps the first 64 KiB of it.`,
            ),
        );
    }
    if (body.base64 !== undefined) block.append(binary(body, type));
    else if (isJson(type)) block.append(...jsonText(body, body.text));
    else block.append(plainText(body.text));
    return block;
}

// A streamed reply is JSON with the status and the headers, eight zero bytes, and the body.
const STREAM_MARK = "\0".repeat(8);

/** The parts of a streamed reply, or undefined for other replies. */
function streamedParts(reply) {
    const isText = reply?.text !== undefined;
    const whole = isText ? reply.text : atob(reply?.base64 ?? "");
    const end = whole.indexOf(STREAM_MARK);
    if (end < 0 || !whole.startsWith("{")) return undefined;
    const prelude = isText ? whole.slice(0, end) : new TextDecoder().decode(bytesOf(btoa(whole.slice(0, end))));
    const preludeLength = new TextEncoder().encode(prelude).length;
    const rest = whole.slice(end + STREAM_MARK.length);
    const length = reply.length - preludeLength - STREAM_MARK.length;
    const body = { length, cut: reply.cut, ...(isText ? { text: rest } : { base64: btoa(rest) }) };
    return { prelude: { length: preludeLength, text: prelude }, body, type: typeInPrelude(prelude) };
}

function typeInPrelude(prelude) {
    try {
        return headerOf(Object.entries(JSON.parse(prelude).headers ?? {}), "content-type") ?? "";
    } catch {
        return "";
    }
}

/** Shows what a function replied: JSON, or the JSON and the body of a streamed reply. */
export function replyView(reply, missing) {
    const parts = streamedParts(reply);
    if (!parts) return bodyView("Reply of the function", reply, "application/json", missing);
    return [
        bodyView("Start of the streamed reply", parts.prelude, "application/json", missing),
        bodyView("Streamed body", parts.body, parts.type, "No body."),
    ];
}

export function headerOf(headers, name) {
    return headers?.find(([header]) => header.toLowerCase() === name)?.[1];
}

export function headersView(headers) {
    const rows = (headers ?? []).map(([name, value]) => [
        element("dt", {}, visible(name)),
        element("dd", {}, visible(value)),
    ]);
    const text = () => headers.map(([name, value]) => `${name}: ${value}`).join("\n");
    return element(
        "section",
        { class: "block" },
        element(
            "div",
            { class: "block-head" },
            element("h3", {}, "Headers"),
            element("span", { class: "dim" }, String(rows.length)),
            rows.length > 0 && copyButton(text),
        ),
        rows.length > 0 ? element("dl", { class: "pairs" }, rows) : element("p", { class: "none" }, "No headers."),
    );
}
