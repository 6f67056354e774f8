"""Label and value, one under the other; values wrap, an empty one takes its line away.

Must not: know what the facts are about.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from mcdesk.ui.theme.look import Look
from mcdesk.ui.widgets.buttons import ActionButton
from mcdesk.ui.widgets.labels import Words

LABELS = 72


class Facts(QWidget):
    """A form with labels of one width."""

    #: The link beside a value.
    link_clicked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._lines: dict[str, tuple[Words, Words, ActionButton]] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnMinimumWidth(0, LABELS)
        self._grid.setColumnStretch(1, 1)

    def set(self, key: str, label: str, value: str, *, link: str = "") -> None:
        """Show a fact; an empty value hides its line."""
        if key not in self._lines:
            self._lines[key] = self._line()
        name, shown, button = self._lines[key]
        name.setText(label)
        shown.setText(value)
        # a wrapping label takes all the width it can get; a short value stays beside its link
        short = link and len(value) <= 16
        shown.setWordWrap(not short)
        shown.setMaximumWidth(shown.sizeHint().width() if short else 16777215)
        button.set_words(link, name=f"{link} in {label}" if link else "")
        button.setVisible(bool(link))
        for widget in (name, shown):
            widget.setVisible(bool(value))

    def _line(self) -> tuple[Words, Words, ActionButton]:
        row = self._grid.rowCount()
        name = Words(tone="3")
        shown = Words(wrap=True)
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        button = ActionButton(self._look, "", kind="link", height=20)
        button.clicked.connect(self.link_clicked)
        side = QHBoxLayout()
        side.setSpacing(4)
        side.addWidget(shown, 1)
        side.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        side.addStretch(0)
        self._grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addLayout(side, row, 1)
        return name, shown, button
