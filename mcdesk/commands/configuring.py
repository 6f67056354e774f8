"""`mcdesk config`: the office's configuration and secrets.

Must not: show a secret, or take one from the command line.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from mcdesk import app
from mcdesk.commands import files
from mcdesk.commands.door import NotSo
from mcdesk.domain import wording
from mcdesk.domain.office import Connection, Office
from mcdesk.domain.spoken import year_clock
from mcdesk.domain.templates import Template
from mcdesk.ports.provider import Field, Provider
from mcdesk.providers import discover
from mcdesk.settings import create_key_file, secret_from_environment
from mcdesk.store import configurations, leases
from mcdesk.store.transaction import Tx

#: Whoever knows it can send to the office's hook address: as private as a secret.
_HOOK_SECRET = re.compile(
    r"""(?P<line>(?m:^)[ \t]*)?\bhook_secret[ \t]*=[ \t]*("[^"\n]*"|'[^'\n]*')[ \t]*"""
    r"""(,[ \t]*)?(?(line)(\#.*)?\n?)"""
)


@contextmanager
def opened(folder: Path) -> Iterator[app.Place]:
    """The office's data, for the length of one command."""
    place = app.open_place(folder)
    try:
        yield place
    finally:
        place.close()


def show(folder: Path) -> None:
    """Lines, connections and which secrets are set."""
    with opened(folder) as place:
        office = app.current_office(place)
        click.echo(f"{office.name} · {office.profession} · {office.timezone}")
        click.echo(f"Booking link: {office.booking_link or 'none'}")
        click.echo(f"Public address: {office.public_url or 'none'}")
        for line in office.lines:
            carried = f"calls by {line.calls or 'nobody'}, texts by {line.texts or 'nobody'}"
            click.echo(
                f"Line {line.number.spoken} {line.label!r}: {carried}, {line.sequence or 'no sequence'}"
            )
        for template in office.templates:
            _show_template(place, office, template)
        known = discover()
        for connection in office.connections:
            _show_connection(place, connection, known[connection.provider])


def _show_template(place: app.Place, office: Office, template: Template) -> None:
    """Only those of which the rules warn and for which somebody answers."""
    if not template.accepted_rules:
        return
    since = place.database.read(lambda tx: configurations.said_since(tx, template.warnings_accepted)).result()
    when = f" since {year_clock(since, office.zone)}" if since else ""
    answers = f"{template.warnings_accepted_by} answers for {', '.join(template.accepted_rules)}{when}"
    click.echo(f"Template {template.name} ({template.language}): {answers}")


def _show_connection(place: app.Place, connection: Connection, provider: type[Provider]) -> None:
    click.echo(f"Connection {connection.name} ({provider.title})")
    kept = place.vault.names(connection.name)
    for field in provider.fields:
        if field.secret:
            words = _secret_state(connection, field, kept)
        else:
            words = connection.settings.get(field.name, field.default) or "(empty)"
        click.echo(f"  {field.name}: {words}")


def _secret_state(connection: Connection, field: Field, kept: tuple[str, ...]) -> str:
    if secret_from_environment(connection.name, field.name) is not None:
        return "set, in the environment"
    if field.name in kept:
        return "set"
    needed = "missing: " if field.required else "not set; to set it: "
    return f"{needed}mcdesk config set-secret {connection.name} {field.name}"


def export_to(folder: Path, file: Path) -> None:
    """Write the configuration as it was given, less what is private."""
    with opened(folder) as place:
        app.current_office(place)
        source = place.database.read(configurations.newest).result() or ""
    cleaned, taken_out = _HOOK_SECRET.subn("", source)
    if str(file) == "-":
        click.echo(cleaned, nl=False)
    else:
        file.write_text(cleaned, encoding="utf-8")
        click.echo(f"Saved to {file}. Secrets and sign-ins are not in it.", err=True)
    if taken_out:
        click.echo("hook_secret is left out. Put it back where hook addresses must stay the same.", err=True)


def import_from(folder: Path, file: Path) -> None:
    """Put a file in force."""
    with opened(folder) as place:
        changed = files.apply(place, file)
        office = app.current_office(place)
        click.echo(f"{office.name} is configured." if changed else "This configuration was in force already.")
        for told in wording.notices(office, app.rulebook_of(place.database).linter):
            click.echo(told, err=True)
        for connection in office.connections:
            _ask_for_missing(place, connection)


def _ask_for_missing(place: app.Place, connection: Connection) -> None:
    for field in missing_secrets(place, connection):
        command = f"mcdesk config set-secret {connection.name} {field.name}"
        click.echo(f"{connection.name} still needs its {field.title.lower()}: {command}", err=True)


def missing_secrets(place: app.Place, connection: Connection) -> list[Field]:
    """Secrets a connection cannot work without and does not have."""
    kept = place.vault.names(connection.name)
    return [
        field
        for field in discover()[connection.provider].fields
        if field.secret
        and field.required
        and field.name not in kept
        and secret_from_environment(connection.name, field.name) is None
    ]


def set_secret(folder: Path, connection: str, field: str) -> None:
    """Ask for a secret and seal it."""
    with opened(folder) as place:
        found = _secret_field(app.current_office(place), connection, field)
        value = _asked(found.title)
        place.vault.set(connection, field, value)
        tell_engines(place)
    click.echo(f"{found.title} of {connection} is set.", err=True)


def _secret_field(office: Office, connection: str, field: str) -> Field:
    found = office.connection(connection)
    if found is None:
        there = ", ".join(each.name for each in office.connections) or "none"
        raise NotSo(f"There is no connection {connection!r}; there are: {there}.")
    secrets = {each.name: each for each in discover()[found.provider].fields if each.secret}
    if field not in secrets:
        raise NotSo(f"{connection} has no secret {field!r}; it has: {', '.join(secrets) or 'none'}.")
    return secrets[field]


def _asked(title: str) -> str:
    typed = sys.stdin.isatty()
    value = str(click.prompt(title, hide_input=True) if typed else sys.stdin.readline()).strip()
    if not value:
        raise NotSo("The secret is empty. Nothing was changed.")
    return value


def make_key_file(folder: Path) -> None:
    """Keep the office key in a file."""
    path = create_key_file(folder)
    click.echo(f"The office key is in {path}; only this user can read it. Keep a copy apart from backups.")


def forget_secrets(folder: Path) -> None:
    """Delete every stored secret."""
    with opened(folder) as place:
        count = place.vault.forget_all()
        tell_engines(place)
    click.echo(f"{count} secrets are deleted. Enter them anew with: mcdesk config set-secret")


def has_engine(place: app.Place) -> bool:
    """Whether an engine is at work on this data, in this process or another."""
    return (
        place.database.read(lambda tx: tx.first(leases.ALIVE, {"lease_now": tx.lease_now})).result()
        is not None
    )


def tell_engines(place: app.Place) -> None:
    """Have running engines read configuration and secrets again."""

    def touch(tx: Tx) -> None:
        tx.touched.office = True

    place.database.write(touch).result()
