"""Where the body of a web request ends: after so many bytes, or chunk by chunk.

Must not: keep what it read.
"""

import re
from typing import Protocol

from mcdesk.inbound.heads import BadRequest

#: The line before a chunk, with what a sender may add behind the size.
MOST_OF_A_LINE = 64
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[\t\x20-\x7e]*)?")


class Reader(Protocol):
    """Takes bytes until the body is whole."""

    is_done: bool

    def feed(self, data: bytes) -> tuple[bytes, bytes]:
        """What of it is body, and what comes after the body's end. Raises BadRequest."""


def reader_of(length: int | None) -> Reader:
    """For a body of `length` bytes; None: in chunks."""
    return Chunked() if length is None else Sized(length)


class Sized:
    """A body whose length was announced."""

    def __init__(self, length: int) -> None:
        self._left = length
        self.is_done = length == 0

    def feed(self, data: bytes) -> tuple[bytes, bytes]:
        part = data[: self._left]
        self._left -= len(part)
        self.is_done = self._left == 0
        return part, data[len(part) :]


class Chunked:
    """A body in chunks; nothing may follow the last one."""

    def __init__(self) -> None:
        self.is_done = False
        #: Of the chunk being read; None: a line comes first.
        self._left: int | None = None
        self._line = b""
        #: Whether the chunk before has still to be closed by an empty line.
        self._is_after_chunk = False
        self._is_last = False

    def feed(self, data: bytes) -> tuple[bytes, bytes]:
        body = []
        while data and not self.is_done:
            if self._left is None:
                data = self._read_line(data)
                continue
            part = data[: self._left]
            body.append(part)
            data = data[len(part) :]
            self._left -= len(part)
            if self._left == 0:
                self._left, self._is_after_chunk = None, True
        return b"".join(body), data

    def _read_line(self, data: bytes) -> bytes:
        """Up to the end of a line; what is behind it."""
        room = MOST_OF_A_LINE - len(self._line)
        line = self._line + data[:room]
        end = line.find(b"\r\n")
        if end < 0:
            if len(line) >= MOST_OF_A_LINE:
                raise BadRequest
            self._line = line
            return b""
        rest = data[end + 2 - len(self._line) :]
        self._line = b""
        self._understand(line[:end])
        return rest

    def _understand(self, line: bytes) -> None:
        if self._is_after_chunk or self._is_last:
            if line:
                raise BadRequest
            self._is_after_chunk, self.is_done = False, self._is_last
            return
        size = _SIZE.fullmatch(line)
        if size is None:
            raise BadRequest
        count = int(size[1], 16)
        self._is_last = count == 0
        self._left = count or None
