"""From a configuration to the house and the providers the engine works with.

Must not: start anything.
"""

import ipaddress
from urllib.parse import urlsplit

from mcdesk.app.place import Place
from mcdesk.app.rules import rulebook_of, shipped_rulebook
from mcdesk.domain.number_key import NumberKey
from mcdesk.domain.numbers import Number
from mcdesk.domain.office import Connection, Office
from mcdesk.domain.rulebook import Rulebook
from mcdesk.engine.connections import Connections, Live
from mcdesk.engine.house import House
from mcdesk.ports.crm import Crm
from mcdesk.ports.provider import Provider, Setup
from mcdesk.ports.signin import SignsIn
from mcdesk.providers import discover
from mcdesk.settings import secret_from_environment
from mcdesk.store import talk
from mcdesk.store.secrets import KeyTrouble
from mcdesk.store.tokens import StoredTokens

#: Where the vault keeps the number key; no connection can have such a name.
OURS, NUMBER_KEY = "(mcdesk)", "number-key"


def number_key(place: Place) -> NumberKey:
    """The office's key for hashes of numbers, drawn once. Without an office key to seal it, each start draws
    one: deleted people are then known by their last four digits."""
    try:
        kept = place.vault.get(OURS, NUMBER_KEY)
        kept = kept or place.vault.keep_first(OURS, NUMBER_KEY, NumberKey.draw().key.hex())
    except KeyTrouble:
        return NumberKey.draw()
    return NumberKey(bytes.fromhex(kept))


def make_house(
    office: Office, rulebook: Rulebook | None = None, *, numbers: NumberKey | None = None
) -> House:
    """The office and the rules it goes by: the shipped tables unless others are given. `numbers`: see
    `number_key`; without, one of its own, for questions that are not about people."""
    rules, known = rulebook or shipped_rulebook(), discover()
    classes = {each.name: known[each.provider] for each in office.connections}
    return House(
        office=office,
        rulebook=rules,
        quiet=rules.quiet.of(office.texting.quiet),
        numbers=numbers or NumberKey.draw(),
        crms=tuple(name for name, provider in classes.items() if issubclass(provider, Crm)),
        signs_in=frozenset(name for name, provider in classes.items() if issubclass(provider, SignsIn)),
        titles={name: provider.title for name, provider in classes.items()},
    )


def house_of(place: Place, office: Office) -> House:
    """An office's house by the rule tables in force there."""
    return make_house(office, rulebook_of(place.database), numbers=number_key(place))


def values_of(place: Place, connection: Connection, provider: type[Provider]) -> dict[str, str]:
    """Every field of a connection: set, secret from environment or vault, or default. Raises KeyTrouble."""
    values = {}
    for field in provider.fields:
        value = connection.settings.get(field.name)
        if value is None and field.secret:
            outside = secret_from_environment(connection.name, field.name)
            value = outside or place.vault.get(connection.name, field.name)
        values[field.name] = field.default if value is None else value
    return values


def make_connections(place: Place, office: Office, *, listen: str | None, holder: str) -> Connections:
    """Providers for every connection. `listen`: our own address, for providers on this PC.

    Raises KeyTrouble where a stored secret cannot be opened: without it every hook would look forged.
    """
    known = discover()
    names = [connection.name for connection in office.connections]
    senders = place.database.read(lambda tx: {name: talk.senders(tx, name) for name in names}).result()
    live = {}
    for connection in office.connections:
        provider = known[connection.provider]
        hook_secret = place.vault.hook_secret(connection.name, connection.hook_secret)
        values = values_of(place, connection, provider)
        base = office.public_url or (listen if all_loopback(values) else None)
        setup = Setup(
            connection=connection.name,
            settings=values,
            lines=_lines(office, connection.name),
            former_senders=senders[connection.name],
            hook_url=hook_address(base, connection.name, hook_secret) if base else None,
            tokens=StoredTokens(place.vault, place.database, connection.name, holder),
            firm=office.name,
        )
        live[connection.name] = Live(connection, provider(setup), hook_secret)
    return Connections(live)


def _lines(office: Office, name: str) -> tuple[Number, ...]:
    lines = [line for line in office.lines if name in (line.calls, line.texts)]
    numbers = [number for line in lines for number in (line.number, line.text_from)]
    return tuple(dict.fromkeys(numbers))


def hook_address(base: str, connection: str, secret: str) -> str:
    return f"{base}/hooks/{connection}/{secret}"


def all_loopback(values: dict[str, str]) -> bool:
    """Whether every address among these settings is on this PC, and there is one."""
    addresses = [value for value in values.values() if value.startswith(("http://", "https://"))]
    return bool(addresses) and all(_is_loopback(address) for address in addresses)


def _is_loopback(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
