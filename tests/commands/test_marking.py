"""`mcdesk mark`, `unmark`, `marks`, `block`: who may be texted, said in a terminal."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mcdesk import app
from mcdesk.commands import configuring
from mcdesk.domain.events import CallMissed
from mcdesk.domain.numbers import Number
from mcdesk.engine import rules
from tests.commands.running import CALLER, LINE, configured, objects, run

LIST = "number,reason,kind\n(415) 555-0177,Superior court,\n415-555-0178,The mayor,vip\n"


@pytest.fixture
def office(folder: Path) -> Path:
    configured(folder)
    return folder


def missed_call(folder: Path) -> None:
    """Somebody called just now and nobody answered."""
    at = datetime.now(UTC) - timedelta(seconds=30)
    event = CallMissed(
        call_id="CA1", caller=Number(CALLER), line=Number(LINE), direction="inbound",
        started_at=at, ended_at=at + timedelta(seconds=20),
    )  # fmt: skip
    source = rules.Source(connection="twilio", settle=timedelta(minutes=1), since=None)
    with configuring.opened(folder) as place:
        house = app.make_house(app.current_office(place), numbers=app.number_key(place))
        place.database.write(lambda tx: rules.apply(tx, house, source, event)).result()


def saved(folder: Path, words: str | bytes) -> str:
    file = folder.parent / "never.csv"
    file.write_bytes(words if isinstance(words, bytes) else words.encode())
    return str(file)


def test_a_mark_is_set_listed_and_taken_away(office: Path) -> None:
    result = run("mark", "(415) 555-0142", "never", "--why", "Superior court", folder=office)
    assert (result.exit_code, result.stdout) == (0, "(415) 555-0142: never texted from now on.\n")
    (told,) = objects(run("marks", "--json", folder=office))
    assert list(told) == ["number", "kind", "why", "by", "at", "ended_at", "ended_by"]
    assert (told["number"], told["kind"], told["why"]) == (CALLER, "never", "Superior court")
    assert "Never texted      Superior court" in run("marks", folder=office).stdout
    assert run("unmark", CALLER, folder=office).exit_code == 0
    assert objects(run("marks", "--json", folder=office)) == []
    (kept,) = objects(run("marks", "--of", CALLER, "--json", folder=office))
    assert kept["ended_at"] is not None


def test_a_mark_withholds_the_text_in_line_and_the_conversation_says_why(office: Path) -> None:
    missed_call(office)
    assert objects(run("queue", "--json", folder=office))[0]["next"] == "text"
    assert run("mark", CALLER, "vip", "--why", "The mayor", folder=office).exit_code == 0
    (row,) = objects(run("queue", "--json", folder=office))
    assert (row["stage"], row["next"]) == ("call-now", "call")
    assert "VIP" in run("queue", folder=office).stdout
    said = run("show", "1", folder=office).stdout
    assert "VIP: The mayor. Nothing is texted by itself." in said
    assert "Please call: VIP: The mayor" in said


def test_a_caller_is_blocked_by_the_lead(office: Path) -> None:
    missed_call(office)
    assert run("block", "1", "--why", "Sells leads", folder=office).exit_code == 0
    (row,) = objects(run("queue", "--view", "closed", "--json", folder=office))
    assert row["disposition"] == "spam"
    (told,) = objects(run("marks", "--json", folder=office))
    assert (told["kind"], told["why"]) == ("blocked", "Sells leads")


@pytest.mark.parametrize(
    "arguments",
    [
        ("mark", "nobody", "never", "--why", "x"),
        ("mark", CALLER, "never", "--why", " "),
        ("mark", LINE, "blocked", "--why", "x"),
        ("mark", CALLER, "never"),
        ("unmark", CALLER),
        ("block", "7"),
    ],
)
def test_what_cannot_be_marked_is_told_in_a_sentence(office: Path, arguments: tuple[str, ...]) -> None:
    result = run(*arguments, folder=office)
    assert result.exit_code in (1, 2)
    assert result.stderr.strip().endswith(".")
    assert objects(run("marks", "--json", folder=office)) == []


def test_a_list_is_shown_first_and_imported_with_yes(office: Path) -> None:
    file = saved(office, LIST)
    seen = run("marks", "import", file, folder=office)
    assert (seen.exit_code, "2 numbers to mark, 0 bad lines." in seen.stderr) == (0, True)
    assert objects(run("marks", "--json", folder=office)) == []
    done = run("marks", "import", file, "--yes", folder=office)
    assert (done.exit_code, done.stdout) == (0, "2 numbers marked.\n")
    assert len(objects(run("marks", "--json", folder=office))) == 2
    again = run("marks", "import", file, "--yes", folder=office)
    assert "2 are marked so already" in again.stderr


def test_a_list_with_bad_lines_is_not_imported_by_half_unless_asked(office: Path) -> None:
    file = saved(office, f"{LIST}hello,x,\n{LINE},ours,never\n")
    for arguments in ((file,), (file, "--yes")):
        result = run("marks", "import", *arguments, folder=office)
        assert result.exit_code == 1
        assert "Line 4: 'hello' is not a phone number." in result.stderr
        assert "Line 5: (415) 555-0100 is one of the office's own lines." in result.stderr
        assert objects(run("marks", "--json", folder=office)) == []
    done = run("marks", "import", file, "--yes", "--skip-bad", folder=office)
    assert (done.exit_code, done.stdout) == (0, "2 numbers marked. 2 lines left out.\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_list_may_come_from_any_spreadsheet(office: Path, encoding: str) -> None:
    file = saved(office, "number;reason\r\n415-555-0177;Señora Díaz\r\n".encode(encoding))
    assert run("marks", "import", file, "--yes", folder=office).exit_code == 0
    (told,) = objects(run("marks", "--json", folder=office))
    assert told["why"] == "Señora Díaz"


def test_the_window_question_knows_the_marks(office: Path) -> None:
    run("mark", CALLER, "never", "--why", "Superior court", folder=office)
    (told,) = objects(run("window", CALLER, "--json", folder=office))
    assert (told["decision"], told["why"]) == (
        "no",
        ["The office never texts this number (Superior court). Phone them instead."],
    )


def test_o8_who_agreed_again_on_paper_is_written_down(office: Path) -> None:
    missed_call(office)
    assert run("stop-texting", "1", "No texts, please", "--channel", "phone", folder=office).exit_code == 0
    arguments = ("opt-in", CALLER, "--who", "Ana Diaz", "--how", "paper", "--on")
    refused = run(*arguments, "2020-01-31", folder=office)
    assert refused.exit_code == 1
    assert "newer agreement" in refused.stderr
    today = datetime.now(ZoneInfo("America/Los_Angeles")).date().isoformat()
    assert "may be texted again" in run(*arguments, today, folder=office).stdout
    assert "Restored on paper" in run("show", "1", folder=office).stdout
    again = run(*arguments, today, folder=office)
    assert (again.exit_code, "has not opted out" in again.stderr) == (1, True)


def test_opt_outs_are_complete_where_no_copy_was_put_back(office: Path) -> None:
    result = run("opt-outs-complete", folder=office)
    assert (result.exit_code, "nothing to settle" in result.stderr) == (1, True)
