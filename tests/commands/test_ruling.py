"""`mcdesk rules`: an office's own tables count at once, and a bad one changes nothing."""

from pathlib import Path

from mcdesk import app
from mcdesk.commands.line import TABLES
from mcdesk.domain.rulebook import NAMES
from mcdesk.settings import resource_folder
from mcdesk.store import rule_tables
from tests.commands.running import configured, objects, run

CALIFORNIA = ("window", "+14155550142", "--at", "2026-11-23T17:30:00Z", "--json")


def own(folder: Path, name: str, *changes: tuple[str, str]) -> str:
    """The shipped table, changed."""
    text = (resource_folder() / "compliance" / name).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file = folder.parent / name
    file.write_text(text, encoding="utf-8")
    return str(file)


def decision(folder: Path) -> object:
    (told,) = objects(run(*CALIFORNIA, folder=folder))
    return told["decision"]


def test_the_tables_named_here_are_those_of_the_rulebook() -> None:
    assert TABLES == NAMES


def test_an_own_table_counts_until_it_is_given_back(folder: Path) -> None:
    configured(folder)
    assert decision(folder) == "send"
    file = own(folder, "quiet_hours_us.csv", ("CA,1234567,09:00,", "CA,1234567,10:00,"))
    assert run("rules", "import", file, folder=folder).exit_code == 0
    assert decision(folder) == "hold", "half past nine"
    shown = {each["table"]: each for each in objects(run("rules", "show", "--json", folder=folder))}
    assert [name for name, each in shown.items() if each["own"]] == ["quiet_hours_us.csv"]
    assert run("rules", "reset", "quiet_hours_us.csv", folder=folder).exit_code == 0
    assert decision(folder) == "send"


def test_a_bad_table_is_refused_with_its_line_and_changes_nothing(folder: Path) -> None:
    configured(folder)
    file = own(folder, "quiet_hours_us.csv", ("CA,1234567,09:00,", "CA,1234567,9 am,"))
    told = run("rules", "import", file, folder=folder)
    assert told.exit_code == 1
    assert "quiet_hours_us.csv, line " in told.output
    assert "Nothing was changed" in told.output
    assert decision(folder) == "send"


def row_of(name: str, start: str) -> str:
    text = (resource_folder() / "compliance" / name).read_text(encoding="utf-8")
    return next(line for line in text.splitlines(keepends=True) if line.startswith(start))


def table_checks(folder: Path) -> dict[str, tuple[object, str]]:
    told = objects(run("doctor", "--json", folder=folder))
    return {str(each["what"]): (each["result"], str(each["detail"])) for each in told}


def test_a_table_that_gives_up_rules_wants_somebody_who_answers_for_it(folder: Path) -> None:
    configured(folder)
    name, lost = "quiet_hours_us.csv", "it lacks CA"
    file = own(folder, name, (row_of(name, "CA,"), ""))
    for more in ((), ("--accept", "x"), ("--accept", ".")):
        told = run("rules", "import", file, *more, folder=folder)
        assert told.exit_code == 1
        assert lost in told.output
        assert "Nothing was changed" in told.output
    assert f"Table {name}" not in table_checks(folder)
    assert run("rules", "import", file, "--accept", "Maria", folder=folder).exit_code == 0
    status, detail = table_checks(folder)[f"Table {name}"]
    assert status == "warn"
    assert f"Maria answers for what it gives up: {lost}" in detail
    assert f"Maria answers for this: {lost}" in run("rules", "show", folder=folder).output


def test_a_file_of_another_name_is_refused_with_the_names(folder: Path) -> None:
    configured(folder)
    file = folder.parent / "hours.csv"
    file.write_text("state", encoding="utf-8")
    told = run("rules", "import", str(file), folder=folder)
    assert told.exit_code == 1
    assert "quiet_hours_us.csv" in told.output


def test_one_that_a_newer_program_cannot_read_gives_way_to_the_shipped_one(folder: Path) -> None:
    configured(folder)
    place = app.open_place(folder)
    place.database.write(lambda tx: rule_tables.put(tx, "holidays_us.csv", "day", by="Maria")).result()
    place.close()
    assert decision(folder) == "send"
    assert "not used: holidays_us.csv, line " in run("rules", "show", folder=folder).output
