// The functions, their builds and their sandboxes.

import { copyButton, element, setText, visible } from "./dom.js";
import { firstFunction } from "./empty.js";
import { terminalText } from "./log.js";

const ORDER = ["broken", "building", "ready"];

export class Functions {
    #page;
    #view = document.getElementById("functions");
    #badge = document.getElementById("functions-badge");
    #functions;
    // The groups on the page, by function. A group without changes keeps its focus, selection and scroll position.
    #groups = new Map();
    #table;

    constructor(page) {
        this.#page = page;
    }

    update(functions) {
        this.#functions = functions;
        const broken = functions.filter(({ state }) => state === "broken").length;
        this.#badge.hidden = broken === 0;
        setText(this.#badge, `${broken} broken`);
        this.draw();
    }

    /** Draws changed functions, if the view is open. */
    draw() {
        if (this.#view.hidden) return;
        if (!this.#functions?.length) {
            this.#table = undefined;
            this.#groups.clear();
            this.#view.replaceChildren(
                this.#functions ? firstFunction() : element("p", { class: "empty" }, "Loading…"),
            );
            return;
        }
        if (!this.#table) {
            this.#table = newTable();
            this.#view.replaceChildren(this.#table);
        }
        const wanted = sorted(this.#functions).map((one) => this.#currentGroup(one));
        for (const group of [...this.#table.tBodies]) if (!wanted.includes(group)) group.remove();
        wanted.forEach((group, index) => {
            const there = this.#table.tBodies[index];
            if (there !== group) this.#table.insertBefore(group, there ?? null);
        });
    }

    /** The group on the page if it is up to date, or else a new group in its place. */
    #currentGroup(one) {
        const text = JSON.stringify(one);
        const known = this.#groups.get(one.function);
        if (known?.text === text) return known.group;
        const group = this.#group(one);
        this.#groups.set(one.function, { text, group });
        if (known?.group.isConnected) {
            group.classList.toggle("wanted", known.group.classList.contains("wanted"));
            const hadFocus = known.group.contains(document.activeElement);
            known.group.replaceWith(group);
            if (hadFocus) group.querySelector("a").focus();
        }
        return group;
    }

    /** Scrolls to a function, by its route or name. */
    reveal(name) {
        for (const group of this.#view.querySelectorAll(".function-group")) {
            const isWanted = name !== undefined && (group.dataset.route === name || group.dataset.name === name);
            group.classList.toggle("wanted", isWanted);
            if (isWanted) group.scrollIntoView({ block: "nearest" });
        }
    }

    #group({ route, function: name, state, error, version, sandboxes = [] }) {
        const title = visible(route ?? name);
        return element(
            "tbody",
            { class: "function-group", "data-route": route ?? "", "data-name": name },
            element(
                "tr",
                {},
                element("th", { scope: "row" }, visible(route ?? "–")),
                element("td", { class: "dim mono" }, visible(name)),
                element("td", { class: "function-state" }, element("span", { class: `state ${state}` }, state)),
                element("td", { class: "function-version mono" }, visible(String(version ?? "–"))),
                element(
                    "td",
                    { class: "function-sandboxes" },
                    sandboxes.length > 0
                        ? element("ul", { class: "sandboxes" }, sandboxes.map(sandboxLine))
                        : element("span", { class: "dim" }, "no sandbox"),
                ),
                element(
                    "td",
                    { class: "function-link" },
                    element("a", { href: this.#page.link(["requests"], `function:${route ?? name}`) }, "Requests"),
                ),
            ),
            error &&
                element(
                    "tr",
                    {},
                    element(
                        "td",
                        { class: "compiler", colspan: 6 },
                        element(
                            "pre",
                            { class: "code", tabindex: 0, "aria-label": `Compiler output for ${title}` },
                            terminalText(error),
                        ),
                        copyButton(error),
                    ),
                ),
        );
    }
}

const sorted = (functions) =>
    [...functions].sort(
        (a, b) =>
            ORDER.indexOf(a.state) - ORDER.indexOf(b.state) ||
            (a.route ?? a.function).localeCompare(b.route ?? b.function),
    );

function newTable() {
    const head = ["Route", "Function", "State", "Version", "Sandboxes", ""].map((label) =>
        element("th", { scope: "col" }, label),
    );
    return element(
        "table",
        { class: "functions" },
        element("caption", { class: "hidden" }, "Functions with their builds and sandboxes"),
        element("thead", {}, element("tr", {}, head)),
    );
}

function sandboxLine({ pid, state, memory_mb: now, max_memory_mb: most }) {
    const memory = now === undefined ? "" : `${now} MB${most === undefined ? "" : `, peak ${most} MB`}`;
    return element(
        "li",
        {},
        element("span", {}, `pid ${pid}`),
        element("span", { class: `sandbox ${state}` }, visible(state)),
        element("span", { class: "dim" }, memory),
    );
}
