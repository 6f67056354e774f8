"""A whole office for one story: engine on a thread of its own, pretend companies, real files and sockets.

Must not: stand in for any part of the product.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Row, insert, select

from mcdesk import app
from mcdesk.domain.leads import Stage
from mcdesk.domain.numbers import Number
from mcdesk.domain.queue import Conversation, Item, ItemKind, QueueRow, View
from mcdesk.engine.desk import Desk
from mcdesk.engine.patience import Patience
from mcdesk.ports.provider import Tokens
from mcdesk.ports.signin import SignsIn
from mcdesk.settings import office_key
from mcdesk.simulator import CallPlan, InThread, PretendClio, PretendTwilio
from mcdesk.simulator.twilio.ledger import Call, Message
from mcdesk.store import configurations, schema
from mcdesk.store.opening import FILE_NAME, open_database
from mcdesk.store.secrets import Vault
from mcdesk.store.tokens import StoredTokens
from mcdesk.store.transaction import Tx
from tests.walks.configured import Options, configuration
from tests.walks.movable import MovableClock

T = TypeVar("T")

CALLER = "+14155550142"
#: How long a story waits for what must happen: a busy machine is slow, a bug waits for ever.
LONG = 10.0
#: Waits that must end by themselves take a moment instead of a minute.
SHORT = Patience(
    lease=8.0,
    renew=0.3,
    settled=0.6,
    look_after=0.1,
    line_type=1.0,
    longest_pause=0.3,
    login_pause=0.4,
    watch=0.05,
)
CHANNELS = ("clock", "texts:twilio", "calls:twilio", "crm:clio")


def eventually(condition: Callable[[], T | None], *, seconds: float = LONG, what: str = "") -> T:
    """The first true answer; fails when the time is up."""
    until = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > until:
            raise AssertionError(f"did not come within {seconds:g} s: {what or 'the condition'}")
        time.sleep(0.01)


async def nobody_signs_in(provider: SignsIn) -> None:
    raise AssertionError("no story here opens a browser")


def open_office(folder: Path, clock: MovableClock) -> app.Place:
    """The data folder with a clock that moves. Raises StoreTrouble."""
    database = open_database(folder, now=clock.now)
    vault = Vault(
        database,
        lambda: office_key(folder, create=False),
        new_key=lambda: office_key(folder, create=True),
    )
    return app.Place(folder, database, vault, clock, folder / FILE_NAME)


@dataclass
class Office:
    """One office. `start` and `stop` any number of times; `place` lasts from start to stop."""

    folder: Path
    twilio: InThread[PretendTwilio]
    clio: InThread[PretendClio]
    options: Options
    clock: MovableClock = field(default_factory=MovableClock)
    patience: Patience = SHORT
    person: str = "Maria"
    running: app.Running | None = None
    place: app.Place | None = None
    _loop: asyncio.AbstractEventLoop | None = None
    _thread: threading.Thread | None = None
    _ending: asyncio.Event | None = None

    # its life

    def open(self) -> app.Place:
        """The place, without an engine."""
        if self.place is None:
            self.place = open_office(self.folder, self.clock)
        return self.place

    def configure(self, **changes: Any) -> None:
        """Put other options in force, while it runs or not."""
        self.options = replace(self.options, **changes)
        place = self.open()
        place.database.write(lambda tx: configurations.apply(tx, self.source, by="test")).result()

    @property
    def source(self) -> str:
        return configuration(
            self.options,
            sid=self.twilio.company.account.sid,
            twilio=self.twilio.company.url,
            clio=self.clio.company.url,
        )

    def install(self, *, since: timedelta | None = timedelta(hours=1)) -> None:
        """Configured, signed in to the CRM, and known for an hour; `since` None: installed only now."""
        place = self.open()
        self.configure()
        if since is not None:
            at = self.clock.now() - since

            def known(tx: Tx) -> None:
                for name in ("twilio", "clio"):
                    tx.run(insert(schema.connections).values(name=name, since=at))

            place.database.write(known).result()
        if self.options.crm:
            self.sign_in()

    def sign_in(self) -> None:
        """Tokens of the CRM, as the browser would have brought them."""
        token = self.clio.ask(self.clio.company.issue_token)
        place = self.open()
        tokens = Tokens(
            access=str(token["access_token"]),
            refresh=str(token["refresh_token"]),
            expires_at=datetime.now(UTC) + timedelta(days=3),
        )
        asyncio.run(StoredTokens(place.vault, place.database, "clio", "test").save(tokens))

    def start(self) -> None:
        started: Future[None] = Future()
        self._thread = threading.Thread(target=self._live, args=(started,), name="office")
        self._thread.start()
        started.result(30)
        if self.options.hooks:
            self.twilio.company.point_hooks_at(self.hook_address, number=self.options.line)

    def stop(self) -> None:
        if self._thread is None:
            return
        if self._loop is not None and self._ending is not None:
            self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join(30)
        assert not self._thread.is_alive(), "the office does not stop"
        self._thread = self.running = self._loop = self._ending = None
        self.close()

    def close(self) -> None:
        if self.place is not None:
            self.place.close()
            self.place = None

    def _live(self, started: Future[None]) -> None:
        try:
            asyncio.run(self._at_work(started))
        except BaseException as error:
            if started.done():
                raise
            started.set_exception(error)

    async def _at_work(self, started: Future[None]) -> None:
        self._loop, self._ending = asyncio.get_running_loop(), asyncio.Event()
        running = app.run_office(
            self.open(), sign_in=nobody_signs_in, person=self.person, patience=self.patience
        )
        async with running as self.running:
            started.set_result(None)
            await self._ending.wait()

    # asking it

    @property
    def desk(self) -> Desk:
        assert self.running is not None
        return self.running.desk

    @property
    def hook_address(self) -> str:
        assert self.running is not None
        return self.running.hooks["twilio"]

    def do(self, act: Coroutine[Any, Any, T]) -> T:
        """A desk's verb or question, to its end."""
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(act, self._loop).result(30)

    def call_soon(self, act: Callable[[], object]) -> None:
        """Something on the engine's thread."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(act)

    def read(self, question: Callable[[Tx], T]) -> T:
        return self.open().database.read(question).result(30)

    def write(self, change: Callable[[Tx], T]) -> T:
        return self.open().database.write(change).result(30)

    def rows(self, table: Any, *where: Any) -> list[Row[Any]]:
        return self.read(lambda tx: tx.all(select(table).where(*where).order_by(table.c.id)))

    def queue(self, view: View = View.OPEN) -> tuple[QueueRow, ...]:
        return self.do(self.desk.queue(view))

    def lead(self, caller: str = CALLER) -> QueueRow:
        """The one open lead of a caller, once there is one."""
        found = eventually(lambda: self.leads(caller), what=f"a lead of {caller}")
        assert len(found) == 1
        return found[0]

    def leads(self, caller: str = CALLER, view: View = View.OPEN) -> list[QueueRow]:
        return [row for row in self.queue(view) if row.number == Number(caller)]

    def conversation(self, lead: int = 1) -> Conversation:
        return self.do(self.desk.conversation(lead))

    def items(self, kind: ItemKind, lead: int = 1) -> list[Item]:
        return [item for item in self.conversation(lead).items if item.kind is kind]

    def happenings(self, lead: int = 1) -> str:
        """What the conversation says the system did, one line each."""
        return "\n".join(item.text for item in self.items(ItemKind.EVENT, lead))

    def jobs(self, kind: str, *states: str) -> list[Row[Any]]:
        found = self.rows(schema.jobs, schema.jobs.c.kind == kind)
        return [job for job in found if not states or job.state in states]

    # what people do

    def call(self, caller: str = CALLER, *, to: str | None = None, **plan: Any) -> Call:
        """Somebody calls, to the end of the call."""
        company = self.twilio.company
        return self.twilio.run(company.call, caller, to or self.options.line, plan=CallPlan(**plan))

    def text(self, words: str, caller: str = CALLER) -> Message:
        return self.twilio.run(self.twilio.company.text, caller, words, to=self.options.line)

    def texts(self, caller: str = CALLER) -> list[Message]:
        """What this office sent them, as the company has it."""
        return self.twilio.ask(lambda: self.twilio.company.texts_to(caller))

    def texted(self, count: int = 1, caller: str = CALLER, *, seconds: float = LONG) -> list[Message]:
        """Their texts, once there are so many."""
        eventually(
            lambda: len(self.texts(caller)) >= count, seconds=seconds, what=f"text {count} to {caller}"
        )
        assert len(self.texts(caller)) == count
        return self.texts(caller)

    def missed(self, caller: str = CALLER) -> QueueRow:
        """Calls, is missed, gets the first text; the lead then."""
        before = len(self.texts(caller))
        self.call(caller)
        self.texted(before + 1, caller)
        eventually(lambda: not self.jobs("send-text", "waiting", "running"), what="the text noted")
        return self.lead(caller)

    def reaches(self, stage: Stage, caller: str = CALLER) -> QueueRow:
        """The lead, once it is there."""
        eventually(
            lambda: any(row.stage is stage for row in self.leads(caller)), what=f"{caller} at {stage.value}"
        )
        return self.lead(caller)

    def bridged(self) -> None:
        """A call back is over."""
        calls = self.twilio.company.ledger.calls
        eventually(
            lambda: [c for c in calls.values() if c.direction == "outbound-api" and c.status == "completed"],
            what="the bridge over",
        )

    def quiet(self) -> None:
        """Waits until the office has understood all hooks and done all that is due."""

        def settled() -> bool:
            waiting = self.read(
                lambda tx: tx.all(select(schema.hooks.c.id).where(schema.hooks.c.state == "new"))
            )
            now = self.clock.now()
            owed = self.read(
                lambda tx: tx.all(
                    select(schema.jobs.c.id).where(
                        (schema.jobs.c.state == "running")
                        | (
                            (schema.jobs.c.state == "waiting")
                            & (schema.jobs.c.due <= now + timedelta(seconds=30))
                        )
                    )
                )
            )
            return not waiting and not owed

        eventually(settled, what="quiet")

    # time

    def jump(self, **length: float) -> None:
        """Let hours pass at once; whoever sleeps until then looks at the clock."""
        self.clock.jump(timedelta(**length))
        if self.running is not None:
            self.wake()

    def wake(self) -> None:
        """Everybody who waits for a time looks at the clock."""

        def work(tx: Tx) -> None:
            for channel in CHANNELS:
                tx.touched.work(channel, tx.now)

        self.write(work)

    def poll(self) -> None:
        """Read the logs now instead of at the next interval."""
        assert self.running is not None
        self.do(self.running.mended("twilio"))
