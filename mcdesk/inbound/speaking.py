"""One connection from outside: its requests are read within limits and answered one after another.

Must not: decide what is answered (`asking` does), or keep more of a request than may be asked for.
"""

import asyncio
import math
import time

import h11

from mcdesk.inbound.answers import NOT_NOW, TOO_LARGE, TOO_SLOW, Answer, go_on, wire
from mcdesk.inbound.asking import Asking
from mcdesk.inbound.heads import BadRequest, Head
from mcdesk.inbound.incoming import Incoming
from mcdesk.inbound.limits import Limits
from mcdesk.inbound.request import Request
from mcdesk.inbound.room import Room
from mcdesk.inbound.routes import Accepting
from mcdesk.inbound.turns import Turns

#: Who was refused in the middle of a request may read the answer for so long before the connection goes.
LINGER_SECONDS = 2.0


class Speaking(asyncio.Protocol):
    """A state at a time: reading a head, reading a body, being answered, leaving."""

    def __init__(self, asking: Asking, room: Room, limits: Limits) -> None:
        self._asking = asking
        self._room = room
        self._limits = limits
        self._transport: asyncio.Transport | None = None
        self._peer = ""
        self._incoming = Incoming(limits)
        self._request: Request | None = None
        self._task: asyncio.Task[None] | None = None
        self._until = math.inf
        self._is_leaving = False
        #: No request after this one.
        self._is_last = False
        self._turns = Turns()
        #: Bytes that came after we turned them away.
        self._unwanted = 0

    # what the event loop tells us

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        peer = transport.get_extra_info("peername")
        self._peer = str(peer[0]) if peer else ""
        if not self._room.come(self):
            self._is_last = True
            self._write(NOT_NOW)
            transport.close()
            self._is_leaving = True
            return
        self._until = time.monotonic() + self._limits.seconds

    def data_received(self, data: bytes) -> None:
        if self._is_leaving:
            self._unwanted += len(data)
            if self._unwanted > self._limits.unwanted:
                self.abort()
            return
        if not self._incoming and self._request is None and self._task is None:
            self._until = time.monotonic() + self._limits.seconds
        self._incoming.add(data)
        self._go_on()
        is_ahead = self._task is not None or self._request is None
        if is_ahead and len(self._incoming) > self._limits.headers + self._limits.body:
            self.abort()

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

    def _go_on(self) -> None:
        """As far as what has come goes, in turns."""
        if self._transport is not None:
            self._turns.take(self._transport, self._read_more, self._go_on)
        self._room.keeps(self, 0 if self._is_leaving else len(self._incoming))

    def _read_more(self) -> bool:
        """A head, or a piece of a body; whether there was one."""
        if not self._incoming or self._is_leaving or self._task is not None:
            return False
        try:
            if self._request is not None:
                self._read_body(self._request)
            elif (head := self._incoming.head()) is not None:
                self._begin(head)
            else:
                return False
        except BadRequest as error:
            self._turn_away(error.answer)
        return True

    def _begin(self, head: Head) -> None:
        answer = self._asking.begin(head, self._peer)
        if not isinstance(answer, Answer):
            self._request = Request(head, answer)
            self._room.asks(self)
            if head.waits and self._transport is not None:
                self._transport.write(go_on(self._incoming.connection))
        elif head.waits or head.length is None or head.length > self._limits.unwanted:
            # Where a body in chunks ends is found by reading it, at a cost that its sender chooses.
            self._turn_away(answer, head)
            return
        else:
            self._write(answer, head)
            self._request = Request(head, None)
        self._read_body(self._request)

    def _read_body(self, request: Request) -> None:
        before = len(self._incoming)
        part, is_whole = self._incoming.body()
        request.came += before - len(self._incoming)
        if request.accepting is None:
            if request.came > self._limits.unwanted:
                self.abort()
        elif request.is_too_large(self._limits, part=len(part)):
            self._refuse_rest(request, TOO_LARGE)
        elif not self._asking.allowance.hold(len(part)):
            self._refuse_rest(request, NOT_NOW)
        else:
            request.body += part
        if is_whole and not self._is_leaving:
            if request.accepting is None:
                self._end_request()
            else:
                self._take(request, request.accepting)

    # answering

    def _take(self, request: Request, accepting: Accepting) -> None:
        self._room.has_asked(self)
        self._until = math.inf
        self._task = asyncio.get_running_loop().create_task(self._answer(request, accepting))

    async def _answer(self, request: Request, accepting: Accepting) -> None:
        try:
            answer = await self._asking.take(accepting, request.head, bytes(request.body))
        finally:
            # Held until it is stored, whether or not the sender still listens.
            self._task, request.accepting = None, None
            self._drop_request()
            self._room.waits(self)
        self._write(answer)
        self._end_request()
        self._go_on()

    def _refuse_rest(self, request: Request, answer: Answer) -> None:
        """The rest of the request is read and thrown away, so that another may follow."""
        self._write(answer)
        self._drop_request()
        self._request = request
        request.accepting, request.came = None, 0
        self._room.waits(self)

    def _end_request(self) -> None:
        """The next one may come; perhaps it has."""
        self._request = None
        if self._is_leaving or self._transport is None:
            return
        if self._incoming.connection.our_state is h11.MUST_CLOSE:
            self._is_leaving = True
            self._transport.close()
            return
        self._incoming.next()
        seconds = self._limits.seconds
        self._until = time.monotonic() + (seconds if self._incoming else min(self._limits.idle, seconds))

    def _turn_away(self, answer: Answer, head: Head | None = None) -> None:
        """Answer and let them go before their request is whole; who was answered before just goes."""
        if self._request is not None and self._request.accepting is None:
            self.abort()
            return
        self._is_last = True
        self._write(answer, head)
        self._incoming.forget()
        self._room.keeps(self, 0)
        self._drop_request()
        self._room.waits(self)
        self._is_leaving = True
        self._until = time.monotonic() + LINGER_SECONDS
        if self._transport is not None and self._transport.can_write_eof():
            self._transport.write_eof()

    def _write(self, answer: Answer, head: Head | None = None) -> None:
        if answer.status != 200:
            self._asking.refused[answer.status] += 1
        if self._transport is not None and not self._is_leaving:
            head_only = head is not None and head.method == "HEAD"
            connection = self._incoming.connection
            self._transport.write(wire(answer, connection, closes=self._is_last, head_only=head_only))

    def _drop_request(self) -> None:
        if self._request is not None:
            if self._request.accepting is not None:
                self._request.accepting.not_taken()
            self._asking.allowance.let_go(len(self._request.body))
            self._request.body.clear()
        self._request = None
