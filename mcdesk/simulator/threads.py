"""A pretend company on a thread of its own, for tests and programs that are not asyncio.
Moves calls to the company's loop and brings results back; adds no behaviour."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
C = TypeVar("C")

_START_SECONDS = 10.0


@dataclass(frozen=True)
class InThread(Generic[C]):
    """A running company and the way to talk to it from any other thread."""

    company: C
    _loop: asyncio.AbstractEventLoop

    def run(self, what: Callable[P, Coroutine[object, object, T]], *args: P.args, **named: P.kwargs) -> T:
        """Runs one of the company's coroutine methods to its end: `t.run(t.company.text, "+1…", "STOP")`."""
        return asyncio.run_coroutine_threadsafe(what(*args, **named), self._loop).result()

    def start(
        self, what: Callable[P, Coroutine[object, object, T]], *args: P.args, **named: P.kwargs
    ) -> Callable[[], T]:
        """Starts it and comes back at once; call the result to wait for the end."""
        return asyncio.run_coroutine_threadsafe(what(*args, **named), self._loop).result

    def ask(self, what: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Calls one of the company's plain methods on its own thread: `t.ask(t.company.texts)`."""

        async def called() -> T:
            return what(*args, **named)

        return asyncio.run_coroutine_threadsafe(called(), self._loop).result()


@contextmanager
def run_in_thread(company: AbstractAsyncContextManager[C]) -> Iterator[InThread[C]]:
    """`with run_in_thread(PretendTwilio()) as t:` — listening on entry, gone on exit."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="pretend-company", daemon=True)
    thread.start()
    try:
        entered = asyncio.run_coroutine_threadsafe(company.__aenter__(), loop).result(_START_SECONDS)
        try:
            yield InThread(entered, loop)
        finally:
            asyncio.run_coroutine_threadsafe(company.__aexit__(None, None, None), loop).result(_START_SECONDS)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
