"""Texts that carriers hold back, kinds of lines that get none, and numbers the office once texted from.

Must not: check a rule by its numbers (`tests/domain` does).
"""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest

from mcdesk.domain.leads import Stage
from mcdesk.domain.line_types import LineType
from mcdesk.domain.numbers import Number
from mcdesk.store import people, schema
from mcdesk.store.transaction import Tx
from tests.walks.configured import SECOND_LINE
from tests.walks.conftest import Furnish
from tests.walks.office import CALLER, Office, eventually
from tests.walks.test_opting_out import suppressed

#: In California, a Wednesday.
NOON = datetime(2026, 11, 18, 20, 0, tzinfo=UTC)
LATE_AFTERNOON = NOON + timedelta(hours=4, minutes=50)
TWO_TO_MIDNIGHT = NOON + timedelta(hours=11, minutes=58)


def handed_over(office: Office) -> list[dict[str, list[str]]]:
    posted = office.twilio.company.requests(method="POST", path="Messages")
    return [parse_qs(request.body.decode()) for request in posted]


def test_q1_a_follow_up_of_the_evening_does_not_come_out_of_a_queue_in_the_night(furnish: Furnish) -> None:
    """Rule Q-1: handed over at 8:50 pm, it is good until the hours end."""
    office = furnish(at=LATE_AFTERNOON, crm=False)
    office.start()
    office.missed()
    office.quiet()
    office.jump(hours=4)
    office.texted(2)
    assert 0 < int(handed_over(office)[-1]["ValidityPeriod"][0]) <= 9 * 60


@pytest.mark.parametrize(
    "kind", ["landline", "premium", "pager", "voicemail", "sharedCost", "uan", "tollFree"]
)
def test_s2_a_line_that_takes_no_texts_is_called(furnish: Furnish, kind: str) -> None:
    """Rule S-2, as the look-up says it."""
    office = furnish(at=NOON, lookup=True, crm=False)
    office.start()
    office.twilio.ask(lambda: office.twilio.company.ledger.line_types.__setitem__(CALLER, kind))
    office.call()
    eventually(lambda: office.jobs("send-text", "canceled"))
    assert handed_over(office) == []
    assert office.lead().stage == Stage.CALL_NOW


def test_s2_what_was_a_landline_is_asked_again_after_a_month(furnish: Furnish) -> None:
    """Rule S-2: numbers move."""
    office = furnish(at=NOON, lookup=True, crm=False)
    office.start()

    def known(tx: Tx) -> None:
        people.contact_for(tx, Number(CALLER))
        people.set_line_type(tx, Number(CALLER), LineType.LANDLINE)

    office.write(known)
    office.jump(days=31)
    office.call()
    office.texted(1)
    (contact,) = office.rows(schema.contacts)
    assert contact.line_type == "mobile"


def test_s3_a_code_of_nobody_in_the_country_is_called(furnish: Furnish) -> None:
    """Rule S-3: 387 is a code of Canada."""
    office = furnish(at=NOON, crm=False)
    office.start()
    office.call("+13875550142")
    eventually(lambda: office.leads("+13875550142"))
    office.quiet()
    (row,) = office.leads("+13875550142")
    assert office.texts("+13875550142") == []
    assert "Area code 387 is not in the table of US area codes" in office.happenings(row.lead)


@pytest.mark.parametrize("words", ["STOP", "please stop texting me"])
def test_o2_stop_to_a_number_the_office_once_texted_from_counts(furnish: Furnish, words: str) -> None:
    """Rule O-2, where nothing but the message log tells of it."""
    office = furnish(at=NOON, text_from=SECOND_LINE, poll_seconds=1, crm=False)
    office.start()
    office.missed()
    office.quiet()
    assert office.texts()[0].from_ == SECOND_LINE
    office.stop()
    office.configure(text_from="")
    office.start()
    office.twilio.company.point_hooks_at("", number=SECOND_LINE)
    office.twilio.run(office.twilio.company.text, CALLER, words, to=SECOND_LINE)
    suppressed(office)


def test_q3_help_at_both_sides_of_midnight_is_told_once(furnish: Furnish) -> None:
    """Rule Q-3: once in 24 hours, whatever the date."""
    office = furnish(at=TWO_TO_MIDNIGHT, crm=False)
    office.start()
    office.missed()
    office.text("AYUDA")
    office.texted(2)
    office.jump(minutes=4)
    office.text("AYUDA")
    eventually(lambda: "once is the most" in office.happenings(office.lead().lead))
    office.quiet()
    assert len(office.texts()) == 2
