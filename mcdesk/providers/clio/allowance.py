"""How many requests Clio still grants: counted by Clio, told in the headers of every answer.

Must not: sleep; whoever asks is told how long to wait, so that no job is held meanwhile.
"""

import time
from collections.abc import Mapping

from mcdesk.ports.provider import Busy

#: Clio counts in windows of this length (docs.developers.clio.com/api-docs/rate-limits, read 2026-11).
WINDOW_SECONDS = 60.0


class Allowance:
    """The grant of one access token."""

    def __init__(self) -> None:
        self._closed_until = 0.0

    def ask(self) -> None:
        """`Busy` where a request would surely be turned away."""
        seconds = self._closed_until - time.monotonic()
        if seconds > 0:
            raise Busy("Clio allows no more requests this minute. Waiting for the next.", seconds=seconds)

    def note(self, headers: Mapping[str, str]) -> None:
        """Read the headers of an answer."""
        if headers.get("x-ratelimit-remaining", "").strip() != "0":
            return
        try:
            seconds = float(headers.get("x-ratelimit-reset", "")) - time.time()
        except ValueError:
            seconds = WINDOW_SECONDS
        # a clock that is wrong here must not stop us for hours
        self.close(min(max(seconds, 1.0), WINDOW_SECONDS))

    def close(self, seconds: float) -> None:
        """No requests for so long."""
        self._closed_until = max(self._closed_until, time.monotonic() + seconds)
