"""The function that the emulator starts for a request, read from its log."""

import re

# The function that is invoked by its name between two requests, to mark the start of the second in the log.
MARK = "/2015-03-31/functions/{}/invocations"


class Selected:
    def __init__(self, emulator, logical_ids):
        self._emulator = emulator
        self._mark = logical_ids[0]
        # The name of each function in the log.
        self._names = {self._invoke(logical_id)[0]: logical_id for logical_id in logical_ids}

    def function(self, method, path):
        """Returns the logical id of the function that a request starts, or None."""
        before = self._invoke(self._mark)[1]
        self._emulator.ask(method, path)
        after = self._invoke(self._mark)[1]
        _, _, rest = self._emulator.log.partition(before)
        between, _, _ = rest.partition(after)
        names = re.findall(r"^(\S+) \| START RequestId: ", between, re.MULTILINE)
        assert len(names) < 2, f"{method} {path} started {names}"
        return self._names[names[0]] if names else None

    def _invoke(self, logical_id):
        """Returns the name and the line of the next invocation in the log."""
        _, headers, _ = self._emulator.ask("POST", MARK.format(logical_id), body="{}")
        found = self._emulator.wait_for_log(rf"(?m)^(\S+) \| START RequestId: {headers['x-amzn-requestid']}.*\n")
        return found[1], found[0]
