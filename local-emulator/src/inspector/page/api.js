// The emulator's API: its calls, and the stream of changes.

const BASE = "/_emulator/api";

export class ApiError extends Error {
    constructor(message, status) {
        super(message);
        this.status = status;
    }
}

async function call(method, path, body) {
    const options = { method };
    if (body !== undefined) {
        options.headers = { "content-type": "application/json" };
        options.body = JSON.stringify(body);
    }
    let answer;
    try {
        answer = await fetch(BASE + path, options);
    } catch {
        throw new ApiError("The emulator does not answer. Start it again with `cargo api-routes dev`.", 0);
    }
    if (!answer.ok) throw new ApiError(await failure(answer), answer.status);
    return answer;
}

async function failure(answer) {
    try {
        return (await answer.json()).message;
    } catch {
        return `The emulator answered with status ${answer.status}.`;
    }
}

const json = async (answer) => (await answer).json();
const text = async (answer) => (await answer).text();

export const listRequests = (limit, before) =>
    json(call("GET", `/requests?limit=${limit}${before === undefined ? "" : `&before=${before}`}`));
export const forgetRequests = () => call("DELETE", "/requests");
export const readRequest = (id) => json(call("GET", `/requests/${encodeURIComponent(id)}`));
export const sendNew = (request) => json(call("POST", "/requests", request));
export const sendAgain = (id, edits) => json(call("POST", `/requests/${id}/send`, edits));
export const eventsOfFrontDoors = (id) => json(call("GET", `/requests/${id}/events`));
export const asCurl = (id, secrets) => text(call("GET", `/requests/${id}/curl${secrets ? "?secrets=true" : ""}`));
export const saveAsTest = (id, name, secrets) => json(call("POST", `/requests/${id}/save`, { name, secrets }));
export const readRoutes = () => json(call("GET", "/routes"));
export const readFunctions = () => json(call("GET", "/functions"));

const RETRY_MS = 2000;
const HIDDEN_MS = 60_000;

/**
 * Listens for as long as the page is open. `handlers` has `hello`, `request`, `functions`, `cleared`, and `connected` for
 * whether the emulator answers.
 */
export function listen(handlers) {
    let source;
    let timer;

    function open() {
        clearTimeout(timer);
        if (source && source.readyState !== EventSource.CLOSED) return;
        source = new EventSource(`${BASE}/stream`);
        for (const name of ["hello", "request", "functions", "cleared"]) {
            source.addEventListener(name, (event) => handlers[name](JSON.parse(event.data)));
        }
        source.addEventListener("open", () => handlers.connected(true));
        source.addEventListener("error", () => {
            handlers.connected(false);
            // Browsers try again after a lost connection, but not after an answer other than a stream.
            if (source.readyState === EventSource.CLOSED) timer = setTimeout(open, RETRY_MS);
        });
    }

    // A browser has about six connections to a server: tabs in the background should not hold all of them.
    document.addEventListener("visibilitychange", () => {
        clearTimeout(timer);
        if (document.hidden) timer = setTimeout(() => source.close(), HIDDEN_MS);
        else open();
    });
    addEventListener("pagehide", () => source.close());
    addEventListener("pageshow", (event) => {
        if (event.persisted) open();
    });
    open();
}
