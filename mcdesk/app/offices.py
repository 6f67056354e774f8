"""Which configuration is in force, checked against the providers there are.

Must not: build anything from it (`connecting` does).
"""

import logging

from mcdesk.app.connecting import all_loopback, values_of
from mcdesk.app.place import Place
from mcdesk.app.rules import rulebook_of
from mcdesk.domain import configuration
from mcdesk.domain.office import Connection, Office
from mcdesk.domain.proofreading import proofread
from mcdesk.domain.sections import BadConfiguration, mistake
from mcdesk.ports.crm import Crm
from mcdesk.ports.provider import Provider
from mcdesk.providers import discover
from mcdesk.settings import resource_folder
from mcdesk.store import configurations, greetings
from mcdesk.store.transaction import Tx

log = logging.getLogger(__name__)


class NoOffice(LookupError):
    """No configuration was applied yet."""


def starter() -> Office:
    """The shipped templates and sequences."""
    return configuration.read((resource_folder() / "starter.toml").read_text(encoding="utf-8"))


def read_office(source: str) -> Office:
    """A configuration, checked against the providers there are. Raises BadConfiguration."""
    office = configuration.read(source, starter=starter())
    known = discover()
    for connection in office.connections:
        _check_connection(connection, known)
    return office


def _check_connection(connection: Connection, known: dict[str, type[Provider]]) -> None:
    where = f"connections.{connection.name}"
    provider = known.get(connection.provider)
    if provider is None:
        raise BadConfiguration(
            f"{where}.provider: expected one of {', '.join(known)}, not {connection.provider!r}"
        )
    fields = {each.name: each for each in provider.fields}
    for name, value in connection.settings.items():
        if name not in fields:
            raise BadConfiguration(
                f"{where}.{name}: {provider.title} has no such setting; check the spelling"
            )
        if fields[name].secret:
            raise BadConfiguration(
                f"{where}.{name}: a secret does not belong in this file. "
                f"Take it out and run: mcdesk config set-secret {connection.name} {name}"
            )
        if fields[name].choices and value not in fields[name].choices:
            raise BadConfiguration(
                f"{where}.{name}: expected one of {', '.join(fields[name].choices)}, not {value!r}"
            )
    for name, field in fields.items():
        if field.required and not field.secret and not connection.settings.get(name):
            raise BadConfiguration(f"{where}.{name}: is missing; expected {field.title.lower()}")


def _check_values(connection: Connection, provider: type[Provider]) -> None:
    """Raises BadConfiguration where a provider could do nothing with a value, or not what it says."""
    for field in provider.fields:
        value = connection.settings.get(field.name, "").strip()
        if not value or field.check is None:
            continue
        try:
            field.check(value)
        except ValueError as error:
            raise BadConfiguration(f"connections.{connection.name}.{field.name}: {error}") from error


def proofread_office(place: Place, source: str) -> Office:
    """A configuration as a new one is asked for: its wording, too. Raises BadConfiguration."""
    office = read_office(source)
    proofread(source, office, rulebook_of(place.database))
    _somebody_says_who_calls(source, office)
    return office


def _somebody_says_who_calls(source: str, office: Office) -> None:
    known = discover()
    if any(issubclass(known[connection.provider], Crm) for connection in office.connections):
        return
    for position, track in enumerate(office.tracks):
        if track.caller is not None:
            expected = "no connection keeps records of people; add one that does, or take this out"
            raise mistake(source, f"tracks[{position}]", "caller", expected)


def apply_configuration(place: Place, source: str, *, by: str) -> bool:
    """Put a configuration in force; whether it was another one before. Raises BadConfiguration.

    A new one is asked more than one in force, which an office has worked by.
    """
    known = discover()
    if place.database.read(configurations.newest).result() == source:
        return False
    office = proofread_office(place, source)
    for connection in office.connections:
        _check_values(connection, known[connection.provider])

    for template in office.templates:
        if template.accepted_rules:
            rules = " ".join(template.accepted_rules)
            told = {"action": "wording.accepted", "template": template.version, "rules": rules}
            log.info("somebody answers for what the wording rules warn of", extra=told)

    def put(tx: Tx) -> bool:
        for line in office.lines:
            greetings.note(tx, line.number, line.greeting, by=by)
        return configurations.apply(tx, source, by=by)

    return place.database.write(put).result()


def current_office(place: Place) -> Office:
    """The office in force. Raises NoOffice."""
    source = place.database.read(configurations.newest).result()
    if source is None:
        raise NoOffice(
            "This office has no configuration yet. Write one (see the README), then: "
            "mcdesk config import FILE"
        )
    return read_office(source)


def office_or_starter(place: Place) -> Office:
    try:
        return current_office(place)
    except NoOffice:
        return starter()


def refuse_speed(place: Place, office: Office, speed: float) -> None:
    """A rehearsal may only talk to pretend companies. Raises BadConfiguration."""
    if speed == 1.0:
        return
    if speed <= 0:
        raise BadConfiguration("--speed must be more than 0")
    known = discover()
    for connection in office.connections:
        if not all_loopback(values_of(place, connection, known[connection.provider])):
            raise BadConfiguration(
                f"--speed is a rehearsal: {connection.name} must have only addresses of this PC (127.0.0.1), "
                "so that no real person is texted at a wrong time. Set its base_url, or leave --speed out."
            )
