"""The office's key for hashes of numbers: drawn once, sealed, and drawn per start where nothing can seal it.

Must not: use the key; `tests/store/test_forgotten` does.
"""

from pathlib import Path

import pytest

from mcdesk import app


def test_it_is_drawn_once_and_is_in_the_vault(folder: Path) -> None:
    place = app.open_place(folder)
    key = app.number_key(place)
    assert app.number_key(place) == key
    place.close()
    place = app.open_place(folder)
    assert app.number_key(place) == key
    assert key.key.hex().encode() not in b"".join(file.read_bytes() for file in folder.glob("mcdesk.db*"))
    assert place.vault.forget_all() == 1
    assert app.number_key(place) != key
    place.close()


def test_without_an_office_key_each_start_has_its_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MCDESK_OFFICE_KEY")
    monkeypatch.setattr("mcdesk.settings.system_keyring", lambda: None)
    place = app.open_place(folder)
    assert app.number_key(place) != app.number_key(place)
    place.close()
