"""Everything the receiver may answer, word for word. Nothing of a request is ever in an answer.

Must not: decide which.
"""

from dataclasses import dataclass
from http import HTTPStatus

import h11


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body; `wait`: seconds after which to come again."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain"
    wait: int = 0


HEALTHY = Answer(200, b'{"ok":true}', "application/json")
BAD_REQUEST = Answer(400)
FORGED = Answer(403)
#: For every address that is none, so that nobody learns which part of a guess was right.
NOT_FOUND = Answer(404, b"Not found")
TOO_SLOW = Answer(408)
TOO_LARGE = Answer(413)
TOO_MANY = Answer(429, wait=2)
HEADERS_TOO_LARGE = Answer(431)
NOT_NOW = Answer(503, wait=2)
NOT_STORED = Answer(503, wait=5)

_PHRASES = {status.value: status.phrase for status in HTTPStatus}


def wire(
    answer: Answer, connection: h11.Connection, *, closes: bool = False, head_only: bool = False
) -> bytes:
    """The bytes of an answer on a connection, which knows whether another request may follow."""
    headers = [("content-type", answer.content_type), ("content-length", str(len(answer.body)))]
    if answer.wait:
        headers.append(("retry-after", str(answer.wait)))
    if closes:
        headers.append(("connection", "close"))
    parts = [
        connection.send(
            h11.Response(status_code=answer.status, headers=headers, reason=_PHRASES[answer.status])
        )
    ]
    if answer.body and not head_only:
        parts.append(connection.send(h11.Data(data=answer.body)))
    return b"".join([*parts, connection.send(h11.EndOfMessage())])


def go_on(connection: h11.Connection) -> bytes:
    """To who waits to be asked for the body."""
    return connection.send(h11.InformationalResponse(status_code=100, headers=[], reason="Continue"))
