"""A report of the checks, with a line for each."""

import time


class Report:
    def __init__(self):
        self.passed = self.failed = 0
        self._began = time.monotonic()

    def check(self, name, action, *arguments):
        """Calls `action`. A failed assertion becomes a line of the report, and the other checks go on."""
        try:
            detail = action(*arguments)
        except AssertionError as problem:
            self._line("FAILED", name, "")
            print("  ", str(problem).replace("\n", "\n   "))
            self.failed += 1
            return
        self._line("ok    ", name, detail or "")
        self.passed += 1

    def _line(self, word, name, detail):
        print(word, name, detail, f"({time.monotonic() - self._began:.0f} s)", flush=True)

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0
