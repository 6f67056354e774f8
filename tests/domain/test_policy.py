"""The gate, rule by rule (compliance rules named in the tests)."""

import re
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.domain import policy
from mcdesk.domain.facts import (
    ANSWERS,
    AUTOMATIC,
    Facts,
    Firm,
    History,
    Moment,
    Person,
    Sent,
    TextClass,
    Wording,
)  # fmt: skip
from mcdesk.domain.leads import EndReason
from mcdesk.domain.line_types import LineType
from mcdesk.domain.numbers import HIDDEN, Number
from mcdesk.domain.places import UNKNOWN_PLACE
from mcdesk.domain.policy import may_text
from mcdesk.domain.quiet_hours import FirmRule, Window
from tests.simulation.shipped import (
    CENTRAL,
    EASTERN,
    MOUNTAIN,
    PACIFIC,
    area_codes,
    lines,
    local,
    quiet_hours,
)  # fmt: skip

NOON = local("2026-11-23T12:00", PACIFIC)  # a Monday
NIGHT = local("2026-11-23T02:00", PACIFIC)
SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
BODY = "Rivera & Cole: Sorry we missed your call. Reply STOP to opt out."
CALIFORNIA = Number("+14155550142")
ACK = Facts(
    wording=Wording(text_class=TextClass.ACK, body=BODY),
    person=Person(number=CALIFORNIA, place=area_codes().place(CALIFORNIA)),
    history=History(call_at=NOON - 2 * SECOND),
    firm=Firm(name="Rivera & Cole", quiet=quiet_hours()),
    moment=Moment(now=NOON),
)
EVERY_CLASS = list(TextClass)


def but(facts: Facts, **changes: Any) -> Facts:
    """The same facts with some of them changed, each in the group that has it."""
    for group in fields(facts):
        part = getattr(facts, group.name)
        own = {each.name: changes.pop(each.name) for each in fields(part) if each.name in changes}
        facts = replace(facts, **{group.name: replace(part, **own)})
    assert not changes
    return facts


def to(code: str, at: datetime, facts: Facts = ACK, **changes: Any) -> Facts:
    """The same text to a number of that area code, at that moment, of a call just before."""
    number = Number(f"+1{code}5550142")
    where = area_codes().place(number)
    return but(facts, number=number, place=where, now=at, call_at=at - 8 * SECOND, **changes)


HELD_ACK = but(ACK, holds_first_text=True)
FOLLOWUP = but(ACK, text_class=TextClass.FOLLOWUP, call_at=NOON - 5 * HOUR, of_lead=1)
TYPED = but(ACK, text_class=TextClass.SERVICE, body="Hi", ended=EndReason.REPLIED)
HELP = but(ACK, text_class=TextClass.HELP, wrote_at=NOON - 3 * SECOND)
CONFIRM = but(ACK, text_class=TextClass.OPTOUT_CONFIRM, opted_out=True, wrote_at=NOON - 3 * SECOND)
EACH = {TextClass.ACK: ACK, TextClass.FOLLOWUP: FOLLOWUP, TextClass.SERVICE: TYPED, TextClass.HELP: HELP,
        TextClass.OPTOUT_CONFIRM: CONFIRM}  # fmt: skip


def sent(*texts: tuple[timedelta, TextClass], now: datetime = NOON) -> tuple[Sent, ...]:
    """Texts so long ago, oldest first."""
    return tuple(Sent(at=now - ago, text_class=text_class) for ago, text_class in texts)


FAILED_ACK = (Sent(at=NOON - HOUR, text_class=TextClass.ACK, failed=True),)


@pytest.mark.parametrize("text_class", EVERY_CLASS)
def test_t2_every_class_goes_out_by_day_with_nothing_against_it(text_class: TextClass) -> None:
    decision = may_text(EACH[text_class])
    assert (decision.answer, decision.ask, decision.until) == ("send", "", None)
    assert decision.why


def test_t2_marketing_is_no_class() -> None:
    assert {each.value for each in TextClass} == {"ack", "followup", "service", "help", "optout-confirm"}
    assert not AUTOMATIC & ANSWERS


# T-1: what a first text rests on


@pytest.mark.parametrize("text", ["anonymous", "Restricted", "unknown", "", "+266696687", "911", "call me"])
def test_t1_a_hidden_or_broken_number_is_no_number_to_ask_about(text: str) -> None:
    assert Number.parse(text) is None
    assert {"anonymous", "restricted", "unknown", ""} <= HIDDEN


def test_t1_a_call_of_eleven_minutes_ago_is_phoned_not_texted() -> None:
    assert may_text(but(ACK, call_at=NOON - 10 * MINUTE)).answer == "send"
    decision = may_text(but(ACK, call_at=NOON - 10 * MINUTE - SECOND))
    assert (decision.answer, decision.rule, decision.call_instead) == ("no", "T-1", True)
    assert decision.why == (
        "They called 10 minutes ago, which is too long for a first text. Phone them instead.",
    )


def test_t1_the_office_may_choose_another_time() -> None:
    assert may_text(but(ACK, call_at=NOON - 25 * MINUTE, acknowledge_within=30 * MINUTE)).answer == "send"
    decision = may_text(but(ACK, call_at=NOON - 3 * MINUTE, acknowledge_within=2 * MINUTE))
    assert (decision.answer, decision.rule) == ("no", "T-1")


def test_t1_the_answer_says_until_when_it_is_good() -> None:
    assert may_text(but(ACK, call_at=NOON - MINUTE)).not_after == NOON + 9 * MINUTE
    assert may_text(but(HELD_ACK, call_at=NOON - MINUTE)).not_after == NOON + 9 * MINUTE
    assert may_text(FOLLOWUP).not_after == NOON - 5 * HOUR + 14 * DAY
    assert may_text(CONFIRM).not_after == NOON - 3 * SECOND + 5 * MINUTE
    assert may_text(TYPED).not_after is None


# the hour


def test_q2_a_first_text_at_two_in_the_morning_is_sent_by_default() -> None:
    decision = may_text(but(ACK, now=NIGHT, call_at=NIGHT))
    assert (decision.answer, decision.not_after) == ("send", NIGHT + 10 * MINUTE)


def test_q2_a_first_text_at_two_in_the_morning_is_held_where_the_firm_chose_so() -> None:
    decision = may_text(but(HELD_ACK, now=NIGHT, call_at=NIGHT))
    assert (decision.answer, decision.rule) == ("hold", "Q-2")
    assert decision.until == local("2026-11-23T09:00", PACIFIC)
    assert decision.not_after == local("2026-11-23T09:10", PACIFIC)
    assert decision.why == (
        "Quiet hours where they may be: the rule for CA allows texts from 9 am to 9 pm, Pacific time.",
    )


def test_t1_a_held_first_text_is_as_late_as_any_when_the_hours_have_been_open() -> None:
    """A PC that slept through an open morning answers a night's call no more."""
    opening = local("2026-11-23T09:00", PACIFIC)
    asleep = but(HELD_ACK, call_at=NIGHT)
    assert may_text(but(asleep, now=opening + 10 * MINUTE)).answer == "send"
    decision = may_text(but(asleep, now=opening + 10 * MINUTE + SECOND))
    assert (decision.answer, decision.rule, decision.call_instead) == ("no", "Q-5", True)


@pytest.mark.parametrize("automatic", [ACK, FOLLOWUP])
def test_t1_no_automatic_text_without_a_call_it_could_answer(automatic: Facts) -> None:
    decision = may_text(but(automatic, call_at=None))
    assert (decision.answer, decision.rule) == ("no", "T-1")


def test_t3_a_follow_up_is_not_held_past_its_14_days() -> None:
    late = but(FOLLOWUP, now=NIGHT, call_at=NIGHT - 14 * DAY + HOUR)
    decision = may_text(late)
    assert (decision.answer, decision.rule) == ("no", "T-3")


@pytest.mark.parametrize(
    "changes",
    [
        {"opted_out": False},
        {"wrote_at": None},
        {"sent": (Sent(at=NOON - SECOND, text_class=TextClass.OPTOUT_CONFIRM),)},
    ],
)
def test_o6_only_an_opt_out_in_force_is_confirmed_and_once(changes: dict[str, Any]) -> None:
    decision = may_text(but(CONFIRM, **changes))
    assert (decision.answer, decision.rule, decision.call_instead) == ("no", "O-6", False)


def test_q1_q2_after_a_first_text_at_night_nothing_else_goes_out_at_night() -> None:
    later = NIGHT + 2 * HOUR
    before = sent((2 * HOUR, TextClass.ACK), now=later)
    again = may_text(but(ACK, now=later, call_at=later, sent=before, of_lead=1))
    assert (again.answer, again.rule, again.call_instead) == ("no", "T-3", True)
    follow = may_text(but(FOLLOWUP, now=later, call_at=NIGHT, sent=before))
    assert (follow.answer, follow.rule) == ("hold", "Q-1")
    assert follow.until == local("2026-11-23T09:00", PACIFIC)


@pytest.mark.parametrize("bound", [FOLLOWUP, HELD_ACK], ids=["follow-up", "first text, firm holds"])
@pytest.mark.parametrize(
    ("code", "zone", "at", "opening"),
    [
        ("305", EASTERN, "2026-11-23T19:59", None),
        ("305", EASTERN, "2026-11-23T20:00", "2026-11-24T08:00"),
        ("214", CENTRAL, "2026-11-22T11:59", "2026-11-22T12:00"),
        ("214", CENTRAL, "2026-11-22T12:00", None),
        ("401", EASTERN, "2026-11-21T10:00", None),
        ("401", EASTERN, "2026-11-24T17:59", None),
        ("401", EASTERN, "2026-11-24T18:00", "2026-11-25T09:00"),
        ("364", CENTRAL, "2026-11-23T09:59", "2026-11-23T10:00"),
        ("364", CENTRAL, "2026-11-23T10:00", None),
        ("364", EASTERN, "2026-11-23T20:58", None),
        ("364", EASTERN, "2026-11-23T20:59", "2026-11-24T11:00"),
        ("448", EASTERN, "2026-11-23T08:59", "2026-11-23T09:00"),
        ("448", EASTERN, "2026-11-23T09:00", None),
        ("448", EASTERN, "2026-11-23T19:59", None),
        ("448", EASTERN, "2026-11-23T20:00", "2026-11-24T09:00"),
        ("232", EASTERN, "2026-11-23T12:59", "2026-11-23T13:00"),
        ("232", EASTERN, "2026-11-23T13:00", None),
        ("232", EASTERN, "2026-11-23T17:59", None),
        ("232", EASTERN, "2026-11-21T16:59", None),
    ],
)
def test_q1_q2_z2_z3_bound_texts_keep_to_the_hours(
    bound: Facts, code: str, zone: str, at: str, opening: str | None
) -> None:
    decision = may_text(to(code, local(at, zone), bound))
    assert decision.answer == ("send" if opening is None else "hold")
    assert decision.until == (local(opening, zone) if opening else None)


@pytest.mark.parametrize(
    ("code", "zone", "at", "opening"),
    [
        ("401", EASTERN, "2026-11-21T17:00", "2026-11-23T09:00"),
        ("601", CENTRAL, "2026-11-22T12:00", "2026-11-23T08:00"),
        ("801", MOUNTAIN, "2026-07-24T12:00", "2026-07-25T08:00"),
        ("232", EASTERN, "2026-11-21T17:00", "2026-11-23T13:00"),
        ("232", EASTERN, "2026-11-22T14:00", "2026-11-23T13:00"),
    ],
)
def test_q1_q5_where_a_day_is_closed_a_follow_up_waits_and_a_held_first_text_becomes_a_call(
    code: str, zone: str, at: str, opening: str
) -> None:
    follow = may_text(to(code, local(at, zone), FOLLOWUP))
    assert (follow.answer, follow.rule, follow.until) == ("hold", "Q-1", local(opening, zone))
    first = may_text(to(code, local(at, zone), HELD_ACK))
    too_late = local(opening, zone) - (local(at, zone) - 8 * SECOND) > 18 * HOUR
    assert (first.answer, first.call_instead) == (("no", True) if too_late else ("hold", False))
    assert first.rule == ("Q-5" if too_late else "Q-2")


@pytest.mark.parametrize("day", ["2026-11-01", "2027-03-14"])
def test_z4_on_the_day_of_a_clock_change_the_hours_are_those_of_the_wall(day: str) -> None:
    for clock in ("00:30", "01:30", "02:30", "03:30"):
        decision = may_text(to("303", local(f"{day}T{clock}", MOUNTAIN), FOLLOWUP))
        assert (decision.answer, decision.until) == ("hold", local(f"{day}T08:00", MOUNTAIN))
    assert may_text(to("303", local(f"{day}T20:58", MOUNTAIN), FOLLOWUP)).answer == "send"
    assert may_text(to("303", local(f"{day}T20:59", MOUNTAIN), FOLLOWUP)).answer == "hold"


def test_q5_a_first_text_held_longer_than_18_hours_becomes_a_call() -> None:
    opening = local("2026-11-23T09:00", PACIFIC)
    short = but(
        HELD_ACK, now=opening, quiet=quiet_hours().of(FirmRule(days=(Window(time(9), time(15)),) * 7))
    )
    assert may_text(but(short, call_at=opening - 18 * HOUR)).answer == "send"
    decision = may_text(but(short, call_at=opening - 18 * HOUR - SECOND))
    assert (decision.answer, decision.rule, decision.call_instead) == ("no", "Q-5", True)


def test_q5_a_first_text_that_would_wait_longer_than_18_hours_is_not_held_at_all() -> None:
    friday = local("2026-11-20T18:00", EASTERN)
    hours = quiet_hours().of(FirmRule(days=(Window(time(9), time(17)),) * 5 + (None, None)))
    decision = may_text(to("305", friday, but(HELD_ACK, quiet=hours)))
    assert (decision.answer, decision.rule, decision.call_instead) == ("no", "Q-5", True)


def test_q3_help_and_the_confirmation_go_out_at_night() -> None:
    for answer in (HELP, CONFIRM):
        assert may_text(but(answer, now=NIGHT, wrote_at=NIGHT - 3 * SECOND)).answer == "send"


@pytest.mark.parametrize("now", [NIGHT, NOON])
def test_q3_help_later_than_ten_minutes_is_for_a_person_whatever_the_hour(now: datetime) -> None:
    decision = may_text(but(HELP, now=now, wrote_at=now - 10 * MINUTE))
    assert (decision.answer, decision.not_after) == ("send", now)
    for wrote_at in (now - 10 * MINUTE - SECOND, now - DAY, None):
        decision = may_text(but(HELP, now=now, wrote_at=wrote_at))
        assert (decision.answer, decision.rule, decision.call_instead) == ("no", "Q-3", True)


def test_q4_a_typed_text_that_quiet_hours_caught_in_line_is_asked_about_again() -> None:
    typed = but(TYPED, now=NIGHT, typed_at=NIGHT - MINUTE, agreed=False)
    decision = may_text(typed)
    assert (decision.answer, decision.rule, decision.call_instead) == ("no", "Q-4", False)
    assert may_text(but(typed, agreed=True)).answer == "send"
    assert may_text(but(typed, wrote_at=NIGHT - 9 * MINUTE)).answer == "send", "a direct answer (rule Q-3)"
    assert may_text(but(typed, now=NOON, typed_at=NOON - MINUTE)).answer == "send"


def test_a_typed_text_is_its_writers_again_after_an_hour_in_line() -> None:
    decision = may_text(but(TYPED, typed_at=NOON - HOUR))
    assert (decision.answer, decision.not_after) == ("send", NOON)
    decision = may_text(but(TYPED, typed_at=NOON - HOUR - SECOND))
    assert (decision.answer, decision.rule, decision.call_instead) == ("no", "late", False)


def test_q4_a_typed_text_outside_the_hours_asks_first() -> None:
    decision = may_text(but(TYPED, now=NIGHT))
    assert decision.answer == "send"
    assert decision.ask.startswith("It is quiet hours where they may be: the ")
    assert decision.ask.endswith("Send it anyway?")
    assert may_text(TYPED).ask == ""


def test_q3_q4_a_typed_answer_within_ten_minutes_asks_nothing() -> None:
    assert may_text(but(TYPED, now=NIGHT, wrote_at=NIGHT - 10 * MINUTE)).ask == ""
    assert may_text(but(TYPED, now=NIGHT, wrote_at=NIGHT - 10 * MINUTE - SECOND)).ask != ""


@pytest.mark.parametrize("automatic", [ACK, FOLLOWUP])
def test_q4_no_automatic_text_asks_anything(automatic: Facts) -> None:
    assert may_text(but(automatic, now=NIGHT, call_at=NIGHT)).ask == ""


def test_z5_where_no_hour_opens_in_14_days_a_person_calls() -> None:
    never = quiet_hours().of(FirmRule(days=(Window(time(8), time(9)),) * 7))
    for bound in (FOLLOWUP, HELD_ACK):
        decision = may_text(but(bound, quiet=never, place=UNKNOWN_PLACE))
        assert (decision.answer, decision.rule, decision.call_instead) == ("no", "Z-5", True)


def test_a_state_the_firm_blocks_gets_no_follow_up_before_its_day() -> None:
    blocked = quiet_hours().of(FirmRule(blocked={"LA": date(2026, 11, 25)}))
    noon = local("2026-11-23T12:00", CENTRAL)
    decision = may_text(to("504", noon, but(FOLLOWUP, quiet=blocked)))
    assert (decision.answer, decision.until) == ("hold", local("2026-11-25T08:00", CENTRAL))
    assert decision.why == (
        "Quiet hours where they may be: the office sends nothing to LA until November 25.",
    )
    assert may_text(to("305", noon, but(FOLLOWUP, quiet=blocked))).answer == "send"


def test_a_state_the_firm_blocks_gets_no_first_text_either() -> None:
    """The block is a declared emergency (Louisiana), not an hour: rule Q-2 does not lift it."""
    blocked = quiet_hours().of(FirmRule(blocked={"LA": date(2026, 12, 24)}))
    decision = may_text(to("504", local("2026-11-23T12:00", CENTRAL), but(ACK, quiet=blocked)))
    assert (decision.answer, decision.call_instead) == ("no", True)


# T-3: how many


def test_t3_one_first_text_in_a_day_however_many_calls() -> None:
    decision = may_text(but(ACK, sent=sent((23 * HOUR, TextClass.ACK))))
    assert (decision.answer, decision.rule, decision.call_instead) == ("no", "T-3", True)
    assert may_text(but(ACK, sent=sent((23 * HOUR, TextClass.FOLLOWUP)))).answer == "send"


def test_t3_two_automatic_texts_in_a_day_then_a_follow_up_waits_and_a_first_text_does_not() -> None:
    before = sent((20 * HOUR, TextClass.FOLLOWUP), (9 * HOUR, TextClass.FOLLOWUP))
    follow = may_text(but(FOLLOWUP, sent=before, of_lead=2))
    assert (follow.answer, follow.rule, follow.until) == ("hold", "T-3", NOON + 4 * HOUR)
    first = may_text(but(ACK, sent=before, of_lead=2))
    assert (first.answer, first.rule, first.call_instead) == ("no", "T-3", True)


def test_t3_answers_and_typed_texts_are_no_automatic_ones() -> None:
    before = sent((20 * HOUR, TextClass.SERVICE), (9 * HOUR, TextClass.HELP), (8 * HOUR, TextClass.ACK))
    assert may_text(but(FOLLOWUP, sent=before)).answer == "send"


@pytest.mark.parametrize("automatic", [ACK, FOLLOWUP])
def test_t3_four_automatic_texts_of_a_lead_ever(automatic: Facts) -> None:
    assert may_text(but(automatic, of_lead=3)).answer == "send"
    decision = may_text(but(automatic, of_lead=4))
    assert (decision.answer, decision.rule, decision.call_instead) == ("no", "T-3", True)


def test_t3_follow_ups_end_14_days_after_the_call() -> None:
    assert may_text(but(FOLLOWUP, call_at=NOON - 14 * DAY)).answer == "send"
    decision = may_text(but(FOLLOWUP, call_at=NOON - 14 * DAY - SECOND))
    assert (decision.answer, decision.rule) == ("no", "T-3")


def test_t3_a_follow_up_is_not_held_beyond_its_14_days() -> None:
    decision = may_text(but(FOLLOWUP, now=NIGHT, call_at=NIGHT - 14 * DAY + HOUR))
    assert (decision.answer, decision.rule) == ("no", "T-3")


@pytest.mark.parametrize("ended", list(EndReason))
@pytest.mark.parametrize("automatic", [ACK, FOLLOWUP])
def test_t3_t4_a_human_act_ends_automatic_texts(automatic: Facts, ended: EndReason) -> None:
    decision = may_text(but(automatic, ended=ended))
    assert (decision.answer, decision.rule, decision.call_instead) == ("no", "T-3", False)
    assert may_text(but(TYPED, ended=ended)).answer == "send"


def test_t3_who_was_spoken_with_since_the_call_gets_no_automatic_text_and_need_not_be_phoned() -> None:
    for automatic in (ACK, FOLLOWUP):
        decision = may_text(but(automatic, spoken_to=True))
        assert (decision.answer, decision.rule, decision.call_instead) == ("no", "T-3", False)
        assert decision.ends is EndReason.SPOKE
    assert may_text(but(TYPED, spoken_to=True)).answer == "send"


@pytest.mark.parametrize("code", ["305", "405", "410", "503", "232"])
def test_s1_the_fourth_text_in_a_day_is_held_where_the_state_allows_three(code: str) -> None:
    now = local("2026-11-23T15:00", EASTERN)
    texts = [(20 * HOUR, TextClass.SERVICE), (9 * HOUR, TextClass.HELP), (8 * HOUR, TextClass.ACK)]
    before = sent(*texts, now=now)
    held = may_text(to(code, now, FOLLOWUP, sent=before))
    assert (held.answer, held.rule, held.until) == ("hold", "S-1", now + 4 * HOUR)
    first = may_text(to(code, now, ACK, sent=sent(*texts[:2], (8 * HOUR, TextClass.SERVICE), now=now)))
    assert (first.answer, first.rule, first.call_instead) == ("no", "S-1", True)
    assert may_text(to(code, now, FOLLOWUP, sent=before[1:])).answer == "send"
    assert may_text(to(code, now, TYPED, sent=before)).answer == "send"
    assert may_text(to("303", now, FOLLOWUP, sent=before)).answer == "send"


def test_s1_with_more_texts_than_allowed_the_right_one_must_be_over() -> None:
    now = local("2026-11-23T15:00", EASTERN)
    ages = (23, 22, 21, 20, 6)
    before = sent(*((age * HOUR, TextClass.SERVICE) for age in ages), now=now)
    assert may_text(to("305", now, FOLLOWUP, sent=before)).until == now + 3 * HOUR


def test_soon_after_any_text_a_follow_up_waits_and_a_first_text_becomes_a_call() -> None:
    assert may_text(but(ACK, sent=sent((5 * MINUTE, TextClass.SERVICE)))).answer == "no"
    before = sent((59 * MINUTE, TextClass.SERVICE))
    follow = may_text(but(FOLLOWUP, sent=before))
    assert (follow.answer, follow.rule, follow.until) == ("hold", "cool-down", NOON + MINUTE)
    first = may_text(but(ACK, sent=before))
    assert (first.answer, first.until) == ("hold", NOON + MINUTE), "it is still in time then"
    assert may_text(but(FOLLOWUP, sent=before, cooldown=59 * MINUTE)).answer == "send"
    assert may_text(but(HELP, sent=before)).answer == "send"


def test_what_the_day_may_cost_stops_automatic_texts_only() -> None:
    for automatic in (ACK, FOLLOWUP):
        decision = may_text(but(automatic, spent=True))
        assert (decision.answer, decision.rule, decision.call_instead) == ("no", "cost", True)
    for asked in (TYPED, HELP, CONFIRM):
        assert may_text(but(asked, spent=True)).answer == "send"


# O: who said no


@pytest.mark.parametrize("text_class", [each for each in TextClass if each is not TextClass.OPTOUT_CONFIRM])
def test_o2_nothing_goes_to_who_opted_out(text_class: TextClass) -> None:
    decision = may_text(but(EACH[text_class], opted_out=True))
    assert (decision.answer, decision.rule, decision.call_instead) == ("no", "O-2", True)


def test_o6_the_confirmation_of_an_opt_out_is_the_one_exception_for_five_minutes() -> None:
    assert may_text(but(CONFIRM, wrote_at=NOON - 5 * MINUTE)).answer == "send"
    decision = may_text(but(CONFIRM, wrote_at=NOON - 5 * MINUTE - SECOND))
    assert (decision.answer, decision.rule, decision.call_instead) == ("no", "O-6", False)


@pytest.mark.parametrize("text_class", EVERY_CLASS)
def test_whom_the_office_never_texts_gets_none_at_all(text_class: TextClass) -> None:
    decision = may_text(but(EACH[text_class], never="they sued us"))
    assert (decision.answer, decision.rule) == ("no", "never")
    assert "they sued us" in decision.why[0]


@pytest.mark.parametrize("text_class", EVERY_CLASS)
def test_o1_every_text_waits_for_what_nobody_has_read_yet(text_class: TextClass) -> None:
    decision = may_text(but(EACH[text_class], unread=True))
    assert (decision.answer, decision.rule, decision.until) == ("hold", "O-1", NOON + 15 * SECOND)


def test_o1_a_typed_text_is_asked_about_again_once_what_came_meanwhile_is_read() -> None:
    decision = may_text(but(TYPED, typed_at=NOON - MINUTE, wrote_since=True))
    assert (decision.answer, decision.rule, decision.call_instead) == ("no", "newer", False)


@pytest.mark.parametrize("automatic", [ACK, FOLLOWUP])
def test_o4_while_nobody_has_decided_nothing_goes_out_by_itself(automatic: Facts) -> None:
    decision = may_text(but(automatic, review_due=NOON + DAY))
    assert decision.not_after is not None
    until = min(NOON + DAY, decision.not_after) + 15 * SECOND
    assert (decision.answer, decision.rule, decision.until) == ("hold", "O-4", until)
    assert may_text(but(automatic, review_due=NOON - HOUR)).until == NOON + 15 * SECOND
    for direct in (TYPED, HELP, CONFIRM):
        assert may_text(but(direct, review_due=NOON + DAY)).answer == "send"


@pytest.mark.parametrize(("days", "asks"), [(89, False), (91, True)])
def test_r1_a_typed_text_to_a_number_not_heard_of_for_long_asks_first(days: int, asks: bool) -> None:
    decision = may_text(but(TYPED, heard_at=NOON - days * DAY))
    assert (decision.answer, bool(decision.ask)) == ("send", asks)
    at_night = may_text(but(TYPED, now=NIGHT, heard_at=NIGHT - days * DAY, agreed=True))
    assert ("somebody else's" in at_night.ask) is asks
    assert at_night.ask.count("Send it anyway?") == 1


def test_t3_a_first_text_that_failed_counts_but_is_not_said_to_have_arrived() -> None:
    decision = may_text(but(ACK, sent=FAILED_ACK))
    assert (decision.answer, decision.rule, decision.call_instead) == ("no", "T-3", True)
    assert decision.why[0].startswith("A first text to them failed")


# S and R: whom a text can reach


@pytest.mark.parametrize("text_class", EVERY_CLASS)
@pytest.mark.parametrize(
    ("number", "rule"),
    [
        ("+14165550142", "S-3"),
        ("+12425550142", "S-3"),
        ("+18765550142", "S-3"),
        ("+447700900123", "S-3"),
        ("+5255555501", "S-3"),
        ("+18005550142", "S-2"),
        ("+18885550142", "S-2"),
        ("+19005550142", "S-2"),
        ("+12329765501", "S-2"),
        ("+15550142", "S-2"),
    ],
)
def test_s2_s3_foreign_toll_free_premium_and_short_numbers_are_never_texted(
    number: str, rule: str, text_class: TextClass
) -> None:
    decision = may_text(but(EACH[text_class], number=Number(number)))
    assert (decision.answer, decision.rule, decision.call_instead) == ("no", rule, True)


@pytest.mark.parametrize("code", ["787", "939", "340", "671", "684", "670"])
def test_s3_the_territories_are_texted(code: str) -> None:
    assert may_text(to(code, NOON)).answer == "send"


@pytest.mark.parametrize("text_class", EVERY_CLASS)
def test_s2_a_landline_is_phoned(text_class: TextClass) -> None:
    decision = may_text(but(EACH[text_class], line_type=LineType.LANDLINE))
    assert (decision.answer, decision.rule, decision.call_instead) == ("no", "S-2", True)


def test_r3_a_forged_number_gets_no_automatic_text() -> None:
    for automatic in (ACK, FOLLOWUP):
        decision = may_text(but(automatic, forged=True))
        assert (decision.answer, decision.rule, decision.call_instead) == ("no", "R-3", True)
    assert may_text(but(TYPED, forged=True)).answer == "send"


def test_whom_a_person_deals_with_gets_no_automatic_text() -> None:
    for automatic in (ACK, FOLLOWUP):
        decision = may_text(but(automatic, by_hand="VIP"))
        assert (decision.answer, decision.rule) == ("no", "by-hand")
        assert "VIP" in decision.why[0]
    for asked in (TYPED, HELP, CONFIRM):
        assert may_text(but(asked, by_hand="VIP")).answer == "send"


@pytest.mark.parametrize("text_class", EVERY_CLASS)
def test_a_number_never_to_be_texted_is_phoned_whatever_the_text(text_class: TextClass) -> None:
    decision = may_text(but(EACH[text_class], never="Superior court", opted_out=False))
    assert (decision.answer, decision.rule, decision.call_instead) == ("no", "never", True)
    assert "Superior court" in decision.why[0]


@pytest.mark.parametrize("also", [{}, {"never": "Court"}, {"forged": True}, {"line_type": LineType.LANDLINE}])
def test_a_blocked_number_is_neither_texted_nor_phoned_by_anything_but_a_person(also: dict[str, Any]) -> None:
    for by_itself in (ACK, FOLLOWUP, HELP):
        decision = may_text(but(by_itself, blocked="Sells leads", **also))
        assert (decision.answer, decision.rule, decision.call_instead) == ("no", "blocked", False)
    assert may_text(but(TYPED, blocked="Sells leads")).answer == "send"


def test_nothing_is_texted_by_itself_to_what_answers_like_a_machine() -> None:
    for automatic in (ACK, FOLLOWUP, HELP):
        decision = may_text(but(automatic, machine=True))
        assert (decision.answer, decision.rule, decision.call_instead) == ("no", "loop", True)
    assert may_text(but(TYPED, machine=True)).answer == "send"


# what it says


@pytest.mark.parametrize("automatic", [ACK, FOLLOWUP])
@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"body": "Sorry we missed your call. Reply STOP to opt out."}, "STR001"),
        ({"body": "Rivera & Cole: Sorry we missed your call."}, "STR002"),
        ({"problems": ("a price is named", "too long")}, "lint"),
        ({"repeats": True}, "repeat"),
    ],
)
def test_an_automatic_text_names_the_firm_and_the_way_out_and_keeps_to_the_wording(
    automatic: Facts, changes: dict[str, Any], rule: str
) -> None:
    decision = may_text(but(automatic, **changes))
    assert (decision.answer, decision.rule, decision.call_instead) == ("no", rule, True)
    typed = may_text(but(TYPED, **changes))
    assert (typed.answer, typed.rule) == (("no", "lint") if rule == "lint" else ("send", ""))
    assert not typed.call_instead


def test_the_firm_and_the_way_out_may_be_written_in_any_case() -> None:
    assert may_text(but(ACK, body="RIVERA & COLE: sorry. stop to end.")).answer == "send"


# how things stand


@pytest.mark.parametrize(
    ("text_class", "off"),
    [(each, off) for each in EVERY_CLASS for off in (6 * MINUTE, -6 * MINUTE)
     if (each, off) != (TextClass.OPTOUT_CONFIRM, -6 * MINUTE)],
)  # fmt: skip
def test_s9_with_a_clock_that_is_wrong_nothing_goes_out(text_class: TextClass, off: timedelta) -> None:
    text = EACH[text_class]
    decision = may_text(but(text, clock_off=off))
    assert (decision.answer, decision.rule, decision.until) == ("hold", "clock", NOON + 15 * SECOND)
    assert "6 minutes wrong" in decision.why[0]
    assert may_text(but(text, clock_off=off / 2)).answer == "send"


def test_o6_a_confirmation_is_late_as_soon_as_one_of_two_clocks_says_so() -> None:
    """Whether the office's clock or the provider's told when they said stop, is not known."""
    four = but(CONFIRM, wrote_at=NOON - 4 * MINUTE)
    assert may_text(four).answer == "send"
    for off, answer in ((-59 * SECOND, "send"), (-61 * SECOND, "no"), (4 * MINUTE, "send"), (HOUR, "hold")):
        assert may_text(but(four, clock_off=off)).answer == answer, off
    behind = may_text(but(CONFIRM, clock_off=-6 * MINUTE))
    assert (behind.answer, behind.rule) == ("no", "O-6")
    ahead = may_text(but(CONFIRM, clock_off=HOUR, wrote_at=NOON - HOUR))
    assert (ahead.answer, ahead.rule) == ("no", "O-6")


@pytest.mark.parametrize("automatic", [ACK, FOLLOWUP])
def test_an_automatic_text_waits_while_they_are_calling_again(automatic: Facts) -> None:
    decision = may_text(but(automatic, on_the_line=True))
    assert (decision.answer, decision.rule, decision.until) == ("hold", "settle", NOON + 15 * SECOND)
    assert may_text(but(TYPED, on_the_line=True)).answer == "send"


# the order


def test_an_opt_out_comes_before_everything_else() -> None:
    everything = but(
        ACK, opted_out=True, never="x", unread=True, line_type=LineType.LANDLINE, forged=True, machine=True,
        ended=EndReason.BOOKED, call_at=NOON - DAY, of_lead=9, body="", clock_off=HOUR, on_the_line=True,
    )  # fmt: skip
    assert may_text(everything).rule == "O-2"


def test_what_is_for_good_comes_before_what_only_waits() -> None:
    waits = but(ACK, on_the_line=True)
    assert may_text(waits).answer == "hold"
    for changes in (
        {"of_lead": 4},
        {"line_type": LineType.LANDLINE},
        {"body": "x"},
        {"call_at": NOON - HOUR},
    ):
        assert may_text(but(waits, **changes)).answer == "no"


def test_s9_t1_with_a_wrong_clock_it_is_too_late_by_the_right_one() -> None:
    ahead = but(ACK, clock_off=20 * MINUTE)
    for called, answer, rule in ((29, "hold", "clock"), (31, "no", "T-1")):
        decision = may_text(but(ahead, call_at=NOON - called * MINUTE))
        assert (decision.answer, decision.rule, decision.call_instead) == (answer, rule, answer == "no")
    assert may_text(but(ahead, call_at=NOON - 90 * MINUTE)).why[0].startswith("They called 70 minutes ago")
    behind = but(ACK, clock_off=-40 * MINUTE)
    assert may_text(but(behind, call_at=NOON + 31 * MINUTE)).rule == "clock"
    assert may_text(but(behind, call_at=NOON + 29 * MINUTE)).rule == "T-1"


def test_s9_t1_a_call_dated_by_the_wrong_clock_itself_is_too_late_by_that() -> None:
    for off in (DAY, -DAY):
        wrong = but(ACK, clock_off=off)
        assert may_text(but(wrong, call_at=NOON - 9 * MINUTE)).rule == "clock"
        assert may_text(but(wrong, call_at=NOON - 11 * MINUTE)).rule == "T-1"


LATE: dict[TextClass, dict[str, object]] = {
    TextClass.ACK: {"call_at": NOON - 11 * MINUTE},
    TextClass.FOLLOWUP: {"call_at": NOON - 15 * DAY},
    TextClass.HELP: {"wrote_at": NOON - 11 * MINUTE},
    TextClass.OPTOUT_CONFIRM: {"wrote_at": NOON - 6 * MINUTE},
    TextClass.SERVICE: {"typed_at": NOON - 61 * MINUTE},
}


@pytest.mark.parametrize("text_class", EVERY_CLASS)
@pytest.mark.parametrize("kept_by", [{"unread": True}, {"clock_off": -6 * MINUTE}], ids=["unread", "clock"])
def test_o1_s9_what_is_too_late_waits_for_nothing(text_class: TextClass, kept_by: dict[str, object]) -> None:
    late = may_text(but(EACH[text_class], **LATE[text_class], **kept_by))
    own = {TextClass.OPTOUT_CONFIRM, TextClass.SERVICE}
    assert (late.answer, late.call_instead) == ("no", text_class not in own)


@pytest.mark.parametrize("text_class", EVERY_CLASS)
@pytest.mark.parametrize("kept_by", [{"unread": True}, {"clock_off": 7 * MINUTE}], ids=["unread", "clock"])
def test_o1_s9_whatever_waits_says_when_it_is_too_late(
    text_class: TextClass, kept_by: dict[str, object]
) -> None:
    text = but(EACH[text_class], typed_at=NOON)
    held = may_text(but(text, **kept_by))
    assert (held.answer, held.not_after) == ("hold", may_text(text).not_after)
    assert held.not_after is not None


# the record


#: No hour of it is open in every zone.
ONE_HOUR = quiet_hours().of(FirmRule(days=(Window(time(8), time(9)),) * 7))
#: For each rule facts it has something against, in every way it has.
AGAINST: dict[str, list[Facts]] = {
    "_opted_out": [but(ACK, opted_out=True)],
    "_blocked": [but(ACK, blocked="Sells leads")],
    "_never": [but(ACK, never="Opposing counsel")],
    "_unconfirmed": [
        but(CONFIRM, opted_out=False),
        but(CONFIRM, sent=sent((SECOND, TextClass.OPTOUT_CONFIRM))),
        but(CONFIRM, wrote_at=NOON - 6 * MINUTE),
    ],
    "_unread": [but(ACK, unread=True)],
    "unreadable": [but(ACK, unreadable=True), but(FOLLOWUP, unreadable=True)],
    "_clock": [but(ACK, clock_off=7 * MINUTE)],
    "unreachable": [
        but(ACK, line_type=LineType.LANDLINE),
        *(but(ACK, number=Number(each)) for each in ("+18005550142", "+19005550142", "+15550142")),
        but(ACK, number=Number("+442079460958")),
    ],
    "_by_hand": [but(ACK, forged=True), but(ACK, by_hand="VIP: Mayor")],
    "_machine": [but(ACK, machine=True)],
    "_ended": [but(FOLLOWUP, ended=each) for each in EndReason],
    "_spoken_to": [but(ACK, spoken_to=True)],
    "_too_old": [
        but(ACK, call_at=None),
        but(FOLLOWUP, call_at=NOON - 15 * DAY),
        but(ACK, call_at=NOON - HOUR),
        but(ACK, call_at=NOON - 61 * SECOND, acknowledge_within=MINUTE),
        but(ACK, call_at=NOON - 5 * HOUR),
    ],
    "overtaken": [
        but(HELP, wrote_at=None),
        but(HELP, wrote_at=NOON - 11 * MINUTE),
        but(TYPED, typed_at=NOON - MINUTE, wrote_since=True),
        but(TYPED, typed_at=NOON - 2 * HOUR),
    ],
    "capped": [
        but(ACK, sent=sent((2 * HOUR, TextClass.ACK))),
        but(ACK, sent=FAILED_ACK),
        but(ACK, of_lead=4),
        but(FOLLOWUP, sent=sent((9 * HOUR, TextClass.ACK), (8 * HOUR, TextClass.FOLLOWUP))),
        to("305", NOON, FOLLOWUP, sent=sent(*[(9 * HOUR, TextClass.SERVICE)] * 3)),
        but(FOLLOWUP, sent=sent((MINUTE, TextClass.SERVICE))),
        but(ACK, spent=True),
    ],
    "_wording": [
        but(ACK, body="Reply STOP to opt out."),
        but(ACK, body="Rivera & Cole: Hello."),
        but(ACK, problems=("LAW003, Promises a result: 'we will win'. Lawyers must not promise results.",)),
        but(ACK, repeats=True),
    ],
    "_state_blocked": [
        to("504", NOON, but(ACK, quiet=quiet_hours().of(FirmRule(blocked={"LA": date(2026, 12, 1)}))))
    ],
    "missing": [but(ACK, opt_outs_unsure=True), but(FOLLOWUP, opt_outs_unsure=True)],
    "in_review": [but(ACK, review_due=NOON + DAY), but(FOLLOWUP, review_due=NOON)],
    "_window": [
        but(FOLLOWUP, now=NIGHT, call_at=NIGHT - 5 * HOUR),
        but(FOLLOWUP, quiet=ONE_HOUR, place=UNKNOWN_PLACE),
        but(FOLLOWUP, now=NIGHT, call_at=NIGHT - 14 * DAY + MINUTE),
    ],
    "_stopped": [but(each, stopped="Register it in Twilio.") for each in EACH.values()],
    "not_agreed": [but(TYPED, now=NIGHT, agreed=False)],
    "_on_the_line": [but(ACK, on_the_line=True)],
}  # fmt: skip


@pytest.mark.parametrize("rule", policy._RULES, ids=lambda rule: rule.__name__)
def test_every_reason_is_a_whole_sentence_without_codes(rule: policy.Rule) -> None:
    for facts in AGAINST[rule.__name__]:
        decision = rule(facts)
        assert decision is not None
        for words in decision.why:
            assert words[0].isupper()
            assert words.endswith(".")
            assert ".." not in words
            assert not re.search(r"\w/\w|_|\b1 (minutes|hours|texts)\b|\b[QTSORZ]-\d", words), words


def test_a_decision_carries_what_was_looked_at() -> None:
    before = sent((20 * HOUR, TextClass.ACK), (9 * HOUR, TextClass.FOLLOWUP), (8 * HOUR, TextClass.SERVICE))
    decision = may_text(to("364", NIGHT, FOLLOWUP, sent=before, of_lead=2))
    assert set(decision.zones) == {CENTRAL, EASTERN}
    assert decision.states == ("KY",)
    assert decision.windows[f"KY {CENTRAL}"] == "10:00-21:00"
    assert decision.windows[f"US {EASTERN}"] == "08:00-20:59"
    assert dict(decision.counters) == {
        "first texts in 24 h": 1,
        "automatic in 24 h": 2,
        "texts in 24 h": 3,
        "automatic in this pursuit": 2,
    }
    assert decision.why


NUMBERS = st.builds(
    lambda code: Number(f"+1{code}5550142"),
    st.sampled_from([line[:3] for line in lines("us_area_code_zones.csv")[1:]] + ["232", "416", "800"]),
)
QUIET = st.sampled_from(
    [
        quiet_hours(),
        quiet_hours().of(FirmRule(days=(Window(time(9), time(17)),) * 5 + (None, None))),
        quiet_hours().of(FirmRule(blocked={"CA": date(2026, 12, 1), "FL": date(2027, 6, 1)})),
    ]
)
AGES = st.integers(0, 20 * 86_400).map(lambda seconds: timedelta(seconds=seconds))
YOUNG = st.integers(0, 86_399).map(lambda seconds: timedelta(seconds=seconds))
YEAR = st.integers(0, 370 * 86_400).map(lambda seconds: datetime(2026, 10, 25, tzinfo=UTC) + seconds * SECOND)


@st.composite
def anything(draw: st.DrawFn) -> Facts:
    """Facts of every kind."""
    now, number = draw(YEAR), draw(NUMBERS)
    ages = sorted(draw(st.lists(YOUNG, max_size=5)), reverse=True)
    return Facts(
        wording=Wording(text_class=draw(st.sampled_from(TextClass)), body=BODY),
        person=Person(
            number=number,
            place=area_codes().place(number, state=draw(st.sampled_from([None, "KY", "RI", "HI"]))),
            opted_out=draw(st.integers(0, 9)) == 0,
        ),
        history=History(
            call_at=now - draw(st.one_of(AGES, YOUNG, st.just(SECOND))),
            wrote_at=now - draw(YOUNG),
            sent=tuple(Sent(at=now - age, text_class=draw(st.sampled_from(TextClass))) for age in ages),
            of_lead=draw(st.integers(0, 5)),
        ),
        firm=Firm(name="Rivera & Cole", quiet=draw(QUIET), holds_first_text=draw(st.booleans())),
        moment=Moment(now=now),
    )


@given(anything())
def test_q1_q2_z2_nothing_bound_is_sent_in_a_closed_minute(facts: Facts) -> None:
    bound = facts.wording.text_class is TextClass.FOLLOWUP or (
        facts.wording.text_class is TextClass.ACK and facts.firm.holds_first_text
    )
    if bound and may_text(facts).answer == "send":
        assert facts.firm.quiet.closed(facts.person.place, facts.moment.now) is None


@given(anything())
def test_an_answer_has_what_its_kind_needs_and_nothing_else(facts: Facts) -> None:
    decision, now = may_text(facts), facts.moment.now
    assert decision.why
    match decision.answer:
        case "send":
            assert decision.until is None
            assert decision.not_after is None or decision.not_after >= now
        case "hold":
            assert decision.until is not None
            assert decision.until > now
            assert decision.rule
            assert not decision.call_instead
        case "no":
            assert decision.until is None
            assert decision.rule


@given(anything())
def test_what_is_held_is_not_held_again_for_the_same_reason(facts: Facts) -> None:
    decision = may_text(facts)
    if decision.answer == "hold":
        assert decision.until is not None
        left = tuple(each for each in facts.history.sent if each.at > decision.until - DAY)
        then = may_text(but(facts, now=decision.until, sent=left))
        assert then.answer != "hold" or then.rule != decision.rule
