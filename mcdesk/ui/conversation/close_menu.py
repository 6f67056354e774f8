"""Close as…: a digit chooses how the lead ended.

Must not: close anything.
"""

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget

from mcdesk.domain.leads import DISPOSITION_WORDS, Disposition
from mcdesk.ui.theme.look import Look
from mcdesk.ui.widgets.labels import round_corners

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
