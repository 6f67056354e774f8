"""The pretend companies and the offices of the stories.

Must not: hold stories.
"""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from mcdesk.engine.patience import Patience
from mcdesk.simulator import InThread, PretendClio, PretendTwilio, run_in_thread
from mcdesk.store.opening import FILE_NAME, open_database
from tests.walks.configured import LINE, SECOND_LINE, Options
from tests.walks.movable import MovableClock
from tests.walks.office import SHORT, Office

#: The pretend companies' seconds per real one.
PACE = 60.0


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file as the first start makes it; copying it spares each story the migration."""
    folder = tmp_path_factory.mktemp("empty")
    open_database(folder, now=MovableClock().now).close()
    return folder / FILE_NAME


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """An office key and the pretend companies' secrets, as IT sets them on a server."""
    monkeypatch.setenv("MCDESK_OFFICE_KEY", "A" * 43 + "=")
    monkeypatch.setenv("MCDESK_SECRET_TWILIO_AUTH_TOKEN", "pretend-auth-token")
    monkeypatch.setenv("MCDESK_SECRET_CLIO_CLIENT_SECRET", "pretend-client-secret")


@pytest.fixture
def twilio() -> Iterator[InThread[PretendTwilio]]:
    with run_in_thread(PretendTwilio(pace=PACE, numbers=(LINE, SECOND_LINE))) as company:
        yield company


@pytest.fixture
def clio() -> Iterator[InThread[PretendClio]]:
    with run_in_thread(PretendClio(client_id="x")) as company:
        yield company


Furnish = Callable[..., Office]


@pytest.fixture
def furnish(
    tmp_path: Path,
    empty_database: Path,
    secrets: None,
    twilio: InThread[PretendTwilio],
    clio: InThread[PretendClio],
) -> Iterator[Furnish]:
    """Makes offices that are installed but not started: `furnish(poll_seconds=1, at=WEDNESDAY)`."""
    made: list[Office] = []

    def make(*, at: datetime | None = None, patience: Patience = SHORT, **options: Any) -> Office:
        folder = tmp_path / f"office-{len(made)}"
        folder.mkdir()
        shutil.copy(empty_database, folder)
        office = Office(
            folder=folder, twilio=twilio, clio=clio, options=Options(**options), clock=MovableClock(start=at),
            patience=patience,
        )  # fmt: skip
        made.append(office)
        office.install()
        return office

    yield make
    for office in made:
        office.stop()
        office.close()


@pytest.fixture
def office(furnish: Furnish) -> Office:
    """An office with hooks and no polling, at work."""
    made = furnish()
    made.start()
    return made
