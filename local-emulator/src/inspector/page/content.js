// Views of data: bodies, headers and log lines.

import { copyButton, duration, element, size, visible } from "./dom.js";

// JSON is formatted token by token instead of parsed, so that numbers keep all their digits and repeated names stay.

const SPACE = /[\t\n\r ]+/y;
const ATOM = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:]/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const DEEPEST = 40;

function match(pattern, text, at) {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
}

/** The string that begins at `at`, or the offset at which it breaks. */
function scanString(text, at) {
    let next = at + 1;
    while (next < text.length) {
        const code = text.charCodeAt(next);
        if (code === 0x22) return { text: text.slice(at, next + 1) };
        if (code < 0x20) return { breaks: next, message: "a string cannot contain a control character" };
        if (code === 0x5c) {
            const escape = match(ESCAPE, text, next);
            if (!escape) return { breaks: next, message: "not an escape sequence of JSON" };
            next += escape.length;
        } else {
            next += 1;
        }
    }
    return { breaks: text.length, message: "the string does not end" };
}

// The tokens that are valid in each position, and the words of a message about another token.
const EXPECTED = {
    value: "expected a value",
    "value or ]": "expected a value or `]`",
    "name or }": "expected a name in quotes or `}`",
    name: "expected a name in quotes",
    ":": "expected `:`",
    ", or }": "expected `,` or `}`",
    ", or ]": "expected `,` or `]`",
    end: "expected nothing more",
};

/** Splits JSON into tokens. Stops where the text is no longer JSON: `broken` is then `{offset, message}`. */
export function scan(text) {
    const tokens = [];
    const open = [];
    let expected = "value";
    let at = 0;
    const afterValue = () => (open.length === 0 ? "end" : open.at(-1) === "{" ? ", or }" : ", or ]");
    const broken = (offset, message) => ({ tokens, broken: { offset, message }, scanned: at });
    for (;;) {
        at += match(SPACE, text, at)?.length ?? 0;
        if (at >= text.length) {
            return expected === "end" ? { tokens, scanned: at } : broken(at, `${EXPECTED[expected]}, found the end`);
        }
        let token = { kind: "punctuation", text: match(ATOM, text, at) };
        if (text[at] === '"') {
            const string = scanString(text, at);
            if (string.breaks !== undefined) return broken(string.breaks, string.message);
            token = { kind: "string", text: string.text };
        }
        const start = token.text?.[0];
        const isValue = start !== undefined && !"}],:".includes(start);
        if (start === '"' && expected.startsWith("name")) {
            token.kind = "name";
            expected = ":";
        } else if (isValue && expected.startsWith("value")) {
            if (start === "{" || start === "[") open.push(start);
            else if (token.kind !== "string") token.kind = /[tfn]/.test(start) ? "literal" : "number";
            expected = start === "{" ? "name or }" : start === "[" ? "value or ]" : afterValue();
        } else if (start !== undefined && "}],:".includes(start) && expected.includes(start)) {
            if (start === "}" || start === "]") {
                open.pop();
                expected = afterValue();
            } else {
                expected = start === ":" || open.at(-1) === "[" ? "value" : "name";
            }
        } else {
            return broken(at, EXPECTED[expected]);
        }
        tokens.push(token);
        at += token.text.length;
    }
}

/** The tokens in lines, each line an array of tokens that begins with its indentation. */
export function layOut(tokens) {
    const lines = [];
    let line = [];
    let depth = 0;
    const breakLine = () => {
        lines.push(line);
        line = [{ kind: "punctuation", text: "  ".repeat(Math.min(depth, DEEPEST)) }];
    };
    tokens.forEach((token, index) => {
        const last = tokens[index - 1]?.text;
        const mark = token.kind === "punctuation" ? token.text : "";
        if (mark === "}" || mark === "]") {
            depth -= 1;
            if (last !== (mark === "}" ? "{" : "[") || tokens[index - 1].kind !== "punctuation") breakLine();
        } else if (index > 0 && tokens[index - 1].kind === "punctuation" && "{[,".includes(last)) {
            breakLine();
        }
        line.push(mark === ":" ? { kind: "punctuation", text: ": " } : token);
        if (mark === "{" || mark === "[") depth += 1;
    });
    lines.push(line);
    return lines;
}

/** Nodes for a line. Punctuation shares one text node, because a large body has many thousand tokens. */
function lineNodes(line) {
    const nodes = [];
    let plain = "";
    for (const token of line) {
        if (token.kind === "punctuation") {
            plain += token.text;
            continue;
        }
        if (plain) nodes.push(plain);
        plain = "";
        nodes.push(element("span", { class: `json-${token.kind}` }, visible(token.text)));
    }
    if (plain) nodes.push(plain);
    return nodes;
}

export const lineText = (line) => line.map((token) => token.text).join("");

// The layout of very many lines takes long: 64 KiB of brackets become 60,000 lines.
const LINES_SHOWN = 5000;

export function jsonLines(lines, isMarked = () => false) {
    const pre = element("pre", { class: "code", tabindex: 0, "aria-label": "JSON" });
    lines.slice(0, LINES_SHOWN).forEach((line, index) => {
        const row = element("span", { class: isMarked(index) ? "line differs" : "line" }, lineNodes(line), "\n");
        // A long line continues below its own indentation.
        row.style.setProperty("--indent", `${index === 0 ? 0 : line[0].text.length}ch`);
        pre.append(row);
    });
    if (lines.length > LINES_SHOWN) {
        pre.append(
            element("span", { class: "cut" }, `… ${lines.length - LINES_SHOWN} more lines. Copy has all of them.`),
        );
    }
    return pre;
}

function position(text, offset) {
    const before = text.slice(0, offset).split("\n");
    return `line ${before.length}, column ${before.at(-1).length + 1}`;
}

function brokenJson(text, broken) {
    const at = Math.min(broken.offset, text.length);
    const found = text.slice(at, at + 1);
    const marked = found === "" || found === "\n" ? "\u2038" : visible(found);
    return [
        element(
            "p",
            { class: "callout failure" },
            element("strong", {}, "Not valid JSON: "),
            `${broken.message} at ${position(text, at)}.`,
        ),
        element(
            "pre",
            { class: "code", tabindex: 0, "aria-label": "Text" },
            visible(text.slice(0, at)),
            element("mark", {}, marked),
            visible(found === "\n" ? text.slice(at) : text.slice(at + 1)),
        ),
    ];
}

/** The part of a cut JSON text that could be read in lines, and the rest as it is. */
function cutJson(text, { tokens, scanned }) {
    const lines = layOut(tokens);
    const pre = jsonLines(lines);
    if (lines.length <= LINES_SHOWN)
        pre.append(visible(text.slice(scanned)), element("span", { class: "cut" }, " … cut here"));
    return pre;
}

function jsonText(body, text) {
    const scanned = scan(text);
    if (!scanned.broken) return [jsonLines(layOut(scanned.tokens))];
    // Cut JSON is incomplete at its end. An error before the end is an error of the sender.
    if (body.cut && scanned.broken.offset >= text.length) return [cutJson(text, scanned)];
    return brokenJson(text, scanned.broken);
}

const plainText = (text) => element("pre", { class: "code", tabindex: 0, "aria-label": "Text" }, visible(text));

const HEX_BYTES = 4096;

function bytesOf(base64) {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function hexDump(base64) {
    const bytes = bytesOf(base64);
    const lines = [];
    for (let at = 0; at < Math.min(bytes.length, HEX_BYTES); at += 16) {
        const row = [...bytes.slice(at, at + 16)];
        const hex = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
        const ascii = row.map((byte) => (byte > 0x1f && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
        lines.push(`${at.toString(16).padStart(6, "0")}  ${hex.padEnd(47)}  ${ascii}`);
    }
    if (bytes.length > HEX_BYTES) lines.push(`… ${size(bytes.length - HEX_BYTES)} more`);
    return element("pre", { class: "code hex", tabindex: 0, "aria-label": "Bytes in hexadecimal" }, lines.join("\n"));
}

const IMAGE = /^image\/(png|jpeg|gif|webp|avif|svg\+xml)\b/i;

function binary(body, type) {
    const kind = IMAGE.exec(type)?.[0].toLowerCase();
    if (!kind || body.cut) return hexDump(body.base64);
    return element("img", { class: "preview", alt: "The body as an image", src: `data:${kind};base64,${body.base64}` });
}

const isJson = (type) => /[/+]json\b/i.test(type);

/** Shows a body by its content type `type`. `missing` is the text for a body that is absent. */
export function bodyView(title, body, type, missing) {
    const head = element("div", { class: "block-head" }, element("h3", {}, title));
    const block = element("section", { class: "block" }, head);
    if (!body || body.length === 0 || (body.text === "" && !body.unread)) {
        block.append(element("p", { class: "none" }, missing));
        return block;
    }
    if (body.unread) {
        block.append(element("p", { class: "none" }, "The front door refused the request without reading its body."));
        return block;
    }
    if (Number.isFinite(body.length)) head.append(element("span", { class: "dim" }, size(body.length)));
    if (body.base64 !== undefined) {
        head.append(element("span", { class: "dim" }, "binary"), copyButton(body.base64, "Copy base64"));
    } else {
        head.append(copyButton(body.text));
    }
    if (body.cut) {
        block.append(
            element(
                "p",
                { class: "callout" },
                `The body is ${size(body.length)} long. The inspector keeps the first 64 KiB of it.`,
            ),
        );
    }
    if (body.base64 !== undefined) block.append(binary(body, type));
    else if (isJson(type)) block.append(...jsonText(body, body.text));
    else block.append(plainText(body.text));
    return block;
}

export function headerOf(headers, name) {
    return headers?.find(([header]) => header.toLowerCase() === name)?.[1];
}

export function headersView(headers) {
    const rows = (headers ?? []).map(([name, value]) => [
        element("dt", {}, visible(name)),
        element("dd", {}, visible(value)),
    ]);
    const text = () => headers.map(([name, value]) => `${name}: ${value}`).join("\n");
    return element(
        "section",
        { class: "block" },
        element(
            "div",
            { class: "block-head" },
            element("h3", {}, "Headers"),
            element("span", { class: "dim" }, String(rows.length)),
            rows.length > 0 && copyButton(text),
        ),
        rows.length > 0 ? element("dl", { class: "pairs" }, rows) : element("p", { class: "none" }, "No headers."),
    );
}

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

export function logView(log, cut, missing) {
    if (!log || log.length === 0) return element("p", { class: "none" }, missing);
    const style = { colour: "" };
    const rows = log.map(({ at_ms, line }) =>
        element(
            "div",
            { class: "log-line" },
            element("span", { class: "log-time" }, duration(at_ms)),
            element("span", { class: "log-text" }, terminalText(line, style)),
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
            element("p", { class: "callout" }, "The log is longer than the inspector keeps: lines are missing here."),
        element("div", { class: "log code", tabindex: 0, role: "group", "aria-label": "Log lines" }, rows),
    );
}

const LARGEST_TABLE = 4_000_000;

/** The indexes of `lines` that are not in `reference`, by the longest common subsequence. */
export function differingLines(reference, lines) {
    const a = reference.map((line) => line.replace(/,$/, ""));
    const b = lines.map((line) => line.replace(/,$/, ""));
    if (a.length * b.length > LARGEST_TABLE) {
        const known = new Set(a);
        return new Set([...b.keys()].filter((index) => !known.has(b[index])));
    }
    const width = b.length + 1;
    const common = new Uint32Array((a.length + 1) * width);
    for (let i = a.length - 1; i >= 0; i -= 1) {
        for (let j = b.length - 1; j >= 0; j -= 1) {
            common[i * width + j] =
                a[i] === b[j]
                    ? common[(i + 1) * width + j + 1] + 1
                    : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
        }
    }
    const differing = new Set();
    let i = 0;
    for (let j = 0; j < b.length;) {
        if (i < a.length && a[i] === b[j]) {
            i += 1;
            j += 1;
        } else if (i < a.length && common[(i + 1) * width + j] >= common[i * width + j + 1]) i += 1;
        else {
            differing.add(j);
            j += 1;
        }
    }
    return differing;
}
