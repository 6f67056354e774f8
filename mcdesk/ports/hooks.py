"""Requests a provider sends us, and what we answer.

Must not: know the web server that received them.
"""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import parse_qsl

from mcdesk.domain.events import Event
from mcdesk.ports.provider import Check, Provider


@dataclass(frozen=True)
class Hook:
    """One request as it arrived. `url` comes from the configured public address, never from its headers."""

    method: str
    url: str
    #: Names in lower case.
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @cached_property
    def form_pairs(self) -> tuple[tuple[str, str], ...]:
        """Form fields in order, repeated names kept. Raises UnicodeDecodeError on bytes that are no UTF-8."""
        return tuple(parse_qsl(self.body.decode("utf-8"), keep_blank_values=True, errors="strict"))

    @cached_property
    def form(self) -> Mapping[str, str]:
        """Form fields; of a repeated name the last."""
        return dict(self.form_pairs)


@dataclass(frozen=True, slots=True)
class HookKey:
    """What makes a hook the same hook when it is sent twice: unique per connection."""

    kind: str
    event_id: str


@dataclass(frozen=True, slots=True)
class HookAnswer:
    """Body of the 200 the provider waits for."""

    content_type: str = "text/plain"
    body: bytes = b""


class Hooked(Provider):
    """A provider that sends hooks."""

    @abstractmethod
    def verify(self, hook: Hook) -> None:
        """Return if the hook is genuine; raise `Forged` if not. Cheap, no I/O."""

    @abstractmethod
    def key(self, hook: Hook) -> HookKey:
        """Never raises: what cannot be understood is keyed by its content."""

    @abstractmethod
    def parse(self, hook: Hook) -> list[Event]:
        """The events in it, `Unknown` for what is not understood. Pure: same hook, same events."""

    @abstractmethod
    def answer(self, hook: Hook) -> HookAnswer:
        """What to answer at once."""

    @abstractmethod
    async def register_hooks(self) -> list[Check]:
        """Tell the provider our address for every line; what was changed, line by line."""
