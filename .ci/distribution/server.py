"""Releases on loopback, at the addresses that GitHub gives them, with downloads that end early or stall."""

import http.server
import threading


class Releases:
    """Serves `files` (name: bytes) as one version and as the latest. `fault` of an archive is `ends early` or `stalls`."""

    def __init__(self, version, files, fault=None):
        self.version, self.files, self.fault = version, files, fault
        self.requested = []
        self.asked = threading.Event()

    def __enter__(self):
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"releases": self}))
        self._server.daemon_threads = True
        self._ended = threading.Event()
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}/releases"

    def content(self, path):
        for folder in [f"/releases/download/v{self.version}/", "/releases/latest/download/"]:
            if path.startswith(folder):
                return self.files.get(path.removeprefix(folder))
        return None

    def wait_for_end(self):
        self._ended.wait()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        releases = self.releases
        releases.requested.append(self.path)
        content = releases.content(self.path)
        if content is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        sent = content[: len(content) // 2] if releases.fault and self.path.endswith(".gz") else content
        self.wfile.write(sent)
        self.wfile.flush()
        if sent is not content:
            releases.asked.set()
            if releases.fault == "stalls":
                releases.wait_for_end()

    def log_message(self, *_):
        pass
