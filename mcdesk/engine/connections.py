"""The providers in use, by connection name.

Must not: know which companies there are; `app` hands the classes over.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from mcdesk.domain.office import Connection
from mcdesk.ports.crm import Crm
from mcdesk.ports.phone import Phone
from mcdesk.ports.provider import Provider
from mcdesk.ports.texts import Texts

P = TypeVar("P", bound=Provider)


@dataclass(frozen=True, slots=True)
class Live:
    """One connection with its provider."""

    connection: Connection
    provider: Provider
    #: The path part of its hook address that nobody can guess.
    hook_secret: str

    @property
    def name(self) -> str:
        return self.connection.name

    @property
    def title(self) -> str:
        return self.provider.title

    def is_made_like(self, other: "Live | None") -> bool:
        """Whether it is set up as the other was, secrets and lines included."""
        if other is None:
            return False
        ours, theirs = self.provider.setup, other.provider.setup
        return (ours.settings, ours.lines) == (theirs.settings, theirs.lines)


class Connections:
    """All of them. Replaced as a whole when the configuration changes."""

    def __init__(self, live: Mapping[str, Live]) -> None:
        self._live = dict(live)

    def __iter__(self) -> Iterator[Live]:
        return iter(self._live.values())

    def get(self, name: str) -> Live | None:
        return self._live.get(name)

    def phones(self) -> dict[str, Phone]:
        return self._of(Phone)  # type: ignore[type-abstract]

    def texts(self) -> dict[str, Texts]:
        return self._of(Texts)  # type: ignore[type-abstract]

    def crms(self) -> dict[str, Crm]:
        return self._of(Crm)  # type: ignore[type-abstract]

    def _of(self, port: type[P]) -> dict[str, P]:
        return {name: live.provider for name, live in self._live.items() if isinstance(live.provider, port)}

    async def close(self) -> None:
        for live in self._live.values():
            await live.provider.close()
