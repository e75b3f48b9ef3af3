// JSON in lines: tokens, layout, and the place of an error.

import { element, visible } from "./dom.js";

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

/** JSON in lines, or the text with the place where it stops being JSON. */
export function jsonText(body, text) {
    const scanned = scan(text);
    if (!scanned.broken) return [jsonLines(layOut(scanned.tokens))];
    // Cut JSON is incomplete at its end. An error before the end is an error of the sender.
    if (body.cut && scanned.broken.offset >= text.length) return [cutJson(text, scanned)];
    return brokenJson(text, scanned.broken);
}
