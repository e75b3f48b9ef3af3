// The filter of the list: words that a request must match.

import { isHttp, targetText } from "./dom.js";

const ERRORS = "status:error";

const words = (text) => text.split(/\s+/).filter(Boolean);

const contains = (text, part) => (text ?? "").toLowerCase().includes(part.toLowerCase());

const isError = (summary) =>
    summary.status >= 400 || summary.error_type !== undefined || (isAnswered(summary) && summary.status === undefined);

/** The client has its answer, or has left. */
const isAnswered = (summary) => summary.duration_ms !== undefined && isHttp(summary);

const CONDITIONS = {
    status(value) {
        if (value === "error") return isError;
        if (/^[1-5]xx$/i.test(value)) return (summary) => Math.floor(summary.status / 100) === Number(value[0]);
        if (/^\d{3}$/.test(value)) return (summary) => summary.status === Number(value);
        return "write a status such as `status:404`, `status:4xx` or `status:error`";
    },
    dur(value) {
        const [, sign, number] = /^([<>]?)=?(\d+(?:\.\d+)?)(?:ms)?$/.exec(value) ?? [];
        if (number === undefined) return "write milliseconds, such as `dur:>100`";
        const limit = Number(number);
        return sign === "<" ? (summary) => summary.duration_ms <= limit : (summary) => summary.duration_ms >= limit;
    },
    method: (value) => (summary) => (summary.method ?? "").toLowerCase() === value.toLowerCase(),
    function: (value) => (summary) => contains(summary.function, value) || contains(summary.event_for, value),
    door: (value) => (summary) => contains(summary.front_door, value),
    is(value) {
        const kinds = {
            cold: (summary) => summary.cold === true,
            warm: (summary) => summary.cold === false,
            running: (summary) => summary.state !== "done",
            event: (summary) => summary.event_for !== undefined,
            authorizer: (summary) => summary.authorizer !== undefined,
        };
        if (Object.hasOwn(kinds, value)) return kinds[value];
        return "write `is:cold`, `is:warm`, `is:running`, `is:event` or `is:authorizer`";
    },
};

function conditionOf(word) {
    const [, name, value] = /^(\w+):(.*)$/.exec(word) ?? [];
    if (name === undefined || !Object.hasOwn(CONDITIONS, name)) {
        return (summary) => contains(`${targetText(summary)}?${summary.query ?? ""}`, word);
    }
    return value === "" ? () => true : CONDITIONS[name](value);
}

/** Returns a predicate for summaries, and the problem of the first invalid word. */
export function parseFilter(text) {
    const conditions = [];
    let problem = "";
    for (const word of words(text)) {
        const excludes = word.length > 1 && word.startsWith("-");
        const condition = conditionOf(excludes ? word.slice(1) : word);
        if (typeof condition === "string") problem ||= `\`${word}\` is not a filter: ${condition}.`;
        else conditions.push(excludes ? (summary) => !condition(summary) : condition);
    }
    return { problem, matches: (summary) => conditions.every((condition) => condition(summary)) };
}

/** Whether the filter shows only errors. */
export const hasErrors = (text) => words(text).includes(ERRORS);

/** The filter with the word for errors, or without it if it has the word. */
export function toggleErrors(text) {
    const rest = words(text).filter((word) => word !== ERRORS);
    return (hasErrors(text) ? rest : [...rest, ERRORS]).join(" ");
}
