// Forms: sending a request to a route, editing a request, saving a request as a test.

import { copyButton, element, prose, requestName, title, visible } from "./dom.js";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

let fields = 0;

function field(label, control, hint) {
    fields += 1;
    control.id = `field-${fields}`;
    if (hint) control.setAttribute("aria-describedby", `${control.id}-hint`);
    return element(
        "div",
        { class: "field" },
        element("label", { for: control.id }, label),
        control,
        hint && element("p", { class: "hint", id: `${control.id}-hint` }, prose(hint)),
    );
}

const input = (attributes) =>
    element("input", {
        type: "text",
        class: "mono",
        autocomplete: "off",
        autocapitalize: "off",
        spellcheck: "false",
        ...attributes,
    });

function textarea(text, attributes) {
    return element("textarea", { class: "mono", spellcheck: "false", autocapitalize: "off", ...attributes }, text);
}

function select(values, chosen) {
    return element(
        "select",
        {},
        values.map(([value, label]) => element("option", { value, selected: value === chosen }, label)),
    );
}

/** A form that reports its failure beside its button, and cannot be sent twice at a time. */
function sendingForm(label, content, send) {
    const button = element("button", { type: "submit", class: "button primary" }, label);
    const message = element("p", { class: "form-message", role: "alert" });
    const form = element("form", { class: "form" }, content, element("div", { class: "form-end" }, button, message));
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        button.disabled = true;
        button.textContent = "Sending…";
        message.textContent = "";
        try {
            await send();
        } catch (error) {
            message.replaceChildren(...prose(error.message));
        } finally {
            button.disabled = false;
            button.textContent = label;
        }
    });
    return form;
}

// ---- Edit and send ----

/** Reads `name: value` lines. */
export function parseHeaders(text) {
    return text.split("\n").flatMap((line, index) => {
        if (line.trim() === "") return [];
        const colon = line.indexOf(":");
        if (colon < 1) throw new Error(`Line ${index + 1} of the headers needs the form \`name: value\`.`);
        return [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]];
    });
}

const headerLines = (headers) => (headers ?? []).map(([name, value]) => `${name}: ${value}`).join("\n");

function bodyHint(body) {
    if (body?.unread) return "The front door did not read the body of this request. Enter a new body.";
    if (body?.cut) return "The inspector kept only a part of the body. Enter the whole body to send the request.";
    if (body?.base64 !== undefined) return "The body is binary. This field holds it as base64.";
    return undefined;
}

export function editForm(page, api, request, { front_doors: doors }) {
    const sent = request.request ?? {};
    const isBase64 = sent.body?.base64 !== undefined;
    const target = `${request.path ?? "/"}${request.query ? `?${request.query}` : ""}`;
    const door = select(
        doors.map((one) => [one.name, title(one.title ?? one.name)]),
        request.front_door,
    );
    const method = input({ value: request.method ?? "GET", list: "methods", required: true });
    const path = input({ value: target, required: true, pattern: "/.*", title: "A path that begins with a slash" });
    const headers = textarea(headerLines(sent.headers), { rows: Math.min(14, (sent.headers?.length ?? 0) + 1) });
    const body = textarea(sent.body?.base64 ?? sent.body?.text ?? "", { rows: 10 });
    // Text areas change line ends, so edits are found by comparing with the text that the area holds.
    const before = { headers: headers.value, body: body.value };

    function edits() {
        const changed = {};
        if (door.value && door.value !== request.front_door) changed.front_door = door.value;
        if (method.value.trim() !== request.method) changed.method = method.value.trim();
        if (path.value !== target) changed.target = path.value;
        if (headers.value !== before.headers) changed.headers = parseHeaders(headers.value);
        if (body.value !== before.body)
            changed.body = isBase64 ? { base64: body.value.replace(/\s/g, "") } : body.value;
        return changed;
    }

    return sendingForm(
        "Send",
        [
            doors.length > 0 && field("Front door", door),
            element("div", { class: "method-and-target" }, field("Method", method), field("Path and query", path)),
            methodList(),
            field("Headers", headers, "One header a line, as `name: value`."),
            field(isBase64 ? "Body (base64)" : "Body", body, bodyHint(sent.body)),
        ],
        async () => {
            const answer = await api.sendAgain(request.id, edits());
            page.toast(`Sent as request ${answer.id}.`);
            page.showRequest(answer.id, { tab: "response" });
        },
    );
}

const methodList = () =>
    element(
        "datalist",
        { id: "methods" },
        METHODS.map((method) => element("option", { value: method })),
    );

// ---- Send to a route ----

const PARAMETER = /\{([^}]+)\}|\*/g;

function parametersOf(path) {
    return [...path.matchAll(PARAMETER)].map(([text, name]) => {
        const isGreedy = name === undefined || name.endsWith("+");
        return { text, name: name?.replace(/\+$/, "") ?? "*", isGreedy };
    });
}

const encodeSegments = (value) => value.split("/").map(encodeURIComponent).join("/");

/** Routes of a front door in groups: a folder of `functions/` has one form, even if it has several route keys. */
export function routeGroups(door) {
    const groups = new Map();
    for (const route of door.routes) {
        const id = route.route ?? route.key;
        const group = groups.get(id) ?? {
            id,
            door,
            function: route.function,
            host: route.host,
            methods: new Set(),
            paths: new Set(),
        };
        group.methods.add(route.method ?? "ANY");
        group.paths.add(route.path ?? "$default");
        groups.set(id, group);
    }
    return [...groups.values()];
}

/** Fills in the longest path whose parameters all have values. Without its optional catch-all, a shorter path fits. */
function targetPath(paths, values) {
    const longestFirst = [...paths].sort((a, b) => parametersOf(b).length - parametersOf(a).length);
    const fitting =
        longestFirst.find((path) => parametersOf(path).every(({ name }) => values(name) !== "")) ?? longestFirst.at(-1);
    let index = -1;
    return fitting.replace(PARAMETER, (text, name) => {
        index += 1;
        const parameter = parametersOf(fitting)[index];
        const value = values(parameter.name);
        if (value === "") return name === undefined ? "" : text;
        return parameter.isGreedy ? encodeSegments(value) : encodeURIComponent(value);
    });
}

/** Rows of names and values, with an empty one to add the next. */
function pairRows(label, onchange) {
    const rows = element("div", { class: "pair-rows" });
    function add(focus) {
        const name = input({ "aria-label": `${label}: name`, placeholder: "name" });
        const value = input({ "aria-label": `${label}: value`, placeholder: "value" });
        const remove = element(
            "button",
            { type: "button", class: "quiet", "aria-label": `Remove this row of ${label}` },
            "×",
        );
        const row = element("div", { class: "pair-row" }, name, value, remove);
        row.addEventListener("input", onchange);
        remove.addEventListener("click", () => {
            const next = row.nextElementSibling ?? row.previousElementSibling;
            row.remove();
            (next?.querySelector("input") ?? addButton).focus();
            onchange();
        });
        rows.append(row);
        if (focus) name.focus();
        return { name, value };
    }
    const addButton = element("button", { type: "button", class: "quiet small", onclick: () => add(true) }, "Add");
    const group = element("fieldset", { class: "field" }, element("legend", {}, label, addButton), rows);
    const values = () =>
        [...rows.children]
            .map((row) => [...row.querySelectorAll("input")].map((control) => control.value))
            .filter(([name]) => name.trim() !== "");
    return { group, values, add };
}

const isJsonText = (text) => {
    try {
        JSON.parse(text);
        return true;
    } catch {
        return false;
    }
};

export function sendForm(page, api, group) {
    const methods = group.methods.has("ANY") ? METHODS : [...group.methods];
    const method = select(
        methods.map((name) => [name, name]),
        methods[0],
    );
    const preview = element("output", { class: "preview-line mono" });
    const isFree = group.host !== undefined || [...group.paths].some((path) => !path.startsWith("/"));
    const longest = [...group.paths].sort((a, b) => parametersOf(b).length - parametersOf(a).length)[0];
    const isOptional = (name) =>
        [...group.paths].some((path) => !parametersOf(path).some((parameter) => parameter.name === name));
    const parameters = isFree
        ? []
        : parametersOf(longest).map((parameter) => {
              const optional = isOptional(parameter.name) || parameter.text === "*";
              const control = input({
                  required: !optional,
                  placeholder: parameter.isGreedy ? "one/or/more" : undefined,
              });
              const hint = parameter.isGreedy ? `${optional ? "Optional. " : ""}Slashes separate segments.` : undefined;
              return { ...parameter, control, row: field(element("code", {}, parameter.text), control, hint) };
          });
    const path = input({ value: "/", required: true, pattern: "/.*", title: "A path that begins with a slash" });
    const query = pairRows("Query", show);
    const headers = pairRows("Headers", show);
    const body = textarea("", { rows: 8 });

    const valueOf = (name) => parameters.find((parameter) => parameter.name === name)?.control.value ?? "";

    function target() {
        const start = isFree ? path.value : targetPath(group.paths, valueOf);
        const pairs = query
            .values()
            .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
            .join("&");
        return pairs ? `${start}${start.includes("?") ? "&" : "?"}${pairs}` : start;
    }

    function show() {
        preview.value = `${method.value} ${target()}`;
    }

    function newRequest() {
        const sent = { front_door: group.door.name, method: method.value, target: target(), headers: headers.values() };
        const has = (name) => sent.headers.some(([header]) => header.trim().toLowerCase() === name);
        if (group.host && !has("host")) sent.headers.unshift(["host", group.host]);
        if (body.value !== "") {
            if (!has("content-type") && isJsonText(body.value)) sent.headers.push(["content-type", "application/json"]);
            sent.body = body.value;
        }
        return sent;
    }

    const form = sendingForm(
        "Send",
        [
            element(
                "div",
                { class: "method-and-target" },
                field("Method", method),
                isFree && field("Path and query", path),
            ),
            parameters.map(({ row }) => row),
            query.group,
            headers.group,
            field(
                "Body",
                body,
                "JSON gets the header `content-type: application/json`, unless the headers have another content type.",
            ),
            preview,
        ],
        async () => {
            const answer = await api.sendNew(newRequest());
            page.toast(`Sent as request ${answer.id}.`);
            page.showRequest(answer.id, { tab: "response" });
        },
    );
    form.addEventListener("input", show);
    show();
    return form;
}

// ---- The view of routes ----

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
        this.#list.append(
            element(
                "p",
                { class: "empty" },
                prose("No front door has a route yet. Add the first one with `cargo api-routes new /api/hello`."),
            ),
        );
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
                element("h2", {}, "There is no such route"),
                element("p", {}, "The list has the routes that the front doors have now."),
            ),
        );
    }
}

// ---- Save as test ----

/** Proposes a file name: `post-notes`, `get-posts-7-404`. */
export function proposedName(request) {
    const words = `${request.method ?? "event"} ${(request.path ?? request.event_for ?? "").replace(/^\/api(?=\/)/, "")}`;
    const name = words
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-|-$/g, "")
        .slice(0, 60);
    return request.status >= 400 ? `${name}-${request.status}` : name;
}

export function saveDialog(page, api, request) {
    const name = input({
        value: proposedName(request),
        required: true,
        pattern: "[a-z0-9_\\-]+",
        maxlength: 64,
        title: "Lower-case letters, digits, hyphens and underscores",
    });
    const secrets = element("input", { type: "checkbox" });
    const explained = element("p", { class: "hint" });
    const explain = () => {
        explained.replaceChildren(
            ...prose(
                secrets.checked
                    ? "The file keeps the real values. Do not commit it if they are secret."
                    : "Placeholders replace the values of `Authorization`, cookies and `x-api-key`, and the claims of authorizers.",
            ),
        );
    };
    secrets.addEventListener("change", explain);
    explain();
    const close = () => dialog.close();
    const message = element("p", { class: "form-message", role: "alert" });
    const save = element("button", { type: "submit", class: "button primary" }, "Save");
    const form = element(
        "form",
        { class: "form" },
        field("Name", name, "The event becomes a file with this name in the tests of its function."),
        element("div", { class: "field" }, element("label", { class: "check" }, secrets, " Keep secrets"), explained),
        element(
            "div",
            { class: "form-end" },
            save,
            element("button", { type: "button", class: "button", onclick: close }, "Cancel"),
            message,
        ),
    );
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        save.disabled = true;
        message.textContent = "";
        try {
            const saved = await api.saveAsTest(request.id, name.value, secrets.checked);
            content.replaceChildren(...savedView(saved, close));
            content.querySelector("button")?.focus();
        } catch (error) {
            message.replaceChildren(...prose(error.message));
            name.focus();
        } finally {
            save.disabled = false;
        }
    });
    const content = element(
        "div",
        { class: "dialog-content" },
        element("h2", {}, "Save as test"),
        element("p", { class: "dim mono" }, requestName(request)),
        form,
    );
    const dialog = element("dialog", { "aria-label": "Save as test" }, content);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    name.select();
}

function savedView({ path, test }, close) {
    return [
        element("h2", {}, "Saved"),
        element("div", { class: "block-head" }, element("h3", {}, "File"), copyButton(path)),
        element("pre", { class: "code" }, visible(path)),
        element(
            "div",
            { class: "block-head" },
            element("h3", {}, "Add these lines to the tests of the function"),
            copyButton(test),
        ),
        element("pre", { class: "code", tabindex: 0, "aria-label": "Lines of Rust" }, visible(test)),
        element(
            "div",
            { class: "form-end" },
            element("button", { type: "button", class: "button", onclick: close }, "Close"),
        ),
    ];
}
