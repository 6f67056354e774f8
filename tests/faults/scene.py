"""Where one history happens: its companies, its data, its clock, and the engines that live and die in it.

Must not: know which acts there are (`playing` does), or what is right (`checking` does).
"""

import contextlib
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from mcdesk.simulator import InThread, PretendClio, PretendTwilio
from mcdesk.store.opening import FILE_NAME
from tests.faults.acts import History
from tests.faults.companies import Companies
from tests.faults.database import Rows
from tests.faults.mortals import Gone, Mortal, Mortals
from tests.faults.orders import CLOCK, Birth
from tests.faults.shared_clock import new_clock
from tests.walks.configured import LINE, NOWHERE, Options, configuration

#: How long an engine may take to be at work; the machine may be busy.
READY_WITHIN = 15.0
#: A moment without a text on its way is looked for so often.
MOST_TRIES = 40
#: How often the companies are asked whether they are done, before time jumps.
TURNS = 4
FIRST = "Rivera & Cole: Sorry we missed your call. Text a good time. Reply STOP to opt out, HELP for help."
SECOND = "Rivera & Cole: Following up on your call. Still want to talk? Reply STOP to opt out."
WORDING = "".join(
    f'[[templates]]\nname = "{name}"\nlanguage = "{language}"\nbody = "{body}"\n'
    for name, body in (("first", FIRST), ("second", SECOND))
    for language in ("en", "es")
)


class Stuck(AssertionError):
    """Something that must come did not."""


@dataclass(frozen=True, slots=True)
class Acted:
    """Something a person of the office did, as far as is known."""

    verb: str
    lead: int
    number: str
    words: str
    #: Seconds since 1970, real.
    began: float
    ended: float
    #: None: the engine died meanwhile.
    ok: bool | None
    said: str


@dataclass
class Scene:
    """One office among its companies. `open` first, `close` at the end."""

    history: History
    folder: Path
    companies: Companies
    mortals: Mortals
    empty: Path
    #: How long an office without troubles may take to be done with what is due, real seconds.
    quiet_within: float = 25.0
    acted: list[Acted] = field(default_factory=list)
    #: How wrong the PC's clock was set, seconds.
    skews: set[float] = field(default_factory=lambda: {0.0})
    deaths: list[str] = field(default_factory=list)
    #: Real times of jumps during which a text was on its way.
    excused: list[float] = field(default_factory=list)
    first: Mortal | None = None
    second: Mortal | None = None
    #: Engines of the past, and what to do when: (monotonic time, what).
    _endings: list[tuple[float, Callable[[], object]]] = field(default_factory=list)
    #: How many engines were born.
    lives: int = 0
    _born_at: float | None = None
    _lock: sqlite3.Connection | None = None

    def open(self) -> None:
        self.folder.mkdir(parents=True)
        shutil.copy(self.empty, self.folder / FILE_NAME)
        self.twilio: InThread[PretendTwilio] = self.companies.twilio(line=LINE)
        self.clio: InThread[PretendClio] = self.companies.clio()
        token = self.clio.ask(self.clio.company.issue_token)
        self._tokens = {name: str(token[name]) for name in ("access_token", "refresh_token")}
        start = datetime.fromisoformat(self.history.start) if self.history.start else None
        self.clock = new_clock(self.folder / CLOCK, start=start)
        self.rows = Rows(self.folder)
        self._port = self.companies.port()
        self.start_first()

    def close(self) -> None:
        for engine in (self.first, self.second):
            if engine is not None:
                # Also one that died by itself: what we asked it through is still open.
                engine.kill()
        self.unlock()
        self.companies.close(self.twilio.company)
        self.companies.close(self.clio.company)

    def source(self, *, twilio: str = "") -> str:
        """The configuration file; `twilio`: another address than the right one."""
        history = self.history
        options = Options(
            hooks=history.hooks, poll_seconds=1, voicemail=history.voicemail, lookup=history.lookup,
            more=WORDING,
        )  # fmt: skip
        sid, right = self.twilio.company.account.sid, self.twilio.company.url
        return configuration(options, sid=sid, twilio=twilio or right, clio=self.clio.company.url)

    def number(self, who: int) -> str:
        """The who-th caller's; a hidden one below 0."""
        return "anonymous" if who < 0 else f"+1{self.history.callers[who]}5550142"

    # engines

    @property
    def living(self) -> list[Mortal]:
        return [engine for engine in (self.first, self.second) if engine is not None and not engine.is_dead]

    def start_first(self) -> None:
        self._leave_behind(self.first)
        self.first = self._bear(self._port)
        self._born_at = None
        self._point_hooks()

    def _point_hooks(self) -> None:
        if self.history.hooks:
            address = f"http://127.0.0.1:{self._port}/hooks/twilio/s3cret-path"
            self.twilio.company.point_hooks_at(address)

    @contextlib.contextmanager
    def out_of_reach(self) -> Iterator[None]:
        """Nobody can connect to this PC."""
        self.twilio.company.point_hooks_at(NOWHERE)
        try:
            yield
        finally:
            self._point_hooks()

    def start_second(self) -> None:
        self._leave_behind(self.second)
        self.second = self._bear(0)

    def _leave_behind(self, engine: Mortal | None) -> None:
        if engine is None:
            return
        engine.kill()
        self.wait(lambda: engine.is_dead, "the death of an engine")
        if engine.ended_by_itself:
            self.deaths.append(engine.errors)

    def _bear(self, port: int) -> Mortal:
        self.lives += 1
        birth = Birth(
            folder=str(self.folder), life=str(self.lives), port=port, source=self.source(),
            tokens=self._tokens, broken=self.history.broken,
        )  # fmt: skip
        return self.mortals.bear(birth)

    def rest(self, seconds: float) -> None:
        """Let real time pass; whoever died comes back, and troubles end when they are due."""
        until = time.monotonic() + seconds
        while True:
            self.attend()
            left = until - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, 0.02))

    def attend(self, *, down: float = 0.05) -> None:
        self._end_due()
        now = time.monotonic()
        if self.first is not None and self.first.is_dead:
            if self._born_at is None:
                self._born_at = now + down
            if now >= self._born_at:
                self.start_first()

    def _end_due(self) -> None:
        """Troubles end when they are due; what ends one may wait for another's end meanwhile."""
        now = time.monotonic()
        due = [end for at, end in self._endings if at <= now]
        self._endings = [each for each in self._endings if each[0] > now]
        for end in due:
            end()

    def stay_down(self, seconds: float) -> None:
        """The first engine, killed now, is started again no sooner."""
        self._born_at = time.monotonic() + seconds

    def after(self, seconds: float, end: Callable[[], object]) -> None:
        """Do it when so much real time has passed, or at `end_all`."""
        self._endings.append((time.monotonic() + seconds, end))

    def end_all(self) -> None:
        """Every trouble that would end later ends now."""
        endings, self._endings = self._endings, []
        for _, end in endings:
            end()

    def at_work(self) -> Mortal:
        """The first engine, started if need be. Raises Stuck."""

        def ready() -> bool:
            self.attend()
            return self.first is not None and not self.first.is_dead and self.first.is_ready

        self.wait(ready, "an engine at work", seconds=READY_WITHIN)
        assert self.first is not None
        return self.first

    def ask(self, do: str, **details: Any) -> dict[str, Any] | None:
        """Speak with the first engine; None where it died meanwhile."""
        try:
            return self.at_work().ask(do, **details)
        except Gone:
            return None

    # time

    def now(self) -> datetime:
        return self.clock.now()

    def pass_time(self, length: timedelta, *, asleep: bool = False) -> None:
        """Hours go by at once, while the companies are done with what they were asked.

        The engines stand still for that moment: a provider's seconds do not become hours, and an engine
        that was there all the time has renewed its lease. Not so `asleep`.
        """
        self.stand_still()
        if asleep:
            self.clock.sleep(length)
        else:
            self.clock.jump(length)
            self.rows.renew_leases(length)
        self._go_on()
        self.wake()

    def set_clock(self, seconds: float) -> None:
        self.skews.add(seconds)
        self.stand_still()
        self.clock.set_wrong(timedelta(seconds=seconds))
        self._go_on()
        self.wake()

    def hold_still(self) -> None:
        for engine in self.living:
            engine.kill(signal.SIGSTOP)

    def stand_still(self) -> None:
        """At a moment when no text is on its way: what was decided before a jump is not sent after it."""
        for _ in range(MOST_TRIES):
            self.hold_still()
            time.sleep(0.01)
            if self._lock is not None or self.rows.is_between_acts():
                break
            self._go_on()
            time.sleep(0.04)
        else:
            self.hold_still()
            self.excused.append(time.time())
        self.companies_settle()

    def companies_settle(self) -> None:
        """Wait until no company has a request it will still act on."""

        def settled() -> bool:
            held_up = self.twilio.ask(lambda: self.twilio.company.held_up)
            return held_up + self.clio.ask(lambda: self.clio.company.held_up) == 0

        # A busy machine reads a request late that its sender has given up: it gets a few turns more.
        for _ in range(TURNS):
            self.wait(settled, "the companies to be done")
            time.sleep(0.015)

    def _go_on(self) -> None:
        for engine in self.living:
            engine.kill(signal.SIGCONT)

    def wake(self) -> None:
        for engine in self.living:
            if engine.is_ready:
                with contextlib.suppress(Gone):
                    engine.ask("wake", seconds=2.0)

    # the disk

    def lock(self) -> None:
        """Another program holds the database."""
        if self._lock is None:
            self._lock = sqlite3.connect(
                self.rows.path, timeout=2, isolation_level=None, check_same_thread=False
            )
            with contextlib.suppress(sqlite3.OperationalError):
                self._lock.execute("BEGIN IMMEDIATE")

    def unlock(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def wait(self, so: Callable[[], object], what: str, *, seconds: float = 10.0) -> None:
        """Raises Stuck when the time is up."""
        until = time.monotonic() + seconds
        while not so():
            self._end_due()
            if time.monotonic() > until:
                raise Stuck(f"did not come within {seconds:g} s: {what}")
            time.sleep(0.015)
