// The form that edits a request and sends it.

import { element, title } from "./dom.js";
import { field, input, methodList, select, sendingForm, textarea } from "./form.js";

/** Reads `name: value` lines. */
function parseHeaders(text) {
    return text.split("\n").flatMap((line, index) => {
        if (line.trim() === "") return [];
        const colon = line.indexOf(":");
        if (colon < 1) throw new Error(`Line ${index + 1} of the headers needs the form \`name: value\`.`);
        return [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]];
    });
}

const headerLines = (headers) => (headers ?? []).map(([name, value]) => `${name}: ${value}`).join("\n");

function bodyHint(body) {
    if (body?.unread) return "The front door did not read the body of this request. Enter a new body.";
    if (body?.cut) return "The inspector kept only a part of the body. Enter the whole body to send the request.";
    if (body?.base64 !== undefined) return "The body is binary. This field holds it as base64.";
    return undefined;
}

export function editForm(page, api, request, { front_doors: doors }) {
    const sent = request.request ?? {};
    const isBase64 = sent.body?.base64 !== undefined;
    const target = `${request.path ?? "/"}${request.query ? `?${request.query}` : ""}`;
    const door = select(
        doors.map((one) => [one.name, title(one.title ?? one.name)]),
        request.front_door,
    );
    const method = input({ value: request.method ?? "GET", list: "methods", required: true });
    const path = input({ value: target, required: true, pattern: "/.*", title: "A path that begins with a slash" });
    const headers = textarea(headerLines(sent.headers), { rows: Math.min(14, (sent.headers?.length ?? 0) + 1) });
    const body = textarea(sent.body?.base64 ?? sent.body?.text ?? "", { rows: 10 });
    // Text areas change line ends, so edits are found by comparing with the text that the area holds.
    const before = { headers: headers.value, body: body.value };

    function edits() {
        const changed = {};
        if (door.value && door.value !== request.front_door) changed.front_door = door.value;
        if (method.value.trim() !== request.method) changed.method = method.value.trim();
        if (path.value !== target) changed.target = path.value;
        if (headers.value !== before.headers) changed.headers = parseHeaders(headers.value);
        if (body.value !== before.body)
            changed.body = isBase64 ? { base64: body.value.replace(/\s/g, "") } : body.value;
        return changed;
    }

    return sendingForm(
        "Send",
        [
            doors.length > 0 && field("Front door", door),
            element("div", { class: "method-and-target" }, field("Method", method), field("Path and query", path)),
            methodList(),
            field("Headers", headers, "One header a line, as `name: value`."),
            field(isBase64 ? "Body (base64)" : "Body", body, bodyHint(sent.body)),
        ],
        async () => {
            const answer = await api.sendAgain(request.id, edits());
            page.toast(`Sent as request ${answer.id}.`);
            page.showRequest(answer.id, { tab: "response" });
        },
    );
}
