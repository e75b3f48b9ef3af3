// The list of requests.

import { element, prose, setText } from "./dom.js";
import { EmptyList } from "./empty.js";
import { hasErrors, parseFilter, toggleErrors } from "./filter.js";
import { elapsed, fillRow, idOf, newRow, rowHead, Rows } from "./rows.js";

const KEPT = 1000;
// index.html preloads the first call by its address, which has this limit.
const FIRST = 100;
// Enough rows for the first screen, and few enough that the page stays responsive.
const ROWS_PER_FRAME = 50;
const STATE_ORDER = ["building", "queued", "running", "done"];

/** A summary that arrives late must not move a request back, from "done" to "running". */
function isOlder(summary, known) {
    return known !== undefined && STATE_ORDER.indexOf(summary.state) < STATE_ORDER.indexOf(known.state);
}

export class RequestList {
    #page;
    #api;
    #summaries = new Map();
    // All rows by id. A row that the filter excludes stays here, outside the document.
    #rowsById = new Map();
    #rows = new Rows();
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
    #older = element(
        "button",
        { type: "button", class: "older quiet", onclick: () => this.#loadOlder() },
        "Show older requests",
    );
    #newer = document.getElementById("newer");
    #empty;
    #input = document.getElementById("filter");
    #errors = document.getElementById("errors");
    #pause = document.getElementById("pause");

    constructor(page, api) {
        this.#page = page;
        this.#api = api;
        this.#empty = new EmptyList(page);
        const grid = element(
            "div",
            { role: "grid", "aria-label": "Requests, newest first" },
            element("div", { class: "list-head", role: "rowgroup" }, rowHead()),
            this.#rows.body,
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
        this.#errors.addEventListener("click", () => page.setFilter(toggleErrors(this.#input.value)));
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
        this.#rowsById.clear();
        this.#pending.clear();
        this.#rows.replace([]);
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

    /** Draws the newest changes, and the others in later frames. */
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
        // Without rows there is nothing to measure, and reading the position would lay out the page.
        if (!this.#rows.first || this.#list.scrollTop === 0) return undefined;
        return this.#rows.at(this.#list.scrollTop);
    }

    #scrollBy(pixels) {
        if (pixels !== 0) this.#list.scrollTop += pixels;
    }

    /** Draws a request. Returns true if its row is new. */
    #place(id) {
        const summary = this.#summaries.get(id);
        if (!summary) return false;
        const known = this.#rowsById.get(id);
        const row = known ?? newRow(id);
        fillRow(row, summary);
        row.setAttribute("aria-selected", String(id === this.#selected));
        this.#rowsById.set(id, row);
        const isShown = row.isConnected;
        if (!this.#filter.matches(summary) || isShown) {
            if (isShown && !this.#filter.matches(summary) && id !== this.#selected) this.#rows.remove(row);
            return false;
        }
        this.#rows.insert(row);
        return true;
    }

    #dropOldest() {
        const excess = this.#summaries.size - this.#kept;
        if (excess <= 0) return;
        for (const id of [...this.#summaries.keys()].sort((a, b) => a - b).slice(0, excess)) {
            if (id === this.#selected) continue;
            const row = this.#rowsById.get(id);
            if (row?.isConnected) this.#rows.remove(row);
            this.#rowsById.delete(id);
            this.#summaries.delete(id);
            this.#pending.delete(id);
            this.#hasOlder = true;
        }
    }

    #showState() {
        const shown = this.#rows.count;
        const all = this.#summaries.size;
        const unit = all === 1 ? "request" : "requests";
        setText(document.getElementById("count"), shown === all ? `${all} ${unit}` : `${shown} of ${all}`);
        this.#older.hidden = !this.#hasOlder;
        this.#newer.hidden = this.#unseen === 0;
        setText(this.#newer, `${this.#unseen} new ${this.#unseen === 1 ? "request" : "requests"} ↑`);
        this.#empty.show(shown > 0 || !this.#loaded ? "" : all === 0 ? "requests" : "matches");
        this.#makeReachable();
    }

    /** Tab reaches one row: the selected one, or the first. */
    #makeReachable() {
        this.#rows.reach(this.#shownRow(this.#selected) ?? this.#rows.reachable ?? this.#rows.first);
    }

    #shownRow(id) {
        const row = this.#rowsById.get(id);
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
        this.#errors.setAttribute("aria-pressed", String(hasErrors(text)));
        this.#input.setAttribute("aria-invalid", String(this.#filter.problem !== ""));
        this.#unseen = 0;
        const ids = [...this.#summaries.keys()]
            .sort((a, b) => b - a)
            .filter((id) => this.#filter.matches(this.#summaries.get(id)));
        this.#rows.replace(ids.flatMap((id) => this.#rowsById.get(id) ?? []));
        for (const id of ids) if (!this.#rowsById.has(id)) this.#pending.add(id);
        if (this.#loaded) this.#showState();
        this.#schedule();
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
        this.#rows.reachable?.focus();
    }

    /** Moves the focus by `step` rows. An open panel follows. */
    move(step) {
        const current = document.activeElement?.closest?.("#list .row[data-id]") ?? this.#rows.reachable;
        if (!current) return;
        const isFocused = current.contains(document.activeElement);
        const next = isFocused ? this.#rows.sibling(current, step) : current;
        this.#rows.reach(next);
        next.focus();
        next.scrollIntoView({ block: "nearest" });
        if (this.#selected !== undefined) this.#page.showRequest(idOf(next), { replace: true });
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
        if (this.#list.scrollTop < this.#rows.height() && this.#unseen > 0) {
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
