"""Which route of an HTTP API a request is for, from AWS's words: nothing of the emulator is behind this.

"API Gateway selects the route with the most-specific match, using the following priorities: 1. Full match for a route
and method. 2. Match for a route and method with a greedy path variable ({proxy+}). 3. The $default route."
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
"""

from urllib.parse import unquote

ANY = "ANY"
DEFAULT = "$default"


def select(routes, method, path):
    """The value in `routes`, {(method, path): value}, for a request whose path is encoded; None if there is none."""
    matching = [key for key in routes if key[0] in (method, ANY) and _matches(key[1].split("/"), path.split("/"))]
    return routes[min(matching, key=_rank)] if matching else routes.get((ANY, DEFAULT))


def _matches(names, segments):
    if _kind(names[-1]) == GREEDY:
        names = names[:-1]
        # It may stand for nothing, but there is a slash before it.
        return len(segments) > len(names) and all(map(_fits, names, segments))
    # Nor is it documented that a variable at the end takes nothing, `/posts/` for `/posts/{id}`; live APIs do so.
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
    """The most specific is the least: a full match, then what is written out further, then a method of its own."""
    method, path = key
    kinds = [_kind(name) for name in path.split("/")]
    return kinds[-1] == GREEDY, kinds, method == ANY
