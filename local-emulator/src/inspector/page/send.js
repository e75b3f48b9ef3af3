// The form of a route.

import { element } from "./dom.js";
import { field, input, METHODS, select, sendingForm, textarea } from "./form.js";

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
