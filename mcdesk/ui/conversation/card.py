"""The caller's card: who they are, how to reach them, what the office knows, how it ends.

Must not: carry a verb out or open links itself.
"""

from datetime import datetime, tzinfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from mcdesk.domain import spoken
from mcdesk.domain.leads import Disposition, Stage
from mcdesk.domain.marks import MarkKind
from mcdesk.domain.queue import CallerCard, Conversation, QueueRow
from mcdesk.ui import words
from mcdesk.ui.conversation.close_menu import CloseMenu
from mcdesk.ui.conversation.facts import Facts
from mcdesk.ui.conversation.mark_rows import MarkRows
from mcdesk.ui.theme.fonts import font
from mcdesk.ui.theme.look import Look
from mcdesk.ui.widgets.buttons import ActionButton
from mcdesk.ui.widgets.labels import Words, divider
from mcdesk.ui.widgets.pictures import Avatar, Icon

WHY_TIP = "What was decided about each text to them, and why"


class CardPane(QFrame):
    """Beside the conversation, or a drawer over it in narrower windows."""

    #: The name was edited.
    renamed = Signal(str)
    call_back_wanted = Signal()
    #: An address to open in the browser.
    link_opened = Signal(str)
    #: The number is in the clipboard.
    copied = Signal(str)
    #: Why they were texted, or not.
    why_wanted = Signal()
    #: They said, on the phone or elsewhere, that they want no texts.
    stop_wanted = Signal()
    #: They are spam, or are no spam after all.
    block_wanted = Signal()
    unblock_wanted = Signal()
    #: How the lead is to be closed.
    close_chosen = Signal(Disposition)

    def __init__(self, look: Look, zone: tzinfo) -> None:
        super().__init__()
        self.setObjectName("cardPane")
        self.setAccessibleName("Caller")
        self._look = look
        self._zone = zone
        self._url = ""
        self._shown_name = ""
        self.avatar = Avatar(look, size=40)
        self.name = QLineEdit()
        self.name.setProperty("plain", True)
        self.name.setFont(font("title"))
        self.name.setAccessibleName("Name of the caller")
        self.name.setPlaceholderText("Name not known")
        self.number = Words("", token="body", tone="2")
        self.copy = ActionButton(look, icon="copy", kind="quiet", height=24, name="Copy the number")
        self.call = ActionButton(look, "Call back", icon="phone", keys=("B",))
        self.close_as = ActionButton(look, "Close as…", icon="archive", keys=("E",), spread=True)
        self.facts = Facts(look)
        self.may_icon = Icon(look, "shield-check", role="text_2")
        # as high as the first line of the words beside it
        self.may_icon.setFixedHeight(20)
        self.may = Words("", weight=500, wrap=True)
        self.may_why = Words("", token="meta", tone="3", wrap=True)
        self.why = ActionButton(
            look, "Why?", kind="link", height=20, name="Why they were texted, or not", tip=WHY_TIP
        )
        self.stop = ActionButton(
            look,
            "Asked us to stop…",
            icon="message-square-off",
            name="They asked us to stop texting",
            tip="They asked by phone, mail or in person not to be texted",
        )
        self.marks = MarkRows(look)
        self.block = ActionButton(
            look, "Block caller…", icon="ban", name="Block this caller as spam",
            tip="Their calls and texts are kept and bother nobody",
        )  # fmt: skip
        self.unblock = ActionButton(
            look, "Unblock", icon="phone-incoming", name="Unblock this caller",
            tip="Their calls and texts reach the desk again",
        )  # fmt: skip
        self._closed = Words("", token="body", tone="3", wrap=True)
        self._lay_out()
        self._connect()

    def show_caller(self, conversation: Conversation, now: datetime) -> None:
        row, card = conversation.row, conversation.card
        name = card.name or ""
        if not self.name.hasFocus() or name != self._shown_name:
            self.name.setText(name)
            self.name.setCursorPosition(0)
        self._shown_name = name
        self.avatar.show_initials(words.initials(name))
        self.number.setText(card.number.spoken if card.number else "Hidden number")
        self.copy.setVisible(card.number is not None)
        self.call.setEnabled(card.number is not None)
        self._show_facts(row, card, now)
        self._show_consent(card)
        self.stop.setVisible(card.number is not None and not row.opted_out)
        self.marks.show_marks(card.marks)
        blocked = MarkKind.BLOCKED in dict(card.marks)
        self.block.setVisible(card.number is not None and not blocked)
        self.unblock.setVisible(blocked)
        closed = row.stage is Stage.CLOSED
        self.close_as.setVisible(not closed)
        self._closed.setVisible(closed)
        self._closed.setText("Closed. Reopen it from the … menu if this goes on.")

    def tick(self, card: CallerCard, now: datetime) -> None:
        """Their clock moved."""
        self.facts.set("time", "Their time", spoken.local(now, card.zones))

    def open_close_menu(self) -> CloseMenu:
        """Made anew each time, so that it wears the theme of now."""
        menu = CloseMenu(self._look, self)
        menu.chosen.connect(self.close_chosen)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.open_over(self.close_as)
        return menu

    def keep_name(self) -> None:
        """Give up an edit of the name."""
        if self.name.hasFocus():
            self.name.setText(self._shown_name)

    def _show_facts(self, row: QueueRow, card: CallerCard, now: datetime) -> None:
        self._url = card.crm_url or ""
        self.facts.set("time", "Their time", spoken.local(now, card.zones))
        self.facts.set("matter", "Matter", card.practice_area.capitalize())
        self.facts.set("line", "Called", row.line_label)
        self.facts.set("crm", card.crm_title or "CRM", card.crm_state, link="Open" if self._url else "")
        earlier = spoken.counted(card.earlier_leads, "earlier lead")
        self.facts.set("history", "History", earlier if card.earlier_leads else "First time")
        self.facts.set("language", "Language", spoken.language_words(card.language))

    def _show_consent(self, card: CallerCard) -> None:
        free = card.locked is None
        icon = "moon" if card.think_first else "shield-check"
        self.may_icon.show_icon(icon if free else "shield-x", "text_2" if free else "late_text")
        self.may.setText(card.may_text)
        self.may_why.setText(card.locked or card.think_first)
        self.may_why.setVisible(bool(self.may_why.text()))

    def _rename(self) -> None:
        name = " ".join(self.name.text().split())
        if name and name != self._shown_name:
            self._shown_name = name
            self.renamed.emit(name)
        elif not name:
            self.name.setText(self._shown_name)
        self.name.clearFocus()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.number.text())
        self.copied.emit(self.number.text())

    def _connect(self) -> None:
        self.name.editingFinished.connect(self._rename)
        self.copy.clicked.connect(self._copy)
        self.call.clicked.connect(self.call_back_wanted)
        self.why.clicked.connect(self.why_wanted)
        self.stop.clicked.connect(self.stop_wanted)
        self.block.clicked.connect(self.block_wanted)
        self.unblock.clicked.connect(self.unblock_wanted)
        self.close_as.clicked.connect(self.open_close_menu)
        self.facts.link_clicked.connect(lambda: self.link_opened.emit(self._url))

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignTop)
        who = QVBoxLayout()
        who.setSpacing(0)
        who.addWidget(self.name)
        number = QHBoxLayout()
        number.setContentsMargins(6, 0, 0, 0)
        number.setSpacing(4)
        number.addWidget(self.number)
        number.addWidget(self.copy)
        number.addStretch(1)
        who.addLayout(number)
        top.addLayout(who, 1)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(self.marks)
        self.call.setSizePolicy(self.sizePolicy().Policy.Expanding, self.sizePolicy().Policy.Fixed)
        column.addWidget(self.call)
        column.addWidget(self.facts)
        column.addWidget(divider())
        column.addLayout(self._consent_row())
        for button in (self.stop, self.block, self.unblock):
            button.setSizePolicy(self.sizePolicy().Policy.Expanding, self.sizePolicy().Policy.Fixed)
        column.addWidget(self.stop)
        column.addWidget(self.block)
        column.addWidget(self.unblock)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(area, 1)
        whole.addWidget(divider())
        whole.addLayout(self._end())

    def _consent_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.may_icon, 0, Qt.AlignmentFlag.AlignTop)
        lines = QVBoxLayout()
        lines.setSpacing(2)
        lines.addWidget(self.may)
        lines.addWidget(self.may_why)
        row.addLayout(lines, 1)
        row.addWidget(self.why, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _end(self) -> QVBoxLayout:
        end = QVBoxLayout()
        end.setContentsMargins(16, 12, 16, 12)
        self.close_as.setSizePolicy(self.sizePolicy().Policy.Expanding, self.sizePolicy().Policy.Fixed)
        end.addWidget(self.close_as)
        end.addWidget(self._closed)
        return end
