// The events of the front doors, side by side.

import { copyButton, element, prose, title } from "./dom.js";
import { jsonLines, layOut, lineText, scan } from "./json.js";

/** A column for each front door, in which the lines that differ from the first event are marked. */
export function comparison(events) {
    if (events.length === 0) return [element("p", { class: "none" }, "No front door can take this request.")];
    let reference;
    const columns = events.map(({ front_door: door, title: name, event, refused }) => {
        const head = element("div", { class: "block-head" }, element("h3", {}, title(name ?? door)));
        if (refused !== undefined) {
            return element(
                "section",
                { class: "column refused" },
                head,
                element("p", { class: "callout" }, element("strong", {}, "Refused: "), prose(refused)),
            );
        }
        const lines = layOut(scan(JSON.stringify(event)).tokens);
        const texts = lines.map(lineText);
        const differing = reference ? differingLines(reference, texts) : new Set();
        reference ??= texts;
        const count = differing.size;
        const summary = reference === texts ? "reference" : `${count} ${count === 1 ? "line differs" : "lines differ"}`;
        head.append(element("span", { class: "dim" }, summary), copyButton(JSON.stringify(event, null, 2)));
        return element(
            "section",
            { class: "column" },
            head,
            jsonLines(lines, (index) => differing.has(index)),
        );
    });
    const first = events.find(({ refused }) => refused === undefined);
    return [
        first &&
            element(
                "p",
                { class: "legend" },
                element("span", { class: "swatch differs", "aria-hidden": "true" }),
                `Marked lines are not in the event of ${title(first.title ?? first.front_door)}.`,
            ),
        element("div", { class: "columns" }, columns),
    ].filter(Boolean);
}

const LARGEST_TABLE = 4_000_000;

/** The indexes of `lines` that are not in `reference`, by the longest common subsequence. */
function differingLines(reference, lines) {
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
