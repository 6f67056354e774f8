"""What we ask of a texting service.

Must not: decide whether a text may go out.
"""

from abc import abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from mcdesk.domain.events import DeliveryStatus, TextReceived, TextStatus
from mcdesk.domain.line_types import LineType
from mcdesk.domain.numbers import Number
from mcdesk.ports.provider import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingText:
    """A text with everything frozen. `key` is ours and the same at every try."""

    key: str
    to: Number
    sender: Number
    body: str
    #: For how long it makes sense to hand it on; None where that is no question. The provider is told.
    good_for: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentText:
    """A text the provider has taken."""

    message_id: str
    status: DeliveryStatus
    segments: int | None = None
    #: Why it did not arrive, for one that was looked up and had failed.
    report: TextStatus | None = None


@dataclass(frozen=True, slots=True)
class TextLog:
    """One read of a message log."""

    events: tuple[TextReceived | TextStatus, ...]
    cursor: str


class Texts(Provider):
    """A service that carries texts both ways."""

    @abstractmethod
    async def send_text(self, text: OutgoingText) -> SentText:
        """Hand one text over. `Unsure` where it may have been taken."""

    @abstractmethod
    async def find_text(
        self, text: OutgoingText, *, since: datetime, known: Collection[str] = ()
    ) -> SentText | None:
        """The text handed over since then, if the provider has it; None if it surely does not.

        `known`: ids of other texts of ours, which may have the same words.
        """

    @abstractmethod
    async def texts_since(self, cursor: str | None, *, now: datetime) -> TextLog:
        """Received texts and news of sent ones since the cursor; None reads the last day. May repeat."""

    @property
    def texts_per_second(self) -> float:
        """Segments handed over a second at most, as the office wants; 0 where the provider paces them."""
        return 0.0

    @property
    def clock_off(self) -> timedelta | None:
        """How far this PC's clock is ahead of the provider's, to seconds; None where it never said a time."""
        return None

    @property
    @abstractmethod
    def looks_up_line_types(self) -> bool:
        """Whether the office switched the (paid) line type look-up on."""

    @abstractmethod
    async def line_type(self, number: Number) -> LineType | None:
        """Ask what kind of line it is; None where the provider does not know."""
