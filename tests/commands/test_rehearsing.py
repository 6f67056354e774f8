"""`mcdesk rehearse`: what a changed file would have done, asked in a terminal.

Must not: test the rehearsal itself (`tests/engine/test_rehearsing` does).
"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mcdesk import app
from mcdesk.domain.events import CallMissed
from mcdesk.domain.numbers import Number
from mcdesk.engine import rules
from tests.commands.running import configuration, configured, run

CALLER = Number("+14155550142")
OTHER_WORDS = """
[[templates]]
name = "first"
language = "en"
body = "{firm}: You called while we spoke. When may we call back? Reply STOP to opt out, HELP for help."
"""
TOO_MUCH = OTHER_WORDS.replace("When may we call back?", "We guarantee you will win your case.")


def an_hour_ago(folder: Path) -> None:
    """A call nobody answered."""
    at = datetime.now(UTC) - timedelta(hours=1)
    place = app.open_place(folder)
    try:
        office = app.current_office(place)
        (line,) = office.lines
        missed = CallMissed(
            call_id="CA1", caller=CALLER, line=line.number, direction="inbound", started_at=at, ended_at=at
        )
        source = rules.Source(connection=str(line.calls), settle=timedelta(0), since=None)
        house = app.make_house(office)
        place.database.write(lambda tx: rules.apply(tx, house, source, missed)).result()
    finally:
        place.close()


def changed(folder: Path, more: str) -> str:
    file = folder.parent / "changed.toml"
    file.write_text(configuration() + more, encoding="utf-8")
    return str(file)


def test_other_words_are_told_person_by_person(folder: Path) -> None:
    configured(folder)
    an_hour_ago(folder)
    told = run("rehearse", changed(folder, OTHER_WORDS), folder=folder)
    assert told.exit_code == 0, told.output
    first, second, last = told.stdout.splitlines()
    assert first.startswith("The last 30 days, 1 calls: 1 texts by the rules in force, 1 by those of changed")
    assert second.startswith("(415) 555-0142: would get other words: ")
    assert "You called while we spoke" in second
    assert last == "In all: 1 would get other words."


def test_a_script_gets_before_and_after(folder: Path) -> None:
    configured(folder)
    an_hour_ago(folder)
    result = run("rehearse", changed(folder, OTHER_WORDS), "--json", folder=folder)
    told = json.loads(result.stdout)
    assert (told["calls"], told["texts"]) == (1, {"before": 1, "after": 1})
    (difference,) = told["differences"]
    assert (difference["change"], difference["to"]) == ("reworded", CALLER.e164)
    assert difference["before"]["body"] != difference["after"]["body"]


def test_the_same_file_changes_nothing(folder: Path) -> None:
    configured(folder)
    an_hour_ago(folder)
    told = run("rehearse", changed(folder, ""), folder=folder)
    assert told.stdout.endswith("Nobody would notice a difference.\n")


def test_a_file_that_could_not_be_put_in_force_is_refused_with_its_reason(folder: Path) -> None:
    configured(folder)
    told = run("rehearse", changed(folder, TOO_MUCH), folder=folder)
    assert told.exit_code == 1
    assert "guarantee" in told.output
