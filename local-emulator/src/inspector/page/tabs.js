// The tabs of a request and what they show.

import { bodyView, headerOf, headersView, replyView } from "./body.js";
import { element, isHttp, size, statusClass, visible } from "./dom.js";
import { logView } from "./log.js";
import { timingView } from "./timing.js";

const TABS = [
    ["request", "Request"],
    ["event", "Event"],
    ["reply", "Reply"],
    ["response", "Response"],
    ["log", "Log"],
    ["timing", "Timing"],
];

/** The tab of this name, or the first. */
export function tabNamed(name) {
    return TABS.some(([known]) => known === name) ? name : TABS[0][0];
}

/** The strip of tabs. `open(name, options)` opens a tab. */
export function tabStrip(request, current, open) {
    const tabs = TABS.map(([name, label]) =>
        element(
            "button",
            {
                type: "button",
                role: "tab",
                id: `tab-${name}`,
                "aria-controls": "tab-panel",
                "aria-selected": String(name === current),
                tabindex: name === current ? 0 : -1,
                onclick: () => open(name),
            },
            label,
            tabCount(request, name),
        ),
    );
    return element(
        "div",
        {
            class: "tabs",
            role: "tablist",
            "aria-label": "Parts of the request",
            onkeydown: (event) => tabKey(event, current, open),
        },
        tabs,
    );
}

function tabCount(request, name) {
    const lines = request.log?.length ?? 0;
    return name === "log" && lines > 0 && element("span", { class: "tab-count" }, String(lines));
}

function tabKey(event, current, open) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const names = TABS.map(([name]) => name);
    const at = names.indexOf(current);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1 + names.length, Home: 0, End: names.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const name = names[next % names.length];
    open(name, { replace: true });
    document.getElementById(`tab-${name}`)?.focus();
}

/** What a tab shows. */
export function tabContent(request, tab) {
    const sent = request.request ?? {};
    const waiting = waitingText(request);
    const noFunction = request.note ? "No function ran: the emulator answered by itself." : "No function ran.";
    switch (tab) {
        case "event":
            return bodyView("Event", request.event, "application/json", waiting || noFunction);
        case "reply":
            return replyView(request.reply, waiting || noFunction);
        case "response":
            return responseView(request, waiting);
        case "log":
            return logView(request.log, request.log_cut, waiting || "The function wrote no log.");
        case "timing":
            return timingView(request, waiting);
        default:
            return [
                isHttp(request) && requestLine(request),
                isHttp(request) && headersView(sent.headers),
                bodyView("Body", sent.body, headerOf(sent.headers, "content-type") ?? "", "No body."),
            ].filter(Boolean);
    }
}

function waitingText(request) {
    const name = visible(request.function ?? "its function");
    return {
        building: `The request waits until ${name} is built.`,
        queued: `The request waits until a sandbox of ${name} is free.`,
        running: `${name} is running and has not replied yet.`,
    }[request.state];
}

function noResponse(request) {
    if (request.event_for) return "An asynchronous event has no response.";
    return request.authorizer ? "An authorizer answers the front door, which decides. See its reply." : "No response.";
}

function responseView(request, waiting) {
    const { response } = request;
    if (!response)
        return element(
            "p",
            { class: "none" },
            waiting ?? noResponse(request),
        );
    return [
        element(
            "p",
            { class: "line mono" },
            element("span", { class: "dim" }, "Status "),
            element("span", { class: `status ${statusClass(request)}` }, String(response.status)),
        ),
        headersView(response.headers),
        bodyView("Body", response.body, headerOf(response.headers, "content-type") ?? "", "No body."),
    ];
}

function requestLine(request) {
    const query = request.query ? `?${request.query}` : "";
    const body = request.request?.body;
    return element(
        "p",
        { class: "line mono" },
        `${visible(request.method ?? "")} ${visible(`${request.path ?? ""}${query}`)}`,
        Number.isFinite(body?.length) && body.length > 0 && element("span", { class: "dim" }, `  ${size(body.length)}`),
    );
}
