"""Who holds what only one engine may do.

Must not: know the things.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import pytest
from sqlalchemy import select

from mcdesk.store import leases, schema
from mcdesk.store.transaction import Tx
from tests.store.conftest import NOW, Opener

T = TypeVar("T")


class Hours:
    """A database at an hour that passes when told."""

    def __init__(self, open_one: Opener) -> None:
        self.now = NOW
        self.database = open_one(lambda: self.now)

    def do(self, work: Callable[[Tx], T]) -> T:
        return self.database.write(work).result(10)

    def holds(self, holder: str, *, seconds: float = 8, name: str = "poll") -> bool:
        return self.do(
            lambda tx: leases.hold(tx, name, holder=holder, lasts=timedelta(seconds=seconds)) is not None
        )

    def lives(self, holder: str) -> None:
        assert self.holds(holder, name=f"engine:{holder}")

    def has_for_life(self, holder: str) -> bool:
        return self.do(lambda tx: leases.hold_for_life(tx, "crm:clio", holder=holder) is not None)

    def fence(self) -> int:
        return self.do(
            lambda tx: int(tx.value(select(schema.leases.c.fence).where(schema.leases.c.name == "poll")))
        )


@pytest.fixture
def hours(open_one: Opener) -> Hours:
    return Hours(open_one)


def test_one_holds_it_until_it_ends_and_each_taking_over_counts(hours: Hours) -> None:
    assert hours.holds("a")
    assert hours.holds("a"), "keeping it"
    assert not hours.holds("b")
    assert hours.fence() == 1
    # Never to the very moment: how far a server's clock is ahead is measured each time, over a wire.
    hours.now += timedelta(seconds=7)
    assert not hours.holds("b")
    hours.now += timedelta(seconds=2)
    assert hours.holds("b")
    assert hours.fence() == 2
    assert not hours.holds("a")


def test_what_is_held_for_life_is_held_as_long_as_its_engine_lives(hours: Hours) -> None:
    hours.lives("a")
    hours.lives("b")
    assert hours.has_for_life("a")
    assert not hours.has_for_life("b")
    hours.now += timedelta(seconds=6)
    hours.lives("a")
    hours.lives("b")
    hours.now += timedelta(seconds=6)
    assert not hours.has_for_life("b"), "a renewed its life"
    hours.lives("b")
    hours.now += timedelta(seconds=6)
    assert hours.has_for_life("b"), "a did not"
    assert not hours.has_for_life("c") or not hours.has_for_life("b")


def test_an_engine_that_ends_gives_everything_back(hours: Hours) -> None:
    hours.lives("a")
    hours.lives("b")
    assert hours.has_for_life("a")
    assert hours.holds("a")
    hours.do(lambda tx: leases.give_all_back(tx, holder="a"))
    assert hours.has_for_life("b")
    assert hours.holds("b")


def test_whoever_lost_a_lease_is_known_by_its_fence(hours: Hours) -> None:
    def fence(holder: str) -> int:
        held = hours.do(lambda tx: leases.hold(tx, "poll", holder=holder, lasts=timedelta(seconds=8)))
        assert held is not None
        return held

    def still(holder: str, fence: int) -> bool:
        return hours.do(lambda tx: leases.still(tx, "poll", holder=holder, fence=fence))

    first = fence("a")
    assert fence("a") == first, "keeping it"
    hours.now += timedelta(seconds=9)
    assert still("a", first), "it ran out, but nobody took it"
    second = fence("b")
    assert not still("a", first)
    assert still("b", second)
    hours.now += timedelta(seconds=9)
    third = fence("a")
    assert not still("a", first), "it has the lease again, but what it began under the old one is void"
    assert still("a", third)


def test_a_fence_is_never_counted_from_the_start_again(hours: Hours) -> None:
    hours.lives("a")
    assert hours.holds("a")
    before = hours.fence()
    hours.do(lambda tx: leases.give_all_back(tx, holder="a"))
    assert hours.holds("b")
    assert hours.fence() > before


def test_engines_that_ended_without_a_word_are_forgotten_after_a_day(hours: Hours) -> None:
    hours.lives("old")
    hours.now += timedelta(hours=25)
    hours.lives("new")
    hours.do(leases.forget_long_dead)
    assert set(hours.do(leases.engines)) == {"new"}
