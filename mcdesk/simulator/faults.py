"""Failure switches: which coming requests go wrong, how, and how often.
Nothing here knows HTTP servers or companies; the server asks `take` before every request."""

import time
from dataclasses import dataclass, replace
from typing import Literal, Protocol

FaultKind = Literal[
    "delay", "status", "status-after", "drop", "drop-after", "silence", "silence-before", "late",
    "bad-json", "truncated", "page", "wrong-type", "slow", "hang-up",
]  # fmt: skip
#: Those after which the company has done what was asked, whatever the asker heard of it.
WORK_DONE: frozenset[FaultKind] = frozenset(
    {"delay", "status-after", "drop-after", "silence", "late", "bad-json", "truncated", "wrong-type", "slow"}
)


@dataclass(frozen=True)
class Fault:
    """One way of failing, for requests whose path contains `path`.

    delay: does the work `seconds` late, then answers right. late: does it at once, answers `seconds` late.
    status: answers `status` without doing anything. status-after: does the work, then answers `status`.
    drop: closes the connection unread. drop-after: does the work, then closes without an answer.
    silence: does the work and never answers (the connection stays open). silence-before: reads the
    request, does nothing and never answers. bad-json: does the work, answers with a body cut in half.
    truncated: the same, and the connection ends before the promised length. page: answers 200 with a web
    page, as a hotel's or firewall's sign-in does, without doing anything. wrong-type: does the work, the
    answer is right but says it is text. slow: does the work, the answer drips over `seconds`.
    hang-up: a new connection is accepted and closed at once (`path` and `method` play no part).
    """

    kind: FaultKind
    path: str = ""  #: part of the request path; empty: every path
    method: str = ""  #: GET, POST …; empty: every method
    count: int | None = 1  #: how many requests; None: until cleared
    seconds: float = 0.0  #: for delay, late and slow
    status: int = 503  #: for status and status-after
    retry_after: int | None = None  #: adds a Retry-After header, in seconds
    lasts: float | None = None  #: seconds this switch stays on, from when it was set; None: no end


class Plan(Protocol):
    """Decides request by request what goes wrong; `plans.FaultPlan` is one."""

    def fault(self, *, method: str, path: str) -> Fault | None: ...
    def hangs_up(self) -> bool: ...


@dataclass
class _Armed:
    """A switch with what is left of it; the only thing here that changes."""

    fault: Fault
    left: int | None
    until: float | None

    def matches(self, *, method: str, path: str, now: float) -> bool:
        if not self.is_on(now) or self.fault.kind == "hang-up":
            return False
        return self.fault.path in path and self.fault.method in ("", method)

    def is_on(self, now: float) -> bool:
        return self.left != 0 and (self.until is None or now < self.until)

    def use(self) -> Fault:
        self.left = None if self.left is None else self.left - 1
        return self.fault


class Faults:
    """The switches of one pretend company, first set first used; a plan has its say after them."""

    def __init__(self) -> None:
        self._armed: list[_Armed] = []
        #: Draws faults for requests that meet no switch.
        self.plan: Plan | None = None

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
                fault = armed.use()
                self._sweep(now)
                return fault
        return self.plan.fault(method=method, path=path) if self.plan is not None else None

    def take_connection(self) -> bool:
        """Whether a connection that comes in now is closed at once."""
        now = time.monotonic()
        for armed in self._armed:
            if armed.fault.kind == "hang-up" and armed.is_on(now):
                armed.use()
                self._sweep(now)
                return True
        return self.plan is not None and self.plan.hangs_up()

    def clear(self) -> None:
        """All switches off, and no plan."""
        self._armed.clear()
        self.plan = None

    def _sweep(self, now: float) -> None:
        self._armed = [armed for armed in self._armed if armed.is_on(now)]
