"""`mcdesk plain`: what costs double is written in letters that do not."""

from pathlib import Path

from tests.commands.running import run


def test_a_text_is_made_plain_and_what_changed_is_told(folder: Path) -> None:
    told = run("plain", "Łódź – “we\u2019re open”", folder=folder)
    assert told.stdout == 'Lodz - "we\'re open"\n'
    assert "ź is now z" in told.stderr
    assert "1 segment" in told.stderr


def test_lines_are_read_and_what_nothing_stands_for_stays(folder: Path) -> None:
    told = run("plain", folder=folder, words="Está bien\n😀 ok\n")
    assert told.stdout.splitlines() == ["Esta bien", "😀 ok"]
    assert "nothing plain stands for 😀" in told.stderr
