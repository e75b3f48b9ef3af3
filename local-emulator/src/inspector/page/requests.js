// The list of requests and its filter.

import { clock, copyButton, duration, element, prose, setText, statusClass, statusText, visible } from "./dom.js";

const KEPT = 1000;
// index.html preloads the first call by its address, which has this limit.
const FIRST = 100;
const ROWS_PER_FRAME = 60;
// Rows come in groups, and the browser lays out only the groups in view. Observing each row by itself costs more.
const GROUP = 25;
const STATE_ORDER = ["building", "queued", "running", "done"];

// ---- The filter ----

const ERRORS = "status:error";

const words = (text) => text.split(/\s+/).filter(Boolean);

const contains = (text, part) => (text ?? "").toLowerCase().includes(part.toLowerCase());

const isError = (summary) => summary.status >= 400 || summary.error_type !== undefined;

const CONDITIONS = {
    status(value) {
        if (value === "error") return isError;
        if (/^[1-5]xx$/i.test(value)) return (summary) => Math.floor(summary.status / 100) === Number(value[0]);
        if (/^\d{3}$/.test(value)) return (summary) => summary.status === Number(value);
        return "write a status such as `status:404`, `status:4xx` or `status:error`";
    },
    dur(value) {
        const [, sign, number] = /^([<>]?)=?(\d+(?:\.\d+)?)(?:ms)?$/.exec(value) ?? [];
        if (number === undefined) return "write milliseconds, such as `dur:>100`";
        const limit = Number(number);
        return sign === "<" ? (summary) => summary.duration_ms <= limit : (summary) => summary.duration_ms >= limit;
    },
    method: (value) => (summary) => (summary.method ?? "").toLowerCase() === value.toLowerCase(),
    function: (value) => (summary) => contains(summary.function, value) || contains(summary.event_for, value),
    door: (value) => (summary) => contains(summary.front_door, value),
    is(value) {
        const kinds = {
            cold: (summary) => summary.cold === true,
            warm: (summary) => summary.cold === false,
            running: (summary) => summary.state !== "done",
            event: (summary) => summary.event_for !== undefined,
        };
        return Object.hasOwn(kinds, value) ? kinds[value] : "write `is:cold`, `is:warm`, `is:running` or `is:event`";
    },
};

function conditionOf(word) {
    const [, name, value] = /^(\w+):(.*)$/.exec(word) ?? [];
    if (name === undefined || !Object.hasOwn(CONDITIONS, name)) {
        return (summary) => contains(`${summary.path ?? summary.event_for ?? ""}?${summary.query ?? ""}`, word);
    }
    return value === "" ? () => true : CONDITIONS[name](value);
}

/** Returns a predicate for summaries, and the problem of the first invalid word. */
export function parseFilter(text) {
    const conditions = [];
    let problem = "";
    for (const word of words(text)) {
        const excludes = word.length > 1 && word.startsWith("-");
        const condition = conditionOf(excludes ? word.slice(1) : word);
        if (typeof condition === "string") problem ||= `\`${word}\` is not a filter: ${condition}.`;
        else conditions.push(excludes ? (summary) => !condition(summary) : condition);
    }
    return { problem, matches: (summary) => conditions.every((condition) => condition(summary)) };
}

// ---- Rows ----

const COLUMNS = [
    ["time", "Time"],
    ["method", "Method"],
    ["path", "Path"],
    ["status", "Status"],
    ["duration", "Duration"],
    ["function", "Function"],
    ["start", "Start"],
    ["door", "Front door"],
];

function newRow(id) {
    const cells = {};
    const row = element("div", { class: "row", role: "row", tabindex: -1, "data-id": id });
    for (const [name] of COLUMNS) {
        cells[name] = element("span", { class: `cell ${name}`, role: "gridcell" });
        row.append(cells[name]);
    }
    cells.link = element("a", { href: `#/requests/${id}`, tabindex: -1 });
    cells.target = element("span");
    cells.query = element("span", { class: "dim" });
    cells.link.append(cells.target, cells.query);
    cells.tag = element("span", { class: "tag" });
    cells.path.append(cells.link, cells.tag);
    row.cells = cells;
    return row;
}

const idOf = (row) => Number(row.dataset.id);

const newGroup = () => element("div", { class: "row-group", role: "rowgroup" });

/** Sets the height of the group for as long as the browser has not laid it out. */
function setRows(group) {
    group.style.setProperty("--rows", group.childElementCount);
}

function inGroups(rows) {
    const groups = [];
    for (let at = 0; at < rows.length; at += GROUP) {
        const group = newGroup();
        group.append(...rows.slice(at, at + GROUP));
        setRows(group);
        groups.push(group);
    }
    return groups;
}

/** The row below, for a positive direction, or above. */
function neighbour(row, direction) {
    return direction > 0
        ? (row.nextElementSibling ?? row.parentNode.nextElementSibling?.firstElementChild)
        : (row.previousElementSibling ?? row.parentNode.previousElementSibling?.lastElementChild);
}

function tagText(summary) {
    if (summary.error_type) return visible(summary.error_type);
    if (summary.note) return "emulator";
    return summary.sent_from ? `from #${summary.sent_from}` : "";
}

function elapsed(summary) {
    return `${(Math.max(0, Date.now() - Date.parse(summary.received)) / 1000).toFixed(1)} s`;
}

function startText(summary) {
    if (summary.cold === undefined) return "";
    return summary.cold ? "cold" : "warm";
}

function fillRow(row, summary) {
    const { cells } = row;
    setText(cells.time, clock(summary.received));
    setText(cells.method, summary.event_for ? "EVENT" : visible(summary.method ?? ""));
    setText(cells.target, visible(summary.event_for ?? summary.path ?? ""));
    setText(cells.query, summary.query ? `?${visible(summary.query)}` : "");
    setText(cells.tag, tagText(summary));
    setText(cells.status, statusText(summary));
    cells.status.className = `cell status ${statusClass(summary)}`;
    setText(cells.duration, summary.state === "done" ? duration(summary.duration_ms) : elapsed(summary));
    setText(cells.function, visible(summary.function ?? ""));
    setText(cells.start, startText(summary));
    cells.start.classList.toggle("cold", summary.cold === true);
    setText(cells.door, visible(summary.front_door ?? ""));
    row.title = summary.note ? visible(summary.note) : "";
}

/** A summary that arrives late must not move a request back, from "done" to "running". */
function isOlder(summary, known) {
    return known !== undefined && STATE_ORDER.indexOf(summary.state) < STATE_ORDER.indexOf(known.state);
}

// ---- The list ----

export class RequestList {
    #page;
    #api;
    #summaries = new Map();
    #rows = new Map();
    #pending = new Set();
    #scheduled = false;
    #paused = false;
    #filter = parseFilter("");
    #selected;
    #toReveal;
    #kept = KEPT;
    #hasOlder = false;
    #loaded = false;
    #unseen = 0;
    #doors = 1;
    #list = document.getElementById("list");
    #body = element("div", { role: "presentation" });
    #older = element(
        "button",
        { type: "button", class: "older quiet", onclick: () => this.#loadOlder() },
        "Show older requests",
    );
    #newer = document.getElementById("newer");
    #empty = document.getElementById("list-empty");
    #input = document.getElementById("filter");
    #errors = document.getElementById("errors");
    #pause = document.getElementById("pause");

    constructor(page, api) {
        this.#page = page;
        this.#api = api;
        const head = element(
            "div",
            { class: "row head", role: "row" },
            COLUMNS.map(([name, label]) => element("span", { class: `cell ${name}`, role: "columnheader" }, label)),
        );
        const grid = element(
            "div",
            { role: "grid", "aria-label": "Requests, newest first" },
            element("div", { class: "list-head", role: "rowgroup" }, head),
            this.#body,
        );
        this.#list.append(grid, this.#older);
        this.#older.hidden = true;
        this.#list.addEventListener("click", (event) => this.#click(event));
        this.#list.addEventListener("keydown", (event) => this.#key(event));
        this.#list.addEventListener("scroll", () => this.#scrolled(), { passive: true });
        this.#newer.addEventListener("click", () => {
            this.#list.scrollTop = 0;
        });
        this.#input.addEventListener("input", () => page.setFilter(this.#input.value));
        document.getElementById("filter-form").addEventListener("submit", (event) => {
            event.preventDefault();
            this.focus();
        });
        this.#pause.addEventListener("click", () => this.#togglePause());
        this.#errors.addEventListener("click", () => this.#toggleErrors());
        document.getElementById("clear").addEventListener("click", () => this.#forget());
        setInterval(() => this.#tick(), 500);
    }

    /** Loads the newest requests, and then the rest without blocking the first view. */
    async load() {
        const { requests } = await this.#api.listRequests(FIRST);
        this.#take(requests);
        this.#loaded = true;
        this.#flush();
        performance.mark("list-usable");
        if (requests.length === FIRST) await this.#loadRest(requests.at(-1).id, KEPT - FIRST);
    }

    /** Loads the newest requests again. */
    async refresh() {
        this.#take((await this.#api.listRequests(FIRST)).requests);
        this.#schedule();
    }

    /** Starts again with an empty list, for an emulator whose ids start again. */
    async reload() {
        this.empty();
        await this.load();
    }

    async #loadRest(before, limit) {
        const { requests } = await this.#api.listRequests(limit, before);
        this.#take(requests);
        this.#hasOlder = requests.length === limit;
        this.#schedule();
    }

    async #loadOlder() {
        this.#kept += KEPT;
        await this.#page.attempt(this.#loadRest(Math.min(...this.#summaries.keys()), KEPT));
    }

    #take(requests) {
        for (const summary of requests) this.#accept(summary);
    }

    #accept(summary) {
        if (isOlder(summary, this.#summaries.get(summary.id))) return;
        this.#summaries.set(summary.id, summary);
        this.#pending.add(summary.id);
    }

    /** Takes a request that is new or has changed. */
    update(summary) {
        this.#accept(summary);
        if (this.#paused) this.#showPause();
        else this.#schedule();
    }

    summary(id) {
        return this.#summaries.get(id);
    }

    empty() {
        this.#summaries.clear();
        this.#rows.clear();
        this.#pending.clear();
        this.#body.replaceChildren();
        this.#hasOlder = false;
        this.#unseen = 0;
        this.#kept = KEPT;
        this.#showState();
    }

    async #forget() {
        await this.#page.attempt(this.#api.forgetRequests());
    }

    // ---- Drawing ----

    #schedule() {
        if (this.#scheduled || this.#paused) return;
        this.#scheduled = true;
        requestAnimationFrame(() => {
            this.#scheduled = false;
            this.#flush();
        });
    }

    /** Draws the newest changes. A frame creates a limited number of rows, so that the page stays responsive. */
    #flush() {
        const ids = [...this.#pending].sort((a, b) => b - a).slice(0, ROWS_PER_FRAME);
        const anchor = this.#rowAtTop();
        const offset = anchor?.getBoundingClientRect().top;
        for (const id of ids) {
            this.#pending.delete(id);
            const isNew = this.#place(id);
            if (isNew && anchor && id > idOf(anchor)) this.#unseen += 1;
        }
        this.#dropOldest();
        if (this.#toReveal !== undefined && this.#shownRow(this.#toReveal)) this.#reveal();
        else if (anchor?.isConnected) this.#scrollBy(anchor.getBoundingClientRect().top - offset);
        this.#showState();
        if (this.#pending.size > 0) this.#schedule();
    }

    /** The row at the top of what the reader sees, if the reader has scrolled down. */
    #rowAtTop() {
        let index = Math.floor(this.#list.scrollTop / this.#rowHeight());
        if (this.#list.scrollTop === 0) return undefined;
        for (const group of this.#body.children) {
            if (index < group.childElementCount) return group.children[index];
            index -= group.childElementCount;
        }
        return undefined;
    }

    #scrollBy(pixels) {
        if (pixels !== 0) this.#list.scrollTop += pixels;
    }

    #rowHeight() {
        return this.#firstRow()?.offsetHeight || 1;
    }

    /** Draws a request. Returns true if its row is new. */
    #place(id) {
        const summary = this.#summaries.get(id);
        if (!summary) return false;
        const known = this.#rows.get(id);
        const row = known ?? newRow(id);
        fillRow(row, summary);
        row.setAttribute("aria-selected", String(id === this.#selected));
        this.#rows.set(id, row);
        const isShown = row.isConnected;
        if (!this.#filter.matches(summary) || isShown) {
            if (isShown && !this.#filter.matches(summary) && id !== this.#selected) this.#remove(row);
            return false;
        }
        this.#insert(row, id);
        return true;
    }

    /** Inserts a row. New requests belong at the top and older ones at the end; other places are rare. */
    #insert(row, id) {
        const first = this.#body.firstElementChild;
        const last = this.#body.lastElementChild;
        let group;
        if (!first || idOf(first.firstElementChild) < id) {
            group = first && first.childElementCount < GROUP ? first : newGroup();
            if (group !== first) this.#body.prepend(group);
            group.prepend(row);
        } else if (idOf(last.lastElementChild) > id) {
            group = last.childElementCount < GROUP ? last : newGroup();
            if (group !== last) this.#body.append(group);
            group.append(row);
        } else {
            group = [...this.#body.children].findLast((one) => idOf(one.firstElementChild) > id);
            group.insertBefore(row, [...group.children].find((one) => idOf(one) < id) ?? null);
        }
        setRows(group);
    }

    #remove(row) {
        const hadFocus = row.contains(document.activeElement);
        const next = neighbour(row, 1) ?? neighbour(row, -1);
        const group = row.parentNode;
        row.remove();
        if (group.childElementCount === 0) group.remove();
        else setRows(group);
        if (!hadFocus || !next) return;
        next.tabIndex = 0;
        next.focus({ preventScroll: true });
    }

    #firstRow() {
        return this.#body.firstElementChild?.firstElementChild ?? undefined;
    }

    #countRows() {
        let count = 0;
        for (const group of this.#body.children) count += group.childElementCount;
        return count;
    }

    #dropOldest() {
        const excess = this.#summaries.size - this.#kept;
        if (excess <= 0) return;
        for (const id of [...this.#summaries.keys()].sort((a, b) => a - b).slice(0, excess)) {
            if (id === this.#selected) continue;
            const row = this.#rows.get(id);
            if (row?.isConnected) this.#remove(row);
            this.#rows.delete(id);
            this.#summaries.delete(id);
            this.#pending.delete(id);
            this.#hasOlder = true;
        }
    }

    #showState() {
        const shown = this.#countRows();
        const all = this.#summaries.size;
        const unit = all === 1 ? "request" : "requests";
        setText(document.getElementById("count"), shown === all ? `${all} ${unit}` : `${shown} of ${all}`);
        this.#older.hidden = !this.#hasOlder;
        this.#newer.hidden = this.#unseen === 0;
        setText(this.#newer, `${this.#unseen} new ${this.#unseen === 1 ? "request" : "requests"} ↑`);
        this.#showEmpty(shown, all);
        this.#makeReachable();
    }

    #showEmpty(shown, all) {
        const kind = shown > 0 || !this.#loaded ? "" : all === 0 ? "requests" : "matches";
        if (this.#empty.dataset.kind === kind) return;
        this.#empty.dataset.kind = kind;
        this.#empty.hidden = kind === "";
        if (kind === "matches") {
            this.#empty.replaceChildren(
                element("h2", {}, "No request matches the filter"),
                element(
                    "button",
                    { type: "button", class: "button", onclick: () => this.#page.setFilter("") },
                    "Clear the filter",
                ),
            );
        } else if (kind === "requests") {
            this.#showFirstSteps();
        }
    }

    /** Shows how to send a first request, with the address of a real route. */
    async #showFirstSteps() {
        const box = this.#empty;
        box.replaceChildren(
            element("h2", {}, "No requests yet"),
            element("p", {}, "Requests appear here as the emulator receives them."),
        );
        const routes = await this.#page.routes().catch(() => undefined);
        const command = routes && firstCommand(routes);
        if (!command || box.dataset.kind !== "requests" || box.querySelector(".command")) return;
        box.append(
            element("p", {}, "Send the first one:"),
            element("div", { class: "command" }, element("code", {}, command), copyButton(command)),
            element("p", {}, "Or fill in ", element("a", { href: "#/routes" }, "the form of a route"), "."),
        );
    }

    /** Tab reaches one row: the selected one, or the first. */
    #makeReachable() {
        const current = this.#body.querySelector('[tabindex="0"]');
        const wanted = this.#shownRow(this.#selected) ?? current ?? this.#firstRow();
        if (current === wanted) return;
        if (current) current.tabIndex = -1;
        if (wanted) wanted.tabIndex = 0;
    }

    #shownRow(id) {
        const row = this.#rows.get(id);
        return row?.isConnected ? row : undefined;
    }

    #tick() {
        if (document.hidden || this.#paused) return;
        for (const [id, summary] of this.#summaries) {
            if (summary.state === "done") continue;
            const row = this.#shownRow(id);
            if (row) setText(row.cells.duration, elapsed(summary));
        }
    }

    // ---- Actions of the reader ----

    setFilter(text) {
        if (this.#input.value !== text) this.#input.value = text;
        this.#filter = parseFilter(text);
        const error = document.getElementById("filter-error");
        error.hidden = this.#filter.problem === "";
        error.replaceChildren(...prose(this.#filter.problem));
        this.#errors.setAttribute("aria-pressed", String(words(text).includes(ERRORS)));
        this.#input.setAttribute("aria-invalid", String(this.#filter.problem !== ""));
        this.#unseen = 0;
        const ids = [...this.#summaries.keys()]
            .sort((a, b) => b - a)
            .filter((id) => this.#filter.matches(this.#summaries.get(id)));
        this.#body.replaceChildren(...inGroups(ids.filter((id) => this.#rows.has(id)).map((id) => this.#rows.get(id))));
        for (const id of ids) if (!this.#rows.has(id)) this.#pending.add(id);
        if (this.#loaded) this.#showState();
        this.#schedule();
    }

    #toggleErrors() {
        const rest = words(this.#input.value).filter((word) => word !== ERRORS);
        const isOn = this.#errors.getAttribute("aria-pressed") === "true";
        this.#page.setFilter((isOn ? rest : [...rest, ERRORS]).join(" "));
    }

    setDoors(doors) {
        this.#doors = doors;
        this.#list.classList.toggle("one-door", this.#doors < 2);
    }

    select(id) {
        if (id === this.#selected) return;
        this.#shownRow(this.#selected)?.setAttribute("aria-selected", "false");
        this.#selected = id;
        this.#shownRow(id)?.setAttribute("aria-selected", "true");
        this.#toReveal = id;
        this.#reveal();
        this.#makeReachable();
    }

    /** Scrolls to the selected row, which a deep link may name before the list is loaded. */
    #reveal() {
        const row = this.#shownRow(this.#toReveal);
        if (!row) return;
        row.scrollIntoView({ block: "nearest" });
        this.#toReveal = undefined;
    }

    focus() {
        const row = this.#body.querySelector('[tabindex="0"]');
        if (row) row.focus();
    }

    /** Moves the focus by `step` rows. An open panel follows. */
    move(step) {
        const current =
            document.activeElement?.closest?.("#list .row[data-id]") ?? this.#body.querySelector('[tabindex="0"]');
        if (!current) return;
        const isFocused = current.contains(document.activeElement);
        const next = isFocused ? this.#sibling(current, step) : current;
        const reachable = this.#body.querySelector('[tabindex="0"]');
        if (reachable) reachable.tabIndex = -1;
        next.tabIndex = 0;
        next.focus();
        next.scrollIntoView({ block: "nearest" });
        if (this.#selected !== undefined) this.#page.showRequest(idOf(next), { replace: true });
    }

    #sibling(row, step) {
        if (step === Infinity) return this.#body.lastElementChild.lastElementChild;
        if (step === -Infinity) return this.#firstRow();
        let next = row;
        for (let count = Math.abs(step); count > 0; count -= 1) next = neighbour(next, step) ?? next;
        return next;
    }

    #click(event) {
        const row = event.target.closest(".row[data-id]");
        if (!row || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
        if (!getSelection().isCollapsed) return;
        event.preventDefault();
        this.#page.showRequest(idOf(row));
        row.focus({ preventScroll: true });
    }

    #key(event) {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };
        const row = event.target.closest(".row[data-id]");
        if (!row) return;
        if (event.key in steps) {
            event.preventDefault();
            this.move(steps[event.key]);
        } else if (event.key === "Enter" || event.key === " ") {
            event.preventDefault();
            this.#page.showRequest(idOf(row), { focus: event.key === "Enter" });
        }
    }

    #scrolled() {
        if (this.#list.scrollTop < this.#rowHeight() && this.#unseen > 0) {
            this.#unseen = 0;
            this.#newer.hidden = true;
        }
    }

    #togglePause() {
        this.#paused = !this.#paused;
        this.#pause.setAttribute("aria-pressed", String(this.#paused));
        this.#showPause();
        this.#schedule();
    }

    #showPause() {
        const waiting = this.#pending.size === 0 ? "" : ` (${this.#pending.size})`;
        setText(this.#pause, this.#paused ? `Resume${waiting}` : "Pause");
    }
}

const isWithoutParameters = ({ path }) => path?.startsWith("/") && !/[{*]/.test(path);

/** A curl command for the first route that needs no parameter. */
export function firstCommand({ front_doors: doors }) {
    for (const door of doors) {
        for (const route of door.routes) {
            if (!isWithoutParameters(route) || !["ANY", "GET"].includes(route.method ?? "ANY")) continue;
            const origin = route.host ? `http://${route.host}` : new URL(door.url).origin;
            return `curl ${origin}${route.path}`;
        }
    }
    return undefined;
}
