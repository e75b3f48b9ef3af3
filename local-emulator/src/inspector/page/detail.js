// The panel of one request.

import { actionGroup } from "./actions.js";
import { comparison } from "./compare.js";
import { element, prose, requestName, statusText, visible } from "./dom.js";
import { editForm } from "./edit.js";
import { closeButton, factList, headLine, noteList, subHead } from "./head.js";
import { tabContent, tabNamed, tabStrip } from "./tabs.js";

const POLL_MS = 1000;

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
                    closeButton(this.#page),
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

    #drawTabs() {
        const request = this.#request;
        const current = tabNamed(this.#view);
        const openTab = () => (request.id === this.#id ? tabNamed(this.#view) : undefined);
        const body = element(
            "div",
            {
                class: "panel-body",
                role: "tabpanel",
                id: "tab-panel",
                tabindex: 0,
                "aria-labelledby": `tab-${current}`,
            },
            tabContent(request, current),
        );
        this.#panel.replaceChildren(
            element(
                "div",
                { class: "panel-top" },
                headLine(this.#page, request),
                factList(this.#page, request, current),
                noteList(request, this.#isDetached),
                !this.#isDetached && actionGroup(this.#page, this.#api, request, openTab),
            ),
            tabStrip(request, current, (name, options) => this.#page.go(["requests", String(this.#id), name], options)),
            body,
        );
    }

    // ---- Edit and compare ----

    async #drawEdit() {
        const body = element("div", { class: "panel-body" });
        this.#panel.replaceChildren(subHead(this.#page, this.#request, "Edit and send"), body);
        const routes = await this.#page.routes().catch(() => ({ front_doors: [] }));
        // The form keeps its values while the reader looks at other tabs of the request.
        if (this.#editForm?.id !== this.#id)
            this.#editForm = { id: this.#id, form: editForm(this.#page, this.#api, this.#request, routes) };
        body.replaceChildren(this.#editForm.form);
    }

    async #drawFrontDoors() {
        const id = this.#id;
        const body = element("div", { class: "panel-body" }, element("p", { class: "none" }, "Loading…"));
        this.#panel.replaceChildren(subHead(this.#page, this.#request, "Event of each front door"), body);
        try {
            const { events } = await this.#api.eventsOfFrontDoors(id);
            if (id === this.#id) body.replaceChildren(...comparison(events));
        } catch (error) {
            body.replaceChildren(element("p", { class: "callout failure" }, prose(error.message)));
        }
    }
}
