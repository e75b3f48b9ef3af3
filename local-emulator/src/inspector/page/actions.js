// The actions on a request: send it again, edit it, copy it, save it, compare it.

import { copy, element, isHttp } from "./dom.js";
import { saveDialog } from "./save.js";

const SECRET_HEADERS = [
    "authorization",
    "cookie",
    "proxy-authorization",
    "x-amz-security-token",
    "x-amzn-oidc-accesstoken",
    "x-amzn-oidc-data",
    "x-amzn-oidc-identity",
    "x-api-key",
];

/** The buttons of a request. `openTab` returns its open tab, or undefined after the reader opened another request. */
export function actionGroup(page, api, request, openTab) {
    const isSent = isHttp(request);
    const button = (id, label, onclick, attributes = {}) =>
        element("button", { type: "button", class: "button", id: `action-${id}`, onclick, ...attributes }, label);
    const link = (view, label) =>
        element(
            "a",
            { class: "button", id: `action-${view}`, href: page.link(["requests", String(request.id), view]) },
            label,
        );
    return element(
        "div",
        { class: "actions", role: "group", "aria-label": "Actions" },
        // Only the Invoke API takes events, and the inspector sends through front doors.
        isSent &&
            button("send", "Send again", (event) => sendAgain(page, api, request.id, openTab, event.currentTarget), {
                title: "Sends the same request again",
            }),
        isSent && link("edit", "Edit and send"),
        isSent && button("curl", "Copy as curl", () => copyCurl(page, api, request, false)),
        // A request that reached no function has no event to save, and a test replays the events of routes.
        request.authorizer === undefined &&
            (request.event || request.state !== "done") &&
            button("save", "Save as test", () => saveDialog(page, api, request)),
        isSent && link("front-doors", "Compare front doors"),
    );
}

async function sendAgain(page, api, id, openTab, button) {
    button.disabled = true;
    button.textContent = "Sending…";
    try {
        const sent = await api.sendAgain(id);
        page.toast(`Sent again as request ${sent.id}.`);
        const tab = openTab();
        if (tab !== undefined) page.showRequest(sent.id, { tab });
    } catch (error) {
        const edit = error.status === 409 && {
            label: "Edit and send",
            href: page.link(["requests", String(id), "edit"]),
        };
        page.toast(error.message, { action: edit, isError: true });
    } finally {
        button.disabled = false;
        button.textContent = "Send again";
    }
}

async function copyCurl(page, api, request, secrets) {
    const command = await page.attempt(api.asCurl(request.id, secrets));
    if (command === undefined) return;
    const hasSecrets = request.request?.headers?.some(([name]) => SECRET_HEADERS.includes(name.toLowerCase()));
    const copied = await copy(command);
    const message = copied ? "Copied the curl command" : `Copy the command by hand: ${command}`;
    if (secrets || !hasSecrets) page.toast(`${message}.`);
    else
        page.toast(`${message} without its secrets.`, {
            action: { label: "Copy with secrets", onclick: () => copyCurl(page, api, request, true) },
        });
}
