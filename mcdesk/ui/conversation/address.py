"""Who a text goes to and from which line; or, for a note, that the caller never sees it.

Must not: truncate the name or the number; the line it comes from gives way first.
"""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from mcdesk.domain.queue import QueueRow
from mcdesk.ui.widgets.labels import ElidedWords, Words


class AddressLine(QWidget):
    """One line of labels."""

    def __init__(self) -> None:
        super().__init__()
        self.label = Words("To", token="meta", tone="3")
        self.name = Words("", token="meta", weight=600)
        self.number = Words("", token="meta", tone="2")
        self.source = ElidedWords("", token="meta", tone="3")
        self.source.setAlignment(Qt.AlignmentFlag.AlignRight)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 0)
        row.setSpacing(6)
        for part in (self.label, self.name, self.number):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.source)

    def show_row(self, row: QueueRow) -> None:
        self.name.setText(row.name or "Caller")
        self.number.setText(row.number.spoken if row.number else "hidden number")
        line = row.line.spoken if row.line else ""
        self.source.setText(f"from {' '.join(part for part in (row.line_label, line) if part)}")

    def show_text(self) -> None:
        self._show("To", note=False)

    def show_note(self, caller: str) -> None:
        self._show(f"Internal note, {caller} never sees this", note=True)

    def _show(self, label: str, *, note: bool) -> None:
        self.label.setText(label)
        self.label.set_tone("note" if note else "3")
        for part in (self.name, self.number, self.source):
            part.setVisible(not note)
