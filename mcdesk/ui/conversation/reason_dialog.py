"""Asks why before something is done that somebody may look up later.

Must not: do it.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from mcdesk.ui.theme.look import Look
from mcdesk.ui.widgets.buttons import ActionButton
from mcdesk.ui.widgets.labels import Words


class ReasonDialog(QDialog):
    """A question, a field, and the words of the button that does it."""

    #: The reason, never empty.
    given = Signal(str)

    def __init__(
        self, look: Look, parent: QWidget, *, title: str, question: str, act: str, consequence: str = ""
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.field = QLineEdit()
        self.field.setAccessibleName("Reason")
        self.field.setPlaceholderText("In a few words, for whoever looks it up later")
        self.confirm = ActionButton(look, act, kind="primary")
        self.confirm.setEnabled(False)
        self.confirm.setDefault(True)
        cancel = ActionButton(look, "Cancel")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.confirm)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(Words(question, token="title", wrap=True))
        column.addWidget(self.field)
        if consequence:
            column.addWidget(Words(consequence, tone="2", wrap=True))
        column.addLayout(buttons)
        self.setMinimumWidth(420)
        self.field.textChanged.connect(lambda text: self.confirm.setEnabled(bool(text.strip())))
        self.confirm.clicked.connect(self._give)
        cancel.clicked.connect(self.reject)

    def _give(self) -> None:
        self.given.emit(self.field.text().strip())
        self.accept()


def close_as_other(look: Look, who: str, parent: QWidget) -> ReasonDialog:
    return ReasonDialog(
        look, parent, title="Close as other", question=f"Why is {who} closed?", act="Close lead"
    )


def block(look: Look, who: str, parent: QWidget) -> ReasonDialog:
    consequence = (
        "The lead is closed as spam. Their calls and texts are kept and bother nobody, and nothing is texted "
        "to them by itself. You can unblock them at any time."
    )
    question = f"Why is {who} blocked?"
    return ReasonDialog(
        look, parent, title="Block caller", question=question, act="Block", consequence=consequence
    )
