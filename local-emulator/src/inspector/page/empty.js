// The empty states of the page, with the next step for each.

import { copyButton, element, prose } from "./dom.js";

const commandBox = (command) => element("div", { class: "command" }, element("code", {}, command), copyButton(command));

/** The empty state of the list: no request yet, or none that matches the filter. */
export class EmptyList {
    #page;
    #box = document.getElementById("list-empty");

    constructor(page) {
        this.#page = page;
    }

    /** `kind` is `requests`, `matches`, or empty for a list with rows. */
    show(kind) {
        if (this.#box.dataset.kind === kind) return;
        this.#box.dataset.kind = kind;
        this.#box.hidden = kind === "";
        if (kind === "matches") this.#showNoMatch();
        else if (kind === "requests") this.#showFirstSteps();
    }

    #showNoMatch() {
        this.#box.replaceChildren(
            element("h2", {}, "No request matches the filter"),
            element(
                "button",
                { type: "button", class: "button", onclick: () => this.#page.setFilter("") },
                "Clear the filter",
            ),
        );
    }

    /** Shows how to send a first request, with the address of a real route. */
    async #showFirstSteps() {
        const box = this.#box;
        box.replaceChildren(
            element("h2", {}, "No requests yet"),
            element("p", {}, "Requests appear here as the emulator receives them."),
        );
        const routes = await this.#page.routes().catch(() => undefined);
        const command = routes && firstCommand(routes);
        if (!command || box.dataset.kind !== "requests" || box.querySelector(".command")) return;
        box.append(
            element("p", {}, "Send the first one:"),
            commandBox(command),
            element("p", {}, "Or fill in ", element("a", { href: "#/routes" }, "the form of a route"), "."),
        );
    }
}

const isWithoutParameters = ({ path }) => path?.startsWith("/") && !/[{*]/.test(path);

/** A curl command for the first route that needs no parameter. */
function firstCommand({ front_doors: doors }) {
    for (const door of doors) {
        for (const route of door.routes) {
            if (!isWithoutParameters(route) || !["ANY", "GET"].includes(route.method ?? "ANY")) continue;
            const origin = route.host ? `http://${route.host}` : new URL(door.url).origin;
            return `curl ${origin}${route.path}`;
        }
    }
    return undefined;
}

export const firstFunction = () =>
    element(
        "div",
        { class: "empty" },
        element("h2", {}, "No functions yet"),
        element("p", {}, "Add the first route:"),
        commandBox("cargo api-routes new /api/hello"),
    );

export const firstRoute = () =>
    element(
        "p",
        { class: "empty" },
        prose("No front door has a route yet. Add the first one with `cargo api-routes new /api/hello`."),
    );
