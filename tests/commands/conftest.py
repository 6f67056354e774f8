"""Every command's test has an office key of its own and leaves no log handlers behind.

Must not: start companies; `at_work` does.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mcdesk.commands import logs
from tests.commands.running import KEY


@pytest.fixture(autouse=True)
def _own_key(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MCDESK_OFFICE_KEY", KEY)
    monkeypatch.delenv("MCDESK_DATA", raising=False)
    yield
    logs.end()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder nobody used yet."""
    return tmp_path / "data"
