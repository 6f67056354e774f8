"""What every provider is: described by data, able to check itself, and failing in six ways only.

Must not: name a company.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal, Protocol

from mcdesk.domain.events import Cause
from mcdesk.domain.numbers import Number


class ProviderError(Exception):
    """A provider did not do what was asked. The message is shown to people: it names the next step."""

    #: The provider's own code, where it gave one.
    code: str | None = None

    def __init__(self, why: str, *, code: str | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.code = code


class Unreachable(ProviderError):
    """The request was not processed; it is safe to repeat."""


class Unsure(ProviderError):
    """The request may have been processed; look it up before repeating it."""


class Busy(ProviderError):
    """The provider asked us to wait; the request was not processed."""

    def __init__(self, why: str, *, seconds: float | None = None, code: str | None = None) -> None:
        super().__init__(why, code=code)
        #: How long to wait; None where the provider did not say.
        self.seconds = seconds


class Refused(ProviderError):
    """The provider said no; repeating will not help."""

    def __init__(
        self,
        why: str,
        *,
        code: str | None = None,
        opted_out: bool = False,
        landline: bool = False,
        cause: Cause | None = None,
    ) -> None:
        super().__init__(why, code=code)
        #: The recipient opted out at the provider.
        self.opted_out = opted_out
        #: The recipient cannot receive texts.
        self.landline = landline
        #: What it says beyond this text.
        self.cause = cause


class BadLogin(ProviderError):
    """The sign-in is wrong, expired or lacks a right; everything waits until a person mends it."""


class Forged(ProviderError):
    """A hook whose signature does not verify."""


@dataclass(frozen=True, slots=True)
class Field:
    """One setting of a connection; settings page, `config`, `doctor` and docs are made from these."""

    name: str
    title: str
    help: str
    secret: bool = False
    default: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    #: Raises ValueError in words ("expected …") where a value that is not empty cannot be meant.
    check: Callable[[str], None] | None = None


@dataclass(frozen=True, slots=True)
class Tokens:
    """What an OAuth sign-in gave us. `refresh` may rotate: what was stored last counts."""

    access: str
    refresh: str
    expires_at: datetime
    #: Until then they can be renewed, after it somebody must sign in again; None where that has no end.
    renewable_until: datetime | None = None

    def __repr__(self) -> str:
        return f"Tokens(expires_at={self.expires_at.isoformat()})"


class TokenStore(Protocol):
    """Where a connection's tokens live, encrypted; one refresh at a time across all engines."""

    async def load(self) -> Tokens | None: ...

    async def save(self, tokens: Tokens) -> None: ...

    async def refresh(self, stale: Tokens, renew: Callable[[Tokens], Awaitable[Tokens]]) -> Tokens:
        """Under a lease: if the stored tokens are no longer `stale`, those; else `renew`ed and saved ones."""
        ...

    async def close(self) -> None:
        """Save what could not be saved before, where there is such; never fails."""
        ...


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What a provider is made from: its connection's settings, and what it may know of the office."""

    connection: str
    #: Every field's value, secrets included, defaults filled in.
    settings: Mapping[str, str] = field(repr=False)
    #: The office lines whose calls or texts this connection carries.
    lines: tuple[Number, ...] = ()
    #: Numbers texts of this connection went out from before, which may still be answered.
    former_senders: tuple[Number, ...] = ()
    #: Our public hook address for this connection; None where the office has none (then polling).
    hook_url: str | None = None
    tokens: TokenStore | None = None
    firm: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a self-test."""

    what: str
    result: Literal["ok", "warn", "fail"]
    detail: str
    #: What to do; empty when ok.
    fix: str = ""


class Provider(ABC):
    """One outside company. Subclasses inherit the ports they support, so what they can do is their type."""

    name: ClassVar[str]
    title: ClassVar[str]
    fields: ClassVar[tuple[Field, ...]]

    def __init__(self, setup: Setup) -> None:
        self.setup = setup

    @abstractmethod
    async def check(self) -> list[Check]:
        """Sign in and look around without changing anything."""

    async def close(self) -> None:
        """Give back connections."""
