"""The console as `mcdesk` opens it, which tells when it was painted and usable and how long it stalled.

Must not: change what the console does or when.
"""

import json
import sys
import time

from PySide6.QtCore import QEvent, QObject, QTimer

from mcdesk.commands.line import mcdesk
from mcdesk.ui import application

#: After it can be used, stalls are looked for a little longer.
LOOK_ON_MS = 2000
BEAT_MS = 5


class Watched(application.Console):
    """A console with a clock beside it."""

    _painted = False
    _usable = False
    _longest = 0.0
    _last_beat = 0.0

    async def run(self, on_quit: application.CloseDesk) -> None:
        self.window.installEventFilter(self)
        await super().run(on_quit)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint and not self._painted:
            self._painted = True
            # the paint itself comes after this filter
            QTimer.singleShot(0, self, self._first_painted)
        return False

    async def _attach_desk(self) -> None:
        await super()._attach_desk()
        assert self.window.attending is not None
        self.window.attending.watch.rows_read.connect(self._rows_read)

    def _first_painted(self) -> None:
        _say(painted=time.monotonic())
        self._last_beat = time.monotonic()
        beat = QTimer(self)
        beat.timeout.connect(self._beat)
        beat.start(BEAT_MS)

    def _rows_read(self) -> None:
        if not self._usable:
            self._usable = True
            # after whatever else hears of the rows
            QTimer.singleShot(0, self, self._shown)

    def _shown(self) -> None:
        self.window.repaint()
        _say(usable=time.monotonic())
        QTimer.singleShot(LOOK_ON_MS, self, self._end)

    def _beat(self) -> None:
        now = time.monotonic()
        self._longest = max(self._longest, now - self._last_beat)
        self._last_beat = now

    def _end(self) -> None:
        _say(longest_stall=self._longest)
        self.quit()


def _say(**told: float) -> None:
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    application.Console = Watched  # type: ignore[misc]
    mcdesk(sys.argv[1:], prog_name="mcdesk")
