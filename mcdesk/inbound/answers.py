"""Everything the receiver may answer, word for word. Nothing of a request is ever in an answer.

Must not: decide which.
"""

from dataclasses import dataclass
from http import HTTPStatus


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
GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"

_PHRASES = {status.value: status.phrase for status in HTTPStatus}


def wire(answer: Answer, *, closes: bool, head_only: bool = False) -> bytes:
    """The bytes of an answer."""
    lines = [
        f"HTTP/1.1 {answer.status} {_PHRASES[answer.status]}",
        f"content-type: {answer.content_type}",
        f"content-length: {len(answer.body)}",
    ]
    if answer.wait:
        lines.append(f"retry-after: {answer.wait}")
    if closes:
        lines.append("connection: close")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + (b"" if head_only else answer.body)
