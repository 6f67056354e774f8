"""`mcdesk doctor`: everything the office needs, one line each, with what to do.

Must not: change anything unless asked to with --fix.
"""

import asyncio
import json
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from mcdesk import app
from mcdesk.commands import examining_evidence, examining_health, examining_office, examining_pc, logs
from mcdesk.commands.door import NotSo, chosen_folder
from mcdesk.domain.sections import BadConfiguration
from mcdesk.engine.connections import Connections, Live
from mcdesk.ports.hooks import Hooked
from mcdesk.ports.provider import Check, ProviderError
from mcdesk.settings import log_folder
from mcdesk.store import configurations
from mcdesk.store.secrets import KeyTrouble
from mcdesk.store.transaction import StoreTrouble

#: How long one connection may take to answer all of its questions.
CONNECTION_SECONDS = 60.0
SIGNS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}


def doctor(folder: Path, *, as_json: bool, fix: bool) -> None:
    """Print every check; NotSo where one fails."""
    logs.begin(log_folder(chosen_folder()))
    # what is asked here is printed here
    logging.getLogger().setLevel(logging.ERROR)
    failed = 0
    for check in examine(folder, fix=fix):
        failed += check.result == "fail"
        click.echo(_as_json(check) if as_json else _as_line(check))
    if failed:
        raise NotSo(f"{failed} of these must be mended.")


def _as_json(check: Check) -> str:
    return json.dumps({"what": check.what, "result": check.result, "detail": check.detail, "fix": check.fix})


def _as_line(check: Check) -> str:
    return f"{SIGNS[check.result]}  {check.what}: {check.detail}" + (f" → {check.fix}" if check.fix else "")


def examine(folder: Path, *, fix: bool) -> Iterator[Check]:
    """The PC, then the office, then its companies."""
    yield from examining_pc.checks(folder)
    try:
        place = app.open_place(folder)
    except StoreTrouble as error:
        yield Check("Database", "fail", str(error))
        return
    try:
        yield from _examine_office(place, fix=fix)
    finally:
        place.close()


def _on_server(place: app.Place) -> Check:
    place.database.read(configurations.newest).result()
    fix = "See that the server is backed up: mcdesk backup copies files only."
    return Check("Database", "ok", "On a PostgreSQL server, which answers.", fix)


def _examine_office(place: app.Place, *, fix: bool) -> Iterator[Check]:
    if place.file is None:
        yield _on_server(place)
    else:
        yield examining_pc.database(place.folder)
        yield examining_health.copies(place.folder)
    yield examining_office.office_key(place)
    yield from examining_office.tables(place)
    yield from examining_evidence.checks(place)
    try:
        office = app.current_office(place)
    except app.NoOffice as error:
        yield Check("Configuration", "warn", "This is a new office.", str(error))
        return
    except BadConfiguration as error:
        yield Check("Configuration", "fail", str(error), "Mend it, then run: mcdesk config import FILE")
        return
    yield from examining_office.checks(place, office)
    yield examining_health.engine(place)
    yield from examining_health.cost(place, office)
    yield from examining_health.connections(place, office)
    try:
        connections = app.make_connections(place, office, listen=None, holder="doctor")
    except KeyTrouble:
        # The secrets' own checks said so.
        return
    yield from asyncio.run(_examine_connections(connections, fix=fix))
    yield from examining_office.public_address(office)


async def _examine_connections(connections: Connections, *, fix: bool) -> list[Check]:
    try:
        found = await asyncio.gather(*(_examine_connection(live, fix=fix) for live in connections))
        return [check for checks in found for check in checks]
    finally:
        await connections.close()


async def _examine_connection(live: Live, *, fix: bool) -> list[Check]:
    changed: list[Check] = []
    try:
        async with asyncio.timeout(CONNECTION_SECONDS):
            if fix and isinstance(live.provider, Hooked):
                changed = await live.provider.register_hooks()
            checks = await live.provider.check()
    except ProviderError as error:
        checks = [Check("Sign-in", "fail", error.why)]
    except TimeoutError:
        checks = [Check("Answers", "fail", f"Not within {CONNECTION_SECONDS:g} seconds.", "Try again later.")]
    return list(_named(live, [*changed, *checks]))


def _named(live: Live, checks: Iterable[Check]) -> Iterator[Check]:
    for each in checks:
        yield Check(f"{live.name}, {each.what}", each.result, each.detail, each.fix)
