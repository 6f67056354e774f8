"""Between the gate's word and the request nothing may come: an opt-out, another engine, a new configuration.

Must not: end the process (`test_kill_anywhere` does).
"""

import asyncio
import dataclasses
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from mcdesk import app
from mcdesk.domain.events import CallMissed, DeliveryStatus
from mcdesk.domain.line_types import LineType
from mcdesk.domain.numbers import Number
from mcdesk.engine import rules, worker
from mcdesk.engine.catching_up import CatchingUp
from mcdesk.engine.health import Health
from mcdesk.engine.means import Means
from mcdesk.engine.patience import Patience
from mcdesk.engine.sending import Sender
from mcdesk.ports.provider import Unreachable
from mcdesk.ports.texts import OutgoingText, SentText, Texts
from mcdesk.providers.twilio import Twilio
from mcdesk.simulator import Fault
from mcdesk.store import configurations, jobs, schema
from mcdesk.store.database import Database
from mcdesk.store.opening import open_database
from tests.engine.rehearsal import CALLER, CONFIGURATION, LINE, SOURCE
from tests.walks.conftest import Furnish
from tests.walks.movable import WEDNESDAY, MovableClock
from tests.walks.office import SHORT, Office, eventually

CALLERS = [f"+1212555{number:04}" for number in range(130, 142)]
STOP = "Please stop texting me"


def at_most(office: Office, per_second: float, *, comment: str = "") -> None:
    """The office's own pace, by a new configuration."""
    paced = office.source.replace(
        "line_type_lookup", f'texts_per_second = "{per_second:g}"\nline_type_lookup', 1
    )
    office.write(lambda tx: configurations.apply(tx, f"{paced}\n{comment}\n", by="test"))


def everybody_calls(office: Office, callers: Collection[str]) -> None:
    company = office.twilio.company
    for end in [office.twilio.start(company.call, caller, office.options.line) for caller in callers]:
        end()


def test_an_opt_out_stops_a_text_that_waits_for_its_turn(furnish: Furnish) -> None:
    office = furnish(crm=False)
    at_most(office, 2)
    office.start()
    everybody_calls(office, CALLERS)
    eventually(lambda: sum(len(office.texts(caller)) for caller in CALLERS) >= 3, what="some texts")
    waiting = [caller for caller in CALLERS if not office.texts(caller)][-4:]
    for caller in waiting:
        office.text(STOP, caller)
    eventually(lambda: len(office.rows(schema.suppressions)) == len(waiting), what="the opt-outs")
    stopped = {row.number.e164: row.at for row in office.rows(schema.suppressions)}
    everyone_else = set(CALLERS) - set(waiting)
    eventually(lambda: all(office.texts(caller) for caller in everyone_else), seconds=20, what="the others")
    late = [
        text
        for caller, at in stopped.items()
        for text in office.texts(caller)
        if text.created > at and "opted out" not in text.body
    ]
    assert late == []


def test_a_new_configuration_while_texts_wait_for_their_turn_texts_everybody_once(furnish: Furnish) -> None:
    office = furnish(crm=False)
    at_most(office, 4)
    office.start()
    everybody_calls(office, CALLERS)
    for turn in range(2):
        eventually(lambda: sum(len(office.texts(caller)) for caller in CALLERS) > 2, what="some texts")
        at_most(office, 4, comment=f"# {turn}")
    for caller in CALLERS:
        office.texted(1, caller, seconds=20)
    time.sleep(1.0)
    assert Counter(len(office.texts(caller)) for caller in CALLERS) == {1: len(CALLERS)}


def test_an_opt_out_while_the_line_type_is_asked_stops_the_text(furnish: Furnish) -> None:
    office = furnish(lookup=True, patience=dataclasses.replace(SHORT, line_type=1.5))
    office.twilio.company.faults.add(Fault("silence", path="/v2/PhoneNumbers/", count=None))
    office.start()
    office.call()
    eventually(lambda: office.twilio.company.requests(path="/v2/PhoneNumbers/"), what="the question")
    office.text(STOP)
    eventually(lambda: office.rows(schema.suppressions), what="the opt-out")
    eventually(lambda: office.jobs("send-text", "canceled"), what="the text is withheld")
    assert [text for text in office.texts() if "missed your call" in text.body] == []


def test_a_typed_text_to_a_landline_tells_who_wrote_it(furnish: Furnish) -> None:
    office = furnish(lookup=True)
    office.twilio.company.mark_landline("+14155550142")
    office.start()
    office.text("Please call me")
    lead = office.lead().lead
    office.do(office.desk.read(lead))
    seen = office.conversation(lead).last_seen
    assert office.do(office.desk.reply(lead, "We call you at 3", last_seen=seen)).ok
    eventually(lambda: office.jobs("send-typed", "canceled"), what="the text is withheld")
    (alert,) = [each for each in office.do(office.desk.alerts()) if each.title == "A text was not sent"]
    assert "landline" in alert.text
    assert "was not sent" in office.happenings()


def test_a_text_that_is_found_failed_after_a_doubt_is_a_call_to_make(furnish: Furnish) -> None:
    office = furnish()
    office.start()
    office.twilio.company.fail_texts_to("+14155550142", 30005)
    office.twilio.company.faults.add(Fault("drop-after", path="/Messages.json", method="POST"))
    office.call()
    eventually(lambda: str(office.lead().stage) == "call-now", seconds=15, what="the call to make")
    assert "Text not delivered" in office.happenings()


@pytest.mark.parametrize("wrong", [timedelta(minutes=20), timedelta(hours=-3)])
def test_a_text_in_doubt_is_found_though_this_pc_s_clock_is_wrong(furnish: Furnish, wrong: timedelta) -> None:
    office = furnish(at=WEDNESDAY, crm=False)
    assert isinstance(office.clock, MovableClock)
    office.clock.wrong = wrong
    office.start()
    office.twilio.company.faults.add(Fault("drop-after", path="/Messages.json", method="POST"))
    office.call()
    eventually(lambda: office.jobs("send-text", "done"), what="the text is found")
    assert len(office.texts()) == 1


def test_to_be_asked_to_come_again_at_once_is_no_spin(furnish: Furnish) -> None:
    office = furnish(crm=False)
    office.start()
    busy = Fault("status", path="/Messages.json", method="POST", status=429, retry_after=0, count=None)
    office.twilio.company.faults.add(busy)
    office.call()
    eventually(lambda: office.rows(schema.attempts), what="a try")
    time.sleep(2)
    assert len(office.rows(schema.attempts)) < 20


def test_a_database_that_fails_in_a_new_way_strands_no_text(
    furnish: Furnish, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = furnish(crm=False)
    office.start()
    assert office.place is not None
    backend = office.place.database._backend
    begin, send, fails_until = backend.begin, Twilio.send_text, [0.0]

    def failing(connection: Connection) -> timedelta:
        if time.monotonic() < fails_until[0]:
            error = sqlite3.OperationalError("unable to open database file")
            raise DBAPIError.instance(
                "BEGIN IMMEDIATE", None, error, sqlite3.Error, dialect=connection.dialect
            )
        return begin(connection)

    async def sending(provider: Twilio, text: OutgoingText) -> SentText:
        sent = await send(provider, text)
        fails_until[0] = time.monotonic() + 1.0
        return sent

    monkeypatch.setattr(backend, "begin", failing)
    monkeypatch.setattr(Twilio, "send_text", sending)
    office.call()
    office.texted()
    eventually(lambda: office.jobs("send-text", "done"), seconds=15, what="what was done is written")
    assert len(office.texts()) == 1


def test_a_disk_that_takes_nothing_does_not_hold_up_the_end(
    furnish: Furnish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "LAST_TEXTS", 0.5)
    office = furnish(crm=False)
    office.start()
    assert office.place is not None
    backend = office.place.database._backend
    begin, send, fails = backend.begin, Twilio.send_text, [False]

    def failing(connection: Connection) -> timedelta:
        if fails[0]:
            error = sqlite3.OperationalError("attempt to write a readonly database")
            raise DBAPIError.instance(
                "BEGIN IMMEDIATE", None, error, sqlite3.Error, dialect=connection.dialect
            )
        return begin(connection)

    async def sending(provider: Twilio, text: OutgoingText) -> SentText:
        sent = await send(provider, text)
        fails[0] = True
        return sent

    monkeypatch.setattr(backend, "begin", failing)
    monkeypatch.setattr(Twilio, "send_text", sending)
    office.call()
    eventually(lambda: office.texts(), what="the text")
    began = time.monotonic()
    office.stop()
    assert time.monotonic() - began < 8
    fails[0] = False
    office.start()
    eventually(lambda: office.jobs("send-text", "done"), seconds=15, what="the text is found")
    assert len(office.texts()) == 1


class Company(Texts):
    """A texting service whose line type question lasts as long as the story wants."""

    name, title, fields = "company", "Company", ()

    def __init__(self, taken: list[str]) -> None:
        self.taken = taken
        self.asked, self.may_answer = asyncio.Event(), asyncio.Event()

    async def check(self) -> list[object]:  # type: ignore[override]
        return []

    async def close(self) -> None:
        pass

    async def send_text(self, text: OutgoingText) -> SentText:
        self.taken.append(text.key)
        return SentText(message_id=f"SM{len(self.taken)}", status=DeliveryStatus.ACCEPTED)

    async def find_text(
        self, text: OutgoingText, *, since: datetime, known: Collection[str] = ()
    ) -> SentText | None:
        if text.key not in self.taken:
            return None
        return SentText(message_id=f"SM{self.taken.index(text.key) + 1}", status=DeliveryStatus.SENT)

    async def texts_since(self, cursor: str | None, *, now: datetime) -> object:  # type: ignore[override]
        raise AssertionError("nobody reads here")

    @property
    def looks_up_line_types(self) -> bool:
        return True

    async def line_type(self, number: Number) -> LineType | None:
        self.asked.set()
        await self.may_answer.wait()
        raise Unreachable("The connection ended meanwhile.")


def sender(
    database: Database, clock: MovableClock, company: Company, *, holder: str, alive: Callable[[], bool]
) -> Sender:
    house = app.make_house(app.read_office(CONFIGURATION))
    patience = Patience(settled=0.2, look_after=0.1, line_type=60)
    means = Means(database, clock, Health(database, clock), lambda: house, holder, patience)
    return Sender("twilio", company, means, still_ours=alive, catching_up=CatchingUp(lambda: None))


def test_who_slept_while_asking_the_line_type_does_not_send_what_another_sent(tmp_path: Path) -> None:
    async def story() -> list[str]:
        clock, taken, alive = MovableClock(start=WEDNESDAY), list[str](), {"first": True}
        database = open_database(tmp_path, now=clock.now)
        house = app.make_house(app.read_office(CONFIGURATION))
        slow, quick = Company(taken), Company(taken)
        quick.may_answer.set()
        first = sender(database, clock, slow, holder="first", alive=lambda: alive["first"])
        other = sender(database, clock, quick, holder="other", alive=lambda: True)
        missed = CallMissed(
            call_id="CA1", caller=CALLER, line=LINE, direction="inbound",
            started_at=clock.now(), ended_at=clock.now(),
        )  # fmt: skip
        database.write(lambda tx: rules.apply(tx, house, SOURCE, missed)).result()
        (outgoing,) = await first.claim(1)
        sending = asyncio.create_task(first.send(outgoing))
        await slow.asked.wait()
        # Here the first engine's PC sleeps: its lease ends, and another takes its work over.
        alive["first"] = False
        assert database.write(jobs.take_back_stranded).result() == 1
        while not taken:
            for again in await other.claim(1):
                await other.send(again)
            await asyncio.sleep(0.05)
        slow.may_answer.set()
        await sending
        database.close()
        return taken

    assert len(asyncio.run(story())) == 1
