"""What a program that is stuck can still do: keep what each of its threads was at, say a sentence, and end.

Must not: wait for anything the rest of the program may hold, such as its log.
"""

import faulthandler
import logging
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

log = logging.getLogger(__name__)

FILE_NAME = "mcdesk.stuck.log"
#: How long the log may take for a last line, seconds.
LOG_SECONDS = 2.0


class LastWords:
    """Its file is opened at the start: later, the disk may be what hangs."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # without a buffer: nobody is left to empty it
        self._file = os.fdopen(os.open(self.path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "ab", 0)

    def keep(self, sentence: str) -> None:
        """Write down what every thread is doing, under the sentence, and log that."""
        self._file.write(f"\n{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC: {sentence}\n".encode())
        faulthandler.dump_traceback(file=self._file, all_threads=True)
        # apart, because a thread that hangs may hold the log
        logging_it = threading.Thread(target=self._log, args=(sentence,), daemon=True)
        logging_it.start()
        logging_it.join(LOG_SECONDS)

    def end(self, sentence: str, *, status: int = 1) -> None:
        """Tell whoever reads standard error, keep it, and end the process without another step."""
        os.write(2, f"{sentence}\n".encode())
        self.keep(sentence)
        os._exit(status)

    def arm(self, seconds: float) -> None:
        """Unless armed anew before, end the process then, even where no line of Python gets its turn."""
        faulthandler.dump_traceback_later(seconds, exit=True, file=self._file)

    def close(self) -> None:
        """Nothing was stuck, or it is over."""
        faulthandler.cancel_dump_traceback_later()
        self._file.close()
        if self.path.stat().st_size == 0:
            self.path.unlink()

    def _log(self, sentence: str) -> None:
        log.critical(
            "%s What each thread was doing is in %s", sentence, self.path, extra={"action": "engine.stuck"}
        )
