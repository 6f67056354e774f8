"""The rule tables: those shipped with the program, and those the office put in their place.

Must not: read meaning into a table (`domain/rulebook` does).
"""

import logging
import tomllib
from collections.abc import Mapping
from functools import cache

from mcdesk.domain import floor
from mcdesk.domain.rulebook import NAMES, READ_LATER, BadRulebook, Rulebook
from mcdesk.settings import resource_folder
from mcdesk.store import rule_tables
from mcdesk.store.database import Database

log = logging.getLogger(__name__)


@cache
def shipped_rulebook() -> Rulebook:
    """Read once in a process: it does not change while the program runs."""
    return Rulebook.read(shipped_tables(), version=shipped_version())


@cache
def shipped_tables() -> Mapping[str, str]:
    """Each table's text by file name."""
    folder = resource_folder() / "compliance"
    return {name: (folder / name).read_text(encoding="utf-8") for name in NAMES}


@cache
def shipped_version() -> str:
    text = (resource_folder() / "compliance" / "SOURCES.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["version"])


def rulebook_of(database: Database) -> Rulebook:
    """The shipped tables with the office's own in their place.

    One that this program cannot read any more, after an update, gives way to the shipped one: `mcdesk rules`
    and the log say so."""
    own = database.read(rule_tables.in_force).result()
    usable = {name: table for name, table in own.items() if unusable(name, table.source) is None}
    for name in own.keys() - usable.keys():
        log.error("%s of the office's own cannot be used", name, extra={"action": "rules.bad", "table": name})
    if not usable:
        return shipped_rulebook()
    numbers = " ".join(f"{name}#{table.id}" for name, table in sorted(usable.items()))
    return _with({name: table.source for name, table in usable.items()}, f"{shipped_version()} {numbers}")


def unusable(name: str, source: str) -> str | None:
    """What is wrong with a table in place of the shipped one, with its line; None where nothing is."""
    try:
        read = _with({name: source}, "checked")
        if name in READ_LATER:
            read.whole()
    except BadRulebook as bad:
        return str(bad)
    return None


def gives_up(name: str, source: str) -> tuple[str, ...]:
    """What a table that can be read gives up of the shipped one, in words."""
    return floor.given_up(name, source, shipped_tables()[name])


def _with(own: Mapping[str, str], version: str) -> Rulebook:
    return Rulebook.read({**shipped_tables(), **own}, version=version)
