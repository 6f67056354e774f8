"""Delivery reports about texts of which it is not known whether the company has them.

Must not: follow texts whose sending is known (`test_delivery` does).
"""

import time
from typing import Any

import pytest
from sqlalchemy import Row

from mcdesk.domain.events import DeliveryStatus
from mcdesk.domain.leads import Stage
from mcdesk.domain.queue import ItemKind
from mcdesk.engine import inbox
from mcdesk.simulator import Fault
from mcdesk.store import schema
from tests.walks.conftest import Furnish
from tests.walks.office import CALLER, Office, eventually

MESSAGES = "/Messages.json"
REGISTER = 30034


def left(office: Office) -> list[Row[Any]]:
    """Reports nobody has placed yet."""
    return office.rows(schema.hooks, schema.hooks.c.kind == "text-status", schema.hooks.c.state != "done")


def text_in_doubt(office: Office) -> None:
    """A text the carrier will block is taken, the answer is lost, and the message log cannot be read."""
    faults = office.twilio.company.faults
    faults.add(Fault("drop-after", path=MESSAGES, method="POST"))
    faults.add(Fault("status", path=MESSAGES, method="GET", count=None))
    office.twilio.company.fail_texts_to(CALLER, REGISTER)
    office.call()
    eventually(lambda: [job for job in office.jobs("send-text") if job.doubt_at], what="the doubt")


def is_told_of_the_failure(office: Office) -> None:
    (text,) = office.items(ItemKind.TEXT_OUT)
    assert text.status is DeliveryStatus.FAILED
    assert "Register it in Twilio" in text.why
    assert len(office.texts()) == 1


def test_reports_wait_for_a_text_in_doubt_to_be_found(
    furnish: Furnish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "PATIENCE", 0.3)
    monkeypatch.setattr(inbox, "OLD_AGAIN", 0.1)
    office = furnish(crm=False)
    office.start()
    text_in_doubt(office)
    eventually(lambda: left(office), what="a report")
    time.sleep(2.0)
    assert {hook.state for hook in left(office)} == {"new"}
    office.twilio.company.faults.clear()
    office.reaches(Stage.CALL_NOW)
    is_told_of_the_failure(office)
    eventually(lambda: not left(office), what="the reports taken in")


def test_a_failure_is_told_where_only_a_person_could_find_out_about_the_text(furnish: Furnish) -> None:
    office = furnish(crm=False)
    office.start()
    text_in_doubt(office)
    office.jump(hours=7)
    eventually(lambda: office.jobs("send-text", "check"), what="a person asked")
    office.reaches(Stage.CALL_NOW)
    is_told_of_the_failure(office)


def test_a_report_about_a_text_of_others_is_given_up(
    furnish: Furnish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "PATIENCE", 0.3)
    monkeypatch.setattr(inbox, "OLD_AGAIN", 0.1)
    office = furnish(crm=False)
    office.start()
    office.missed()
    office.quiet()
    first = next(hook for hook in office.twilio.company.hooks if "MessageStatus" in dict(hook.fields))
    # Twilio signs what it sends; the pretend one signs what it repeats.
    fields = tuple(
        (name, "SM" + "0" * 32 if name in {"MessageSid", "SmsSid"} else value) for name, value in first.fields
    )
    other = type(first)(first.at, first.url, fields, first.signature, first.status)
    assert office.twilio.run(office.twilio.company.send_again, other) == 200
    (report,) = eventually(lambda: [hook for hook in left(office) if hook.state == "unknown"])
    assert "no text with the id" in report.why
