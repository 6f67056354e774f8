"""Every way a company can fail us, and what may be known of the request then.

Must not: know a company.
"""

from dataclasses import dataclass
from enum import Enum, auto

from mcdesk.ports.provider import BadLogin, Busy, ProviderError
from tests.providers.answering import Reply


class Fate(Enum):
    """What became of the request."""

    #: It was not processed, and we know.
    REFUSED = auto()
    #: Nobody knows.
    UNKNOWN = auto()
    #: An answer of a strange shape: the verb may make sense of it.
    STRANGE = auto()


@dataclass(frozen=True)
class Fault:
    """One way to fail. `error`: the only kind allowed, where settled; `seconds`: the wait it asks for."""

    reply: Reply
    fate: Fate
    error: type[ProviderError] | None = None
    seconds: float | None = None


def _status(status: int, fate: Fate, error: type[ProviderError] | None = None) -> Fault:
    body = b'{"code": 1, "message": "no", "error": {"type": "Told", "message": "no"}}'
    return Fault(Reply(status, body), fate, error)


_DEEP = b"[" * 100_000
_HUGE = b'{"id": %b, "sid": %b, "code": %b, "data": {"id": %b}, "errors": 1e999}' % ((b"9" * 300,) * 4)
_LONG = b'{"id": ' + b"9" * 5000 + b"}"

FAULTS: dict[str, Fault] = {
    "400": _status(400, Fate.REFUSED),
    "401": _status(401, Fate.REFUSED, BadLogin),
    "403": _status(403, Fate.REFUSED),
    "404": _status(404, Fate.STRANGE),
    "409": _status(409, Fate.REFUSED),
    "422": _status(422, Fate.REFUSED),
    "429": _status(429, Fate.REFUSED, Busy),
    "429 and when": Fault(Reply(429, b"{}", {"Retry-After": "7"}), Fate.REFUSED, Busy, 7.0),
    "429 and nonsense": Fault(Reply(429, b"<", {"Retry-After": "soon"}), Fate.REFUSED, Busy),
    "500": _status(500, Fate.UNKNOWN),
    "502 page": Fault(Reply(502, b"<html>Bad gateway</html>", content_type="text/html"), Fate.UNKNOWN),
    "503": _status(503, Fate.UNKNOWN),
    "503 and when": Fault(Reply(503, b"", {"Retry-After": "3"}), Fate.UNKNOWN, seconds=3.0),
    "302": Fault(Reply(302, b"", {"Location": "http://127.0.0.1:9/elsewhere"}), Fate.UNKNOWN),
    "no answer": Fault(Reply(hang=True), Fate.UNKNOWN),
    "hangs up": Fault(Reply(drop=True), Fate.UNKNOWN),
    "hangs up halfway": Fault(
        Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{", drop=False), Fate.UNKNOWN
    ),
    "no http": Fault(Reply(raw=b"220 smtp.example ready\r\n\r\n"), Fate.UNKNOWN),
    "broken json": Fault(Reply(200, b'{"sid": "SM'), Fate.UNKNOWN),
    "no utf-8": Fault(Reply(200, b'{"sid": "\xff\xfe"}'), Fate.UNKNOWN),
    "sign-in page": Fault(Reply(200, b"<html>Welcome</html>", content_type="text/html"), Fate.UNKNOWN),
    "bottomless json": Fault(Reply(200, _DEEP), Fate.UNKNOWN),
    "broken gzip": Fault(Reply(200, b"not zipped", {"Content-Encoding": "gzip"}), Fate.UNKNOWN),
    "digits without end": Fault(Reply(200, _LONG), Fate.UNKNOWN),
    "nothing": Fault(Reply(200, b""), Fate.STRANGE),
    "null": Fault(Reply(200, b"null"), Fate.STRANGE),
    "a list": Fault(Reply(200, b'[1, {"a": null}]'), Fate.STRANGE),
    "a text": Fault(Reply(200, b'"ok"'), Fate.STRANGE),
    "an empty object": Fault(Reply(201, b"{}"), Fate.STRANGE),
    "huge numbers": Fault(Reply(200, _HUGE), Fate.STRANGE),
    "wrong kinds": Fault(
        Reply(200, b'{"data": 5, "calls": {"a": 1}, "messages": [5, {"sid": 7}], "sid": [], "date": {}}'),
        Fate.STRANGE,
    ),
}
