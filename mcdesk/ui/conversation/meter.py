"""How full the text is, in a bar and in words, and whether it may go out now.

Must not: measure the text (`domain/templates` does) or judge it (the gate does).
"""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from mcdesk.domain.plain import make_plain
from mcdesk.domain.templates import Size, measure
from mcdesk.ui.theme.look import Look
from mcdesk.ui.widgets.buttons import ActionButton
from mcdesk.ui.widgets.drawing import Drawing
from mcdesk.ui.widgets.labels import ElidedWords, Words
from mcdesk.ui.widgets.pictures import Icon


class Meter(QWidget):
    """48 × 4; amber from the third segment on."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._share = 0.0
        self._over = False
        self.setFixedSize(48, 4)

    def show_size(self, size: Size) -> None:
        whole = size.per_segment * max(1, size.segments)
        self._share = min(1.0, size.characters / whole)
        self._over = size.segments > 2
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        drawing = Drawing(painter, self._look)
        area = QRectF(self.rect())
        drawing.box(area, radius=2, fill="hatch")
        if self._share:
            filled = QRectF(0, 0, max(4.0, area.width() * self._share), 4)
            drawing.box(filled, radius=2, fill="soon_fill" if self._over else "text_2")
        painter.end()


class SizeLine(QWidget):
    """Meter, count, and the words of the gate."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._meter = Meter(look)
        self.count = Words("", token="meta", tone="3", tabular=True)
        self._may_icon = Icon(look, "check", size=13, role="text_3")
        #: Offered where plain letters can stand for all that costs double.
        self.make_plain = ActionButton(look, "Make plain", kind="link")
        self.make_plain.setToolTip("Writes it in letters that do not cost double")
        self.make_plain.hide()
        self.may = ElidedWords("", token="meta", tone="3")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._meter)
        row.addWidget(self.count)
        row.addWidget(self.make_plain)
        row.addStretch(1)
        row.addWidget(self._may_icon)
        row.addWidget(self.may)

    def show_gate(self, words: str, *, plain: bool) -> None:
        """What the gate says about a text sent now; a check mark only for a plain yes."""
        self._may_icon.show_icon("check" if plain else "clock", "text_3" if plain else "soon_text")
        self.may.set_tone("3" if plain else "soon")
        # the card beside it has the whole sentence
        self.may.setText(words.split(";")[0])

    def show_text(self, text: str) -> None:
        size = measure(text)
        plain = make_plain(text)
        self.make_plain.setVisible(bool(plain.changes) and not plain.left and size.encoding != "GSM-7")
        self._meter.show_size(size)
        self.count.setText(size_words(size))


def size_words(size: Size) -> str:
    """``87 of 160 · 1 segment``; says why it holds less where it does."""
    whole = size.per_segment * max(1, size.segments)
    words = f"{size.characters} of {whole}"
    if size.segments:
        words += f" · {size.segments} segment{'' if size.segments == 1 else 's'}"
    return f"{words} · special characters" if size.encoding != "GSM-7" else words
