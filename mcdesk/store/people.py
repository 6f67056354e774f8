"""Contacts and their opt-outs.

Must not: decide who may be texted.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, case, delete, func, insert, select, update

from mcdesk.domain.line_types import LineType
from mcdesk.domain.numbers import Number
from mcdesk.store.inserting import insert_or_replace, insert_unless_there
from mcdesk.store.prepared import Prepared
from mcdesk.store.schema import contacts, crm_contacts, leads, suppressions
from mcdesk.store.transaction import Tx
from mcdesk.store.types import Instant

_BY_NUMBER = Prepared(select(contacts.c.id).where(contacts.c.number == bindparam("number_")))
_NUMBERS = select(contacts.c.number).where(contacts.c.number.is_not(None))
_CONTACT = Prepared(select(contacts).where(contacts.c.id == bindparam("contact")))
_NEW = Prepared(insert(contacts))
_NAME = update(contacts).where(contacts.c.id == bindparam("contact")).values(name=bindparam("name_"))
#: A kind of line is known for so long: numbers move.
LINE_TYPE_FOR = timedelta(days=30)
#: What kind of line it is; null where nobody told since then.
LINE_TYPE = case(
    (contacts.c.line_type_at > bindparam("line_type_since", type_=Instant), contacts.c.line_type)
)
_KNOWN_LINE_TYPE = Prepared(select(LINE_TYPE).where(contacts.c.id == bindparam("contact")))
_LINE_TYPE = (
    update(contacts)
    .where(contacts.c.number == bindparam("number_"))
    .values(line_type=bindparam("type_"), line_type_at=bindparam("now"))
)
_STATE = update(contacts).where(contacts.c.id == bindparam("contact")).values(state=bindparam("state_"))
_LANGUAGE = (
    update(contacts).where(contacts.c.id == bindparam("contact")).values(language=bindparam("language_"))
)
_MACHINE = (
    update(contacts).where(contacts.c.id == bindparam("contact")).values(machine_since=bindparam("now"))
)
_SUPPRESS = insert_unless_there(suppressions, "number", where="ended_at IS NULL")
_SUPPRESSED = Prepared(
    select(suppressions.c.at).where(
        suppressions.c.number == bindparam("number_"), suppressions.c.ended_at.is_(None)
    )
)
_SUPPRESSED_AGAIN = (
    update(suppressions)
    .where(suppressions.c.number == bindparam("number_"), suppressions.c.ended_at.is_(None))
    .where(suppressions.c.at < bindparam("said_at"))
    .values(at=bindparam("said_at"))
)
_NOT_ONLY_AT_PROVIDER = (
    update(suppressions)
    .where(suppressions.c.number == bindparam("number_"), suppressions.c.ended_at.is_(None))
    .values(at_provider=False)
)
_AT_PROVIDER = Prepared(
    select(suppressions.c.id)
    .where(suppressions.c.number == bindparam("number_"), suppressions.c.ended_at.is_(None))
    .where(suppressions.c.at_provider)
)
_RELEASE = (
    update(suppressions)
    .where(suppressions.c.number == bindparam("number_"), suppressions.c.ended_at.is_(None))
    .values(ended_at=bindparam("now"), ended_why=bindparam("why"))
)


def contact_for(tx: Tx, number: Number | None, *, name: str | None = None, language: str = "en") -> int:
    """The contact with this number, made if there is none. Hidden numbers get a contact each."""
    if number is not None:
        known = tx.value(_BY_NUMBER, {"number_": number})
        if known is not None:
            return int(known)
    return tx.insert(_NEW, {"number": number, "name": name, "language": language, "at": tx.now})


def find_contact(tx: Tx, number: Number) -> int | None:
    known = tx.value(_BY_NUMBER, {"number_": number})
    return None if known is None else int(known)


def numbers(tx: Tx) -> list[Number]:
    """Of everybody on record."""
    return [row.number for row in tx.all(_NUMBERS)]


def number(e164: str) -> Number | None:
    """The number a stored recipient is; None for a short code."""
    return Number.parse(e164)


def contact(tx: Tx, contact_id: int) -> Row[Any]:
    row = tx.first(_CONTACT, {"contact": contact_id})
    assert row is not None
    return row


def rename(tx: Tx, contact_id: int, name: str | None) -> None:
    tx.run(_NAME, {"contact": contact_id, "name_": name})


def set_language(tx: Tx, contact_id: int, language: str) -> None:
    tx.run(_LANGUAGE, {"contact": contact_id, "language_": language})


def say_state(tx: Tx, contact_id: int, state: str | None) -> None:
    """Where people said they are."""
    tx.run(_STATE, {"contact": contact_id, "state_": state})


def set_line_type(tx: Tx, number: Number, line_type: LineType) -> None:
    tx.run(_LINE_TYPE, {"number_": number, "type_": str(line_type), "now": tx.now})


def knows_line_type(tx: Tx, contact_id: int) -> bool:
    """Whether somebody has told lately what kind of line it is."""
    since = tx.now - LINE_TYPE_FOR
    return tx.value(_KNOWN_LINE_TYPE, {"contact": contact_id, "line_type_since": since}) is not None


def answers_like_a_machine(tx: Tx, contact_id: int) -> None:
    """From now on, until it is too long ago."""
    tx.run(_MACHINE, {"contact": contact_id, "now": tx.now})


def suppress(
    tx: Tx,
    number: Number,
    *,
    words: str,
    rule: str,
    channel: str,
    by: str | None = None,
    at: datetime | None = None,
    at_provider: bool = False,
) -> bool:
    """Never text this number again; `at`: when they said so, if not now; `at_provider`: the provider refuses
    texts to it too. False if that was so already."""
    said_at = at or tx.now
    values = {"number": number, "at": said_at, "words": words, "rule": rule, "channel": channel, "by": by}
    if tx.run(_SUPPRESS, {**values, "at_provider": at_provider}).rowcount:
        return True
    tx.run(_SUPPRESSED_AGAIN, {"number_": number, "said_at": said_at})
    if not at_provider:
        tx.run(_NOT_ONLY_AT_PROVIDER, {"number_": number})
    return False


def is_suppressed_at_provider(tx: Tx, number: Number) -> bool:
    """Whether keywords of the provider's own are all they ever said of it."""
    return tx.first(_AT_PROVIDER, {"number_": number}) is not None


def suppressed_at(tx: Tx, number: Number) -> datetime | None:
    """When the number opted out, the last time; None if it may be texted as far as that goes."""
    at: datetime | None = tx.value(_SUPPRESSED, {"number_": number})
    return at


def release(tx: Tx, number: Number, *, why: str) -> bool:
    """The person opted back in. False if the number was not suppressed."""
    return bool(tx.run(_RELEASE, {"number_": number, "now": tx.now, "why": why}).rowcount)


_CRM = select(crm_contacts).where(
    crm_contacts.c.contact == bindparam("contact_"), crm_contacts.c.connection == bindparam("connection_")
)
_LINKS = select(crm_contacts).where(crm_contacts.c.contact == bindparam("contact_"))
_LINK = insert_or_replace(
    crm_contacts, ("contact", "connection"), ("crm_id", "name", "url", "at", "matches", "is_client")
)


_DETACH = (
    update(contacts)
    .where(contacts.c.id == bindparam("contact"))
    .values(detached_at=func.coalesce(contacts.c.detached_at, bindparam("now", type_=Instant)))
)
_UNLINK = delete(crm_contacts).where(crm_contacts.c.contact == bindparam("contact_"))
_DETACHED = Prepared(
    select(contacts.c.id)
    .join(leads, leads.c.contact == contacts.c.id)
    .where(leads.c.id == bindparam("lead_"), contacts.c.detached_at.is_not(None))
)


def detach(tx: Tx, contact_id: int) -> list[Row[Any]]:
    """Somebody else has the number: our contact has no record in a CRM any more, nor the name it got from
    one. The records it had."""
    links = crm_links(tx, contact_id)
    tx.run(_DETACH, {"contact": contact_id, "now": tx.now})
    tx.run(_UNLINK, {"contact_": contact_id})
    if contact(tx, contact_id).name in {link.name for link in links}:
        rename(tx, contact_id, None)
    return links


def is_detached(tx: Tx, lead: int) -> bool:
    """Whether somebody else is known to have the number of a lead's contact."""
    return tx.first(_DETACHED, {"lead_": lead}) is not None


def crm_link(tx: Tx, contact_id: int, connection: str) -> Row[Any] | None:
    """Our contact's record in one CRM, as far as we know."""
    return tx.first(_CRM, {"contact_": contact_id, "connection_": connection})


def crm_links(tx: Tx, contact_id: int) -> list[Row[Any]]:
    return tx.all(_LINKS, {"contact_": contact_id})


def link_crm(
    tx: Tx,
    contact_id: int,
    connection: str,
    *,
    crm_id: str | None,
    name: str | None,
    url: str | None,
    matches: int,
    is_client: bool = False,
) -> None:
    tx.run(
        _LINK,
        {
            "contact": contact_id, "connection": connection, "crm_id": crm_id, "name": name, "url": url,
            "at": tx.now, "matches": matches, "is_client": is_client,
        },
    )  # fmt: skip
