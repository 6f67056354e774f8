"""Runs the migrations on one database file, with a copy kept first.

Must not: be imported where nothing has to be migrated.
"""

import shutil
import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import URL, create_engine


def upgrade(path: Path, *, to: str = "head") -> None:
    """Bring the file up to date. An existing one is copied to ``….before-…`` first."""
    if path.exists() and path.stat().st_size:
        _keep_copy(path)
    engine = create_engine(URL.create("sqlite", database=str(path)))
    try:
        with engine.begin() as connection:
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, to)
    finally:
        engine.dispose()


def head() -> str:
    """The newest migration there is."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    assert newest is not None
    return newest


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


def _keep_copy(path: Path) -> None:
    copy = path.with_suffix(".before-migration.db")
    source = sqlite3.connect(path)
    target = sqlite3.connect(copy)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()
    shutil.copymode(path, copy)
