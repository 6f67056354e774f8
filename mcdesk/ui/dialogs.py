"""The questions the window asks: what closing means, and a defect's report. Opened, never waited for.

Must not: carry the answer out.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from mcdesk.ui.theme.fonts import font
from mcdesk.ui.theme.look import Look
from mcdesk.ui.widgets.buttons import ActionButton
from mcdesk.ui.widgets.labels import Words


class QuitDialog(QDialog):
    """Quitting stops the texting; says so and asks."""

    #: Yes, stop it.
    quit_chosen = Signal()
    #: No, but out of the way.
    minimize_chosen = Signal()

    def __init__(self, look: Look, parent: QWidget | None, *, may_minimize: bool) -> None:
        super().__init__(parent)
        self.setWindowTitle("Quit mcdesk?")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.quit = ActionButton(look, "Quit, stop texting", kind="plain")
        self.minimize = ActionButton(look, "Minimize instead", kind="primary")
        self.stay = ActionButton(look, "Cancel")
        self.minimize.setVisible(may_minimize)
        self.minimize.setDefault(may_minimize)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(Words("Texting stops when mcdesk quits", token="title"))
        sentence = (
            "Missed calls are not texted back and no reply reaches you until it runs again. "
            "What was waiting is kept and goes on from there."
        )
        words = Words(sentence, tone="2", wrap=True)
        words.setMinimumWidth(400)
        column.addWidget(words)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        for button in (self.stay, self.quit, self.minimize):
            buttons.addWidget(button)
        column.addLayout(buttons)
        self.stay.clicked.connect(self.reject)
        self.quit.clicked.connect(self._quit)
        self.minimize.clicked.connect(self._minimize)

    def _quit(self) -> None:
        self.accept()
        self.quit_chosen.emit()

    def _minimize(self) -> None:
        self.accept()
        self.minimize_chosen.emit()


class DefectDialog(QDialog):
    """Something of ours went wrong: what, and a report to pass on. Nothing on screen was lost."""

    def __init__(self, look: Look, line: str, report: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Something went wrong")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        text = QPlainTextEdit(report)
        text.setObjectName("report")
        text.setReadOnly(True)
        text.setFont(font("meta"))
        text.setAccessibleName("Report")
        text.setMinimumSize(520, 200)
        copy = ActionButton(look, "Copy report", icon="copy")
        close = ActionButton(look, "Close", kind="primary")
        close.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(Words("Something went wrong in mcdesk", token="title"))
        sentence = (
            f"{line}. Texting goes on and nothing is lost. Try again; if it happens twice, copy this report "
            "and send it to whoever looks after mcdesk for you."
        )
        column.addWidget(Words(sentence, tone="2", wrap=True))
        column.addWidget(text, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(copy)
        buttons.addWidget(close)
        column.addLayout(buttons)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report))
        close.clicked.connect(self.accept)
