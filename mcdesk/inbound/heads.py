"""What the head of a web request says. Stricter than HTTP asks: no provider needs the corners left out.

Must not: read sockets, or be lenient: what two programs may read in two ways is refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_FIRST = re.compile(rb"([A-Za-z-]{1,20}) ([\x21-\x7e]+) HTTP/1\.([01])")
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: More digits than any length we take.
_LENGTH = re.compile(rb"[0-9]{1,12}")
#: Said once or not at all: of two, this program and one in front of it might each believe another.
_ONCE = (b"host", b"content-length", b"transfer-encoding")


class BadRequest(Exception):
    """No request, or one that can be read in two ways."""


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
    #: Whether another request may follow.
    keeps: bool
    #: Whether the sender waits to be asked for the body.
    waits: bool


def read_head(raw: bytes, *, most_lines: int) -> Head:
    """`raw` without the empty line at its end. Raises BadRequest."""
    if raw.count(b"\n") > most_lines:
        raise BadRequest
    first, *lines = raw.split(b"\r\n")
    if raw.count(b"\r") != len(lines) or raw.count(b"\n") != len(lines):
        raise BadRequest
    said = _FIRST.fullmatch(first)
    if said is None or _CONTROL.search(raw):
        raise BadRequest
    method, target, minor = said.groups()
    headers: dict[bytes, bytes] = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        name = name.lower()
        if not colon or not _NAME.fullmatch(name) or (name in _ONCE and name in headers):
            raise BadRequest
        headers[name] = value.strip(b" \t")
    is_new = minor == b"1"
    if is_new and b"host" not in headers:
        raise BadRequest
    path, _, query = target.partition(b"?")
    return Head(
        method=method.decode("ascii"),
        path=path,
        query=query,
        headers={name.decode("ascii"): value.decode("latin-1") for name, value in headers.items()},
        length=_length(headers, is_new=is_new),
        keeps=is_new and b"close" not in headers.get(b"connection", b"").lower(),
        waits=is_new and headers.get(b"expect", b"").lower() == b"100-continue",
    )


def _length(headers: Mapping[bytes, bytes], *, is_new: bool) -> int | None:
    length, coding = headers.get(b"content-length"), headers.get(b"transfer-encoding")
    if coding is None:
        if length is None:
            return 0
        if not _LENGTH.fullmatch(length):
            raise BadRequest
        return int(length)
    if length is not None or not is_new or coding.lower() != b"chunked":
        raise BadRequest
    return None
