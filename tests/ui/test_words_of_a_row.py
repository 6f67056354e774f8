"""Timers and sentences of a row, in every state, as people and screen readers get them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mcdesk.domain.events import DeliveryStatus
from mcdesk.domain.leads import Stage
from mcdesk.domain.queue import Item, ItemKind, Next, NextWhat
from mcdesk.ui.conversation.entries import mark
from mcdesk.ui.queue.sentences import badges, meta, owner, spoken
from mcdesk.ui.queue.timers import Weight, timer
from tests.ui.rehearsed import NEW_YORK, NOW
from tests.ui.sample_office import ANA, UNKNOWN, ago, ahead, sample_rows, timed

ROWS = {each.lead: each for each in sample_rows()}


@pytest.mark.parametrize(
    ("step", "weight", "words", "below"),
    [
        (timed(NextWhat.REPLY, 11.2), Weight.RING, "11:12 left", "reply by 10:43"),
        (timed(NextWhat.REPLY, 1 + 20 / 60), Weight.TINTED, "Due in 1:20", "reply by 10:33"),
        (timed(NextWhat.CALL, 1 + 20 / 60), Weight.TINTED, "Due in 1:20", "call by 10:33"),
        (timed(NextWhat.REPLY, -2.4), Weight.SOLID, "Late 2:24", "reply by 10:29"),
        (timed(NextWhat.REPLY, -185), Weight.SOLID, "Late 3 h", "reply by 7:27"),
        (Next(NextWhat.CALL, ahead(88)), Weight.PLAIN, "Call at 12:00", ""),
        (Next(NextWhat.CALL), Weight.PLAIN, "Call now", ""),
        (Next(NextWhat.TEXT, ahead(227), ordinal=2), Weight.PLAIN, "2nd text 2:19 pm", ""),
        (Next(NextWhat.HELD, ahead(60 * 22)), Weight.PLAIN, "Held till Tue 8:32 am", ""),
        (Next(NextWhat.STUCK, why="waits for Twilio sign-in"), Weight.TROUBLE, "Not sent", "waits"),
        (Next(NextWhat.CHECK), Weight.PLAIN, "Please check", ""),
        (Next(NextWhat.NOTHING), Weight.NONE, "", ""),
    ],
)
def test_a_timer_has_its_weight_and_its_words(step: Next, weight: Weight, words: str, below: str) -> None:
    shown = timer(replace(ROWS[ANA], next=step), NOW, zone=NEW_YORK)
    assert (shown.weight, shown.words, shown.below) == (weight, words, below)


def test_the_ring_empties_as_time_goes() -> None:
    row = replace(ROWS[ANA], last_at=NOW, next=Next(NextWhat.REPLY, ahead(15), amber_at=ahead(10)))
    assert timer(row, NOW, zone=NEW_YORK).left == 1
    assert timer(row, NOW + timedelta(minutes=9), zone=NEW_YORK).left == pytest.approx(0.4)


def test_a_screen_reader_gets_the_whole_row_in_minutes() -> None:
    assert spoken(ROWS[ANA], NOW, zone=NEW_YORK, person="Maria Reyes") == (
        "Ana Díaz, late by 2 minutes, reply was due 10:29, 2 new texts, "
        "I was in an accident on Friday. Can someone call me this morning?, personal injury, yours"
    )


def test_nobodys_row_says_so() -> None:
    assert owner(ROWS[UNKNOWN], "Maria Reyes").word == "Unclaimed"
    assert [each.word for each in badges(ROWS[UNKNOWN])] == ["×3 calls"]


def test_a_hidden_number_without_a_name_is_still_a_row() -> None:
    hidden = replace(ROWS[UNKNOWN], number=None)
    assert hidden.who == "Hidden number"
    assert "Hidden number" in spoken(hidden, NOW, zone=NEW_YORK, person="Maria Reyes")


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_has_its_sentence(stage: Stage) -> None:
    assert meta(replace(ROWS[ANA], stage=stage), NOW, zone=NEW_YORK).startswith("Personal injury · ")


@pytest.mark.parametrize(
    ("status", "why", "icon", "words"),
    [
        (None, "", "clock", "In line"),
        (None, "waits for Twilio sign-in", "hourglass", "Not sent: waits for Twilio sign-in"),
        (None, "Not sent: the caller replied.", "ban", "Not sent: the caller replied."),
        (DeliveryStatus.ACCEPTED, "", "check", "Accepted 10:31"),
        (DeliveryStatus.SENT, "", "send", "Sent 10:31"),
        (DeliveryStatus.DELIVERED, "", "check-check", "Delivered 10:31"),
        (DeliveryStatus.FAILED, "landline", "octagon-alert", "Not delivered: landline"),
    ],
)
def test_sent_never_looks_like_delivered(
    status: DeliveryStatus | None, why: str, icon: str, words: str
) -> None:
    item = Item(
        id="message:1",
        kind=ItemKind.TEXT_OUT,
        at=ago(1),
        text="Hi",
        status=status,
        why=why,
        withheld=why.startswith("Not sent"),
    )
    assert (mark(item, zone=NEW_YORK).icon, mark(item, zone=NEW_YORK).words) == (icon, words)
