"""The gate, rule by rule (compliance rules named in the tests)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mcdesk.domain.hours import Place
from mcdesk.domain.leads import EndReason
from mcdesk.domain.numbers import Number
from mcdesk.domain.policy import Facts, TextClass, may_text

NOON = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)  # noon in Los Angeles
NIGHT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # two in the morning
BODY = "Rivera & Cole: Sorry we missed your call. Reply STOP to opt out."
ACK = Facts(
    text_class=TextClass.ACK,
    now=NOON,
    to=Number("+14155550142"),
    body=BODY,
    firm="Rivera & Cole",
    place=Place(("America/Los_Angeles",), ("CA",)),
    opted_out=False,
    landline=False,
    machine=False,
    on_the_line=False,
    ended=None,
    call_at=NOON - timedelta(seconds=2),
    spoken_to=False,
    acknowledge_within=timedelta(minutes=10),
    acknowledgements=0,
    automatic=0,
)
FOLLOWUP = replace(ACK, text_class=TextClass.FOLLOWUP, automatic=1, acknowledgements=1)
TYPED = replace(ACK, text_class=TextClass.SERVICE, body="Hi", ended=EndReason.REPLIED)


def test_the_first_text_goes_out() -> None:
    assert may_text(ACK).answer == "send"


def test_q2_the_first_text_goes_out_at_night_too() -> None:
    assert may_text(replace(ACK, now=NIGHT, call_at=NIGHT)).answer == "send"


def test_q1_a_follow_up_at_night_is_held_until_eight_local_time() -> None:
    decision = may_text(replace(FOLLOWUP, now=NIGHT))
    assert decision.answer == "hold"
    assert decision.until == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


def test_t1_a_call_of_eleven_minutes_ago_is_phoned_not_texted() -> None:
    decision = may_text(replace(ACK, call_at=NOON - timedelta(minutes=11)))
    assert (decision.answer, decision.call_instead) == ("no", True)


def test_t3_one_first_text_in_a_day() -> None:
    assert may_text(replace(ACK, acknowledgements=1, automatic=1)).answer == "no"


def test_t3_two_automatic_texts_in_a_day() -> None:
    assert may_text(replace(FOLLOWUP, automatic=2)).answer == "no"


@pytest.mark.parametrize("text_class", [TextClass.ACK, TextClass.FOLLOWUP, TextClass.SERVICE, TextClass.HELP])
def test_o2_nothing_goes_to_who_opted_out(text_class: TextClass) -> None:
    assert may_text(replace(ACK, text_class=text_class, opted_out=True)).answer == "no"


def test_o6_the_confirmation_of_an_opt_out_is_the_one_exception() -> None:
    assert may_text(replace(ACK, text_class=TextClass.OPTOUT_CONFIRM, opted_out=True)).answer == "send"


@pytest.mark.parametrize("number", ["+14165550142", "+12425550142", "+447700900123", "+18005550142"])
def test_s3_other_countries_and_toll_free_numbers_are_never_texted(number: str) -> None:
    decision = may_text(replace(ACK, to=Number(number)))
    assert (decision.answer, decision.call_instead) == ("no", True)


def test_a_landline_is_phoned() -> None:
    decision = may_text(replace(ACK, landline=True))
    assert (decision.answer, decision.call_instead) == ("no", True)


@pytest.mark.parametrize("ended", list(EndReason))
def test_a_human_act_ends_automatic_texts(ended: EndReason) -> None:
    assert may_text(replace(FOLLOWUP, ended=ended)).answer == "no"


def test_a_typed_text_passes_where_automation_has_ended_and_by_night() -> None:
    assert may_text(TYPED).answer == "send"
    assert may_text(replace(TYPED, now=NIGHT)).answer == "send"


def test_the_first_text_names_the_firm() -> None:
    assert "name the firm" in may_text(replace(ACK, body="Sorry. Reply STOP to opt out.")).why[0]


def test_every_automatic_text_says_how_to_opt_out() -> None:
    assert "opt out" in may_text(replace(ACK, body="Rivera & Cole: sorry.")).why[0]
    assert "opt out" in may_text(replace(FOLLOWUP, body="Rivera & Cole: still there?")).why[0]


def test_a_decision_carries_its_evidence() -> None:
    decision = may_text(replace(FOLLOWUP, now=NIGHT))
    assert decision.zones == ("America/Los_Angeles",)
    assert decision.states == ("CA",)
    assert decision.rules_version
    assert decision.why


def test_nothing_is_texted_by_itself_to_what_answers_like_a_machine() -> None:
    decision = may_text(replace(ACK, machine=True))
    assert (decision.answer, decision.call_instead) == ("no", True)
    assert may_text(replace(ACK, machine=True, text_class=TextClass.HELP)).answer == "no"
    assert may_text(replace(TYPED, machine=True)).answer == "send"


def test_a_first_text_waits_while_they_are_calling_again() -> None:
    decision = may_text(replace(ACK, on_the_line=True))
    assert decision.answer == "hold"
    assert decision.until == NOON + timedelta(seconds=15)
    assert may_text(replace(TYPED, on_the_line=True)).answer == "send"


def test_who_was_spoken_with_since_the_call_gets_no_automatic_text_and_need_not_be_phoned() -> None:
    for automatic in (ACK, FOLLOWUP):
        decision = may_text(replace(automatic, spoken_to=True))
        assert (decision.answer, decision.call_instead) == ("no", False)
        assert decision.ends is EndReason.SPOKE
    assert may_text(replace(TYPED, spoken_to=True)).answer == "send"
