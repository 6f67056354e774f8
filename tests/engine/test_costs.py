"""People hear of the day's limit before it keeps texts back, and when it does.

Must not: test the limit itself; `tests/domain/test_policy` does.
"""

from dataclasses import replace
from datetime import timedelta

from mcdesk.engine import costs, rules
from mcdesk.engine.house import House
from mcdesk.store import alerts
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import NOW, SOURCE, Stage
from tests.engine.test_calls_in_any_order import MISSED_AT_ONCE


def limited(house: House, dollars: float | None, price: float = 0.125) -> House:
    texting = replace(house.office.texting, daily_cost=dollars, segment_price=price)
    return replace(house, office=replace(house.office, texting=texting))


def told(tx: Tx) -> list[str]:
    found = [each for each in alerts.recent(tx, person="Maria", unread_only=False) if each.kind == "cost"]
    return [each.title.removeprefix("Texts: ") for each in reversed(found)]


def test_t3_near_the_days_limit_and_at_it_everyone_is_told_once_each(stage: Stage) -> None:
    house = limited(stage.house, 1.25)

    def story(tx: Tx) -> None:
        heard = []
        for _ in range(14):
            costs.handed_over(tx, house, segments=1)
            heard.append(len(told(tx)))
        assert heard == [0] * 7 + [1] * 2 + [2] * 5
        assert told(tx) == ["most of today's limit is spent", "today's limit is reached"]
        (reached, near) = alerts.recent(tx, person="Maria", unread_only=True)
        assert "$1.00 of $1.25" in near.text
        assert "$1.25 of $1.25" in reached.text

    stage.act(story)


def test_t3_the_next_day_begins_anew(stage: Stage) -> None:
    house = limited(stage.house, 1.25)

    def story(tx: Tx) -> None:
        costs.handed_over(tx, house, segments=9)
        tomorrow = Tx(tx.connection, NOW + timedelta(days=1))
        costs.handed_over(tomorrow, house, segments=1)
        assert told(tx) == ["most of today's limit is spent"]
        costs.handed_over(tomorrow, house, segments=9)
        assert told(tx) == ["most of today's limit is spent", "today's limit is reached"]

    stage.act(story)


def test_t3_a_limit_that_was_lowered_is_told_when_it_keeps_the_first_text_back(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        costs.handed_over(tx, limited(stage.house, None), segments=50)
        assert told(tx) == []
        for call in ("CA1", "CA2"):
            rules.apply(tx, limited(stage.house, 1.25), SOURCE, replace(MISSED_AT_ONCE, call_id=call))
        assert told(tx) == ["today's limit is reached"]

    stage.act(story)
