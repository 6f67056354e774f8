"""Close as…: a digit chooses how the lead ended; "Other" asks why.

Must not: close anything.
"""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from mcdesk.domain.leads import DISPOSITION_WORDS, Disposition
from mcdesk.ui.theme.look import Look
from mcdesk.ui.widgets.buttons import ActionButton
from mcdesk.ui.widgets.labels import Words, round_corners

#: In the order of their digits. An opt-out is the caller's own act and not chosen here.
CHOICES: tuple[tuple[Disposition, str], ...] = (
    (Disposition.BOOKED, "calendar-check"),
    (Disposition.RETAINED, "handshake"),
    (Disposition.REFERRED, "corner-up-right"),
    (Disposition.NON_RESPONSIVE, "message-square-off"),
    (Disposition.WRONG_NUMBER, "phone-off"),
    (Disposition.SPAM, "ban"),
    (Disposition.REACHED, "phone-call"),
    (Disposition.NOT_OUR_PRACTICE, "briefcase"),
    (Disposition.CONFLICT, "shield-x"),
    (Disposition.OTHER, "ellipsis"),
)


class CloseMenu(QMenu):
    """Opens upwards from its button; digits and arrows both work."""

    #: How the lead ended.
    chosen = Signal(Disposition)

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Close as")
        round_corners(self)
        for position, (disposition, icon) in enumerate(CHOICES, start=1):
            words = DISPOSITION_WORDS[disposition]
            words = f"{words}…" if disposition is Disposition.OTHER else words
            picture = look.icons.pixmap(
                icon, 16, look.colour("text_2").name(), ratio=self.devicePixelRatioF()
            )
            action = self.addAction(QIcon(picture), f"{words}\t{position % 10}")
            action.triggered.connect(lambda _=False, which=disposition: self.chosen.emit(which))

    def open_over(self, button: QWidget) -> None:
        """Its lower edge just above the button, or below it where there is no room."""
        height = self.sizeHint().height()
        self.setMinimumWidth(button.width())
        corner = button.mapToGlobal(QPoint(0, -height - 4))
        if corner.y() < button.screen().availableGeometry().top():
            corner = button.mapToGlobal(QPoint(0, button.height() + 4))
        self.popup(corner)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = event.text()
        if digit.isascii() and digit.isdigit():
            position = (int(digit) or 10) - 1
            if position < len(CHOICES):
                self.close()
                self.chosen.emit(CHOICES[position][0])
            return
        super().keyPressEvent(event)


class ReasonDialog(QDialog):
    """Why a lead is closed as "Other"."""

    #: The reason, never empty.
    given = Signal(str)

    def __init__(self, look: Look, who: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Close as other")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.field = QLineEdit()
        self.field.setAccessibleName("Reason")
        self.field.setPlaceholderText("In a few words, for whoever looks it up later")
        self.confirm = ActionButton(look, "Close lead", kind="primary")
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
        column.addWidget(Words(f"Why is {who} closed?", token="title"))
        column.addWidget(self.field)
        column.addLayout(buttons)
        self.setMinimumWidth(420)
        self.field.textChanged.connect(lambda text: self.confirm.setEnabled(bool(text.strip())))
        self.confirm.clicked.connect(self._give)
        cancel.clicked.connect(self.reject)

    def _give(self) -> None:
        self.given.emit(self.field.text().strip())
        self.accept()
