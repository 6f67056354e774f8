"""While a window is up, Python's garbage is collected on its thread alone.

Must not: know what is collected.
"""

import gc

from PySide6.QtCore import QObject, QTimer

#: How often, in milliseconds; a burst of work leaves no more behind than it makes in this time.
EVERY = 500
#: Every so many sweeps what outlived some of them is looked through too, and all there is.
OLDER_EVERY, ALL_EVERY = 20, 240


class Sweeper(QObject):
    """Takes the garbage collector's place from `start` until `stop`.

    Python collects on whichever thread happens to allocate, here mostly the engine's. A Qt object that dies
    there leaves its timers in the window's event loop, pointing at nothing, and the process ends.
    """

    def __init__(self) -> None:
        super().__init__()
        self._sweeps = 0
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self.sweep)

    def start(self) -> None:
        gc.disable()
        self._timer.start()

    def keep(self) -> None:
        """The program is loaded: what is there by now stays, and is not looked through again."""
        gc.freeze()

    def sweep(self) -> None:
        self._sweeps += 1
        if self._sweeps % ALL_EVERY == 0:
            gc.collect()
        else:
            gc.collect(1 if self._sweeps % OLDER_EVERY == 0 else 0)

    def stop(self) -> None:
        self._timer.stop()
        gc.collect()
        gc.unfreeze()
        gc.enable()
