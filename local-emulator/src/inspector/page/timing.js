// The tab of times.

import { copyButton, duration, element, visible } from "./dom.js";

/** Shows the times of a request. `waiting` is what the request waits for, if it is not done. */
export function timingView(request, waiting) {
    const { timings } = request;
    const known = [
        ["Request id", request.request_id],
        ["Sandbox", request.sandbox && `pid ${request.sandbox.pid}`],
        ["Version", request.version],
        ["Start", request.cold === undefined ? undefined : request.cold ? "cold" : "warm"],
        ["Init", request.init_ms === undefined ? undefined : duration(request.init_ms)],
        ["Billed", request.billed_ms === undefined ? undefined : duration(request.billed_ms)],
        ["Memory used", request.max_memory_mb === undefined ? undefined : `${request.max_memory_mb} MB at most`],
    ].filter(([, value]) => value !== undefined && value !== null);
    return [
        timings ? bars(timings) : element("p", { class: "none" }, waiting ?? "No times were measured."),
        known.length > 0 &&
            element(
                "section",
                { class: "block" },
                element("div", { class: "block-head" }, element("h3", {}, "Invocation")),
                element(
                    "dl",
                    { class: "pairs" },
                    known.map(([name, value]) => [element("dt", {}, name), element("dd", {}, visible(String(value)))]),
                ),
            ),
        request.report &&
            element(
                "section",
                { class: "block" },
                element("div", { class: "block-head" }, element("h3", {}, "Report line"), copyButton(request.report)),
                element("pre", { class: "code", tabindex: 0, "aria-label": "Report line" }, visible(request.report)),
            ),
    ].filter(Boolean);
}

const STEPS = [
    ["build_ms", "Wait for the build"],
    ["queue_ms", "Queue"],
    ["init_ms", "Init"],
    ["run_ms", "Run"],
];

function bars(timings) {
    const steps = STEPS.map(([key, label]) => [key, label, timings[key] ?? 0]);
    const sum = steps.reduce((total, [, , ms]) => total + ms, 0);
    const total = Math.max(timings.total_ms ?? sum, sum);
    let from = 0;
    const rows = steps.map(([key, label, ms]) => {
        const row = bar(key, label, from, ms, total);
        from += ms;
        return row;
    });
    rows.push(bar("door_ms", "Front door", from, total - sum, total), bar("total_ms", "Total", 0, total, total));
    return element(
        "section",
        { class: "block" },
        element("div", { class: "block-head" }, element("h3", {}, "Time")),
        element("dl", { class: "bars" }, rows),
    );
}

function bar(key, label, from, ms, total) {
    const fill = element("span", { class: `bar-fill ${key}` });
    const share = (part) => (total > 0 ? `${(part / total) * 100}%` : "0%");
    fill.style.marginInlineStart = share(from);
    fill.style.inlineSize = share(ms);
    return element(
        "div",
        { class: key === "total_ms" ? "bar-row total" : "bar-row" },
        element("dt", {}, label),
        element(
            "dd",
            {},
            element("span", { class: "bar-track", "aria-hidden": "true" }, ms > 0 && fill),
            element("span", { class: ms > 0 ? "bar-value" : "bar-value zero" }, ms > 0 ? duration(ms) : "–"),
        ),
    );
}
