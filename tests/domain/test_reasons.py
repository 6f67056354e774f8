"""Kept answers of the gate in words a receptionist and a lawyer can read."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mcdesk.domain.reasons import consent_lines, decision_lines, reasons

NEW_YORK = ZoneInfo("America/New_York")
NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
KEPT: dict[str, Any] = {
    "at": NOON.isoformat(),
    "message": 1,
    "moment": "sent",
    "text_class": "followup",
    "answer": "hold",
    "until": (NOON + 60 * MINUTE).isoformat(),
    "why": ["They are calling right now."],
    "rule": "settle",
    "zones": ["America/New_York"],
    "windows": {},
    "counters": {},
    "rules_version": "2026-11-21.7",
}


def kept(minutes: int = 0, **changes: object) -> dict[str, Any]:
    return {**KEPT, "at": (NOON + minutes * MINUTE).isoformat(), **changes}


def facts(**changes: Any) -> tuple[str, ...]:
    (reason,) = reasons([kept(**changes)], [], NEW_YORK)
    return reason.facts


def test_the_same_answer_again_and_again_is_one_with_how_often_and_when_last() -> None:
    many = [kept(each, until=(NOON + each * MINUTE + 15 * MINUTE).isoformat()) for each in range(14)]
    (reason,) = reasons(many, [], NEW_YORK)
    assert reason.at == NOON
    assert reason.again == "looked at 14 times, last 12:13 pm"
    assert reason.answered == "held until Mon, Nov 23, 12:28 pm", "as it was said last"
    first, *_ = decision_lines(many, [], NEW_YORK)
    assert first.endswith("They are calling right now. (looked at 14 times, last 12:13 pm)")


def test_what_was_looked_at_last_on_another_day_says_the_day() -> None:
    (reason,) = reasons([kept(), kept(24 * 60)], [], NEW_YORK)
    assert reason.again == "looked at 2 times, last Tue, Nov 24, 12:00 pm"


def test_another_answer_in_between_begins_anew_and_other_texts_do_not_disturb() -> None:
    said = [kept(0), kept(1, message=2), kept(2), kept(3, answer="send", why=["Yes."]), kept(4)]
    found = [(each.at, each.again) for each in reasons(said, [], NEW_YORK)]
    assert found == [
        (NOON, "looked at 2 times, last 12:02 pm"),
        (NOON + MINUTE, ""),
        (NOON + 3 * MINUTE, ""),
        (NOON + 4 * MINUTE, ""),
    ]


def test_answers_about_texts_that_never_came_to_be_are_not_one() -> None:
    assert len(list(reasons([kept(message=None), kept(1, message=None)], [], NEW_YORK))) == 2


def test_a_caller_elsewhere_has_their_own_clock_beside_the_offices() -> None:
    (reason,) = reasons([kept(zones=["America/Los_Angeles"])], [], NEW_YORK)
    assert reason.answered == "held until Mon, Nov 23, 1:00 pm (10:00 am Pacific time)"
    assert "It was 9:00 am Pacific time where they may be." in reason.facts


@pytest.mark.parametrize(
    ("windows", "words"),
    [
        ({"US America/New_York": "08:00-20:59"}, "8 am to 8:59 pm, Eastern time (the federal rule)."),
        (
            {"KY America/Chicago": "10:00-21:00", "KY America/New_York": "10:00-21:00"},
            "10 am to 9 pm, Central and Eastern time (the rule for KY).",
        ),
        ({"MS America/Chicago": "closed"}, "no texts, Central time (the rule for MS)."),
        ({"firm America/Denver": "09:00-17:00"}, "9 am to 5 pm, Mountain time (the office's own rule)."),
    ],
)
def test_hours_are_in_words(windows: dict[str, str], words: str) -> None:
    assert f"Hours for texts that day: {words}" in facts(windows=windows)


@pytest.mark.parametrize(
    ("first", "automatic", "texts", "of_call", "words"),
    [
        (0, 0, 0, 0, "They had got no text before it."),
        (1, 1, 1, 1, "They had got 1 text in 24 hours (1 automatic, 1 of them a first text) "
         "and 1 automatic text about this call before it."),
        (0, 0, 2, 0, "They had got 2 texts in 24 hours before it."),
        (0, 2, 3, 0, "They had got 3 texts in 24 hours (2 automatic) before it."),
        (0, 0, 0, 3, "They had got 3 automatic texts about this call before it."),
    ],
)  # fmt: skip
def test_what_was_counted_is_right_for_none_one_and_more(
    first: int, automatic: int, texts: int, of_call: int, words: str
) -> None:
    counters = {
        "first texts in 24 h": first,
        "automatic in 24 h": automatic,
        "texts in 24 h": texts,
        "automatic in this pursuit": of_call,
    }
    assert words in facts(counters=counters)


def test_wording_and_rule_are_named_in_words() -> None:
    found = facts(template="first/es#3f9a", rule="Q-1")
    assert "Decided by rule Q-1 of the texting rules of 2026-11-21.7." in found
    assert "Wording: the template \u201cfirst\u201d in Spanish, version 3f9a." in found


def test_an_entry_of_the_ledger_says_how_it_came_and_who_noted_it() -> None:
    entry = {"id": 3, "at": KEPT["at"], "kind": "withdrawn", "source": "phone", "by": "Maria",
             "evidence": {"words": "no more"}}  # fmt: skip
    (line,) = consent_lines([entry], NEW_YORK)
    assert line == (
        "  Mon, Nov 23, 12:00 pm  Entry 3: Withdrawn by phone, noted by Maria. They said: \u201cno more\u201d"
    )
