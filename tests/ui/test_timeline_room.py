"""The timeline in every height around that of its content: it settles, and stands at the bottom."""

from datetime import timedelta

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication

from mcdesk.domain.queue import Item, ItemKind
from mcdesk.ui.conversation.delegate import TimelineDelegate
from mcdesk.ui.conversation.model import TimelineModel
from mcdesk.ui.conversation.timeline import Timeline
from mcdesk.ui.theme.look import Look
from tests.ui.rehearsed import NOW
from tests.ui.sample_office import sample_desk

#: Long enough that a line more or less is wrapped when a scroll bar takes its place.
WORDS = "I was rear ended on the bridge on Friday evening and the other insurer keeps calling me about it"


@pytest.fixture
def timeline(look: Look) -> Timeline:
    zone = sample_desk().timezone
    made = Timeline(TimelineModel(zone), TimelineDelegate(look, zone))
    made.resize(400, 900)
    made.show()
    made.show_items([text(number) for number in range(4)], "Ana", fresh=True)
    return made


def text(number: int) -> Item:
    said = " ".join(WORDS.split()[: 5 + 4 * number])
    return Item(
        id=f"message:{number}", kind=ItemKind.TEXT_IN, at=NOW + timedelta(minutes=9 * number), text=said
    )


def last_entry(timeline: Timeline) -> QRect:
    model = timeline.model()
    return timeline.visualRect(model.index(model.rowCount() - 1, 0))


def test_a_conversation_about_as_tall_as_its_room_settles(timeline: Timeline) -> None:
    for width in range(380, 470, 3):
        for height in range(360, 520, 4):
            timeline.resize(width, height)
            QApplication.processEvents()
            bar = timeline.verticalScrollBar()
            assert bar.isVisible() == (bar.maximum() > 0), (width, height)
            # a short one stands at the bottom, a long one is at its end
            assert abs(timeline.viewport().height() - last_entry(timeline).bottom()) <= 2, (width, height)
