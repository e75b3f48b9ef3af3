"""A headless Chromium or Chrome, by the WebDriver protocol: https://www.w3.org/TR/webdriver2/"""

import base64
import json
import pathlib
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

PATIENCE = 300
"""The wait for an answer of the driver, in seconds."""

SEEN = 30
"""The wait for a page to show something, in seconds."""


class Browser:
    """One window. `foreign` is the name of another site, which the browser resolves to this machine."""

    def __init__(self, foreign="foreign.invalid", width=1280, height=800):
        self.browser = shutil.which("chromium") or shutil.which("google-chrome") or sys.exit("install Chromium or Chrome")
        driver = shutil.which("chromedriver") or sys.exit("install the chromedriver of that browser")
        self.arguments = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--host-resolver-rules=MAP {foreign} 127.0.0.1", f"--window-size={width},{height}",
        ]
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.driver = subprocess.Popen([driver, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        options = {"binary": self.browser, "args": self.arguments}
        capabilities = {"capabilities": {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options}}}
        self.wait_until_ready()
        self.session = self.call("POST", "/session", capabilities)["sessionId"]
        return self

    def __exit__(self, *_):
        self.call("DELETE", f"/session/{self.session}")
        self.driver.terminate()
        self.driver.wait()

    def wait_until_ready(self):
        end = time.monotonic() + 60
        while True:
            try:
                if self.call("GET", "/status")["ready"]:
                    return
            except urllib.error.URLError:
                if time.monotonic() > end:
                    raise
            time.sleep(0.1)

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"content-type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)["value"]

    def open(self, url):
        self.call("POST", f"/session/{self.session}/url", {"url": url})

    def run(self, script, *arguments):
        return self.call("POST", f"/session/{self.session}/execute/sync", {"script": script, "args": list(arguments)})

    def text_after(self, words):
        """Waits until the page has these words, and returns its text, or an empty text if they do not appear."""
        end = time.monotonic() + SEEN
        while time.monotonic() < end:
            text = self.run("return document.body ? document.body.innerText : ''")
            if words in text:
                return text
            time.sleep(0.1)
        return ""

    def in_frame(self, script):
        """Runs a script in the first frame of the page, on any site."""
        self.call("POST", f"/session/{self.session}/frame", {"id": 0})
        try:
            return self.run(script)
        finally:
            self.call("POST", f"/session/{self.session}/frame", {"id": None})

    def element(self, xpath):
        """Waits until an element is visible, and returns it."""
        end = time.monotonic() + SEEN
        while time.monotonic() < end:
            query = {"using": "xpath", "value": xpath}
            for found in self.call("POST", f"/session/{self.session}/elements", query):
                identity = next(iter(found.values()))
                if self.call("GET", f"/session/{self.session}/element/{identity}/displayed"):
                    return identity
            time.sleep(0.1)
        sys.exit(f"timed out waiting for {xpath} in:\n{self.run('return document.body.innerText')}")

    def click(self, xpath):
        self.call("POST", f"/session/{self.session}/element/{self.element(xpath)}/click", {})

    def type(self, xpath, text):
        """Replaces the text of a field."""
        identity = self.element(xpath)
        self.call("POST", f"/session/{self.session}/element/{identity}/clear", {})
        self.call("POST", f"/session/{self.session}/element/{identity}/value", {"text": text})

    def devtools(self, command, **parameters):
        """Calls a method of the DevTools protocol: https://chromedevtools.github.io/devtools-protocol/"""
        return self.call("POST", f"/session/{self.session}/goog/cdp/execute", {"cmd": command, "params": parameters})

    def look(self, width, height, scheme="light", scale=1):
        """Shows the page on a screen of this size in CSS pixels."""
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False)
        self.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def screenshot(self, file):
        image = self.call("GET", f"/session/{self.session}/screenshot")
        pathlib.Path(file).write_bytes(base64.b64decode(image))
