"""The box to write in. A refresh never touches what is written; a note cannot be mistaken for a text.

Must not: send; it says what is to be sent, and shows the answer.
"""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from mcdesk.domain.plain import make_plain
from mcdesk.domain.queue import Conversation
from mcdesk.ui import words
from mcdesk.ui.conversation.address import AddressLine
from mcdesk.ui.conversation.box_frame import BoxFrame
from mcdesk.ui.conversation.editor import Editor
from mcdesk.ui.conversation.meter import SizeLine
from mcdesk.ui.conversation.reason import Reason
from mcdesk.ui.conversation.tabs import Mode, Tab
from mcdesk.ui.theme.look import Look
from mcdesk.ui.widgets.buttons import ActionButton
from mcdesk.ui.widgets.labels import Words, repolish

#: A draft is stored this long after the last key.
DRAFT_AFTER = 800


class ReplyBox(BoxFrame):
    """Two tabs, who it goes to, the field, its size, the button."""

    #: Ctrl+Enter or the button: mode and text.
    submitted = Signal(Mode, str)
    #: The unsent text to the caller rests: lead and text.
    draft_changed = Signal(int, str)
    #: The field got or lost the keyboard.
    typing = Signal(bool)

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.setObjectName("replyBox")
        self.setAccessibleName("Reply box")
        self.lead: int | None = None
        self.mode = Mode.TEXT
        self._first = "caller"
        self._locked: str | None = None
        self._why_not: tuple[str, bool] | None = None
        #: What sending the very same words again answers with yes; empty where nothing is asked.
        self._question = ""
        #: What is written but not in the field now, by lead and mode; texts are stored by the desk as well.
        self._written: dict[tuple[int, Mode], str] = {}
        self.text_tab = Tab(look, Mode.TEXT, "Text", key="R")
        self.note_tab = Tab(look, Mode.NOTE, "Internal note", key="N")
        self.state = Words("", token="meta", tone="3")
        self.address = AddressLine()
        self.editor = Editor()
        self.reason = Reason(look)
        self.size_line = SizeLine(look)
        self.hint = Words("", token="meta", tone="3")
        self.send = ActionButton(look, "Text", kind="primary", keys=("Ctrl", "↵"))
        self._foot = QFrame()
        self._tabs = QFrame()
        self._draft_timer = QTimer(self)
        self._lay_out()
        self._connect()
        self._show_mode()

    def open(self, conversation: Conversation) -> None:
        """Another lead, or the same one again: labels and lock follow, what is written stays."""
        row, card = conversation.row, conversation.card
        if row.lead != self.lead:
            self._leave()
            self.lead = row.lead
            self._why_not = None
            self.mode = Mode.TEXT
            self._first = words.first_name(row)
            self._fill(self._written.get((row.lead, Mode.TEXT), ""))
        self._first = words.first_name(row)
        self._locked = card.locked
        self.address.show_row(row)
        self.size_line.show_gate(card.may_text, plain=card.in_texting_hours)
        self._show_mode()

    def restore(self, lead: int, text: str) -> None:
        """A stored draft arrived; only used where nothing has been written since."""
        if lead == self.lead and self.mode is Mode.TEXT and not self.editor.toPlainText():
            self._fill(text)
            self.state.setText("Draft" if text else "")

    def write(self, mode: Mode) -> None:
        """Bring this tab to the front and the keyboard to the field."""
        if self.lead is None:
            return
        self.set_mode(mode)
        self.editor.setFocus()

    def set_mode(self, mode: Mode) -> None:
        if self.lead is None or mode is self.mode:
            self._show_mode()
            return
        self._keep()
        self.mode = mode
        self._why_not = None
        self._fill(self._written.get((self.lead, mode), ""))
        self._show_mode()

    def sending(self, under_way: bool) -> None:
        """While a text is on its way to the desk the button waits; the field does not."""
        self.send.setEnabled(not under_way)
        self.state.setText("Sending…" if under_way else "")

    def accepted(self, lead: int, mode: Mode, *, text: str) -> None:
        """The desk took it: what was sent leaves the field, what was typed since stays."""
        if lead != self.lead or mode is not self.mode:
            self._written.pop((lead, mode), None)
            return
        rest = self.editor.toPlainText().removeprefix(text).lstrip("\n")
        self._why_not = None
        self._fill(rest)
        self._show_mode()

    def refused(self, lead: int, sentence: str, *, bad: bool = True) -> bool:
        """Say why it was not taken, above the button; False where another lead is open by now."""
        if lead != self.lead:
            return False
        self._why_not = (sentence, bad)
        self._show_mode()
        return True

    def ask(self, lead: int, question: str) -> bool:
        """The same words sent once more are the answer yes; False where another lead is open by now."""
        if lead != self.lead:
            return False
        self._question = question
        self._show_mode()
        return True

    def keep_draft(self) -> None:
        """Store the draft now, if something was written since it was stored last."""
        if self._draft_timer.isActive():
            self._flush()

    def _flush(self) -> None:
        self._draft_timer.stop()
        if self.lead is not None and self.mode is Mode.TEXT:
            self.draft_changed.emit(self.lead, self.editor.toPlainText())

    def _submit(self) -> None:
        text = self.editor.toPlainText().strip()
        if text and self.send.isEnabled() and not (self.mode is Mode.TEXT and self._locked):
            self._draft_timer.stop()
            self.submitted.emit(self.mode, text)

    def _leave(self) -> None:
        self.keep_draft()
        self._keep()

    def _keep(self) -> None:
        if self.lead is not None:
            self._written[(self.lead, self.mode)] = self.editor.toPlainText()

    def _fill(self, text: str) -> None:
        self._question = ""
        self.editor.blockSignals(True)
        self.editor.setPlainText(text)
        self.editor.moveCursor(self.editor.textCursor().MoveOperation.End)
        self.editor.blockSignals(False)
        self.state.setText("")
        self.size_line.show_text(self.editor.toPlainText())

    def _typed(self) -> None:
        self.size_line.show_text(self.editor.toPlainText())
        if self._question:
            self._question = ""
            self._show_mode()
        if self.mode is Mode.TEXT:
            self.state.setText("")
            self._draft_timer.start()

    def _store_draft(self) -> None:
        self._flush()
        self.state.setText("Draft saved" if self.editor.toPlainText() else "")

    def _show_mode(self) -> None:
        note = self.mode is Mode.NOTE
        locked = not note and self._locked is not None
        self.text_tab.set_words(f"Text to {self._first}")
        self.text_tab.setChecked(not note)
        self.note_tab.setChecked(note)
        self.text_tab.updateGeometry()
        self.note_tab.updateGeometry()
        self.wear(note=note, locked=locked)
        for frame in (self._tabs, self._foot):
            frame.setProperty("mode", "note" if note else "locked" if locked else "text")
            repolish(frame)
        if note:
            self.address.show_note(self._named())
        else:
            self.address.show_text()
        self.size_line.setVisible(not note and not locked)
        self.editor.setVisible(not locked)
        self.editor.setPlaceholderText("What the office should know" if note else "Write a text")
        self.editor.setAccessibleName(
            f"Internal note, {self._named()} never sees this" if note else f"Text to {self._first}"
        )
        self.send.setVisible(not locked)
        self.hint.setText("Stays in the office" if note else "")
        self.send.set_words(
            "Save note" if note else f"Text {self._first}{' anyway' if self._question else ''}"
        )
        self.send.set_kind("plain" if note else "primary")
        self._show_reason(locked)

    def _named(self) -> str:
        return "the caller" if self._first == "caller" else self._first

    def _show_reason(self, locked: bool) -> None:
        if locked and self._locked:
            self.reason.say(self._locked, bad=False, icon="message-square-off")
        elif self._question:
            self.reason.say(self._question, bad=False, icon="circle-help")
        elif self._why_not:
            self.reason.say(self._why_not[0], bad=self._why_not[1])
        else:
            self.reason.hide()
        self._foot.setVisible(not locked)

    def _connect(self) -> None:
        self._draft_timer.setSingleShot(True)
        self._draft_timer.setInterval(DRAFT_AFTER)
        self._draft_timer.timeout.connect(self._store_draft)
        self.text_tab.clicked.connect(lambda: self.write(Mode.TEXT))
        self.note_tab.clicked.connect(lambda: self.write(Mode.NOTE))
        self.editor.textChanged.connect(self._typed)
        self.editor.sent.connect(self._submit)
        self.editor.focus_changed.connect(self._focused)
        self.send.clicked.connect(self._submit)
        self.size_line.make_plain.clicked.connect(self._make_plain)

    def _make_plain(self) -> None:
        """As an edit of the writer's own: one undo takes it back."""
        cursor = self.editor.textCursor()
        cursor.select(cursor.SelectionType.Document)
        cursor.insertText(make_plain(self.editor.toPlainText()).text)
        self.editor.setFocus()

    def _focused(self, has_it: bool) -> None:
        self.set_writing(has_it)
        self.typing.emit(has_it)

    def _lay_out(self) -> None:
        self._tabs.setObjectName("replyTabs")
        self._foot.setObjectName("replyFoot")
        tabs = QHBoxLayout(self._tabs)
        tabs.setContentsMargins(4, 2, 12, 0)
        tabs.setSpacing(4)
        tabs.addWidget(self.text_tab)
        tabs.addWidget(self.note_tab)
        tabs.addStretch(1)
        tabs.addWidget(self.state)
        middle = QVBoxLayout()
        middle.setContentsMargins(12, 6, 12, 8)
        middle.setSpacing(8)
        middle.addWidget(self.editor)
        middle.addWidget(self.reason)
        middle.addWidget(self.size_line)
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(12, 8, 8, 8)
        foot.setSpacing(8)
        foot.addWidget(self.hint)
        foot.addStretch(1)
        foot.addWidget(self.send)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self._tabs)
        column.addWidget(self.address)
        column.addLayout(middle)
        column.addWidget(self._foot)
