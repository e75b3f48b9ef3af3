// The view of routes.

import { element, prose, title, visible } from "./dom.js";
import { firstRoute } from "./empty.js";
import { routeGroups, sendForm } from "./send.js";

export class Routes {
    #page;
    #api;
    #list = document.getElementById("routes-list");
    #panel = document.getElementById("route-form");
    // Forms keep their values while other routes and views are open.
    #forms = new Map();
    #shown;
    #visits = 0;

    constructor(page, api) {
        this.#page = page;
        this.#api = api;
    }

    /** Forgets the forms: another emulator may have other routes. */
    reset() {
        this.#forms.clear();
        this.#shown = undefined;
    }

    async show(doorName, routeId) {
        this.#visits += 1;
        const visit = this.#visits;
        let routes;
        try {
            routes = await this.#page.routes({ fresh: true });
        } catch (error) {
            this.#list.replaceChildren(element("p", { class: "empty" }, prose(error.message)));
            return;
        }
        // The reader may have gone elsewhere in the meantime.
        if (visit !== this.#visits) return;
        const text = JSON.stringify(routes);
        if (text !== this.#shown?.text) this.#drawList(routes, text);
        const chosen = this.#shown.groups.find(({ id, door }) => door.name === doorName && id === routeId);
        for (const { link, group } of this.#shown.links) {
            if (group === chosen) link.setAttribute("aria-current", "true");
            else link.removeAttribute("aria-current");
        }
        this.#panel.parentElement.classList.toggle("open", routeId !== undefined);
        if (chosen) this.#open(chosen);
        else if (routeId !== undefined) this.#missing(routeId);
        else this.#panel.hidden = true;
    }

    #drawList(routes, text) {
        const doors = routes.front_doors.map((door) => ({ door, groups: routeGroups(door) }));
        this.#shown = { text, groups: doors.flatMap(({ groups }) => groups), links: [] };
        this.#list.replaceChildren(...doors.map(({ door, groups }) => this.#doorView(door, groups)));
        if (this.#shown.groups.length > 0) return;
        this.#list.append(firstRoute());
    }

    #doorView(door, groups) {
        return element(
            "section",
            { class: "door-group" },
            element(
                "div",
                { class: "door-head" },
                element("h2", {}, title(door.title ?? door.name)),
                element("code", { class: "dim" }, visible(door.url ?? "")),
            ),
            element(
                "ul",
                {},
                groups.map((group) => element("li", {}, this.#routeLink(group))),
            ),
        );
    }

    #routeLink(group) {
        const link = element(
            "a",
            { class: "route", href: this.#page.link(["routes", group.door.name, group.id]) },
            element("span", { class: "mono" }, visible(group.id)),
            element("span", { class: "dim mono" }, visible([...group.methods].join(" "))),
            element("span", { class: "dim mono function-name" }, visible(group.function ?? "")),
        );
        this.#shown.links.push({ link, group });
        return link;
    }

    #head(title) {
        const close = element(
            "button",
            {
                type: "button",
                class: "quiet close",
                "aria-label": "Close the form",
                title: "Close (Esc)",
                onclick: () => this.#page.closePanel(),
            },
            "×",
        );
        return element(
            "div",
            { class: "panel-top" },
            element("div", { class: "panel-head" }, element("h2", { class: "mono" }, title), close),
        );
    }

    #open(group) {
        const key = [group.door.name, group.id, ...group.methods, ...group.paths].join(" ");
        if (!this.#forms.has(key)) this.#forms.set(key, sendForm(this.#page, this.#api, group));
        document.title = `Send to ${visible(group.id)} · Inspector`;
        this.#panel.hidden = false;
        const head = this.#head(visible(group.id));
        head.append(
            element(
                "ul",
                { class: "facts" },
                [group.door.title ?? group.door.name, group.host, group.function]
                    .filter(Boolean)
                    .map((fact) => element("li", {}, title(fact))),
            ),
        );
        const isPicked = document.activeElement?.classList.contains("route");
        this.#panel.replaceChildren(head, element("div", { class: "panel-body" }, this.#forms.get(key)));
        if (isPicked) this.#forms.get(key).querySelector("select, input").focus();
    }

    #missing(routeId) {
        this.#panel.hidden = false;
        this.#panel.replaceChildren(
            this.#head(visible(routeId)),
            element(
                "div",
                { class: "empty in-panel" },
                element("h2", {}, "This route does not exist"),
                element("p", {}, "The front doors may have changed. Choose a route from the list."),
            ),
        );
    }
}
