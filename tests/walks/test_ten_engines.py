"""Ten engines in ten processes on one PostgreSQL, killed and frozen at random while callers call.

What reached the outside is counted: one text, one lead, one CRM record each, and nothing left lying.

Must not: look at how the engines manage that.
"""

import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mcdesk.simulator import CallPlan, PretendClio, PretendTwilio, run_in_thread
from tests import postgres
from tests.faults.mortals import Mortals
from tests.walks.configured import LINE
from tests.walks.shared_office import SharedOffice

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="engines are forked so that ten are affordable"),
    pytest.mark.skipif(postgres.ABSENT is not None, reason=str(postgres.ABSENT)),
]

#: How long callers call; a longer run by the environment, with the seed of a shorter one if wanted.
SECONDS = float(os.environ.get("MCDESK_TEN_ENGINES_SECONDS", "8"))
SEED = int(os.environ.get("MCDESK_TEN_ENGINES_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
ENGINES = 10
AREAS = (212, 213, 312, 617, 305, 702)
CALLERS = [f"+1{area}555{station:04}" for area in AREAS for station in range(100, 200)]
WORDS = "I was in an accident. Can someone call me?"
#: Seconds until everything is done once the last caller has hung up.
PATIENCE = 90.0


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    with postgres.running() as running:
        yield running


@pytest.fixture
def office(server: postgres.Server, tmp_path: Path, secrets: None) -> Iterator[SharedOffice]:
    company = PretendTwilio(pace=60, numbers=[LINE])
    with run_in_thread(company) as twilio, run_in_thread(PretendClio(client_id="x")) as clio:
        mortals = Mortals()
        made = SharedOffice(tmp_path, server, twilio, clio, mortals, random.Random(SEED))
        try:
            made.open()
            yield made
        finally:
            made.close()
            mortals.end()


class Story:
    """Callers, and what they should find."""

    def __init__(self, office: SharedOffice) -> None:
        self.office = office
        self.callers: list[str] = []
        self.replies: dict[str, int] = {}

    def tell(self, seconds: float) -> None:
        """Somebody calls every quarter of a second; some write back; engines come and go."""
        until = time.monotonic() + seconds
        with ThreadPoolExecutor(4) as pool:
            trouble = pool.submit(self._make_trouble, until)
            for caller in CALLERS:
                if time.monotonic() > until:
                    break
                self.callers.append(caller)
                company = self.office.twilio.company
                self.office.twilio.start(company.call, caller, LINE, plan=CallPlan())
                pool.submit(self._answer_some).result()
                time.sleep(0.25)
            trouble.result()

    def _answer_some(self) -> None:
        silent = [caller for caller in self.callers if caller not in self.replies and self.texts(caller)]
        if silent and self.office.random.random() < 0.3:
            caller = self.office.random.choice(silent)
            self.replies[caller] = 1
            self.office.twilio.start(self.office.twilio.company.text, caller, WORDS, to=LINE)

    def _make_trouble(self, until: float) -> None:
        while time.monotonic() < until:
            time.sleep(self.office.random.uniform(0.2, 1.0))
            self.office.trouble_one()
            self.office.tend()

    def texts(self, caller: str) -> int:
        return len(self.office.twilio.ask(lambda: self.office.twilio.company.texts_to(caller)))

    def written(self) -> dict[str, tuple[int, int, list[str]]]:
        """Of each caller: records, calls and notes in the CRM."""
        company = self.office.clio.company
        contacts, calls, notes = self.office.clio.ask(
            lambda: json.loads(json.dumps((company.contacts, company.communications, company.notes)))
        )
        found = {}
        for caller in self.callers:
            ids = {contact["id"] for contact in contacts if caller[-10:] in _digits(contact)}
            theirs = [call for call in calls if any(_id(who) in ids for who in _people(call))]
            subjects = [note["subject"] for note in notes if _id(note["contact"]) in ids]
            found[caller] = len(ids), len(theirs), sorted(subjects)
        return found

    def wanted(self, caller: str) -> tuple[int, int, list[str]]:
        replied = ["Text received"] if caller in self.replies else []
        return 1, 1, ["Automatic text sent", *replied]

    def unfinished(self) -> list[object]:
        """What is being done, or should be by now."""
        soon = int((time.time() + 30) * 1_000_000)
        return [
            *self.office.rows(
                "SELECT kind, state, tries, why, holder FROM jobs"
                f" WHERE state = 'running' OR (state = 'waiting' AND due < {soon})"
            ),
            *self.office.rows("SELECT kind, state, why FROM hooks WHERE state = 'new'"),
            *(caller for caller in self.callers if not self.texts(caller)),
            *(caller for caller, found in self.written().items() if _less(found, self.wanted(caller))),
        ]

    def is_over(self) -> bool:
        self.office.tend()
        return not self.unfinished()

    def wrong(self) -> dict[str, object]:
        """Everything that is not as it should be."""
        rows = self.office.rows
        found = {
            "texts": {c: self.texts(c) for c in self.callers if self.texts(c) != 1},
            "crm": {c: found for c, found in self.written().items() if found != self.wanted(c)},
            "leads": rows(
                "SELECT number, count(leads.id) FROM contacts LEFT JOIN leads ON leads.contact = contacts.id"
                " GROUP BY number HAVING count(leads.id) <> 1"
            ),
            "callers without a lead": len(self.callers) - len(rows("SELECT id FROM leads")),
            "calls": rows("SELECT caller, outcome, why FROM calls WHERE outcome <> 'missed' OR lead IS NULL"),
            "jobs": rows("SELECT kind, why FROM jobs WHERE state NOT IN ('done', 'waiting', 'canceled')"),
            "hooks": rows("SELECT kind, state, why FROM hooks WHERE state <> 'done'"),
            "readers": rows(
                "SELECT name, holder FROM leases WHERE name LIKE 'poll:%' AND holder NOT IN"
                " (SELECT holder FROM leases WHERE name LIKE 'engine:%')"
            ),
        }
        return {what: is_so for what, is_so in found.items() if is_so}


def test_ten_engines_on_one_database_do_everything_once_whoever_dies(office: SharedOffice) -> None:
    sys.stdout.write(f"MCDESK_TEN_ENGINES_SEED={SEED}\n")
    office.start(ENGINES)
    story = Story(office)
    story.tell(SECONDS)
    _until(story.is_over, lambda: f"seed {SEED}: {story.unfinished()}")
    assert story.wrong() == {}, f"seed {SEED}, {office.killed} killed, {office.frozen} frozen"
    assert office.killed >= SECONDS / 5, "too few were killed to mean anything"


def _until(so: Callable[[], bool], told: Callable[[], str]) -> None:
    until = time.monotonic() + PATIENCE
    while not so():
        assert time.monotonic() < until, told()
        time.sleep(0.3)


def _less(found: tuple[int, int, list[str]], wanted: tuple[int, int, list[str]]) -> bool:
    return found[0] < wanted[0] or found[1] < wanted[1] or len(found[2]) < len(wanted[2])


def _digits(contact: dict[str, object]) -> str:
    return "".join(c for c in json.dumps(contact.get("phone_numbers", "")) if c.isdigit())


def _people(record: dict[str, object]) -> list[dict[str, object]]:
    return [*record.get("senders", []), *record.get("receivers", [])]  # type: ignore[misc]


def _id(record: object) -> object:
    return record.get("id") if isinstance(record, dict) else None
