// The panel of one request.

import {
    bodyView,
    differingLines,
    headerOf,
    headersView,
    jsonLines,
    layOut,
    lineText,
    logView,
    scan,
} from "./content.js";
import {
    clock,
    copy,
    copyButton,
    duration,
    element,
    prose,
    requestName,
    size,
    statusClass,
    statusText,
    title,
    visible,
} from "./dom.js";
import { editForm, saveDialog } from "./forms.js";

const TABS = [
    ["request", "Request"],
    ["event", "Event"],
    ["reply", "Reply"],
    ["response", "Response"],
    ["log", "Log"],
    ["timing", "Timing"],
];
const POLL_MS = 1000;
const SECRET_HEADERS = ["authorization", "cookie", "x-api-key"];

export class Detail {
    #page;
    #api;
    #panel = document.getElementById("detail");
    #id;
    #view;
    #request;
    #shown = "";
    #timer;
    #isDetached = false;
    #editForm;

    constructor(page, api) {
        this.#page = page;
        this.#api = api;
    }

    /** Shows a request. `view` is a tab, `edit` or `front-doors`. */
    async show(id, view, { focus = false } = {}) {
        const isSame = id === this.#id;
        if (isSame && view === this.#view && this.#request) return;
        if (!isSame) this.#isDetached = false;
        this.#id = id;
        this.#view = view;
        this.#panel.hidden = false;
        if (isSame && this.#request) {
            this.#draw();
        } else {
            this.#request = undefined;
            this.#shown = "";
            await this.#load();
        }
        if (focus || this.#page.isNarrow()) this.#panel.focus({ preventScroll: true });
    }

    hide() {
        clearTimeout(this.#timer);
        this.#isDetached = false;
        this.#id = undefined;
        this.#request = undefined;
        this.#panel.hidden = true;
        this.#panel.parentElement.classList.remove("wide");
        this.#panel.replaceChildren();
    }

    /** Takes a change of a request that may be the open one. */
    update(summary) {
        if (summary.id === this.#id && !this.#isDetached) this.#load();
    }

    /** Keeps the open request on the page after a restart, although the new emulator does not have it. */
    detach() {
        if (!this.#request) return;
        clearTimeout(this.#timer);
        this.#isDetached = true;
        this.#editForm = undefined;
        if (this.#view !== "edit") this.#draw();
    }

    get isDetached() {
        return this.#isDetached;
    }

    async #load() {
        const id = this.#id;
        clearTimeout(this.#timer);
        try {
            const request = await this.#api.readRequest(id);
            if (id !== this.#id) return;
            this.#accept(request);
        } catch (error) {
            // After a lost connection the panel stays as it is; the banner reports the problem.
            if (id === this.#id && (error.status !== 0 || !this.#request)) this.#showMissing(error);
        }
    }

    #accept(request) {
        const text = JSON.stringify(request);
        this.#request = request;
        // The log of a running invocation grows without a change of its summary.
        if (request.state !== "done") this.#timer = setTimeout(() => this.#load(), POLL_MS);
        if (text === this.#shown) return;
        const isEditing = this.#shown !== "" && ["edit", "front-doors"].includes(this.#view);
        this.#shown = text;
        if (!isEditing) this.#draw();
    }

    #showMissing(error) {
        const isGone = error.status === 404;
        this.#request = undefined;
        this.#panel.parentElement.classList.remove("wide");
        this.#panel.replaceChildren(
            element(
                "div",
                { class: "panel-top" },
                element(
                    "div",
                    { class: "panel-head" },
                    element("h2", {}, `Request ${visible(String(this.#id))}`),
                    this.#closeButton(),
                ),
            ),
            element(
                "div",
                { class: "empty in-panel" },
                element("h2", {}, isGone ? "This request is gone" : "The request could not be read"),
                element(
                    "p",
                    {},
                    isGone
                        ? "The emulator forgets requests when it restarts, when the list is cleared, and when newer requests replace them."
                        : prose(error.message),
                ),
                element("a", { class: "button", href: this.#page.link(["requests"]) }, "Show all requests"),
            ),
        );
    }

    #closeButton() {
        return element(
            "button",
            {
                type: "button",
                class: "quiet close",
                "aria-label": "Close the request",
                title: "Close (Esc)",
                onclick: () => this.#page.closePanel(),
            },
            "×",
        );
    }

    // ---- Drawing ----

    #draw() {
        const focused = this.#panel.contains(document.activeElement) ? document.activeElement.id : "";
        const scroll = this.#panel.querySelector(".panel-body")?.scrollTop ?? 0;
        const view = this.#panel.dataset.view;
        const id = this.#panel.dataset.id;
        this.#panel.dataset.view = this.#view;
        this.#panel.dataset.id = String(this.#id);
        this.#panel.parentElement.classList.toggle("wide", this.#view === "front-doors");
        document.title = `${requestName(this.#request)} ${statusText(this.#request)} · Inspector`;
        if (this.#view === "edit") this.#drawEdit();
        else if (this.#view === "front-doors") this.#drawFrontDoors();
        else this.#drawTabs();
        const body = this.#panel.querySelector(".panel-body");
        if (body && view === this.#view && id === String(this.#id)) body.scrollTop = scroll;
        if (focused) (document.getElementById(focused) ?? this.#panel).focus({ preventScroll: true });
    }

    #head() {
        const request = this.#request;
        const query = request.query ? `?${visible(request.query)}` : "";
        return element(
            "div",
            { class: "panel-head" },
            element(
                "h2",
                { class: "mono" },
                element("span", { class: "method" }, request.event_for ? "EVENT" : visible(request.method ?? "")),
                " ",
                element("span", {}, visible(request.event_for ?? request.path ?? "")),
                element("span", { class: "dim" }, query),
            ),
            element("span", { class: `status ${statusClass(request)}` }, statusText(request)),
            this.#closeButton(),
        );
    }

    #facts() {
        const request = this.#request;
        const facts = [
            `#${request.id}`,
            element(
                "time",
                { datetime: request.received, title: visible(request.received ?? "") },
                clock(request.received),
            ),
        ];
        if (request.state === "done") facts.push(duration(request.duration_ms));
        if (request.function)
            facts.push(
                element("a", { href: this.#page.link(["functions", request.function]) }, visible(request.function)),
            );
        if (request.cold !== undefined) facts.push(request.cold ? "cold start" : "warm");
        if (request.front_door) facts.push(visible(request.front_door));
        if (request.sent_from) {
            facts.push(
                element(
                    "a",
                    { href: this.#page.link(["requests", String(request.sent_from), this.#tab()]) },
                    `sent from #${request.sent_from}`,
                ),
            );
        }
        return element(
            "ul",
            { class: "facts" },
            facts.map((fact) => element("li", {}, fact)),
        );
    }

    #tab() {
        return TABS.some(([name]) => name === this.#view) ? this.#view : "request";
    }

    #notes() {
        const { note, error_type: errorType } = this.#request;
        return [
            this.#isDetached &&
                element(
                    "p",
                    { class: "callout" },
                    "This request is from before the restart of the emulator, which no longer has it.",
                ),
            note &&
                element("p", { class: "callout" }, element("strong", {}, "Answered by the emulator: "), prose(note)),
            errorType &&
                element(
                    "p",
                    { class: "callout failure" },
                    element("strong", {}, "The function failed: "),
                    visible(errorType),
                ),
        ];
    }

    #actions() {
        const isEvent = this.#request.event_for !== undefined;
        const button = (id, label, onclick, attributes = {}) =>
            element("button", { type: "button", class: "button", id: `action-${id}`, onclick, ...attributes }, label);
        const link = (view, label) =>
            element(
                "a",
                { class: "button", id: `action-${view}`, href: this.#page.link(["requests", String(this.#id), view]) },
                label,
            );
        return element(
            "div",
            { class: "actions", role: "group", "aria-label": "Actions" },
            button("send", "Send again", (event) => this.#sendAgain(event.currentTarget), {
                title: "Sends the same request again",
            }),
            !isEvent && link("edit", "Edit and send"),
            !isEvent && button("curl", "Copy as curl", () => this.#copyCurl(false)),
            button("save", "Save as test", () => saveDialog(this.#page, this.#api, this.#request)),
            !isEvent && link("front-doors", "Compare front doors"),
        );
    }

    #drawTabs() {
        const current = this.#tab();
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
                    onclick: () => this.#openTab(name),
                },
                label,
                this.#tabCount(name),
            ),
        );
        const list = element(
            "div",
            {
                class: "tabs",
                role: "tablist",
                "aria-label": "Parts of the request",
                onkeydown: (event) => this.#tabKey(event),
            },
            tabs,
        );
        const body = element(
            "div",
            {
                class: "panel-body",
                role: "tabpanel",
                id: "tab-panel",
                tabindex: 0,
                "aria-labelledby": `tab-${current}`,
            },
            this.#content(current),
        );
        this.#panel.replaceChildren(
            element(
                "div",
                { class: "panel-top" },
                this.#head(),
                this.#facts(),
                this.#notes(),
                !this.#isDetached && this.#actions(),
            ),
            list,
            body,
        );
    }

    #tabCount(name) {
        const lines = this.#request.log?.length ?? 0;
        return name === "log" && lines > 0 && element("span", { class: "tab-count" }, String(lines));
    }

    #openTab(name, options) {
        this.#page.go(["requests", String(this.#id), name], options);
    }

    #tabKey(event) {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const names = TABS.map(([name]) => name);
        const at = names.indexOf(this.#tab());
        const next = { ArrowRight: at + 1, ArrowLeft: at - 1 + names.length, Home: 0, End: names.length - 1 }[
            event.key
        ];
        if (next === undefined) return;
        event.preventDefault();
        const name = names[next % names.length];
        this.#openTab(name, { replace: true });
        document.getElementById(`tab-${name}`)?.focus();
    }

    #content(tab) {
        const request = this.#request;
        const sent = request.request ?? {};
        const waiting = this.#waiting();
        const noFunction = request.note ? "No function ran: the emulator answered by itself." : "No function ran.";
        switch (tab) {
            case "event":
                return bodyView("Event", request.event, "application/json", waiting || noFunction);
            case "reply":
                return bodyView("Reply of the function", request.reply, "application/json", waiting || noFunction);
            case "response":
                return this.#responseView(waiting);
            case "log":
                return logView(request.log, request.log_cut, waiting || "The function wrote no log.");
            case "timing":
                return this.#timingView(waiting);
            default:
                return [
                    !request.event_for && requestLine(request),
                    !request.event_for && headersView(sent.headers),
                    bodyView("Body", sent.body, headerOf(sent.headers, "content-type") ?? "", "No body."),
                ].filter(Boolean);
        }
    }

    #waiting() {
        const name = visible(this.#request.function ?? "its function");
        return {
            building: `The request waits until ${name} is built.`,
            queued: `The request waits until a sandbox of ${name} is free.`,
            running: `${name} is running and has not replied yet.`,
        }[this.#request.state];
    }

    #responseView(waiting) {
        const { response } = this.#request;
        if (!response)
            return element(
                "p",
                { class: "none" },
                waiting ?? (this.#request.event_for ? "An asynchronous event has no response." : "No response."),
            );
        return [
            element(
                "p",
                { class: "line mono" },
                element("span", { class: "dim" }, "Status "),
                element("span", { class: `status ${statusClass(this.#request)}` }, String(response.status)),
            ),
            headersView(response.headers),
            bodyView("Body", response.body, headerOf(response.headers, "content-type") ?? "", "No body."),
        ];
    }

    #timingView(waiting) {
        const request = this.#request;
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
                        known.map(([name, value]) => [
                            element("dt", {}, name),
                            element("dd", {}, visible(String(value))),
                        ]),
                    ),
                ),
            request.report &&
                element(
                    "section",
                    { class: "block" },
                    element(
                        "div",
                        { class: "block-head" },
                        element("h3", {}, "Report line"),
                        copyButton(request.report),
                    ),
                    element(
                        "pre",
                        { class: "code", tabindex: 0, "aria-label": "Report line" },
                        visible(request.report),
                    ),
                ),
        ].filter(Boolean);
    }

    // ---- Edit and compare ----

    #subHead(title) {
        const back = this.#page.link(["requests", String(this.#id), "request"]);
        return element(
            "div",
            { class: "panel-top" },
            element("div", { class: "panel-head" }, element("h2", {}, title), this.#closeButton()),
            element(
                "ul",
                { class: "facts" },
                element(
                    "li",
                    {},
                    element(
                        "a",
                        { href: back },
                        `← #${this.#id} `,
                        element("span", { class: "mono" }, requestName(this.#request)),
                    ),
                ),
            ),
        );
    }

    async #drawEdit() {
        const body = element("div", { class: "panel-body" });
        this.#panel.replaceChildren(this.#subHead("Edit and send"), body);
        const routes = await this.#page.routes().catch(() => ({ front_doors: [] }));
        // The form keeps its values while the reader looks at other tabs of the request.
        if (this.#editForm?.id !== this.#id)
            this.#editForm = { id: this.#id, form: editForm(this.#page, this.#api, this.#request, routes) };
        body.replaceChildren(this.#editForm.form);
    }

    async #drawFrontDoors() {
        const id = this.#id;
        const body = element("div", { class: "panel-body" }, element("p", { class: "none" }, "Loading…"));
        this.#panel.replaceChildren(this.#subHead("Event of each front door"), body);
        try {
            const { events } = await this.#api.eventsOfFrontDoors(id);
            if (id === this.#id) body.replaceChildren(...comparison(events));
        } catch (error) {
            body.replaceChildren(element("p", { class: "callout failure" }, prose(error.message)));
        }
    }

    // ---- Actions ----

    async #sendAgain(button) {
        const id = this.#id;
        button.disabled = true;
        button.textContent = "Sending…";
        try {
            const sent = await this.#api.sendAgain(id);
            this.#page.toast(`Sent again as request ${sent.id}.`);
            if (id === this.#id) this.#page.showRequest(sent.id, { tab: this.#tab() });
        } catch (error) {
            const edit = error.status === 409 && {
                label: "Edit and send",
                href: this.#page.link(["requests", String(id), "edit"]),
            };
            this.#page.toast(error.message, { action: edit, isError: true });
        } finally {
            button.disabled = false;
            button.textContent = "Send again";
        }
    }

    async #copyCurl(secrets) {
        const command = await this.#page.attempt(this.#api.asCurl(this.#id, secrets));
        if (command === undefined) return;
        const hasSecrets = this.#request.request?.headers?.some(([name]) =>
            SECRET_HEADERS.includes(name.toLowerCase()),
        );
        const copied = await copy(command);
        const message = copied ? "Copied the curl command" : `Copy the command by hand: ${command}`;
        if (secrets || !hasSecrets) this.#page.toast(`${message}.`);
        else
            this.#page.toast(`${message} without its secrets.`, {
                action: { label: "Copy with secrets", onclick: () => this.#copyCurl(true) },
            });
    }
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

/** A column for each front door, in which the lines that differ from the first event are marked. */
function comparison(events) {
    if (events.length === 0) return [element("p", { class: "none" }, "No front door can take this request.")];
    let reference;
    const columns = events.map(({ front_door: door, title: name, event, refused }) => {
        const head = element("div", { class: "block-head" }, element("h3", {}, title(name ?? door)));
        if (refused !== undefined) {
            return element(
                "section",
                { class: "column" },
                head,
                element("p", { class: "callout" }, element("strong", {}, "Refused: "), prose(refused)),
            );
        }
        const lines = layOut(scan(JSON.stringify(event)).tokens);
        const texts = lines.map(lineText);
        const differing = reference ? differingLines(reference, texts) : new Set();
        reference ??= texts;
        const count = differing.size;
        const summary = reference === texts ? "reference" : `${count} ${count === 1 ? "line differs" : "lines differ"}`;
        head.append(element("span", { class: "dim" }, summary), copyButton(JSON.stringify(event, null, 2)));
        return element(
            "section",
            { class: "column" },
            head,
            jsonLines(lines, (index) => differing.has(index)),
        );
    });
    const first = events.find(({ refused }) => refused === undefined);
    return [
        first &&
            element(
                "p",
                { class: "legend" },
                element("span", { class: "swatch differs", "aria-hidden": "true" }),
                `Marked lines are not in the event of ${title(first.title ?? first.front_door)}.`,
            ),
        element("div", { class: "columns" }, columns),
    ].filter(Boolean);
}
