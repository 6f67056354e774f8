"""The conversation pane: header, timeline, the question that waits, the reply box.

Must not: read or act; it shows and forwards.
"""

from datetime import tzinfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from mcdesk.domain.leads import Stage
from mcdesk.domain.queue import Conversation
from mcdesk.ui import words
from mcdesk.ui.conversation.check_strip import CheckStrip
from mcdesk.ui.conversation.decide_strip import DecideStrip
from mcdesk.ui.conversation.delegate import TimelineDelegate
from mcdesk.ui.conversation.header import Header
from mcdesk.ui.conversation.model import TimelineModel
from mcdesk.ui.conversation.reply_box import ReplyBox
from mcdesk.ui.conversation.timeline import Timeline
from mcdesk.ui.theme.look import Look
from mcdesk.ui.theme.tokens import CONVERSATION_MINIMUM
from mcdesk.ui.widgets.labels import Words
from mcdesk.ui.widgets.pictures import Icon


class ConversationPane(QFrame):
    """One lead opened, or a hint to open one."""

    def __init__(self, look: Look, *, zone: tzinfo, person: str) -> None:
        super().__init__()
        self.setObjectName("conversationPane")
        self.setMinimumWidth(CONVERSATION_MINIMUM)
        self.shown: Conversation | None = None
        self.header = Header(look, person)
        self.model = TimelineModel(zone)
        self.timeline = Timeline(self.model, TimelineDelegate(look, zone))
        self.check = CheckStrip(look)
        self.decide = DecideStrip(look, zone)
        self.box = ReplyBox(look)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._hint(look))
        self._stack.addWidget(self._open())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)
        look.changed.connect(self.timeline.viewport().update)

    def show_conversation(self, conversation: Conversation) -> None:
        """Open a lead, or bring the open one up to date."""
        fresh = self.shown is None or self.shown.row.lead != conversation.row.lead
        self.shown = conversation
        row = conversation.row
        caller = words.first_name(row) if row.name else "The caller"
        caller = "The caller" if caller == "caller" else caller
        self.header.show_row(row)
        self.box.open(conversation)
        self.check.setVisible(row.stage is Stage.CHECK)
        self.decide.show_due(conversation.card.review_due)
        self._stack.setCurrentIndex(1)
        self.timeline.show_items(conversation.items, caller, fresh=fresh)

    def close_conversation(self) -> None:
        self.shown = None
        self._stack.setCurrentIndex(0)

    def _open(self) -> QWidget:
        inside = QWidget()
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 0, 12, 12)
        foot.setSpacing(8)
        foot.addWidget(self.check)
        foot.addWidget(self.decide)
        foot.addWidget(self.box)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.timeline, 1)
        column.addLayout(foot)
        return inside

    def _hint(self, look: Look) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setSpacing(12)
        column.addStretch(1)
        column.addWidget(
            Icon(look, "message-square-text", size=20, role="text_3"), 0, Qt.AlignmentFlag.AlignHCenter
        )
        hint = Words("Choose a row to read the conversation. J and K move, Enter opens.", tone="3")
        column.addWidget(hint, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return inside
