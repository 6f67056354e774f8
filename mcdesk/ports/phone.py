"""What we ask of a phone system.

Must not: decide what a missed call leads to.
"""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from mcdesk.domain.events import AnyCall
from mcdesk.domain.numbers import Number
from mcdesk.ports.provider import Provider, ProviderError


@dataclass(frozen=True, slots=True)
class CallLog:
    """One read of a call log."""

    events: tuple[AnyCall, ...]
    #: Give it to the next `calls_since`; opaque to everyone but the provider.
    cursor: str
    #: Calls still going on, seen but not decided.
    open_calls: int = 0
    #: Why some could not be asked about, whether they left a message. They are told as missed calls, and
    #: again with the next read.
    trouble: ProviderError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """Ring `staff` first, then connect them with `client`, showing `line` as the caller id."""

    staff: Number
    client: Number
    line: Number


class Phone(Provider):
    """A phone system whose calls we see."""

    #: How long after a deciding event the same call may still be answered elsewhere (ring groups, queues).
    settle: ClassVar[timedelta] = timedelta(seconds=8)

    @abstractmethod
    async def calls_since(self, cursor: str | None, *, now: datetime) -> CallLog:
        """Decided calls not older than the cursor; None reads the last day. May repeat, never skips."""

    @abstractmethod
    async def call(self, call_id: str) -> AnyCall | None:
        """One call, decided by all its legs; `CallRinging` while it lasts; None where it is not known."""

    @abstractmethod
    async def place_call(self, bridge: Bridge) -> str:
        """Start a bridged call; the provider's call id."""
