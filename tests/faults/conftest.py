"""The laboratory for the tests of this folder.

Must not: hold histories, or leave its secrets in the environment of other tests.
"""

import os
from collections.abc import Iterator

import pytest

from tests.faults.laboratory import ENVIRONMENT, Laboratory, laboratory


@pytest.fixture(scope="session")
def lab() -> Iterator[Laboratory]:
    before = dict(os.environ)
    with laboratory() as opened:
        os.environ.clear()
        os.environ.update(before)
        yield opened


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
