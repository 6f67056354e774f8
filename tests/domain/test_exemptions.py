"""Which texts keep to the hours, and until when one that went out may still arrive."""

from datetime import date, datetime, timedelta

import pytest

from mcdesk.domain.facts import Facts, Sent, TextClass
from mcdesk.domain.line_types import LineType
from mcdesk.domain.numbers import Number
from mcdesk.domain.policy import may_text
from mcdesk.domain.quiet_hours import FirmRule
from tests.domain.test_policy import ACK, FOLLOWUP, HELP, HOUR, MINUTE, NIGHT, NOON, SECOND, TYPED, but
from tests.simulation.shipped import CENTRAL, PACIFIC, area_codes, local, quiet_hours

EVENING = local("2026-11-23T20:50", PACIFIC)
CLOSING = local("2026-11-23T20:59", PACIFIC)
FLORIDA, PERSONAL, CANADA = Number("+13055550142"), Number("+15215550142"), Number("+13875550142")
HALF_A_DAY = 12 * HOUR


def at(facts: Facts, number: Number, now: datetime, **changes: object) -> Facts:
    """To that number, at that time."""
    return but(facts, number=number, place=area_codes().place(number), now=now, **changes)


def test_q2_a_first_text_is_exempt_from_hours_for_ten_minutes_only() -> None:
    """Rule Q-2, by the second."""
    asked = {"acknowledge_within": HALF_A_DAY, "now": NIGHT}
    assert may_text(but(ACK, call_at=NIGHT - 10 * MINUTE, **asked)).answer == "send"
    decision = may_text(but(ACK, call_at=NIGHT - 10 * MINUTE - SECOND, **asked))
    assert (decision.answer, decision.rule) == ("hold", "Q-2")
    assert decision.until == local("2026-11-23T09:00", PACIFIC)


def test_q2_an_older_first_text_that_cannot_wait_for_the_hours_is_a_call() -> None:
    """Rule Q-2."""
    decision = may_text(but(ACK, call_at=NIGHT - 11 * MINUTE, now=NIGHT, acknowledge_within=HOUR))
    assert (decision.answer, decision.call_instead) == ("no", True)


def test_q5_no_first_text_goes_out_after_18_hours_whatever_is_configured() -> None:
    """Rules T-1 and Q-5."""
    late = {"acknowledge_within": 40 * HOUR, "now": NOON}
    assert may_text(but(ACK, call_at=NOON - 18 * HOUR, **late)).answer == "send"
    assert may_text(but(ACK, call_at=NOON - 18 * HOUR - SECOND, **late)).answer == "no"


def test_q1_a_follow_up_may_arrive_until_the_hours_end() -> None:
    """Rule Q-1: a carrier's queue does not carry it into the night."""
    decision = may_text(but(FOLLOWUP, now=EVENING, call_at=EVENING - 4 * HOUR))
    assert (decision.answer, decision.good_until) == ("send", CLOSING)


def test_q1_the_hours_end_with_the_first_of_all_zones() -> None:
    """Rules Q-1 and Z-2: Florida's panhandle is in Central time, and its window ends at 8 pm Eastern."""
    now = local("2026-11-23T17:00", CENTRAL)
    decision = may_text(at(FOLLOWUP, Number("+14485550142"), now, call_at=now - 4 * HOUR))
    assert decision.good_until == local("2026-11-23T19:00", CENTRAL)


@pytest.mark.parametrize("now", [EVENING, NIGHT])
def test_q2_a_first_text_at_any_hour_may_arrive_for_ten_minutes_or_until_the_hours_end(now: datetime) -> None:
    """Rule Q-2."""
    decision = may_text(but(ACK, now=now, call_at=now - MINUTE, acknowledge_within=HALF_A_DAY))
    assert decision.good_until == max(now + 9 * MINUTE, CLOSING if now == EVENING else now)


def test_q4_a_typed_text_may_arrive_until_the_hours_end_and_an_hour_where_its_writer_agreed() -> None:
    """Rule Q-4."""
    assert may_text(but(TYPED, now=EVENING, typed_at=EVENING, wrote_at=None)).good_until == CLOSING
    assert may_text(but(TYPED, now=NIGHT, typed_at=NIGHT, wrote_at=None)).good_until == NIGHT + HOUR
    answer = may_text(but(TYPED, now=NIGHT, typed_at=NIGHT, wrote_at=NIGHT - MINUTE))
    assert (answer.ask, answer.good_until) == ("", NIGHT + 9 * MINUTE)


@pytest.mark.parametrize("hours", [timedelta(), 23 * HOUR + 59 * MINUTE])
def test_q3_help_is_told_once_in_24_hours(hours: timedelta) -> None:
    """Whatever the date: two minutes to midnight and two minutes after it are one day."""
    sent = (Sent(at=NOON - hours, text_class=TextClass.HELP),)
    decision = may_text(but(HELP, sent=sent))
    assert (decision.answer, decision.call_instead) == ("no", False)
    assert may_text(HELP).answer == "send"


def test_s1_a_typed_text_beyond_a_states_number_asks_first() -> None:
    """Rule S-1: three in 24 hours in Florida."""
    sent = tuple(Sent(at=NOON - hours * HOUR, text_class=TextClass.SERVICE) for hours in (5, 4, 3))
    asked = at(TYPED, FLORIDA, NOON, sent=sent, typed_at=NOON)
    decision = may_text(asked)
    assert decision.answer == "send"
    assert decision.ask == (
        "They were sent 3 texts in the last 24 hours; the most where they may be is 3. Send it anyway?"
    )
    assert may_text(but(asked, sent=sent[1:])).ask == ""
    assert may_text(but(asked, number=ACK.person.number, place=ACK.person.place)).ask == ""
    refused = may_text(but(asked, agreed=False))
    assert (refused.answer, refused.rule, refused.call_instead) == ("no", "S-1", False)


def test_s1_help_and_confirmations_do_not_count_a_states_number() -> None:
    """Rule S-1: they are asked for."""
    sent = tuple(Sent(at=NOON - hours * HOUR, text_class=TextClass.SERVICE) for hours in (5, 4, 3))
    assert may_text(at(HELP, FLORIDA, NOON, sent=sent)).answer == "send"


@pytest.mark.parametrize("text", [ACK, FOLLOWUP, HELP, TYPED])
def test_s3_a_code_that_is_not_in_the_table_is_called(text: Facts) -> None:
    """Rule S-3."""
    decision = may_text(at(text, CANADA, NOON, not_in_table="2026-11-21"))
    assert (decision.answer, decision.rule, decision.call_instead) == ("no", "S-3", True)
    assert "Area code 387 is not in the table of US area codes of 2026-11-21" in decision.why[0]
    assert "mcdesk rules import" in decision.why[0]


@pytest.mark.parametrize("kind", LineType)
def test_s2_only_kinds_of_lines_that_take_texts_get_any(kind: LineType) -> None:
    """Rule S-2; a personal number may ring a mobile phone."""
    gets = {LineType.MOBILE, LineType.VOIP, LineType.PERSONAL}
    decision = may_text(but(ACK, line_type=kind))
    assert (decision.answer == "send") == (kind in gets)
    assert kind in gets or (decision.rule, decision.call_instead) == ("S-2", True)


@pytest.mark.parametrize(
    ("day", "feast"),
    [("2027-02-09", "Mardi Gras"), ("2027-07-23", "Pioneer Day"), ("2027-08-09", "Victory Day")],
)
def test_s1_who_may_be_anywhere_may_be_where_it_is_a_holiday(day: str, feast: str) -> None:
    """Rule S-1: the strictest of all rows that may bind."""
    closed = quiet_hours().closed(area_codes().place(PERSONAL), local(f"{day}T12:00", PACIFIC))
    assert closed is not None
    assert feast in closed.why


def test_s1_who_may_be_anywhere_may_be_in_a_blocked_state() -> None:
    """Rule S-1: as with holidays, until the block ends."""
    quiet = quiet_hours().of(FirmRule(blocked={"LA": date(2026, 11, 25)}))
    blocked = quiet.blocked(area_codes().place(PERSONAL), NOON)
    assert blocked == "the office sends nothing to LA, where this number may be, until November 25"
    assert quiet.blocked(area_codes().place(PERSONAL), local("2026-11-25T12:00", PACIFIC)) is None
    assert quiet.blocked(area_codes().place(FLORIDA), NOON) is None
    assert may_text(at(ACK, PERSONAL, NOON, quiet=quiet)).rule == "S-1"
