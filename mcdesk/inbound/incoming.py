"""What comes in on one connection, given to h11 in its turn: a head whole, a body as far as it goes.

Must not: answer, or give h11 what it has no limit for.
"""

import h11

from mcdesk.inbound.answers import HEADERS_TOO_LARGE, TOO_LARGE
from mcdesk.inbound.heads import BadRequest, Head, read_head
from mcdesk.inbound.limits import Limits

END_OF_HEAD = b"\r\n\r\n"
#: The line before a chunk, with what a sender may add behind the size; and the bytes of chunks given to h11
#: at once: with lines that are none its time grows with the square of their length.
MOST_OF_A_LINE = 64
PIECE = 256


class Incoming:
    """Request after request: its head, then its body until that is whole, then the next one's head."""

    def __init__(self, limits: Limits) -> None:
        self.connection = _connection()
        self._limits = limits
        self._unread = bytearray()
        #: Bytes of the body still to come; None: in chunks.
        self._left: int | None = 0
        self._chunks = 0

    def __len__(self) -> int:
        """Bytes whose turn has not come."""
        return len(self._unread)

    def add(self, data: bytes) -> None:
        self._unread += data

    def head(self) -> Head | None:
        """None: it is not whole yet. Raises BadRequest."""
        end = self._unread.find(END_OF_HEAD)
        if (end if end >= 0 else len(self)) > self._limits.headers:
            raise BadRequest(HEADERS_TOO_LARGE)
        if end < 0:
            if not self._unread[:1].isalpha():
                raise BadRequest
            return None
        raw = self._take(end + len(END_OF_HEAD))
        if raw.count(b"\n") > self._limits.header_lines:
            raise BadRequest(HEADERS_TOO_LARGE)
        head = read_head(self.connection, raw)
        self._left, self._chunks = head.length, 0
        return head

    def body(self) -> tuple[bytes, bool]:
        """The next of it, and whether that was the last. Raises BadRequest."""
        piece = self._take(PIECE if self._left is None else self._left)
        if self._left is not None:
            self._left -= len(piece)
        if piece:
            self.connection.receive_data(piece)
        part = b""
        try:
            while isinstance(event := self.connection.next_event(), h11.Data):
                part += event.data
                self._chunks += event.chunk_start
        except h11.RemoteProtocolError as error:
            raise BadRequest from error
        if self._chunks > self._limits.chunks:
            raise BadRequest(TOO_LARGE)
        if not isinstance(event, h11.EndOfMessage):
            return part, False
        if event.headers:
            raise BadRequest
        return part, True

    def next(self) -> None:
        """The request and its answer are done. What h11 was given behind the last chunk has to wait again."""
        self._unread[:0] = self.connection.trailing_data[0]
        self.connection = _connection()

    def forget(self) -> None:
        """Nobody will read it."""
        self._unread = bytearray()

    def _take(self, size: int) -> bytes:
        taken = bytes(self._unread[:size])
        del self._unread[:size]
        return taken


def _connection() -> h11.Connection:
    return h11.Connection(h11.SERVER, max_incomplete_event_size=MOST_OF_A_LINE)
