"""What reached a pretend company: every request as it arrived, parsed only when someone asks.
Kept cheap because benchmarks send thousands; nothing here answers anything."""

import json
from collections import deque
from dataclasses import dataclass
from urllib.parse import parse_qsl

KEPT = 100_000


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One request, with the wall clock time (seconds since 1970) at which its head was read."""

    at: float
    method: str
    path: str
    query: str
    body: bytes
    fault: str  #: kind of the failure switch it met, or empty

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    @property
    def json(self) -> object:
        """The JSON body, or None when it is something else."""
        try:
            parsed: object = json.loads(self.body)
        except ValueError:
            return None
        return parsed

    def described(self) -> dict[str, object]:
        """For the control address."""
        body = self.json
        return {
            "at": self.at,
            "method": self.method,
            "path": self.path,
            "query": dict(parse_qsl(self.query, keep_blank_values=True)),
            "form": None if body is not None or not self.body else self.form,
            "json": body,
            "fault": self.fault or None,
        }


class Recorder:
    """The last requests, oldest first."""

    def __init__(self) -> None:
        self._requests: deque[RecordedRequest] = deque(maxlen=KEPT)

    def add(self, request: RecordedRequest) -> None:
        self._requests.append(request)

    def requests(self, *, method: str = "", path: str = "") -> list[RecordedRequest]:
        """Those with this method and this text in their path."""
        return [r for r in self._requests if method in ("", r.method) and path in r.path]

    def clear(self) -> None:
        self._requests.clear()
