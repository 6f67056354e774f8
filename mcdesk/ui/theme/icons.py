"""Line icons, tinted and drawn sharp for the screen they are on; each drawn once.

Must not: know which colour means what.
"""

from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

#: The drawings are made on a field this wide.
FIELD = 24
#: Stroke in logical pixels up to 16 px, and above.
THIN, STRONG = 1.3, 1.5


@dataclass
class Icons:
    """Drawings by name, kept by name, size, colour and device pixel ratio."""

    folder: Path
    _sources: dict[str, str] = field(default_factory=dict)
    _drawn: dict[tuple[str, int, str, float], QPixmap] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        return bool(self._source(name))

    def pixmap(self, name: str, size: int, colour: str, *, ratio: float = 1.0) -> QPixmap:
        """The icon, or an empty picture of the same size where no such drawing is shipped."""
        key = (name, size, colour, ratio)
        if key not in self._drawn:
            self._drawn[key] = self._draw(name, size, colour, ratio=ratio)
        return self._drawn[key]

    def paint(self, painter: QPainter, name: str, at: QRectF, colour: str) -> None:
        """Draw it in the middle of `at`, as large as the shorter side."""
        size = int(min(at.width(), at.height()))
        ratio = painter.device().devicePixelRatioF()
        picture = self.pixmap(name, size, colour, ratio=ratio)
        left = at.left() + (at.width() - size) / 2
        top = at.top() + (at.height() - size) / 2
        painter.drawPixmap(QRectF(left, top, size, size), picture, QRectF(picture.rect()))

    def forget(self) -> None:
        """Free the pictures after a theme change."""
        self._drawn.clear()

    def _source(self, name: str) -> str:
        if name not in self._sources:
            file = self.folder / f"{name}.svg"
            self._sources[name] = file.read_text("utf-8") if file.is_file() else ""
        return self._sources[name]

    def _draw(self, name: str, size: int, colour: str, *, ratio: float) -> QPixmap:
        picture = QPixmap(round(size * ratio), round(size * ratio))
        picture.fill(Qt.GlobalColor.transparent)
        source = self._source(name)
        if source:
            stroke = (THIN if size <= 16 else STRONG) * FIELD / size
            tinted = source.replace("currentColor", colour).replace(
                'stroke-width="2"', f'stroke-width="{stroke:.3f}"'
            )
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            QSvgRenderer(QByteArray(tinted.encode())).render(painter, QRectF(picture.rect()))
            painter.end()
        picture.setDevicePixelRatio(ratio)
        return picture
