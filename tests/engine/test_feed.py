"""Notices of what changed, inside one process.

Must not: need a database.
"""

from collections.abc import Callable

from mcdesk.engine.changes import Changes, Feed


def test_everybody_who_listens_hears_and_who_stopped_does_not() -> None:
    feed, one, other = Feed(), list[Changes](), list[Changes]()
    stop = feed.subscribe(one.append)
    feed.subscribe(other.append)
    feed.publish(Changes(leads=frozenset({1})))
    stop()
    feed.publish(Changes(leads=frozenset({2})))
    assert [set(change.leads) for change in one] == [{1}]
    assert [set(change.leads) for change in other] == [{1}, {2}]


def test_nothing_is_not_told() -> None:
    feed, heard = Feed(), list[Changes]()
    feed.subscribe(heard.append)
    feed.publish(Changes())
    assert heard == []


def test_who_stops_while_being_told_disturbs_nobody() -> None:
    feed, heard = Feed(), list[Changes]()
    stops: list[Callable[[], None]] = []
    stops.append(feed.subscribe(lambda change: stops[0]()))
    feed.subscribe(heard.append)
    feed.publish(Changes(office=True))
    feed.publish(Changes(office=True))
    assert len(heard) == 2


def test_changes_add_up() -> None:
    both = Changes(leads=frozenset({1}), office=True) | Changes(leads=frozenset({2}), alerts=frozenset({7}))
    assert both == Changes(leads=frozenset({1, 2}), alerts=frozenset({7}), office=True)
    assert not Changes()
    assert Changes(everything=True)
