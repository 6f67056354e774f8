"""One clock for every engine of a pretend office and for whoever tells its story: a file they all map.

Must not: know who sleeps or waits; after a jump the engines are woken by their door.
"""

import mmap
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mcdesk.engine.clock import Clock

#: How many jumps are written, how wrong the PC's clock is (µs), how long the PC slept (µs).
_HEAD = struct.Struct("<qqq")
#: From which real instant on (µs since 1970) how much is added (µs).
_JUMP = struct.Struct("<qq")
_MOST = 200
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SECOND = 1_000_000


class SharedClock(Clock):
    """Real time shifted by what the file says. The companies live in real time, whatever the PC believes."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        with path.open("r+b") as file:
            self._file = mmap.mmap(file.fileno(), 0)

    def now(self) -> datetime:
        return self.felt(datetime.now(UTC)) + self.skew

    def wall(self) -> datetime:  # type: ignore[override]
        return datetime.now(UTC) + self.skew

    def felt(self, real: datetime) -> datetime:
        at = _written(real)
        return real + sum((length for since, length in self._jumps if since <= at), 0) * _MICROSECOND

    def at_providers(self, felt: datetime) -> datetime:
        wanted, added = _written(felt), 0
        for since, length in self._jumps:
            if wanted - added < since:
                break
            added += length
            if wanted - added < since:
                return _EPOCH + since * _MICROSECOND
        return felt - added * _MICROSECOND

    def ticks(self) -> float:  # type: ignore[override]
        return Clock.ticks() + self._head[2] / _SECOND

    @property
    def skew(self) -> timedelta:
        """How wrong the PC's clock is."""
        return self._head[1] * _MICROSECOND

    # what moves it

    def jump(self, length: timedelta) -> None:
        """Let `length` pass at once, for everybody."""
        count, skew, slept = self._head
        assert count < _MOST, "a story has no room for more jumps"
        _JUMP.pack_into(
            self._file, _HEAD.size + count * _JUMP.size, _written(datetime.now(UTC)), _long(length)
        )
        _HEAD.pack_into(self._file, 0, count + 1, skew, slept)

    def sleep(self, length: timedelta) -> None:
        """Like `jump`, and the processes of this PC stood still meanwhile."""
        count, skew, slept = self._head
        _HEAD.pack_into(self._file, 0, count, skew, slept + _long(length))
        self.jump(length)

    def set_wrong(self, skew: timedelta) -> None:
        """Somebody sets the PC's clock: so much ahead from now on, behind where negative."""
        count, _, slept = self._head
        _HEAD.pack_into(self._file, 0, count, _long(skew), slept)

    @property
    def _head(self) -> tuple[int, int, int]:
        count, skew, slept = _HEAD.unpack_from(self._file, 0)
        return count, skew, slept

    @property
    def _jumps(self) -> list[tuple[int, int]]:
        count = self._head[0]
        return [_JUMP.unpack_from(self._file, _HEAD.size + at * _JUMP.size) for at in range(count)]


def new_clock(path: Path, *, start: datetime | None = None) -> SharedClock:
    """A clock in a new file; `start`: what time it is now, None for the real one."""
    path.write_bytes(bytes(_HEAD.size + _MOST * _JUMP.size))
    clock = SharedClock(path)
    if start is not None:
        length = start - datetime.now(UTC)
        _JUMP.pack_into(clock._file, _HEAD.size, 0, _long(length))
        _HEAD.pack_into(clock._file, 0, 1, 0, 0)
    return clock


def _written(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def _long(length: timedelta) -> int:
    return length // _MICROSECOND
