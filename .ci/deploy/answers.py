"""The answers of this project's functions, wherever they run."""

import re

JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
ANN = '{"name":"Ann","email":"ann@example.com"}'
LOGIN = "name=ann&password=correct+horse"
SESSION = r"session=[0-9a-f-]{36}; HttpOnly; SameSite=Lax; Secure; Path=/"

# `/api/secret` calls a service. Nothing listens at this address.
VARIABLES = "UPSTREAM_URL=https://127.0.0.1:1/\nUPSTREAM_TOKEN=none\n"

# For each function: method, target, headers and body; then status, text, and a pattern for the cookie.
CASES = {
    "api-cookies": [("GET", "/api/cookies", {"cookie": "visits=4"}, None, 200, '{"visits":5}',
                     r"visits=5; HttpOnly; SameSite=Lax; Path=/")],
    "api-cors": [("GET", "/api/cors", {}, None, 200, '{"message":"Hello, other origin"}', None)],
    "api-docs-slug": [("GET", "/api/docs/a%20b/c?slug=d", {}, None, 200, '{"slug":["a b","c"]}', None)],
    "api-hello": [("GET", "/api/hello?name=J%C3%B6rg+%26+Zo%C3%AB", {}, None, 200, "Hello, Jörg & Zoë!", None)],
    "api-index": [("GET", "/api", {}, None, 200, '{"status":"ok"}', None)],
    "api-login": [("POST", "/api/login", FORM, LOGIN, 303, "/api/user", SESSION),
                  ("POST", "/api/login", FORM, "name=ann", 400, None, None)],
    "api-notes": [("POST", "/api/notes", JSON, '{"text":"one"}', 201, '{"text":"one"}', None),
                  ("GET", "/api/notes", {}, None, 200, '[{"text":"one"}]', None),
                  ("POST", "/api/notes", JSON, "x" * 5000, 413, None, None)],
    "api-plain": [("GET", "/api/plain?name=Ann", {}, None, 200, "Hello, Ann!", None)],
    "api-posts-id": [("GET", "/api/posts/caf%C3%A9?id=9", {}, None, 200, '{"id":"café"}', None)],
    "api-secret": [("GET", "/api/secret", {}, None, 502, '{"error":"The service is unavailable"}', None)],
    "api-shop-slug": [("GET", "/api/shop", {}, None, 200, '{"slug":[],"page":1}', None),
                      ("GET", "/api/shop/a/b?page=2", {}, None, 200, '{"slug":["a","b"],"page":2}', None)],
    "api-user": [("GET", "/api/user", {}, None, 200, '{"name":"John Doe"}', None)],
    "api-users": [("POST", "/api/users", JSON, ANN, 201, ANN, None),
                  ("POST", "/api/users", JSON, "{", 400, '{"error":"Invalid JSON"}', None),
                  ("DELETE", "/api/users", {}, None, 405, '{"error":"Method Not Allowed"}', None)],
}


def differences(emulator, functions):
    """Sends the requests to `functions`, and returns a line for each unexpected answer."""
    return [line for function in functions for case in CASES[function] for line in _difference(emulator, *case)]


def count(functions):
    return sum(len(CASES[function]) for function in functions)


def _difference(emulator, method, target, headers, body, status, text, cookie_pattern):
    got, answered, got_text = emulator.ask(method, target, headers, body)
    cookie = answered.get("set-cookie", "")
    if got == status and text in (None, got_text) and re.fullmatch(cookie_pattern or "", cookie):
        return []
    return [f"{method} {target}: expected {status} {text!r}, cookie {cookie_pattern}; "
            f"got {got} {got_text!r}, cookie {cookie!r}"]
