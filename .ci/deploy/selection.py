"""Selects the route of an HTTP API by AWS's documentation alone, without code of the emulator.

"API Gateway selects the route with the most-specific match, using the following priorities: 1. Full match for a route
and method. 2. Match for a route and method with a greedy path variable ({proxy+}). 3. The $default route."
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
"""

from urllib.parse import unquote

ANY = "ANY"
DEFAULT = "$default"


def select(routes, method, path):
    """Returns the value in `routes`, {(method, path): value}, for a request with an encoded path, or None."""
    matching = [key for key in routes if key[0] in (method, ANY) and _matches(key[1].split("/"), path.split("/"))]
    return routes[min(matching, key=_rank)] if matching else routes.get((ANY, DEFAULT))


def _matches(names, segments):
    if _kind(names[-1]) == GREEDY:
        names = names[:-1]
        # A greedy variable may be empty, but needs the slash before it.
        return len(segments) > len(names) and all(map(_fits, names, segments))
    # AWS does not document that a variable at the end may be empty, `/posts/` for `/posts/{id}`. Live APIs allow it.
    *inner, last = zip(names, segments)
    return len(names) == len(segments) and all(_fits(*pair) for pair in inner) and _fits(*last, may_be_empty=True)


def _fits(name, segment, may_be_empty=False):
    if _kind(name) == LITERAL:
        return name == unquote(segment)
    return bool(segment) or may_be_empty


LITERAL, VARIABLE, GREEDY = range(3)


def _kind(name):
    return GREEDY if name.endswith("+}") else VARIABLE if name.startswith("{") else LITERAL


def _rank(key):
    """Sorts the most specific route first: a full match, then more literal segments, then a route with a method."""
    method, path = key
    kinds = [_kind(name) for name in path.split("/")]
    return kinds[-1] == GREEDY, kinds, method == ANY
