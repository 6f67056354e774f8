"""The rule tables: those shipped with the program, and those the office put in their place.

Must not: read meaning into a table (`domain/rulebook` does).
"""

import tomllib
from collections.abc import Mapping
from functools import cache

from mcdesk.domain.rulebook import NAMES, Rulebook
from mcdesk.settings import resource_folder
from mcdesk.store import rule_tables
from mcdesk.store.database import Database


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
    """The shipped tables with the office's own in their place. Raises BadRulebook."""
    own = database.read(rule_tables.in_force).result()
    if not own:
        return shipped_rulebook()
    numbers = " ".join(f"{name}#{table.id}" for name, table in sorted(own.items()))
    tables = {**shipped_tables(), **{name: table.source for name, table in own.items()}}
    return Rulebook.read(tables, version=f"{shipped_version()} {numbers}")
