// The functions, their builds and their sandboxes.

import { terminalText } from "./content.js";
import { copyButton, element, setText, visible } from "./dom.js";

const ORDER = ["broken", "building", "ready"];

export class Functions {
    #page;
    #view = document.getElementById("functions");
    #badge = document.getElementById("functions-badge");
    #functions;
    #shown = "";

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

    /** Draws the view if it is open and has changed. */
    draw() {
        if (this.#view.hidden) return;
        const text = JSON.stringify(this.#functions);
        if (text === this.#shown) return;
        this.#shown = text;
        const scroll = this.#view.scrollTop;
        this.#view.replaceChildren(...this.#content());
        this.#view.scrollTop = scroll;
    }

    /** Scrolls to a function, by its route or name. */
    reveal(name) {
        for (const group of this.#view.querySelectorAll(".function-group")) {
            const isWanted = name !== undefined && (group.dataset.route === name || group.dataset.name === name);
            group.classList.toggle("wanted", isWanted);
            if (isWanted) group.scrollIntoView({ block: "nearest" });
        }
    }

    #content() {
        if (!this.#functions) return [element("p", { class: "empty" }, "Loading…")];
        if (this.#functions.length === 0) {
            return [element("div", { class: "empty" }, element("h2", {}, "No functions yet"),
                element("p", {}, "Add the first route:"),
                element("div", { class: "command" }, element("code", {}, "cargo api-routes new /api/hello"), copyButton("cargo api-routes new /api/hello")))];
        }
        const sorted = [...this.#functions].sort((a, b) =>
            ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || (a.route ?? a.function).localeCompare(b.route ?? b.function));
        const head = ["Route", "Function", "State", "Version", "Sandboxes", ""].map((label) => element("th", { scope: "col" }, label));
        return [element("table", { class: "functions" },
            element("caption", { class: "hidden" }, "Functions with their builds and sandboxes"),
            element("thead", {}, element("tr", {}, head)), sorted.map((one) => this.#group(one)))];
    }

    #group({ route, function: name, state, error, version, sandboxes = [] }) {
        const title = visible(route ?? name);
        return element("tbody", { class: "function-group", "data-route": route ?? "", "data-name": name },
            element("tr", {},
                element("th", { scope: "row" }, visible(route ?? "–")),
                element("td", { class: "dim mono" }, visible(name)),
                element("td", { class: "function-state" }, element("span", { class: `state ${state}` }, state)),
                element("td", { class: "function-version mono" }, visible(String(version ?? "–"))),
                element("td", { class: "function-sandboxes" }, sandboxes.length > 0
                    ? element("ul", { class: "sandboxes" }, sandboxes.map(sandboxLine))
                    : element("span", { class: "dim" }, "none")),
                element("td", { class: "function-link" }, element("a", { href: this.#page.link(["requests"], `function:${route ?? name}`) }, "Requests"))),
            error && element("tr", {}, element("td", { class: "compiler", colspan: 6 },
                element("pre", { class: "code", tabindex: 0, "aria-label": `Compiler output for ${title}` }, terminalText(error)),
                copyButton(error))));
    }
}

function sandboxLine({ pid, state, memory_mb: now, max_memory_mb: most }) {
    const memory = now === undefined ? "" : `${now} MB${most === undefined ? "" : `, peak ${most} MB`}`;
    return element("li", {}, element("span", {}, `pid ${pid}`), element("span", { class: `sandbox ${state}` }, visible(state)),
        element("span", { class: "dim" }, memory));
}
