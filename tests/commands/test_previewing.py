"""`mcdesk preview`: a template as a real person would get it."""

import json
from pathlib import Path

from tests.commands.running import configuration, configured, run
from tests.commands.test_rehearsing import an_hour_ago

CURLY = """
[[templates]]
name = "curly"
language = "en"
body = "{firm}: We\u2019re sorry \U0001f600 we missed you. Reply STOP to opt out, HELP for help."
warnings_accepted_by = "Maria"
warnings_accepted = "27a5166f3d50 STR006 STR007"
"""


def test_words_size_and_price_are_those_of_the_text_that_would_go_out(folder: Path) -> None:
    configured(folder)
    an_hour_ago(folder)
    told = json.loads(run("preview", "first", "1", "--json", folder=folder).stdout)
    assert told["body"].startswith("Rivera & Cole: ")
    assert "{" not in told["body"]
    assert (told["encoding"], told["segments"], told["cost"]) == ("GSM-7", 1, 0.0113)
    assert told["template"].startswith("first/en#")
    spanish = json.loads(run("preview", "first", "1", "--language", "es", "--json", folder=folder).stdout)
    assert "llamada" in spanish["body"]


def test_what_makes_a_text_dear_is_named(folder: Path) -> None:
    configured(folder, configuration() + CURLY)
    an_hour_ago(folder)
    told = run("preview", "curly", "1", folder=folder)
    assert "2 segments in UCS-2, because of \U0001f600" in told.stdout


def test_who_answers_for_what_is_shown_with_its_day(folder: Path) -> None:
    configured(folder, configuration() + CURLY)
    shown = run("config", "show", folder=folder).stdout
    assert "Template curly (en): Maria answers for STR006, STR007 since " in shown
    first = shown.partition(" since ")[2].splitlines()[0]
    configured(folder, configuration() + CURLY + "\n# nothing new\n")
    assert f"since {first}" in run("config", "show", folder=folder).stdout


def test_what_a_name_costs_is_said_when_it_is_put_in_force(folder: Path) -> None:
    file = folder.parent / "office.toml"
    file.write_text(configuration().replace("Rivera & Cole", "Łódź Legal"), encoding="utf-8")
    told = run("config", "import", str(file), folder=folder)
    assert told.exit_code == 0
    assert 'In plain letters: name = "Lodz Legal"' in told.stderr


def test_a_file_that_is_no_text_changes_nothing_and_says_so(folder: Path) -> None:
    file = folder.parent / "office.toml"
    file.write_bytes(configuration().replace("Cole", "Col\u00e9").encode("latin-1"))
    told = run("config", "import", str(file), folder=folder)
    assert told.exit_code == 1
    assert "Nothing was changed" in told.output


def test_an_unknown_template_is_told_with_those_there_are(folder: Path) -> None:
    configured(folder)
    an_hour_ago(folder)
    told = run("preview", "frist", "1", folder=folder)
    assert told.exit_code == 1
    assert "There is no template 'frist'. There are: first, second" in told.output
