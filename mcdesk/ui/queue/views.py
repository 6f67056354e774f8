"""The list of views at the left: which slice of the queue is shown, and how many are in each.

Must not: count; the engine did.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from mcdesk.domain.queue import View
from mcdesk.ui.theme.look import Look
from mcdesk.ui.theme.tokens import RAIL_WIDTH, VIEWS_WIDTH
from mcdesk.ui.widgets.drawing import CENTRE, RIGHT, Drawing, Ink
from mcdesk.ui.widgets.labels import Words


@dataclass(frozen=True, slots=True)
class Face:
    """How a view is named and pictured."""

    title: str
    icon: str


FACES: dict[View, Face] = {
    View.OPEN: Face("All open", "inbox"),
    View.NEEDS_REPLY: Face("Needs reply", "message-square-reply"),
    View.CALL_NOW: Face("Call now", "phone-outgoing"),
    View.WAITING: Face("Waiting", "hourglass"),
    View.HELD: Face("Held", "moon"),
    View.BOOKED: Face("Booked", "calendar-check"),
    View.CLOSED: Face("Closed", "archive"),
    View.MINE: Face("Mine", "user"),
    View.UNCLAIMED: Face("Unclaimed", "circle-dashed"),
}
#: Everything from here on stands under the caption "By owner".
SECOND_GROUP_FROM = View.MINE


class ViewButton(QPushButton):
    """One view: icon, name, count; icon over count in the rail."""

    def __init__(self, look: Look, view: View) -> None:
        super().__init__()
        self._look = look
        self._face = FACES[view]
        self._count = 0
        self._rail = False
        self.view = view
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_count(0)

    def set_count(self, count: int) -> None:
        self._count = count
        self.setAccessibleName(f"{self._face.title}, {count}")
        self.update()

    def set_rail(self, rail: bool) -> None:
        self._rail = rail
        self.setToolTip(self._face.title if rail else "")
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(RAIL_WIDTH - 16, 44) if self._rail else QSize(VIEWS_WIDTH - 16, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        drawing = Drawing(painter, self._look)
        area = QRectF(self.rect())
        if self.isChecked():
            drawing.box(area, radius=6, fill="accent_tint", edge="accent" if self._look.high_contrast else "")
        elif self.underMouse():
            drawing.box(area, radius=6, fill="sunken")
        if self.hasFocus():
            drawing.box(area, radius=6, edge="accent", width=2)
        role = "accent_text" if self.isChecked() else "text_2"
        (self._paint_rail if self._rail else self._paint_wide)(drawing, area, role)
        painter.end()

    def _paint_wide(self, drawing: Drawing, area: QRectF, role: str) -> None:
        drawing.icon(self._face.icon, QRectF(8, area.center().y() - 8, 16, 16), role)
        drawing.text(area.adjusted(34, 0, -48, 0), self._face.title, Ink("body", role, weight=500))
        if self.view is not View.CLOSED:
            count = Ink("meta", role if self.isChecked() else "text_3", tabular=True)
            drawing.text(area.adjusted(0, 0, -8, 0), str(self._count), count, align=RIGHT)

    def _paint_rail(self, drawing: Drawing, area: QRectF, role: str) -> None:
        bare = self.view is View.CLOSED
        top = area.center().y() - 9 if bare else 5
        drawing.icon(self._face.icon, QRectF(area.center().x() - 9, top, 18, 18), role)
        if not bare:
            ink = Ink("caption", role, weight=500, tabular=True)
            drawing.text(QRectF(0, 24, area.width(), 16), str(self._count), ink, align=CENTRE)


class ViewsPane(QFrame):
    """All views; exactly one is shown."""

    #: A person picked another view.
    view_chosen = Signal(View)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("viewsPane")
        self.setAccessibleName("Views")
        self._group = QButtonGroup(self)
        self._buttons: dict[View, ViewButton] = {}
        self._caption = Words("By owner", token="caption", tone="3")
        self._caption.setContentsMargins(8, 12, 8, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 12, 8, 12)
        column.setSpacing(0)
        for view in FACES:
            if view is SECOND_GROUP_FROM:
                column.addWidget(self._caption)
            column.addWidget(self._add(look, view))
        column.addStretch(1)
        self._buttons[View.OPEN].setChecked(True)
        self.set_rail(False)

    def _add(self, look: Look, view: View) -> QWidget:
        button = ViewButton(look, view)
        self._group.addButton(button)
        self._buttons[view] = button
        button.clicked.connect(lambda: self.view_chosen.emit(view))
        return button

    def show_counts(self, counts: Mapping[View, int]) -> None:
        for view, button in self._buttons.items():
            button.set_count(counts.get(view, 0))

    def choose(self, view: View) -> None:
        self._buttons[view].setChecked(True)
        self.view_chosen.emit(view)

    def set_rail(self, rail: bool) -> None:
        """The narrow form: icons over counts, names in tooltips."""
        self.setFixedWidth(RAIL_WIDTH if rail else VIEWS_WIDTH)
        self._caption.setVisible(not rail)
        for button in self._buttons.values():
            button.set_rail(rail)
