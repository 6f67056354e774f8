"""The process is killed after every commit and at every request in turn and started again. What reached the
outside is counted: exactly one text, one lead, one contact, one call record, one note for each message.

Must not: look at how the office manages that.
"""

import itertools
import json
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest

from mcdesk.simulator import CallPlan, InThread, PretendClio, PretendTwilio, run_in_thread
from mcdesk.store.opening import FILE_NAME
from tests.faults.mortals import Mortal, Mortals
from tests.faults.orders import Birth
from tests.tracks import CLIENT, CLIENTS
from tests.walks.configured import Options
from tests.walks.office import Office

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(400),
    pytest.mark.skipif(
        not hasattr(os, "fork"), reason="offices are forked so that two hundred lives are affordable"
    ),
]

Source = Literal["hook", "poll"]
#: More lives at once than processors: they mostly wait.
AT_ONCE = 8
PATIENCE = 25.0
LINES = [f"+1{area}5550{station}" for area in (628, 650, 657, 669, 707, 714) for station in range(100, 200)]
CALLERS = [f"+1{area}5550{station}" for area in (212, 213, 310, 312, 323, 617) for station in range(100, 200)]
NEUTRAL = (
    "Rivera & Cole: Sorry we missed your call. Text a good time or book: riveracole.example/book Auto-reply. "
    "Reply STOP to opt out, HELP for help."
)
WORDS = "I was in an accident. Can someone call me?"


@dataclass
class World:
    """The pretend companies and everybody who lives and dies among them."""

    twilio: InThread[PretendTwilio]
    clio: InThread[PretendClio]
    mortals: Mortals
    folder: Path
    empty_database: Path
    numbers: Iterator[int] = field(default_factory=itertools.count)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next_number(self) -> int:
        with self._lock:
            return next(self.numbers)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MCDESK_OFFICE_KEY", "A" * 43 + "=")
        patch.setenv("MCDESK_SECRET_TWILIO_AUTH_TOKEN", "pretend-auth-token")
        patch.setenv("MCDESK_SECRET_CLIO_CLIENT_SECRET", "pretend-client-secret")
        company = PretendTwilio(pace=60, numbers=LINES)
        with run_in_thread(company) as twilio, run_in_thread(PretendClio(client_id="x")) as clio:
            mortals = Mortals()
            try:
                folder = tmp_path_factory.mktemp("lives")
                yield World(twilio, clio, mortals, folder, empty_database)
            finally:
                mortals.end()


class Story:
    """One caller and one office that is killed once."""

    def __init__(self, world: World, source: Source, kind: str, number: int, *, tracks: bool = False) -> None:
        self.world, self.source, self.tracks = world, source, tracks
        self.kind, self.number = kind, number
        serial = world.next_number()
        self.caller, self.line = CALLERS[serial], LINES[serial]
        self.folder = world.folder / f"{source}-{kind}-{number}-{serial}"
        self.folder.mkdir()
        shutil.copy(world.empty_database, self.folder)
        self._install()
        self._life = 0
        self._until = 0.0

    def _install(self) -> None:
        more, hooks = CLIENTS if self.tracks else "", self.source == "hook"
        office = Office(
            folder=self.folder, twilio=self.world.twilio, clio=self.world.clio,
            options=Options(line=self.line, hooks=hooks, poll_seconds=1, more=more),
        )  # fmt: skip
        office.install()
        office.close()

    def tell(self) -> None:
        """From the call to the last note, whoever dies in between."""
        self._until = time.monotonic() + PATIENCE
        if self.tracks:
            self.world.clio.ask(
                lambda: self.world.clio.company.add_contact("Dana Reyes", self.caller, is_client=True)
            )
        self._live(self.kind, self.number)
        ringing = self.world.twilio.start(
            self.world.twilio.company.call, self.caller, self.line, plan=CallPlan()
        )
        self._until_so(lambda: bool(self._texts()), "the first text")
        ringing()
        self.world.twilio.run(self.world.twilio.company.text, self.caller, WORDS, to=self.line)
        self._until_so(self._is_written, "all written to the CRM")
        self._until_so(self._is_quiet, "nothing left to do")
        self.killed = self._life > 1
        self._kill()

    def _live(self, kind: str, number: int) -> None:
        self._life += 1
        self._engine = self._born(kind, number)
        self._wait(lambda: self._engine.is_ready or self._is_dead(), "an office at work")
        if self._is_dead():
            assert self._life == 1, self._engine.errors
            self._live("never", 0)
        elif self.source == "hook":
            self.world.twilio.company.point_hooks_at(self._engine.hooks["twilio"], number=self.line)

    def _born(self, kind: str, number: int) -> Mortal:
        life = str(self._life)
        birth = Birth(folder=str(self.folder), life=life, kind=kind, number=number, tally=True)
        return self.world.mortals.bear(birth)

    def _until_so(self, so: Callable[[], bool], what: str) -> None:
        while not so():
            self._in_time(what)
            if self._is_dead():
                assert self._life == 1, self._engine.errors
                self._live("never", 0)
            time.sleep(0.03)

    def _wait(self, so: Callable[[], bool], what: str) -> None:
        while not so():
            self._in_time(what)
            time.sleep(0.02)

    def _in_time(self, what: str) -> None:
        if time.monotonic() > self._until:
            raise AssertionError(f"{self} waits for {what}; {self.counted()}; jobs {self._jobs()}")

    def _is_dead(self) -> bool:
        return self._engine.is_dead

    def _kill(self) -> None:
        self._engine.kill()

    def _texts(self) -> list[object]:
        company = self.world.twilio.company
        return list(self.world.twilio.ask(lambda: company.texts_to(self.caller)))

    def words(self) -> list[str]:
        """What the texts say."""
        return [str(text.body) for text in self._texts()]  # type: ignore[attr-defined]

    def _crm(self) -> tuple[int, int, list[str]]:
        company = self.world.clio.company

        def look() -> tuple[int, int, list[str]]:
            mine = [c for c in company.contacts if self.caller[-10:] in _digits(c)]
            ids = {contact["id"] for contact in mine}
            calls = [c for c in company.communications if any(_id(s) in ids for s in _people(c))]
            notes = [n for n in company.notes if _id(n["contact"]) in ids]
            return len(mine), len(calls), sorted(str(note["subject"]) for note in notes)

        return self.world.clio.ask(look)

    def _is_written(self) -> bool:
        contacts, calls, notes = self._crm()
        return contacts >= 1 and calls >= 1 and len(notes) >= 2

    def _rows(self, question: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(f"file:{self.folder / FILE_NAME}?mode=ro", uri=True)) as database:
            return database.execute(question).fetchall()

    def _jobs(self) -> list[tuple[object, ...]]:
        return self._rows("SELECT kind, state, tries, doubt_at IS NOT NULL, why FROM jobs")

    def _is_quiet(self) -> bool:
        soon = int((time.time() + 30) * 1_000_000)
        owed = f"SELECT 1 FROM jobs WHERE state = 'running' OR (state = 'waiting' AND due < {soon})"
        return not self._rows(owed) and not self._rows("SELECT 1 FROM hooks WHERE state = 'new'")

    def counted(self) -> dict[str, object]:
        """What there is in the end."""
        contacts, calls, notes = self._crm()
        return {
            "texts": len(self._texts()),
            "contacts": contacts,
            "call records": calls,
            "notes": notes,
            "leads": self._rows("SELECT stage FROM leads"),
            "calls": self._rows("SELECT outcome FROM calls"),
            "messages": sorted(self._rows("SELECT direction FROM messages")),
            "failed": self._rows("SELECT why FROM jobs WHERE state IN ('failed', 'check')"),
            "hooks": self._rows("SELECT state, why FROM hooks WHERE state = 'failed'"),
        }

    def __str__(self) -> str:
        return f"by {self.source}, killed at {self.kind} {self.number} (life {self._life})"


ONCE = {
    "texts": 1,
    "contacts": 1,
    "call records": 1,
    "notes": ["Automatic text sent", "Text received"],
    "leads": [("needs-reply",)],
    "calls": [("missed",)],
    "messages": [("in",), ("out",)],
    "failed": [],
    "hooks": [],
}


def _digits(contact: dict[str, object]) -> str:
    return "".join(c for c in json.dumps(contact.get("phone_numbers", "")) if c.isdigit())


def _people(record: dict[str, object]) -> list[dict[str, object]]:
    return [*record.get("senders", []), *record.get("receivers", [])]  # type: ignore[misc]


def _id(record: object) -> object:
    return record.get("id") if isinstance(record, dict) else None


def lives(world: World, source: Source, *, tracks: bool = False) -> dict[str, int]:
    """How many commits and requests a whole story takes."""
    story = Story(world, source, "never", 0, tracks=tracks)
    story.tell()
    assert story.counted() == ONCE
    tally = json.loads((story.folder / "tally-1.json").read_text())
    return {kind: tally[kind] for kind in ("commit", "before", "after")}


@pytest.mark.parametrize("kind", ["commit", "before", "after"])
def test_killed_anywhere_a_client_gets_the_words_for_clients_or_the_neutral_ones_once(
    world: World, kind: str
) -> None:
    """The CRM's word may come too late for a text whose office was dead meanwhile: the neutral words hold for
    everybody."""
    world.twilio.ask(world.twilio.company.reset)
    most = lives(world, "hook", tracks=True)[kind]
    stories = [Story(world, "hook", kind, number, tracks=True) for number in range(1, most + 1)]
    said = tell_all(stories)
    assert set(said) <= {CLIENT, NEUTRAL}
    assert said.count(CLIENT) > most // 2, "the CRM answers in time, mostly"


@pytest.mark.parametrize("source", ["hook", "poll"])
@pytest.mark.parametrize("kind", ["commit", "before", "after"])
def test_killed_anywhere_it_is_done_exactly_once(world: World, source: Source, kind: str) -> None:
    world.twilio.ask(world.twilio.company.reset)
    most = lives(world, source)[kind]
    tell_all([Story(world, source, kind, number) for number in range(1, most + 1)])


def tell_all(stories: list[Story]) -> list[str]:
    """Each to its end, where everything was done once; what the texts said."""
    wrong, said = [], []

    def told(story: Story) -> None:
        try:
            story.tell()
        except AssertionError as error:
            wrong.append(str(error))
            return
        counted = story.counted()
        said.extend(story.words())
        if counted != ONCE:
            wrong.append(f"{story}: { {k: v for k, v in counted.items() if v != ONCE[k]} }")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(told, stories))
    assert wrong == [], "\n".join(wrong)
    assert sum(story.killed for story in stories) >= len(stories) // 2, "too few were killed to mean anything"
    return said
