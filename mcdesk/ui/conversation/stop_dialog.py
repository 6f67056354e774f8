"""They asked us, outside their texts, not to be texted: their words, and how they said it.

Must not: opt anybody out.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from mcdesk.ui.theme.look import Look
from mcdesk.ui.widgets.buttons import ActionButton
from mcdesk.ui.widgets.labels import Words

#: How they may have said it, as the desk names it and as people do.
WAYS = (("phone", "By phone"), ("voicemail", "Voicemail"), ("mail", "Mail"), ("person", "In person"))


class WayButton(ActionButton):
    """One of several; the arrow keys move between them. Its shape tells as much as its colour."""

    def __init__(self, look: Look, text: str) -> None:
        super().__init__(look, text, icon="circle")
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.toggled.connect(self._wear)

    def _wear(self, chosen: bool) -> None:
        self.icon_name = "circle-check" if chosen else "circle"
        self.set_kind("outline" if chosen else "plain")


class StopDialog(QDialog):
    """Asked before a number is opted out by a person at the desk."""

    #: Their words and the way they were said.
    given = Signal(str, str)

    def __init__(self, look: Look, who: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Asked us to stop")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.field = QLineEdit()
        self.field.setAccessibleName("Their words")
        self.field.setPlaceholderText("What they said, as near as you remember")
        self.ways = QButtonGroup(self)
        for number, (_, said) in enumerate(WAYS):
            button = WayButton(look, said)
            self.ways.addButton(button, number)
        self.ways.button(0).setChecked(True)
        self.confirm = ActionButton(look, "Stop texts", kind="primary")
        self.confirm.setDefault(True)
        self.confirm.clicked.connect(self._give)
        # The record must have their words (rule O-7).
        self.confirm.setEnabled(False)
        self.field.textChanged.connect(lambda text: self.confirm.setEnabled(bool(text.strip())))
        self.cancel = ActionButton(look, "Cancel")
        self.cancel.clicked.connect(self.reject)
        self._lay_out(who)

    def _give(self) -> None:
        channel, _ = WAYS[self.ways.checkedId()]
        self.given.emit(" ".join(self.field.text().split()), channel)
        self.accept()

    def _lay_out(self, who: str) -> None:
        ways = QHBoxLayout()
        ways.setSpacing(8)
        for button in self.ways.buttons():
            ways.addWidget(button)
        ways.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.confirm)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(Words(f"{who} asked us to stop", token="title"))
        column.addWidget(self.field)
        column.addLayout(ways)
        column.addWidget(Words("Texts stop now, to every line of the firm.", tone="2", wrap=True))
        column.addLayout(buttons)
        self.setMinimumWidth(480)
