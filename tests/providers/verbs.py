"""Everything a provider can be asked, found by the ports it inherits.

Must not: know a company.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from mcdesk.domain.numbers import Number
from mcdesk.ports.crm import ContactDetails, Crm, Entry, TaskEntry
from mcdesk.ports.hooks import Hooked
from mcdesk.ports.phone import Bridge, Phone
from mcdesk.ports.provider import Field, Provider, Setup, Tokens, TokenStore
from mcdesk.ports.signin import SignsIn
from mcdesk.ports.texts import OutgoingText, Texts

NOW = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
LINE, CALLER, STAFF = Number("+14155550100"), Number("+14155550142"), Number("+14155550111")
SECRET = "hush-"

TEXT = OutgoingText(key="k1", to=CALLER, sender=LINE, body="Rivera & Cole: sorry we missed your call.")
BRIDGE = Bridge(staff=STAFF, client=CALLER, line=LINE)
PERSON = ContactDetails(number=CALLER, name=None, source="Missed call, Main line")
ENTRY = Entry(key="k2", contact_id="17", subject="Missed call", body="Nobody answered.", at=NOW)
TASK = TaskEntry(
    key="k3",
    contact_id="17",
    subject="Call back",
    body="They called.",
    at=NOW,
    due=NOW,
    timezone="America/Denver",
)

Ask = Callable[[Provider], Awaitable[object]]


@dataclass(frozen=True)
class Verb:
    """One thing to ask. `twice_harms`: doing it twice would be noticed, so a lost answer is `Unsure`."""

    port: type[object]
    ask: Ask
    twice_harms: bool = False
    #: It reports what is wrong instead of raising.
    reports: bool = False


def _phone(provider: Provider) -> Phone:
    return cast("Phone", provider)


def _texts(provider: Provider) -> Texts:
    return cast("Texts", provider)


def _crm(provider: Provider) -> Crm:
    return cast("Crm", provider)


VERBS: dict[str, Verb] = {
    "check": Verb(Provider, lambda p: p.check(), reports=True),
    "register_hooks": Verb(Hooked, lambda p: cast("Hooked", p).register_hooks(), reports=True),
    "calls_since": Verb(Phone, lambda p: _phone(p).calls_since(None, now=NOW)),
    "call": Verb(Phone, lambda p: _phone(p).call("CA1")),
    "place_call": Verb(Phone, lambda p: _phone(p).place_call(BRIDGE), twice_harms=True),
    "send_text": Verb(Texts, lambda p: _texts(p).send_text(TEXT), twice_harms=True),
    "find_text": Verb(Texts, lambda p: _texts(p).find_text(TEXT, since=NOW)),
    "texts_since": Verb(Texts, lambda p: _texts(p).texts_since(None, now=NOW)),
    "line_type": Verb(Texts, lambda p: _texts(p).line_type(CALLER)),
    "find_contacts": Verb(Crm, lambda p: _crm(p).find_contacts(CALLER)),
    "create_contact": Verb(Crm, lambda p: _crm(p).create_contact(PERSON), twice_harms=True),
    "rename_contact": Verb(Crm, lambda p: _crm(p).rename_contact("17", "Ms. Example")),
    "log_call": Verb(Crm, lambda p: _crm(p).log_call(ENTRY), twice_harms=True),
    "find_call": Verb(Crm, lambda p: _crm(p).find_call(ENTRY)),
    "write_note": Verb(Crm, lambda p: _crm(p).write_note(ENTRY), twice_harms=True),
    "find_note": Verb(Crm, lambda p: _crm(p).find_note(ENTRY)),
    "create_task": Verb(Crm, lambda p: _crm(p).create_task(TASK), twice_harms=True),
    "find_task": Verb(Crm, lambda p: _crm(p).find_task(TASK)),
    "finish_sign_in": Verb(
        SignsIn,
        lambda p: cast("SignsIn", p).finish_sign_in(code=f"{SECRET}code", redirect="http://127.0.0.1:1/"),
    ),
}


class KeptTokens:
    """A token store in memory."""

    def __init__(self) -> None:
        self.tokens = Tokens(f"{SECRET}access", f"{SECRET}refresh", datetime(9998, 1, 1, tzinfo=UTC))

    async def load(self) -> Tokens | None:
        return self.tokens

    async def save(self, tokens: Tokens) -> None:
        self.tokens = tokens

    async def refresh(self, stale: Tokens, renew: Callable[[Tokens], Awaitable[Tokens]]) -> Tokens:
        self.tokens = await renew(stale)
        return self.tokens

    async def close(self) -> None:
        pass


def made(provider: type[Provider], *, url: str) -> Provider:
    """One with everything set, whose every address is `url`."""
    tokens: TokenStore = KeptTokens()
    return provider(
        Setup(
            connection="tried",
            settings={field.name: _value(field, url) for field in provider.fields},
            lines=(LINE,),
            hook_url="https://desk.example/hooks/tried/s3cret-path",
            tokens=tokens,
            firm="Rivera & Cole",
        )
    )


def _value(field: Field, url: str) -> str:
    if field.name.endswith("_url"):
        return url
    if field.secret or field.required:
        return f"{SECRET}{field.name}" if field.secret else f"set-{field.name}"
    return field.default
