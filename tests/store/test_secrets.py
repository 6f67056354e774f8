"""The vault on a real SQLite file: sealed on disk, bound to its place, and clear about a wrong key.

Must not: ask a keyring; keys are given here.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from mcdesk.store import schema
from mcdesk.store.database import Database
from mcdesk.store.opening import open_database
from mcdesk.store.secrets import KeyTrouble, Vault
from tests.store.conftest import Opener

KEY, OTHER_KEY = b"k" * 32, b"o" * 32


@pytest.fixture
def database(open_one: Opener) -> Database:
    return open_one(lambda: datetime.now(UTC))


def no_key() -> bytes:
    raise LookupError("There is no key. Make one: mcdesk config make-key-file")


def must_not_be_asked() -> bytes:
    raise AssertionError("the key was asked for")


def test_a_secret_is_given_back_replaced_and_deleted(database: Database) -> None:
    vault = Vault(database, lambda: KEY)
    vault.set("twilio", "auth_token", "first")
    vault.set("twilio", "auth_token", "second ñ")
    assert vault.get("twilio", "auth_token") == "second ñ"
    assert Vault(database, lambda: KEY).get("twilio", "auth_token") == "second ñ"
    vault.delete("twilio", "auth_token")
    assert vault.get("twilio", "auth_token") is None


def test_nothing_of_a_secret_is_readable_on_disk(tmp_path: Path) -> None:
    database = open_database(tmp_path, now=lambda: datetime.now(UTC))
    Vault(database, lambda: KEY).set("twilio", "auth_token", "very-secret-token")
    database.close()
    found = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"auth_token" in found
    assert b"very-secret" not in found


def test_the_same_secret_never_seals_to_the_same_bytes(database: Database) -> None:
    vault = Vault(database, lambda: KEY)
    vault.set("a", "x", "same")
    vault.set("a", "y", "same")
    rows = database.read(lambda tx: tx.all(schema.secrets.select())).result()
    assert len({row.sealed for row in rows}) == 2


def test_names_are_told_without_a_key(database: Database) -> None:
    Vault(database, lambda: KEY).set("clio", "client_secret", "x")
    Vault(database, lambda: KEY).set("clio", "app", "x")
    Vault(database, lambda: KEY).set("twilio", "auth_token", "x")
    assert Vault(database, must_not_be_asked).names("clio") == ("app", "client_secret")


def test_an_office_without_secrets_needs_no_key(database: Database) -> None:
    vault = Vault(database, must_not_be_asked)
    assert vault.get("twilio", "auth_token") is None
    assert vault.names("twilio") == ()
    vault.delete("twilio", "auth_token")


def test_a_key_is_drawn_only_while_nothing_is_sealed(database: Database) -> None:
    Vault(database, no_key, new_key=lambda: KEY).set("twilio", "auth_token", "x")
    with pytest.raises(KeyTrouble, match="make-key-file"):
        Vault(database, no_key, new_key=must_not_be_asked).set("twilio", "other", "y")
    assert Vault(database, lambda: KEY, new_key=must_not_be_asked).get("twilio", "auth_token") == "x"


def test_a_wrong_key_is_told_in_words(database: Database) -> None:
    Vault(database, lambda: KEY).set("twilio", "auth_token", "x")
    with pytest.raises(KeyTrouble, match=r"auth_token of twilio .* another office key .*forget-secrets"):
        Vault(database, lambda: OTHER_KEY).get("twilio", "auth_token")


@pytest.mark.parametrize(
    "write",
    [
        lambda vault: vault.set("clio", "client_secret", "y"),
        lambda vault: vault.set("twilio", "auth_token", "y"),
        lambda vault: vault.keep_first("clio", "client_secret", "y"),
    ],
)
def test_nothing_is_sealed_with_a_second_key_beside_the_first(
    database: Database, write: Callable[[Vault], object]
) -> None:
    Vault(database, lambda: KEY).set("twilio", "auth_token", "x")
    with pytest.raises(KeyTrouble):
        write(Vault(database, lambda: OTHER_KEY))
    assert Vault(database, lambda: KEY).get("twilio", "auth_token") == "x"
    assert Vault(database, lambda: KEY).names("clio") == ()


def test_the_right_key_put_in_place_later_works_without_a_restart(database: Database) -> None:
    Vault(database, lambda: KEY).set("twilio", "auth_token", "x")
    keys = iter([OTHER_KEY, KEY])
    vault = Vault(database, lambda: next(keys))
    with pytest.raises(KeyTrouble):
        vault.get("twilio", "auth_token")
    assert vault.get("twilio", "auth_token") == "x"


def test_forgetting_all_is_the_way_out_of_a_lost_key(database: Database) -> None:
    Vault(database, lambda: KEY).set("twilio", "auth_token", "x")
    vault = Vault(database, lambda: OTHER_KEY)
    assert vault.forget_all() == 1
    vault.set("twilio", "auth_token", "again")
    assert vault.get("twilio", "auth_token") == "again"


def damaged(sealed: bytes) -> bytes:
    return sealed[:-1] + bytes([sealed[-1] ^ 1])


@pytest.mark.parametrize(
    "change",
    [
        lambda sealed: {"connection": "attacker"},
        lambda sealed: {"field": "note"},
        lambda sealed: {"sealed": damaged(sealed)},
        lambda sealed: {"sealed": sealed[:5]},
        lambda sealed: {"sealed": b"\x02" + sealed[1:]},
    ],
)
def test_a_secret_moved_or_changed_does_not_open(
    database: Database, change: Callable[[bytes], dict[str, object]]
) -> None:
    vault = Vault(database, lambda: KEY)
    vault.set("twilio", "auth_token", "x")
    row = database.read(lambda tx: tx.first(schema.secrets.select())).result()
    assert row is not None
    changed = change(row.sealed)
    database.write(lambda tx: tx.run(update(schema.secrets).values(**changed)).rowcount).result()
    with pytest.raises(KeyTrouble):
        vault.get(str(changed.get("connection", "twilio")), str(changed.get("field", "auth_token")))


def test_of_two_first_secrets_one_counts_for_both(database: Database) -> None:
    vaults = [Vault(database, lambda: KEY) for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        kept = set(threads.map(lambda vault: vault.keep_first("a", "b", os.urandom(4).hex()), vaults))
    assert kept == {vaults[0].get("a", "b")}


def test_a_swap_happens_only_where_the_old_one_is_still_there(database: Database) -> None:
    vault = Vault(database, lambda: KEY)
    vault.set("a", "b", "old")
    assert vault.swap("a", "b", old="old", new="new")
    assert not vault.swap("a", "b", old="old", new="newer")
    assert not vault.swap("a", "absent", old="old", new="newer")
    assert vault.get("a", "b") == "new"


def test_a_hook_secret_is_the_configured_one_or_drawn_once_and_kept(database: Database) -> None:
    vault = Vault(database, lambda: KEY)
    assert vault.hook_secret("twilio", "s3cret-path") == "s3cret-path"
    drawn = vault.hook_secret("twilio", None)
    assert len(drawn) == 32
    assert set(drawn) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
    assert Vault(database, lambda: KEY).hook_secret("twilio", None) == drawn
    assert vault.hook_secret("clio", None) != drawn


def test_an_office_without_a_key_gets_a_hook_secret_per_start_and_is_told(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    vault = Vault(database, no_key)
    drawn = vault.hook_secret("twilio", None)
    assert len(drawn) == 32
    assert "changes with each start" in caplog.text
    assert drawn not in caplog.text
