"""What the head of a web request says: read by h11, and refused where h11 is more patient than we are.

Must not: read sockets, or be lenient: what two programs may read in two ways is refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import h11

from mcdesk.inbound.answers import BAD_REQUEST, Answer

#: h11 lets most of them stand in a value, and takes seconds to find those it does not behind many blanks.
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class BadRequest(Exception):
    """No request, one that can be read in two ways, or too much of one."""

    def __init__(self, answer: Answer = BAD_REQUEST) -> None:
        super().__init__()
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Head:
    """A request's first line and headers."""

    method: str
    path: bytes
    query: bytes
    #: Names in lower case; of a repeated one the last.
    headers: Mapping[str, str] = field(repr=False)
    #: Bytes of the body; None: in chunks.
    length: int | None
    #: Whether the sender waits to be asked for the body.
    waits: bool


def read_head(connection: h11.Connection, raw: bytes) -> Head:
    """`raw`: all of it, with the empty line at its end. Raises BadRequest."""
    lines = raw.count(b"\r\n")
    if raw.count(b"\r") != lines or raw.count(b"\n") != lines or _CONTROL.search(raw):
        raise BadRequest
    connection.receive_data(raw)
    try:
        request = connection.next_event()
    except h11.RemoteProtocolError as error:
        raise BadRequest from error
    # Of the first line, the empty one and the rest each is a header, or h11 has joined some or left some out.
    if not isinstance(request, h11.Request) or len(request.headers) != lines - 2:
        raise BadRequest
    headers = {name.decode("ascii"): value.decode("latin-1") for name, value in request.headers}
    is_chunked, version = "transfer-encoding" in headers, request.http_version
    if version not in (b"1.0", b"1.1") or (is_chunked and (version == b"1.0" or "content-length" in headers)):
        raise BadRequest
    path, _, query = request.target.partition(b"?")
    return Head(
        method=request.method.decode("ascii"),
        path=path,
        query=query,
        headers=headers,
        length=None if is_chunked else int(headers.get("content-length", "0")),
        waits=connection.they_are_waiting_for_100_continue,
    )
