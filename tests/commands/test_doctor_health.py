"""What `mcdesk doctor` tells of nightly copies, of the engine at work and of each connection's times.

Must not: have a company beside it.
"""

import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mcdesk import app
from mcdesk.engine import holders
from mcdesk.store import leases, schema
from mcdesk.store.copies import keep_nightly
from mcdesk.store.opening import FILE_NAME
from tests.commands.running import configured, objects, run


def told(folder: Path) -> dict[str, dict[str, object]]:
    return {str(each["what"]): each for each in objects(run("doctor", "--json", folder=folder))}


def keep(folder: Path, at: datetime) -> Path:
    return keep_nightly(folder / FILE_NAME, night=at.date(), at=at, given_up=threading.Event())


def test_the_age_of_the_newest_copy(folder: Path) -> None:
    configured(folder)
    assert told(folder)["Nightly backup"]["result"] == "warn"
    made = keep(folder, datetime.now(UTC) - timedelta(days=3))
    old = told(folder)["Nightly backup"]
    assert old["result"] == "warn"
    assert f"1 kept; the newest, {made.name}, was verified 3 days ago." == old["detail"]
    keep(folder, datetime.now(UTC) - timedelta(hours=9))
    assert told(folder)["Nightly backup"]["result"] == "ok"


def test_a_copy_dated_by_a_wrong_clock_is_told_and_does_not_count(folder: Path) -> None:
    configured(folder)
    keep(folder, datetime.now(UTC) - timedelta(days=3))
    made = keep(folder, datetime.now(UTC) + timedelta(days=400))
    backup = told(folder)["Nightly backup"]
    assert backup["result"] == "warn"
    assert f"{made.name} is dated after today, by a clock that was wrong" in str(backup["detail"])
    assert "was verified 3 days ago." in str(backup["detail"])
    assert "date and time" in str(backup["fix"])


def test_a_damaged_database_is_told_with_the_way_back(folder: Path) -> None:
    configured(folder)
    made = keep(folder, datetime.now(UTC))
    path = folder / FILE_NAME
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2 // 4096 * 4096)
        file.write(os.urandom(2 * 4096))
    database = told(folder)["Database"]
    assert database["result"] == "fail"
    assert f"mcdesk restore '{made}'" in f"{database['detail']} {database['fix']}"


def test_who_is_at_work_and_who_stands_by(folder: Path) -> None:
    configured(folder)
    assert told(folder)["Engine"]["result"] == "warn"
    place = app.open_place(folder)
    minute = timedelta(minutes=1)
    first, second = holders.new_holder(), holders.new_holder()
    for each in (first, second):
        place.database.write(
            lambda tx, each=each: leases.hold(tx, f"engine:{each}", holder=each, lasts=minute)  # type: ignore[misc]
        ).result()
    place.database.write(lambda tx: leases.hold_for_life(tx, leases.AT_WORK, holder=second)).result()
    engine = told(folder)["Engine"]
    place.close()
    here = holders.in_words(first)
    assert engine["result"] == "ok"
    assert engine["detail"] == f"At work on this data ({here}); {here} stands by."


def test_a_connections_times_and_a_blind_period(folder: Path) -> None:
    configured(folder)
    now = datetime.now(UTC)
    place = app.open_place(folder)
    row = schema.connections.insert().values(
        name="twilio", trouble="Twilio does not answer.", failing_since=now - timedelta(minutes=3),
        last_success_at=now - timedelta(minutes=3), lag_seconds=2, next_try_at=now + timedelta(seconds=40),
    )  # fmt: skip
    blind = schema.blind_periods.insert().values(
        connection="twilio", began_at=now - timedelta(hours=2), ended_at=now - timedelta(hours=1),
        why="This PC was asleep.", calls=3, too_late=1,
    )  # fmt: skip
    for each in (row, blind):
        place.database.write(lambda tx, each=each: tx.run(each).rowcount).result()  # type: ignore[misc]
    place.close()
    checks = told(folder)
    seen = checks["twilio, As the engine saw it"]
    assert seen["result"] == "warn"
    assert str(seen["detail"]).startswith("Twilio does not answer. Since ")
    assert "Events arrive after 2 s; Next try " in str(seen["detail"])
    period = checks["Not connected"]
    assert period["result"] == "warn"
    assert "3 calls recovered, 1 of them too late to text" in str(period["detail"])
    assert str(period["detail"]).endswith("This PC was asleep.")


def test_a_disk_without_room_for_a_copy_is_told(folder: Path) -> None:
    configured(folder)
    assert told(folder)["Disk"]["result"] == "ok"
    with (folder / FILE_NAME).open("ab") as file:
        # sparse: as large as the disk, without filling it
        file.truncate(os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize)
    assert told(folder)["Disk"]["result"] == "warn"
