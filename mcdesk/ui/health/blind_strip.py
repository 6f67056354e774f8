"""Over the queue: when calls could not reach us, and what came of them. A person puts it away.

Must not: come back once it was put away.
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout

from mcdesk.domain.queue import BlindPeriod
from mcdesk.ui.health.sentences import of_blindness
from mcdesk.ui.theme.look import Look
from mcdesk.ui.widgets.buttons import ActionButton
from mcdesk.ui.widgets.labels import Words, repolish
from mcdesk.ui.widgets.pictures import Icon


class BlindStrip(QFrame):
    """The newest period in words, how many more, and all of them as the tooltip."""

    def __init__(self, look: Look, zone: tzinfo) -> None:
        super().__init__()
        self.setObjectName("blind")
        self._zone = zone
        self._shown: tuple[BlindPeriod, ...] = ()
        self._put_away: set[tuple[str, datetime]] = set()
        self._icon = Icon(look, "history", role="text_2")
        self.sentence = Words("", wrap=True)
        self.away = ActionButton(look, icon="x", kind="quiet", height=24, name="Put this away")
        self.away.clicked.connect(self._away)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.away)
        self.hide()

    def show_periods(self, periods: Sequence[BlindPeriod], now: datetime) -> None:
        """Newest first."""
        self._shown = tuple(each for each in periods if _key(each) not in self._put_away)
        self.setVisible(bool(self._shown))
        if not self._shown:
            return
        sentences = [of_blindness(each, now, zone=self._zone) for each in self._shown]
        more = f" And {len(sentences) - 1} more." if len(sentences) > 1 else ""
        self._mark(any(each.calls for each in self._shown))
        reasons = zip(sentences, self._shown, strict=True)
        self.setToolTip("\n".join(f"{said} {each.why}" for said, each in reasons))
        self.sentence.setText(f"{sentences[0]}{more}")
        if self.sentence.text() != self.accessibleName():
            self.setAccessibleName(self.sentence.text())
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _mark(self, calls: bool) -> None:
        """Calls came meanwhile: somebody may have to act."""
        if bool(self.property("calls")) != calls:
            self.setProperty("calls", calls)
            repolish(self)
        self._icon.show_icon("history", "soon_text" if calls else "text_2")

    def _away(self) -> None:
        self._put_away |= {_key(each) for each in self._shown}
        self._shown = ()
        self.hide()


def _key(period: BlindPeriod) -> tuple[str, datetime]:
    return period.title, period.began_at
