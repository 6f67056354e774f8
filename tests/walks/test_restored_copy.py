"""A copy put back that is older than what went out: nobody is texted again, nothing is written twice.

Must not: test the copying (`tests/store/test_backup` does).
"""

import sqlite3
from collections.abc import Collection
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from mcdesk.domain.leads import Stage
from mcdesk.domain.marks import MarkKind
from mcdesk.domain.numbers import Number
from mcdesk.ports.crm import Entry
from mcdesk.ports.texts import OutgoingText, SentText
from mcdesk.providers.clio.crm import Clio
from mcdesk.providers.twilio.provider import Twilio
from mcdesk.store import restored, said, schema
from mcdesk.store.backup import backup, restore
from mcdesk.store.opening import FILE_NAME
from tests.walks.conftest import Furnish
from tests.walks.movable import WEDNESDAY
from tests.walks.office import CALLER, Office, eventually
from tests.walks.test_crm import subjects, written

OTHER, THIRD = "+14155550143", "+14155550144"


@pytest.fixture
def office(furnish: Furnish) -> Office:
    made = furnish(at=WEDNESDAY, poll_seconds=1)
    made.start()
    return made


@pytest.fixture
def night(tmp_path: Path) -> Path:
    """Where the copy goes."""
    return tmp_path / "night.db"


def put_back(office: Office, copy: Path) -> None:
    """The disk broke; the copy is what there is."""
    office.stop()
    restore(copy, office.folder)
    office.start()
    # Logs first, then what is owed.
    eventually(lambda: office.running and office.running.engine.is_at_work, seconds=3, what="work begun")
    office.quiet()
    if office.options.crm:
        written(office)


def bodies(office: Office, caller: str = CALLER) -> list[str]:
    return [text.body for text in office.texts(caller)]


def test_a_follow_up_that_went_out_after_the_copy_is_not_sent_again(office: Office, night: Path) -> None:
    office.missed()
    office.quiet()
    backup(office.folder, night)
    office.jump(hours=4, minutes=1)
    office.texted(2)
    office.quiet()
    written(office)
    before, notes = bodies(office), sorted(subjects(office))
    put_back(office, night)
    eventually(lambda: len(office.jobs("send-text", "done")) == 2, what="the follow-up found")
    written(office)
    assert bodies(office) == before
    assert sorted(subjects(office)) == notes
    assert office.lead().next.due is not None, "what comes after it is planned"


def test_what_may_be_there_is_looked_for_since_the_copy_was_made(
    office: Office, night: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Days may lie between: a job of today asks for a text and a note of then."""
    asked: list[datetime] = []
    find_text, find_note = Twilio.find_text, Clio.find_note

    async def text_found(
        provider: Twilio, text: OutgoingText, *, since: datetime, known: Collection[str] = ()
    ) -> SentText | None:
        # The margin for clocks that differ aside.
        asked.append(since + timedelta(minutes=2))
        return await find_text(provider, text, since=since, known=known)

    async def note_found(provider: Clio, entry: Entry) -> str | None:
        asked.append(entry.at)
        return await find_note(provider, entry)

    office.missed()
    office.quiet()
    backup(office.folder, night)
    made = datetime.now(UTC)
    office.jump(hours=4, minutes=1)
    office.texted(2)
    written(office)
    monkeypatch.setattr(Twilio, "find_text", text_found)
    monkeypatch.setattr(Clio, "find_note", note_found)
    put_back(office, night)
    eventually(lambda: len(office.jobs("write-note", "done")) == 2, what="the note found")
    assert len(asked) >= 2
    assert [at for at in asked if at > made] == []


def test_a_follow_up_that_did_not_go_out_is_sent(office: Office, night: Path) -> None:
    office.missed()
    office.quiet()
    backup(office.folder, night)
    put_back(office, night)
    office.jump(hours=4, minutes=1)
    office.texted(2)


def test_a_caller_the_copy_knows_nothing_of_is_texted_and_written_down_once(
    office: Office, night: Path
) -> None:
    office.missed(OTHER)
    office.quiet()
    backup(office.folder, night)
    office.missed()
    office.text("Can someone call me?")
    office.reaches(Stage.NEEDS_REPLY)
    office.quiet()
    written(office)
    before, notes, clio = bodies(office), sorted(subjects(office)), office.clio.company
    calls, contacts = len(clio.communications), len(clio.contacts)
    put_back(office, night)
    office.reaches(Stage.NEEDS_REPLY)
    office.quiet()
    written(office)
    assert bodies(office) == before
    assert sorted(subjects(office)) == notes
    assert (len(clio.communications), len(clio.contacts)) == (calls, contacts)


def test_who_opted_out_after_the_copy_is_not_texted(office: Office, night: Path) -> None:
    office.missed()
    office.quiet()
    backup(office.folder, night)
    office.text("STOP")
    eventually(lambda: office.rows(schema.suppressions), what="the opt-out")
    office.quiet()
    before = bodies(office)
    put_back(office, night)
    assert office.rows(schema.suppressions)
    office.jump(hours=4, minutes=1)
    office.quiet()
    assert bodies(office) == before


def test_entries_that_get_a_lost_ones_row_are_written_all_the_same(office: Office, night: Path) -> None:
    """Row numbers are given out again: another caller's note is not the lost one of the same number."""
    row = office.missed()
    office.quiet()
    backup(office.folder, night)
    assert office.do(office.desk.note(row.lead, "Lost with the disk")).ok
    office.missed(OTHER)
    written(office)
    put_back(office, night)
    assert office.do(office.desk.note(row.lead, "Written again by hand")).ok
    office.missed(THIRD)
    written(office)
    details = [str(note["detail"]) for note in office.clio.company.notes]
    for words in ("Lost with the disk", "Written again by hand"):
        assert len([detail for detail in details if words in detail]) == 1
    assert subjects(office).count("Automatic text sent") == 3
    assert len(office.clio.company.communications) == 3


def test_a_call_after_the_restore_is_texted_without_delay(office: Office, night: Path) -> None:
    office.missed()
    office.quiet()
    backup(office.folder, night)
    put_back(office, night)
    office.missed(OTHER)
    (job,) = [job for job in office.jobs("send-text") if job.lead == office.lead(OTHER).lead]
    assert (job.tries, job.doubt_at) == (1, None)
    assert "since" not in job.work


def test_the_gap_is_forgotten_once_nobody_from_before_is_open(office: Office, night: Path) -> None:
    office.missed()
    office.quiet()
    backup(office.folder, night)
    put_back(office, night)
    office.write(restored.forget_settled)
    assert office.read(restored.known) is not None, "too soon"
    office.clock.jump(timedelta(days=2))
    office.write(restored.forget_settled)
    assert office.read(restored.known) is not None, "a caller from before is open"
    office.write(lambda tx: tx.run(schema.leads.update().values(closed_at=tx.now)))
    office.write(restored.forget_settled)
    assert office.read(restored.known) is None


NEVER = "Never text me again"


def alerts(office: Office) -> list[str]:
    return [alert.text for alert in office.do(office.desk.alerts())]


def test_o2_who_asked_by_phone_after_the_copy_is_not_texted(office: Office, night: Path) -> None:
    """O-7: no log tells it, only what the copy took the place of."""
    row = office.missed()
    office.quiet()
    backup(office.folder, night)
    assert office.do(office.desk.asked_to_stop(row.lead, words=NEVER, channel="phone")).ok
    put_back(office, night)
    (kept,) = office.rows(schema.suppressions)
    assert (kept.number, kept.words, kept.channel, kept.by) == (
        Number(CALLER),
        "Never text me again",
        "phone",
        "Maria",
    )
    entry = office.rows(schema.consents)[-1]
    (told,) = office.read(lambda tx: said.opened(tx, [entry.evidence]))
    assert (entry.kind, entry.source, told["words"]) == ("withdrawn", "phone", NEVER)
    assert office.jobs("take-step", "waiting") == []
    assert alerts(office) == []
    office.jump(hours=4, minutes=1)
    office.quiet()
    assert len(office.texts()) == 1


def test_marks_and_deletions_made_after_the_copy_stay(office: Office, night: Path) -> None:
    for caller in (CALLER, OTHER, THIRD):
        office.missed(caller)
    office.quiet()
    written(office)
    backup(office.folder, night)
    assert office.do(office.desk.mark(Number(CALLER), MarkKind.NEVER, "Opposing counsel")).ok
    assert office.do(office.desk.asked_to_stop(office.lead(OTHER).lead, words="No texts", channel="phone")).ok
    assert office.do(office.desk.forget(Number(OTHER))).ok
    put_back(office, night)
    assert [mark.why for mark in office.do(office.desk.marks())] == ["Opposing counsel"]
    assert office.rows(schema.contacts, schema.contacts.c.number == Number(OTHER)) == []
    assert office.read(lambda tx: [row.opted_out for row in tx.all(select(schema.forgotten))]) == [True]
    office.jump(hours=4, minutes=1)
    office.texted(2, THIRD)
    office.quiet()
    assert len(office.texts(CALLER)) == len(office.texts(OTHER)) == 1
    office.jump(days=2)
    office.call(OTHER)
    office.reaches(Stage.CALL_NOW, OTHER)
    assert len(office.texts(OTHER)) == 1


@pytest.mark.parametrize("how", ["gone", "damaged", "another office's"])
def test_where_what_was_there_cannot_be_read_nothing_is_texted_until_a_person_agrees(
    office: Office, night: Path, how: str
) -> None:
    row = office.missed()
    office.quiet()
    backup(office.folder, night)
    office.do(office.desk.asked_to_stop(row.lead, words=NEVER, channel="phone"))
    office.stop()
    current = office.folder / FILE_NAME
    match how:
        case "gone":
            current.unlink()
        case "damaged":
            current.write_bytes(b"x" * 9_000)
        case _:
            with closing(sqlite3.connect(current)) as file:
                file.execute("UPDATE facts SET value = 'other' WHERE name = 'installation'")
                file.execute("DELETE FROM suppressions")
                file.commit()
    put_back(office, night)
    (told,) = alerts(office)
    assert "mcdesk opt-outs-complete" in told
    office.jump(hours=4, minutes=1)
    office.quiet()
    (held,) = office.jobs("send-text", "waiting")
    assert "opt-outs may be missing" in held.why
    office.stop()
    office.start()
    assert len(alerts(office)) == 1, "it is asked once, and holds over a restart"
    assert office.do(office.desk.opt_outs_are_complete()).ok
    assert not office.do(office.desk.opt_outs_are_complete()).ok
    office.jump(hours=1, minutes=1)
    office.texted(2)
