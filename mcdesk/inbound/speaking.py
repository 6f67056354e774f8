"""One connection from outside: its requests are read within limits and answered one after another.

Must not: decide what is answered (`asking` does), or keep more of a request than may be asked for.
"""

import asyncio
import math
import time
from dataclasses import dataclass, field

from mcdesk.inbound.answers import (
    BAD_REQUEST,
    GO_ON,
    HEADERS_TOO_LARGE,
    NOT_NOW,
    TOO_LARGE,
    TOO_SLOW,
    Answer,
    wire,
)
from mcdesk.inbound.asking import Asking
from mcdesk.inbound.bodies import Reader, reader_of
from mcdesk.inbound.heads import BadRequest, Head, read_head
from mcdesk.inbound.limits import Limits
from mcdesk.inbound.room import Room
from mcdesk.inbound.routes import Accepting

#: Who was refused in the middle of a request may read the answer for so long before the connection goes.
LINGER_SECONDS = 2.0


@dataclass(slots=True)
class _Request:
    head: Head
    reader: Reader
    #: Who takes it; None: it is answered already and the rest of it is thrown away.
    accepting: Accepting | None
    body: bytearray = field(default_factory=bytearray)
    unwanted: int = 0


class Speaking(asyncio.Protocol):
    """A state at a time: reading a head, reading a body, being answered, leaving."""

    def __init__(self, asking: Asking, room: Room, limits: Limits) -> None:
        self._asking = asking
        self._room = room
        self._limits = limits
        self._transport: asyncio.Transport | None = None
        self._peer = ""
        self._unread = bytearray()
        self._request: _Request | None = None
        self._task: asyncio.Task[None] | None = None
        self._until = math.inf
        self._is_leaving = False
        #: No request after this one.
        self._is_last = False

    # what the event loop tells us

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        peer = transport.get_extra_info("peername")
        self._peer = str(peer[0]) if peer else ""
        if not self._room.come(self):
            self._write(NOT_NOW, closes=True)
            transport.close()
            self._is_leaving = True
            return
        self._until = time.monotonic() + self._limits.seconds

    def data_received(self, data: bytes) -> None:
        while data and not self._is_leaving:
            if self._task is not None:
                self._keep_for_later(data)
                return
            data = self._read_head(data) if self._request is None else self._read_body(self._request, data)

    def eof_received(self) -> bool:
        """Who only stops sending may still read the answer it waits for."""
        self._is_last = True
        return self._task is not None

    def pause_writing(self) -> None:
        """Answers are small: who lets many of them lie does not read them."""
        self.abort()

    def connection_lost(self, error: Exception | None) -> None:
        self._is_leaving = True
        if self._task is None:
            self._drop_request()
        self._room.leave(self)

    # what the room asks

    def overstays(self, now: float) -> None:
        if now < self._until:
            return
        if self._request is None or self._request.accepting is None or self._is_leaving:
            self.abort()
        else:
            self._turn_away(TOO_SLOW)

    def finish(self) -> None:
        self._is_last = True
        if self._request is None or self._request.accepting is None:
            self.abort()

    def abort(self) -> None:
        self._is_leaving = True
        if self._transport is not None:
            self._transport.abort()
        if self._task is None:
            self._drop_request()
        self._room.leave(self)

    # reading

    def _read_head(self, data: bytes) -> bytes:
        """Up to the end of a head; what is behind it."""
        if not self._unread:
            self._until = time.monotonic() + self._limits.seconds
        self._unread += data
        end = self._unread.find(b"\r\n\r\n")
        if (len(self._unread) if end < 0 else end) > self._limits.headers:
            self._turn_away(HEADERS_TOO_LARGE)
            return b""
        if end < 0:
            if not self._unread[:1].isalpha():
                self._turn_away(BAD_REQUEST)
            return b""
        raw, rest = bytes(self._unread[:end]), bytes(self._unread[end + 4 :])
        self._unread.clear()
        try:
            head = read_head(raw, most_lines=self._limits.header_lines)
        except BadRequest:
            self._turn_away(BAD_REQUEST)
            return b""
        self._begin(head)
        return rest

    def _begin(self, head: Head) -> None:
        reader = reader_of(head.length)
        answer = self._asking.begin(head, self._peer)
        if not isinstance(answer, Answer):
            self._request = request = _Request(head, reader, answer)
            self._room.asks(self)
            if reader.is_done:
                self._take(request, answer)
            elif head.waits and self._transport is not None:
                self._transport.write(GO_ON)
            return
        self._is_last = self._is_last or not head.keeps
        if not reader.is_done and (head.waits or self._is_last or (head.length or 0) > self._limits.unwanted):
            self._turn_away(answer, head)
            return
        self._write(answer, closes=self._is_last, head=head)
        self._request = _Request(head, reader, None)
        if reader.is_done:
            self._end_request()

    def _read_body(self, request: _Request, data: bytes) -> bytes:
        """Up to the end of the body; what is behind it."""
        try:
            part, rest = request.reader.feed(data)
        except BadRequest:
            self._turn_away(BAD_REQUEST)
            return b""
        if request.accepting is None:
            request.unwanted += len(data)
            if request.unwanted > self._limits.unwanted:
                self.abort()
        elif len(request.body) + len(part) > self._limits.body:
            self._refuse_rest(request, TOO_LARGE)
        elif not self._asking.allowance.hold(len(part)):
            self._refuse_rest(request, NOT_NOW)
        else:
            request.body += part
        if request.reader.is_done and not self._is_leaving:
            if request.accepting is None:
                self._end_request()
            else:
                self._take(request, request.accepting)
        return rest

    def _keep_for_later(self, data: bytes) -> None:
        """Sent ahead of our answer."""
        self._unread += data
        if len(self._unread) > self._limits.headers + self._limits.body:
            self.abort()

    # answering

    def _take(self, request: _Request, accepting: Accepting) -> None:
        self._room.has_asked(self)
        self._until = math.inf
        task = asyncio.get_running_loop().create_task(self._answer(request, accepting))
        self._task = task

    async def _answer(self, request: _Request, accepting: Accepting) -> None:
        try:
            answer = await self._asking.take(accepting, request.head, bytes(request.body))
        finally:
            # Held until it is stored, whether or not the sender still listens.
            self._task = None
            self._drop_request()
            self._room.waits(self)
        self._is_last = self._is_last or not request.head.keeps
        self._write(answer, closes=self._is_last, head=request.head)
        self._end_request()

    def _refuse_rest(self, request: _Request, answer: Answer) -> None:
        """The rest of the request is read and thrown away, so that another may follow."""
        self._write(answer, closes=not request.head.keeps, head=request.head)
        self._drop_request()
        self._request = request
        request.accepting = None
        self._room.waits(self)

    def _end_request(self) -> None:
        """The next one may come; perhaps it has."""
        self._request = None
        if self._is_leaving or self._transport is None:
            return
        if self._is_last:
            self._is_leaving = True
            self._transport.close()
            return
        self._until = time.monotonic() + min(self._limits.idle, self._limits.seconds)
        if self._unread:
            ahead = bytes(self._unread)
            self._unread.clear()
            self.data_received(ahead)

    def _turn_away(self, answer: Answer, head: Head | None = None) -> None:
        """Answer, if nothing was answered yet, and let them go before their request is whole."""
        request = self._request
        if request is None or request.accepting is not None:
            self._write(answer, closes=True, head=head)
        self._drop_request()
        self._room.waits(self)
        self._is_leaving = True
        self._until = time.monotonic() + LINGER_SECONDS
        if self._transport is not None and self._transport.can_write_eof():
            self._transport.write_eof()

    def _write(self, answer: Answer, *, closes: bool, head: Head | None = None) -> None:
        if answer.status != 200:
            self._asking.refused[answer.status] += 1
        if self._transport is not None and not self._is_leaving:
            only_head = head is not None and head.method == "HEAD"
            self._transport.write(wire(answer, closes=closes, head_only=only_head))

    def _drop_request(self) -> None:
        if self._request is not None:
            self._asking.allowance.let_go(len(self._request.body))
            self._request.body.clear()
        self._request = None
