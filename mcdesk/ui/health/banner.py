"""Trouble in words: what, since when, what it means for texts, and the button that mends it.

Must not: write the sentences (`sentences` and the engine's health do).
"""

from datetime import datetime, tzinfo

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from mcdesk.domain.queue import ConnectionHealth, Overview
from mcdesk.engine.silence import Silence
from mcdesk.ui.health.sentences import ending_soon, of_ending, of_silence, of_trouble
from mcdesk.ui.theme.look import Look
from mcdesk.ui.widgets.buttons import ActionButton
from mcdesk.ui.widgets.labels import Words, repolish
from mcdesk.ui.widgets.pictures import Icon


class Banner(QFrame):
    """The engine before connections, and those one at a time, with "and 1 more"; gone when all is well."""

    #: Name of the connection whose sign-in is wanted.
    sign_in_wanted = Signal(str)
    #: Name of the connection to try again now.
    check_wanted = Signal(str)
    #: Start the program anew.
    restart_wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("banner")
        self._connection: ConnectionHealth | None = None
        self._overview: tuple[Overview, datetime, tzinfo] | None = None
        self._silence: tuple[str, str] | None = None
        self._icon = Icon(look, "octagon-alert", size=20, role="late_text")
        self.sentence = Words("", weight=600, tone="late", wrap=True)
        self.meaning = Words("", tone="2", wrap=True)
        self.again = ActionButton(look, "Try again", icon="refresh-cw")
        self.fix = ActionButton(look, "Sign in", icon="key-round", kind="primary")
        self.restart = ActionButton(look, "Restart mcdesk", icon="refresh-cw", kind="primary")
        self.again.clicked.connect(self._check)
        self.fix.clicked.connect(self._sign_in)
        self.restart.clicked.connect(self.restart_wanted)
        lines = QVBoxLayout()
        lines.setSpacing(0)
        lines.addWidget(self.sentence)
        lines.addWidget(self.meaning)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(12)
        row.addWidget(self._icon)
        row.addLayout(lines, 1)
        row.addWidget(self.again)
        row.addWidget(self.fix)
        row.addWidget(self.restart)
        self.setMinimumHeight(52)
        self.hide()

    def show_overview(self, overview: Overview, now: datetime, *, zone: tzinfo) -> None:
        self._overview = (overview, now, zone)
        self._fill()

    def show_silence(self, silence: Silence | None, *, zone: tzinfo) -> None:
        """The engine itself does not work: nothing else matters then."""
        self._silence = None if silence is None else of_silence(silence, zone)
        self._fill()

    def _fill(self) -> None:
        self._connection = None
        if self._silence is not None:
            self._say(*self._silence)
            self._offer(restart=True)
        elif self._overview is not None:
            self._fill_from(*self._overview)

    def _fill_from(self, overview: Overview, now: datetime, zone: tzinfo) -> None:
        troubled = [each for each in overview.connections if not each.ok]
        ending = ending_soon(overview.connections, now)
        if troubled:
            self._connection = troubled[0]
            self._say(troubled[0].sentence, of_trouble(troubled, overview.texts_in_line, now, zone=zone))
            self._offer(again=True, sign_in=troubled[0].wants_sign_in)
        elif ending is not None:
            self._connection = ending
            self._say(of_ending(ending, now, zone=zone), "Sign in again before then.", mild=True)
            self._offer(sign_in=True)
        else:
            self.hide()
            self.setAccessibleName("")

    def _say(self, sentence: str, meaning: str, *, mild: bool = False) -> None:
        if bool(self.property("mild")) != mild:
            self.setProperty("mild", mild)
            repolish(self)
        self._icon.show_icon(
            "triangle-alert" if mild else "octagon-alert", "soon_text" if mild else "late_text"
        )
        self.sentence.set_tone("soon" if mild else "late")
        self.sentence.setText(sentence)
        self.meaning.setText(meaning)
        self.show()
        said = f"{sentence} {meaning}"
        if said != self.accessibleName():
            self.setAccessibleName(said)
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _offer(self, *, again: bool = False, sign_in: bool = False, restart: bool = False) -> None:
        self.again.setVisible(again)
        self.fix.setVisible(sign_in)
        self.restart.setVisible(restart)

    def _check(self) -> None:
        if self._connection is not None:
            self.check_wanted.emit(self._connection.name)

    def _sign_in(self) -> None:
        if self._connection is not None:
            self.sign_in_wanted.emit(self._connection.name)
