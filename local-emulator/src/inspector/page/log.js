// Text that was written for a terminal, and the log of an invocation.

import { copyButton, duration, element, visible } from "./dom.js";

// Escape sequences of terminals: colours (SGR), other control sequences, operating system commands, short sequences.
const ESCAPES =
    /\u001b\[([0-9;:]*)m|\u001b\[[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]/g;
const COLOURS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

function applySgr(style, codes) {
    const numbers = codes.split(/[;:]/).map(Number);
    for (let index = 0; index < numbers.length; index += 1) {
        const code = numbers[index];
        if (code === 0) Object.assign(style, { colour: "", bold: false, dim: false, italic: false, underline: false });
        else if (code === 1) style.bold = true;
        else if (code === 2) style.dim = true;
        else if (code === 3) style.italic = true;
        else if (code === 4) style.underline = true;
        else if (code === 22) style.bold = style.dim = false;
        else if (code === 23) style.italic = false;
        else if (code === 24) style.underline = false;
        else if (code === 39) style.colour = "";
        else if (code >= 30 && code <= 37) style.colour = COLOURS[code - 30];
        else if (code >= 90 && code <= 97) style.colour = COLOURS[code - 90];
        else if (code === 38 || code === 48) {
            const [kind, colour] = numbers.slice(index + 1);
            if (code === 38 && kind === 5 && colour < 16) style.colour = COLOURS[colour % 8];
            index += kind === 5 ? 2 : 4;
        }
    }
}

function styled(text, style) {
    const names = ["bold", "dim", "italic", "underline"].filter((name) => style[name]);
    if (style.colour) names.push(style.colour);
    if (names.length === 0) return visible(text);
    return element("span", { class: names.map((name) => `sgr-${name}`).join(" ") }, visible(text));
}

/** Nodes for text that was written for a terminal: colours become classes, other escape sequences are dropped. */
export function terminalText(text, style = { colour: "" }) {
    const nodes = [];
    let at = 0;
    for (const found of text.matchAll(ESCAPES)) {
        if (found.index > at) nodes.push(styled(text.slice(at, found.index), style));
        if (found[1] !== undefined) applySgr(style, found[1]);
        at = found.index + found[0].length;
    }
    if (at < text.length) nodes.push(styled(text.slice(at), style));
    return nodes;
}

// The log of `api_routes` ends a line about an error with this field.
const BACKTRACE = /^(.*?) backtrace="(.*)"$/s;
const LEVEL = /^(ERROR|WARN)\b/;

/** The text of a line: the level in its colour, and the frames of a backtrace on lines of their own, folded. */
function lineNodes(line, style) {
    const [, text = line, backtrace] = BACKTRACE.exec(line) ?? [];
    const level = LEVEL.exec(text)?.[0] ?? "";
    return [
        level && element("span", { class: `level-${level.toLowerCase()}` }, level),
        terminalText(text.slice(level.length), style),
        backtrace &&
            foldedFrames(backtrace.replace(/\\(.)/g, (_, escaped) => (escaped === "n" ? "\n" : escaped)).split("\n")),
    ];
}

function foldedFrames(frames) {
    // Paths of the project are relative.
    const rows = frames.map((frame) =>
        element("div", { class: / at \.\//.test(frame) ? "frame own" : "frame" }, visible(frame)),
    );
    return element(
        "details",
        { class: "backtrace" },
        element("summary", {}, `Backtrace, ${frames.length} ${frames.length === 1 ? "frame" : "frames"}`),
        rows,
    );
}

export function logView(log, cut, missing) {
    if (!log || log.length === 0) return element("p", { class: "none" }, missing);
    const style = { colour: "" };
    const rows = log.map(({ at_ms, line }) =>
        element(
            "div",
            { class: "log-line" },
            element("span", { class: "log-time" }, duration(at_ms)),
            element("span", { class: "log-text" }, lineNodes(line, style)),
        ),
    );
    return element(
        "section",
        { class: "block" },
        element(
            "div",
            { class: "block-head" },
            element("h3", {}, "Log"),
            element("span", { class: "dim" }, `${log.length} ${log.length === 1 ? "line" : "lines"}`),
            copyButton(() => log.map(({ line }) => line.replace(ESCAPES, "")).join("\n")),
        ),
        cut &&
            element("p", { class: "callout" }, "The inspector keeps 64 KiB or 4,096 lines of a log. The end is missing here."),
        element("div", { class: "log code", tabindex: 0, role: "group", "aria-label": "Log lines" }, rows),
    );
}
