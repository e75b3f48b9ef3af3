// The rows of the list.

import {
    clock,
    duration,
    element,
    methodText,
    setText,
    statusClass,
    statusText,
    targetText,
    visible,
} from "./dom.js";

// Rows come in groups, and the browser lays out only the groups in view. Observing each row by itself costs more.
const GROUP = 25;

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

/** The elements of a row without its text. Rows are copies, because new elements take longer. */
function blankRow() {
    const row = element("div", { class: "row", role: "row", tabindex: -1 });
    for (const [name] of COLUMNS) row.append(element("span", { class: `cell ${name}`, role: "gridcell" }));
    const link = element("a", { tabindex: -1 }, element("span"), element("span", { class: "dim" }));
    row.querySelector(".path").append(link, element("span", { class: "tag" }));
    return row;
}

const BLANK_ROW = blankRow();

export function newRow(id) {
    const row = BLANK_ROW.cloneNode(true);
    row.dataset.id = id;
    const cells = Object.fromEntries(COLUMNS.map(([name], index) => [name, row.children[index]]));
    const [link, tag] = cells.path.children;
    const [target, query] = link.children;
    link.href = `#/requests/${id}`;
    row.cells = { ...cells, target, query, tag };
    return row;
}

export const idOf = (row) => Number(row.dataset.id);

function tagText(summary) {
    if (summary.error_type) return visible(summary.error_type);
    if (summary.note) return "emulator";
    const source = summary.sent_from ?? summary.authorizes_request;
    return source ? `from #${source}` : "";
}

/** The time since the request was received. */
export function elapsed(summary) {
    return `${(Math.max(0, Date.now() - Date.parse(summary.received)) / 1000).toFixed(1)} s`;
}

function startText(summary) {
    if (summary.cold === undefined) return "";
    return summary.cold ? "cold" : "warm";
}

export function fillRow(row, summary) {
    const { cells } = row;
    setText(cells.time, clock(summary.received));
    setText(cells.method, methodText(summary));
    setText(cells.target, targetText(summary));
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

export const rowHead = () =>
    element(
        "div",
        { class: "row head", role: "row" },
        COLUMNS.map(([name, label]) => element("span", { class: `cell ${name}`, role: "columnheader" }, label)),
    );

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

/** The rows in the document, newest first. Tab reaches one of them. */
export class Rows {
    body = element("div", { role: "presentation" });

    get first() {
        return this.body.firstElementChild?.firstElementChild ?? undefined;
    }

    get count() {
        let count = 0;
        for (const group of this.body.children) count += group.childElementCount;
        return count;
    }

    get reachable() {
        return this.body.querySelector('[tabindex="0"]') ?? undefined;
    }

    /** Makes the row the one that Tab reaches. */
    reach(row) {
        const current = this.reachable;
        if (current === row) return;
        if (current) current.tabIndex = -1;
        if (row) row.tabIndex = 0;
    }

    height() {
        return this.first?.offsetHeight || 1;
    }

    /** The row at a distance from the top of the list. */
    at(pixels) {
        let index = Math.floor(pixels / this.height());
        for (const group of this.body.children) {
            if (index < group.childElementCount) return group.children[index];
            index -= group.childElementCount;
        }
        return undefined;
    }

    /** The row that is `step` rows below, or above for a negative step. */
    sibling(row, step) {
        if (step === Infinity) return this.body.lastElementChild.lastElementChild;
        if (step === -Infinity) return this.first;
        let next = row;
        for (let count = Math.abs(step); count > 0; count -= 1) next = neighbour(next, step) ?? next;
        return next;
    }

    replace(rows) {
        this.body.replaceChildren(...inGroups(rows));
    }

    /** Inserts a row. New requests belong at the top and older ones at the end; other places are rare. */
    insert(row) {
        const id = idOf(row);
        const first = this.body.firstElementChild;
        const last = this.body.lastElementChild;
        let group;
        if (!first || idOf(first.firstElementChild) < id) {
            group = first && first.childElementCount < GROUP ? first : newGroup();
            if (group !== first) this.body.prepend(group);
            group.prepend(row);
        } else if (idOf(last.lastElementChild) > id) {
            group = last.childElementCount < GROUP ? last : newGroup();
            if (group !== last) this.body.append(group);
            group.append(row);
        } else {
            group = [...this.body.children].findLast((one) => idOf(one.firstElementChild) > id);
            group.insertBefore(row, [...group.children].find((one) => idOf(one) < id) ?? null);
        }
        setRows(group);
    }

    /** Removes a row. Its focus goes to the next one. */
    remove(row) {
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
}
