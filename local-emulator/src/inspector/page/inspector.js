// The page: address, views, messages, connection and keys.

import * as api from "./api.js";
import { element, prose, setText, visible } from "./dom.js";
import { RequestList } from "./list.js";

performance.mark("script-start");

const VIEWS = ["requests", "routes", "functions"];
const TOAST_MS = 6000;
const NARROW = matchMedia("(max-width: 860px)");

// ---- The address: `#/requests/12/event?q=status:error` ----

function decode(part) {
    try {
        return decodeURIComponent(part);
    } catch {
        return part;
    }
}

function readAddress() {
    const [, path, query] = /^#?([^?]*)\??(.*)$/s.exec(location.hash);
    const [view, ...parts] = path.split("/").filter(Boolean).map(decode);
    const filter = new URLSearchParams(query).get("q") ?? "";
    return VIEWS.includes(view) ? { view, parts, filter } : { view: "requests", parts: [], filter };
}

const isListOnly = () => readAddress().view === "requests" && readAddress().parts.length === 0;

/** Encodes a filter, except for the characters that keep the address readable. */
const encode = (text) => encodeURIComponent(text).replace(/%(3A|2F|3E|3C)/g, decodeURIComponent);

function link(parts, filter = readAddress().filter) {
    return `#/${parts.map(encodeURIComponent).join("/")}${filter ? `?q=${encode(filter)}` : ""}`;
}

function go(parts, { replace = false, filter } = {}) {
    const address = link(parts, filter);
    if (address !== location.hash) history[replace ? "replaceState" : "pushState"](null, "", address);
    show();
}

// ---- Messages ----

const toastBox = document.getElementById("toast");
let toastTimer;

/** A short message at the edge of the page. `action` is `{label, onclick}` or `{label, href}`. */
function toast(message, { action, isError = false } = {}) {
    clearTimeout(toastTimer);
    const hide = () => toastBox.replaceChildren();
    const button =
        action &&
        (action.href
            ? element("a", { class: "button", href: action.href, onclick: hide }, action.label)
            : element("button", { type: "button", class: "button", onclick: action.onclick }, action.label));
    toastBox.replaceChildren(
        element(
            "div",
            { class: isError ? "toast-box failure" : "toast-box" },
            element("span", {}, prose(message)),
            button,
            element(
                "button",
                { type: "button", class: "quiet", "aria-label": "Dismiss the message", onclick: hide },
                "×",
            ),
        ),
    );
    toastTimer = setTimeout(hide, action || isError ? TOAST_MS * 2 : TOAST_MS);
}

/** Waits for a result. A failure is shown as a message and returns undefined. */
async function attempt(promise) {
    try {
        return await promise;
    } catch (error) {
        toast(error.message, { isError: true });
        return undefined;
    }
}

const banner = document.getElementById("banner");

function setBanner(...content) {
    banner.hidden = content.length === 0;
    banner.replaceChildren(...content);
}

// ---- Views ----

let knownRoutes;

const page = {
    go,
    link,
    toast,
    attempt,
    isNarrow: () => NARROW.matches,
    /** The routes as last read. `fresh` reads them again; after a failure the last ones stay. */
    routes({ fresh = false } = {}) {
        const before = knownRoutes;
        if (before && !fresh) return before;
        knownRoutes = api.readRoutes().catch((error) => {
            knownRoutes = before;
            if (before) return before;
            throw error;
        });
        return knownRoutes;
    },
    showRequest(id, { tab, replace, focus = false } = {}) {
        const { view, parts } = readAddress();
        const open =
            view === "requests" && parts[1] && !["edit", "front-doors"].includes(parts[1]) ? parts[1] : "request";
        shouldFocus = focus;
        if (detail?.isDetached) detail.hide();
        go(["requests", String(id), tab ?? open], { replace });
    },
    setFilter(filter) {
        const { parts } = readAddress();
        go(["requests", ...parts], { replace: true, filter });
    },
    closePanel,
};

let shouldFocus = false;
const list = new RequestList(page, api);
// The list comes first. The other views load after it, unless the address names one of them.
let detail;
let routesView;
let functionsView;
let knownFunctions;

async function loadViews() {
    const modules = [import("./detail.js"), import("./routes.js"), import("./functions.js")];
    const [{ Detail }, { Routes }, { Functions }] = await Promise.all(modules);
    detail = new Detail(page, api);
    routesView = new Routes(page, api);
    functionsView = new Functions(page);
    if (knownFunctions) functionsView.update(knownFunctions);
    show();
}

function show() {
    const { view, parts, filter } = readAddress();
    for (const name of VIEWS) {
        document.getElementById(name).hidden = name !== view;
        const tab = document.querySelector(`[data-view="${name}"]`);
        if (name === view) tab.setAttribute("aria-current", "page");
        else tab.removeAttribute("aria-current");
        tab.href = link([name], name === "requests" ? filter : "");
    }
    document.title = `${view[0].toUpperCase()}${view.slice(1)} · Inspector`;
    if (view === "requests") showRequests(parts, filter);
    if (view === "routes") routesView?.show(...parts);
    if (view === "functions" && functionsView) showFunctions(parts[0]);
}

let shownFilter = "";

function showRequests([id, tab], filter) {
    if (filter !== shownFilter) {
        shownFilter = filter;
        list.setFilter(filter);
    }
    const number = id === undefined ? undefined : /^\d+$/.test(id) ? Number(id) : id;
    document.getElementById("requests").classList.toggle("open", id !== undefined);
    list.select(number);
    if (!detail) return;
    if (number === undefined) detail.hide();
    else detail.show(number, tab ?? "request", { focus: shouldFocus });
    shouldFocus = false;
}

async function showFunctions(name) {
    functionsView.draw();
    functionsView.reveal(name);
    const answer = await attempt(api.readFunctions());
    if (answer) {
        functionsView.update(answer.functions);
        functionsView.reveal(name);
    }
}

function closePanel() {
    const { view, parts } = readAddress();
    if (parts.length === 0) return;
    const opener = document.querySelector(`#${view} a[aria-current]`);
    go([view]);
    if (view === "requests") list.focus();
    else opener?.focus();
}

// ---- The connection ----

let emulator;
let isConnected;
let hasLoaded = false;

function setConnection(state, text) {
    document.getElementById("connection").dataset.state = state;
    setText(document.getElementById("connection-text"), text);
}

const STOPPED = [
    element("strong", {}, "The emulator has stopped. "),
    "This page keeps what it shows, and reconnects by itself when you start ",
    element("code", {}, "cargo api-routes dev"),
    " again.",
];

async function loadList(loading) {
    const loaded = await attempt(loading.then(() => true));
    hasLoaded ||= loaded === true;
}

function greet({ emulator: uuid, version }) {
    const isRestarted = emulator !== undefined && emulator !== uuid;
    const isFirst = emulator === undefined;
    emulator = uuid;
    setConnection("live", version ? `Live · ${visible(version)}` : "Live");
    if (isRestarted) {
        knownRoutes = undefined;
        routesView?.reset();
        loadList(list.reload());
        readFrontDoors();
        detail?.detach();
        list.select(undefined);
        toast("The emulator was restarted. The list of requests starts again.");
        if (readAddress().view !== "requests") show();
    } else if (isFirst) {
        // Requests may have changed between the first answer and the start of the stream.
        firstLoad.then(() => loadList(hasLoaded ? list.refresh() : list.load()));
    } else {
        // The stream may have missed changes while it was closed.
        loadList(list.load());
    }
}

const firstLoad = loadList(list.load());

api.listen({
    hello: greet,
    request(summary) {
        list.update(summary);
        detail?.update(summary);
    },
    functions({ functions }) {
        knownFunctions = functions;
        functionsView?.update(functions);
    },
    cleared: () => list.empty(),
    connected(connected) {
        if (connected === isConnected) return;
        isConnected = connected;
        setBanner(...(connected ? [] : STOPPED));
        if (!connected) setConnection("lost", "Stopped");
    },
});

async function readFrontDoors() {
    const routes = await page.routes().catch(() => undefined);
    if (routes) list.setDoors(routes.front_doors.length);
}

// ---- Keys ----

const FIELDS = "input, textarea, select, [contenteditable]";

addEventListener("keydown", (event) => {
    if (
        event.defaultPrevented ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        document.querySelector("dialog[open], :popover-open")
    )
        return;
    if (event.target.closest?.(FIELDS)) return;
    if (event.key === "Escape") closePanel();
    if (readAddress().view !== "requests") return;
    if (event.key === "j") list.move(1);
    if (event.key === "k") list.move(-1);
    if (event.key === "/") {
        event.preventDefault();
        document.getElementById("filter").focus();
    }
});

addEventListener("hashchange", show);
show();
readFrontDoors();
attempt((isListOnly() ? firstLoad : Promise.resolve()).then(loadViews));
