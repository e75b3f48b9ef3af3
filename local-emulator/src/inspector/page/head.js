// The head of the panel: the name, the facts and the notes of a request.

import {
    clock,
    duration,
    element,
    methodText,
    prose,
    requestName,
    statusClass,
    statusText,
    targetText,
    visible,
} from "./dom.js";

export function closeButton(page) {
    return element(
        "button",
        {
            type: "button",
            class: "quiet close",
            "aria-label": "Close the request",
            title: "Close (Esc)",
            onclick: () => page.closePanel(),
        },
        "×",
    );
}

/** The line with the method, the path and the status. */
export function headLine(page, request) {
    const query = request.query ? `?${visible(request.query)}` : "";
    return element(
        "div",
        { class: "panel-head" },
        element(
            "h2",
            { class: "mono" },
            element("span", { class: "method" }, methodText(request)),
            " ",
            element("span", {}, targetText(request)),
            element("span", { class: "dim" }, query),
        ),
        element("span", { class: `status ${statusClass(request)}` }, statusText(request)),
        closeButton(page),
    );
}

/** Facts about the request. `tab` is the open one, which the link to another request keeps. */
export function factList(page, request, tab) {
    const facts = [
        `#${request.id}`,
        element(
            "time",
            { datetime: request.received, title: visible(request.received ?? "") },
            clock(request.received),
        ),
    ];
    if (request.state === "done" && request.duration_ms !== undefined) facts.push(duration(request.duration_ms));
    if (request.function)
        facts.push(element("a", { href: page.link(["functions", request.function]) }, visible(request.function)));
    if (request.cold !== undefined) facts.push(request.cold ? "cold start" : "warm");
    if (request.front_door) facts.push(visible(request.front_door));
    const link = (id, words) =>
        element("a", { href: page.link(["requests", String(id), tab]) }, `${words} #${id}`);
    if (request.sent_from) facts.push(link(request.sent_from, "sent from"));
    if (request.authorizes_request) facts.push(link(request.authorizes_request, "asked about"));
    return element(
        "ul",
        { class: "facts" },
        facts.map((fact) => element("li", {}, fact)),
    );
}

/** `isDetached` is true for a request that the emulator no longer has. */
export function noteList({ note, error_type: errorType }, isDetached) {
    return [
        isDetached &&
            element(
                "p",
                { class: "callout" },
                "The emulator was restarted and no longer has this request. The page shows its last state.",
            ),
        note &&
            !errorType &&
            element("p", { class: "callout" }, element("strong", {}, "Answered by the emulator: "), prose(note)),
        errorType &&
            element(
                "p",
                { class: "callout failure" },
                element("strong", {}, "The function failed: "),
                // The note names the type of the error as well.
                note ? prose(note.replace(/^the invocation failed: /, "")) : visible(errorType),
            ),
    ];
}

/** The head of a view that belongs to the request, with a link back to its tabs. */
export function subHead(page, request, title) {
    const back = page.link(["requests", String(request.id), "request"]);
    return element(
        "div",
        { class: "panel-top" },
        element("div", { class: "panel-head" }, element("h2", {}, title), closeButton(page)),
        element(
            "ul",
            { class: "facts" },
            element(
                "li",
                {},
                element(
                    "a",
                    { href: back },
                    `← #${request.id} `,
                    element("span", { class: "mono" }, requestName(request)),
                ),
            ),
        ),
    );
}
