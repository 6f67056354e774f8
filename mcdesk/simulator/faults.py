"""Failure switches: which coming requests go wrong, how, and how often.
Nothing here knows HTTP servers or companies; the server asks `take` before every request."""

import time
from dataclasses import dataclass, replace
from typing import Literal

FaultKind = Literal["delay", "status", "drop", "drop-after", "silence", "bad-json"]


@dataclass(frozen=True)
class Fault:
    """One way of failing, for requests whose path contains `path`.

    delay: answers right, `seconds` late. status: answers `status` without doing anything.
    drop: closes the connection unread. drop-after: does the work, then closes without an answer.
    silence: does the work and never answers (the connection stays open). bad-json: does the work,
    answers with a body cut in half.
    """

    kind: FaultKind
    path: str = ""  #: part of the request path; empty: every path
    method: str = ""  #: GET, POST …; empty: every method
    count: int | None = 1  #: how many requests; None: until cleared
    seconds: float = 0.0  #: for delay
    status: int = 503  #: for status
    retry_after: int | None = None  #: adds a Retry-After header, in seconds
    lasts: float | None = None  #: seconds this switch stays on, from when it was set; None: no end


@dataclass
class _Armed:
    """A switch with what is left of it; the only thing here that changes."""

    fault: Fault
    left: int | None
    until: float | None

    def matches(self, *, method: str, path: str, now: float) -> bool:
        if self.left == 0 or (self.until is not None and now >= self.until):
            return False
        return self.fault.path in path and self.fault.method in ("", method)


class Faults:
    """The switches of one pretend company, first set first used."""

    def __init__(self) -> None:
        self._armed: list[_Armed] = []

    def add(self, fault: Fault) -> None:
        until = None if fault.lasts is None else time.monotonic() + fault.lasts
        self._armed.append(_Armed(fault, fault.count, until))

    def outage(self, seconds: float, *, status: int | None = None) -> None:
        """Everything fails for a while: with `status`, or by closing connections unread."""
        kind: FaultKind = "drop" if status is None else "status"
        fault = Fault(kind, count=None, lasts=seconds)
        self.add(fault if status is None else replace(fault, status=status))

    def take(self, *, method: str, path: str) -> Fault | None:
        """The fault for this request, used up by one; None when the request may go well."""
        now = time.monotonic()
        for armed in self._armed:
            if armed.matches(method=method, path=path, now=now):
                armed.left = None if armed.left is None else armed.left - 1
                self._sweep(now)
                return armed.fault
        return None

    def clear(self) -> None:
        self._armed.clear()

    def _sweep(self, now: float) -> None:
        def alive(armed: _Armed) -> bool:
            return armed.left != 0 and (armed.until is None or now < armed.until)

        self._armed = [armed for armed in self._armed if alive(armed)]
