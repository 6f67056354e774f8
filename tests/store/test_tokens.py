"""Sign-in tokens: sealed, renewed by one engine at a time, and never lost between renewing and saving.

Must not: talk to a company; renewing is a function here.
"""

import asyncio
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mcdesk.ports.provider import BadLogin, Tokens, Unreachable
from mcdesk.store import health, schema
from mcdesk.store import tokens as stored_tokens
from mcdesk.store.database import Database
from mcdesk.store.refresh_lease import RefreshLease
from mcdesk.store.secrets import Vault
from mcdesk.store.tokens import StoredTokens
from mcdesk.store.transaction import StoreTrouble
from mcdesk.wire.client import TIMEOUTS
from tests.store.conftest import Opener

KEY = b"k" * 32
FIRST = Tokens(access="a1", refresh="r1", expires_at=datetime(2026, 3, 2, 17, 0, 0, 123456, UTC))
NEXT = replace(FIRST, access="a2", refresh="r2")


@pytest.fixture
def database(open_one: Opener) -> Database:
    return open_one(lambda: datetime.now(UTC))


def stored(database: Database, *, holder: str = "engine", vault: Vault | None = None) -> StoredTokens:
    return StoredTokens(vault or Vault(database, lambda: KEY), database, "clio", holder)


class Company:
    """Rotates refresh tokens as a strict one does: each is good once."""

    def __init__(self, *, seconds: float = 0.0) -> None:
        self.valid = "r1"
        self.renewals = 0
        self._seconds = seconds

    async def renew(self, stale: Tokens) -> Tokens:
        if stale.refresh != self.valid:
            raise BadLogin("Sign in again.")
        self.renewals += 1
        self.valid = f"r{self.renewals + 1}"
        await asyncio.sleep(self._seconds)
        return replace(stale, access=f"a{self.renewals + 1}", refresh=self.valid)


class Robbed(Vault):
    """A vault whose second look takes so long that another engine takes the lease meanwhile, for a while."""

    looks = 0
    until = datetime.fromtimestamp(0, UTC)

    def get(self, connection: str, field: str) -> str | None:
        found = super().get(connection, field)
        self.looks += 1
        if self.looks == 2:
            self.until = datetime.now(UTC) + timedelta(seconds=0.4)
            taken = schema.leases.update().values(holder="other", until=self.until)
            self._database.write(lambda tx: tx.run(taken).rowcount).result()
        return found


class FullDisk(Vault):
    """A vault whose disk is full for a while."""

    full = False

    def swap(self, connection: str, field: str, *, old: str, new: str) -> bool:
        if self.full:
            raise StoreTrouble("The disk is full.")
        return super().swap(connection, field, old=old, new=new)


def test_tokens_come_back_as_they_were_saved(database: Database) -> None:
    async def story() -> None:
        tokens = stored(database)
        assert await tokens.load() is None
        await tokens.save(FIRST)
        assert await stored(database).load() == FIRST
        await tokens.forget()
        assert await tokens.load() is None

    asyncio.run(story())


def test_the_end_of_a_sign_in_is_kept_for_the_screens(database: Database) -> None:
    until = FIRST.expires_at + timedelta(days=7)

    async def story() -> None:
        tokens = stored(database)
        ending = replace(FIRST, renewable_until=until)
        await tokens.save(ending)
        assert await tokens.load() == ending

    def shown() -> datetime | None:
        row = database.read(lambda tx: health.row(tx, "clio")).result()
        return row.sign_in_until if row else None

    database.write(lambda tx: health.begin(tx, "clio")).result()
    asyncio.run(story())
    assert shown() == until
    asyncio.run(stored(database).save(FIRST))
    assert shown() is None


def test_a_refresh_is_on_disk_when_it_is_given_out(database: Database) -> None:
    async def story() -> None:
        tokens = stored(database)
        await tokens.save(FIRST)
        assert await tokens.refresh(FIRST, Company().renew) == NEXT
        assert await stored(database).load() == NEXT

    asyncio.run(story())


def test_tokens_that_are_no_longer_stale_are_not_renewed(database: Database) -> None:
    async def story() -> None:
        company = Company()
        await stored(database).save(NEXT)
        assert await stored(database).refresh(FIRST, company.renew) == NEXT
        assert company.renewals == 0

    asyncio.run(story())


def test_many_refreshes_at_once_in_two_engines_renew_once(database: Database, open_one: Opener) -> None:
    async def story() -> None:
        other = open_one(lambda: datetime.now(UTC))
        company = Company(seconds=0.2)
        await stored(database).save(FIRST)
        engines = [stored(database), stored(database), stored(other, holder="other")]
        waiting = [each.refresh(FIRST, company.renew) for each in engines for _ in range(3)]
        got = await asyncio.gather(*waiting)
        assert set(got) == {NEXT}
        assert company.renewals == 1

    asyncio.run(story())


def test_a_failed_renewal_lets_the_next_one_try_at_once(database: Database) -> None:
    async def story() -> None:
        async def fail(stale: Tokens) -> Tokens:
            raise Unreachable("The company does not answer.")

        tokens = stored(database)
        await tokens.save(FIRST)
        with pytest.raises(Unreachable):
            await tokens.refresh(FIRST, fail)
        async with asyncio.timeout(5):
            assert await stored(database, holder="two").refresh(FIRST, Company().renew) == NEXT

    asyncio.run(story())


def test_a_dead_engines_lease_ends_by_itself(database: Database) -> None:
    async def story() -> None:
        tokens = stored(database)
        await tokens.save(FIRST)
        soon = datetime.now(UTC) + timedelta(seconds=0.3)
        row = schema.leases.insert().values(name="refresh:clio", holder="dead", until=soon, fence=7)
        database.write(lambda tx: tx.run(row).rowcount).result()
        company = Company()
        waiting = asyncio.create_task(tokens.refresh(FIRST, company.renew))
        await asyncio.sleep(0.1)
        assert company.renewals == 0
        assert await waiting == NEXT
        assert datetime.now(UTC) >= soon
        lease = database.read(lambda tx: tx.first(schema.leases.select())).result()
        assert lease is not None
        assert lease.fence == 8

    asyncio.run(story())


def test_a_renewal_that_takes_longer_than_the_lease_is_not_overtaken(
    database: Database, open_one: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_tokens, "HOLD", timedelta(seconds=0.6))

    async def story() -> None:
        other = open_one(lambda: datetime.now(UTC))
        company = Company(seconds=2)
        await stored(database).save(FIRST)
        engines = [stored(database), stored(other, holder="other")]
        assert await asyncio.gather(*(each.refresh(FIRST, company.renew) for each in engines)) == [NEXT, NEXT]
        assert company.renewals == 1

    asyncio.run(story())


def test_the_lease_outlasts_the_longest_renewal_of_an_engine_that_cannot_say_that_it_lives() -> None:
    assert timedelta(seconds=TIMEOUTS.whole + 10) <= stored_tokens.HOLD


def test_a_process_that_lost_the_lease_does_not_use_the_refresh_token(database: Database) -> None:
    async def story() -> None:
        robbed = Robbed(database, lambda: KEY)
        renewed_at = []

        async def renew(stale: Tokens) -> Tokens:
            renewed_at.append(datetime.now(UTC))
            return NEXT

        await stored(database).save(FIRST)
        assert await stored(database, vault=robbed).refresh(FIRST, renew) == NEXT
        (at,) = renewed_at
        assert at >= robbed.until

    asyncio.run(story())


def test_a_lease_given_back_is_not_taken_up_again_by_a_late_word_of_its_holder(database: Database) -> None:
    minute = timedelta(minutes=1)
    mine, other = (
        RefreshLease(database, "clio", holder, lasts=minute, now=lambda: datetime.now(UTC))
        for holder in ("mine", "other")
    )
    assert mine.take()
    assert mine.keep()
    assert not other.take()
    mine.give_back()
    assert not mine.keep()
    assert other.take()


def test_a_new_sign_in_wins_over_a_renewal_under_way(database: Database) -> None:
    async def story() -> None:
        signed_in_again = replace(FIRST, access="new", refresh="new")
        tokens = stored(database)
        await tokens.save(FIRST)

        async def renew(stale: Tokens) -> Tokens:
            await stored(database).save(signed_in_again)
            return NEXT

        assert await tokens.refresh(FIRST, renew) == signed_in_again
        assert await tokens.load() == signed_in_again

    asyncio.run(story())


def test_tokens_renewed_while_the_disk_was_full_are_saved_later(database: Database) -> None:
    async def story() -> None:
        vault = FullDisk(database, lambda: KEY)
        company = Company()
        tokens = stored(database, vault=vault)
        await tokens.save(FIRST)
        vault.full = True
        with pytest.raises(Unreachable, match="disk is full"):
            await tokens.refresh(FIRST, company.renew)
        vault.full = False
        assert await tokens.refresh(FIRST, company.renew) == NEXT
        assert await stored(database).load() == NEXT
        assert company.renewals == 1

    asyncio.run(story())


def test_unsaved_tokens_outlive_their_connection_and_are_saved_when_it_closes(database: Database) -> None:
    async def story() -> None:
        vault = FullDisk(database, lambda: KEY)
        company = Company()
        tokens = stored(database, vault=vault)
        await tokens.save(FIRST)
        vault.full = True
        with pytest.raises(Unreachable, match="disk is full"):
            await tokens.refresh(FIRST, company.renew)
        await tokens.close()  # the configuration is changed, and the disk is still full
        again = stored(database, vault=vault)
        vault.full = False
        await again.close()
        assert await stored(database).load() == NEXT
        assert company.renewals == 1

    asyncio.run(story())


def test_tokens_a_stop_cannot_save_are_said(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        vault = FullDisk(database, lambda: KEY)
        tokens = stored(database, vault=vault)
        await tokens.save(FIRST)
        await tokens.close()
        assert caplog.records == []
        vault.full = True
        with pytest.raises(Unreachable):
            await tokens.refresh(FIRST, Company().renew)
        await tokens.close()

    asyncio.run(story())
    (said,) = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert said.startswith("The renewed sign-in of clio is not saved: The disk is full.")
    assert "r2" not in caplog.text


def test_nobody_else_uses_the_old_refresh_token_while_the_new_one_is_not_saved(
    database: Database, open_one: Opener
) -> None:
    async def story() -> None:
        vault = FullDisk(database, lambda: KEY)
        other = stored(open_one(lambda: datetime.now(UTC)), holder="other")
        company = Company()
        tokens = stored(database, vault=vault)
        await tokens.save(FIRST)
        vault.full = True
        with pytest.raises(Unreachable):
            await tokens.refresh(FIRST, company.renew)
        waiting = asyncio.create_task(other.refresh(FIRST, company.renew))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        vault.full = False
        assert await tokens.load() == NEXT
        assert await waiting == NEXT

    asyncio.run(story())


def test_a_sign_in_that_was_taken_away_has_no_end(database: Database) -> None:
    until = FIRST.expires_at + timedelta(days=7)
    ending = replace(FIRST, renewable_until=until)

    def shown() -> datetime | None:
        row = database.read(lambda tx: health.row(tx, "clio")).result()
        return row.sign_in_until if row else None

    database.write(lambda tx: health.begin(tx, "clio")).result()
    vault = Vault(database, lambda: KEY)
    tokens = stored(database, vault=vault)
    for take_away in (lambda: asyncio.run(tokens.forget()), vault.forget_all):
        asyncio.run(tokens.save(ending))
        assert shown() == until
        take_away()
        assert shown() is None


def test_a_renewal_that_ends_after_the_sign_in_was_taken_away_shows_no_end(database: Database) -> None:
    class TakenAway(Vault):
        def swap(self, connection: str, field: str, *, old: str, new: str) -> bool:
            swapped = super().swap(connection, field, old=old, new=new)
            self.forget_all()
            return swapped

    async def story() -> None:
        async def renew(stale: Tokens) -> Tokens:
            return replace(NEXT, renewable_until=FIRST.expires_at + timedelta(days=7))

        await stored(database).save(FIRST)
        await stored(database, vault=TakenAway(database, lambda: KEY)).refresh(FIRST, renew)

    database.write(lambda tx: health.begin(tx, "clio")).result()
    asyncio.run(story())
    row = database.read(lambda tx: health.row(tx, "clio")).result()
    assert row is not None
    assert row.sign_in_until is None


def test_signed_out_and_a_missing_key_are_sign_in_troubles(database: Database) -> None:
    async def story() -> None:
        with pytest.raises(BadLogin, match="Sign in again"):
            await stored(database).refresh(FIRST, Company().renew)
        await stored(database).save(FIRST)
        with pytest.raises(BadLogin, match="another office key"):
            await stored(database, vault=Vault(database, lambda: b"o" * 32)).load()

    asyncio.run(story())


OTHER_ENGINE = """
import asyncio, sys
from dataclasses import replace
from pathlib import Path
from mcdesk.store.refresh_lease import RefreshLease
from mcdesk.store.secrets import Vault
from mcdesk.store.tokens import StoredTokens
from tests.store.conftest import open_either

async def main() -> None:
    database = open_either(sys.argv[1])
    tokens = StoredTokens(Vault(database, lambda: b"k" * 32), database, "clio", sys.argv[2])
    stale = await tokens.load()
    async def renew(old):
        with Path(sys.argv[3], "renewals").open("a") as file:
            file.write("x")
        await asyncio.sleep(0.3)
        return replace(old, access="a2", refresh="r2")
    print("loaded", flush=True)
    sys.stdin.readline()
    print((await tokens.refresh(stale, renew)).access)
    database.close()

asyncio.run(main())
"""


def test_two_processes_renew_once(database: Database, open_one: Opener, tmp_path: Path) -> None:
    asyncio.run(stored(database).save(FIRST))
    engines = [
        subprocess.Popen(
            [sys.executable, "-c", OTHER_ENGINE, open_one.where, name, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    for engine in engines:
        assert engine.stdout is not None
        assert engine.stdout.readline() == "loaded\n"
    for engine in engines:
        assert engine.stdin is not None
        engine.stdin.write("go\n")
        engine.stdin.flush()
    said = [engine.communicate(timeout=30)[0].strip() for engine in engines]
    assert said == ["a2", "a2"]
    assert (tmp_path / "renewals").read_text() == "x"
