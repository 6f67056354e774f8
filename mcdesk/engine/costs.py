"""What the office's texts of a day cost: people are told before the day's limit keeps automatic ones back.

Must not: keep any back (the gate does).
"""

from mcdesk.domain.office import Texting
from mcdesk.engine.house import House
from mcdesk.store import facts, spending, talk
from mcdesk.store.transaction import Tx

#: The fact that says of which day, and how far, people were told.
TOLD = "cost-told"


def handed_over(tx: Tx, house: House, *, segments: int) -> None:
    """One text more."""
    spending.handed_over(tx, day=house.office.day(tx.now), segments=segments)
    watch(tx, house)


def watch(tx: Tx, house: House) -> None:
    """Tell everyone when the limit is near, and when it is reached; of each once a day."""
    day, texting = house.office.day(tx.now), house.office.texting
    if texting.daily_cost is None:
        return
    segments = spending.segments(tx, day=day)
    level = "reached" if texting.is_spent(segments) else "near" if texting.is_nearly_spent(segments) else ""
    known = facts.value(tx, TOLD) if level else None
    if not level or known in {f"{day} reached", f"{day} {level}"}:
        return
    facts.put(tx, TOLD, f"{day} {level}")
    title, then = _WORDS[level]
    text = f"{spent(texting, segments)}. {then} The limit is daily_cost in the configuration."
    talk.alert(tx, kind="cost", title=title, text=text)


def spent(texting: Texting, segments: int) -> str:
    """What so many segments cost beside the limit."""
    limit = f" of ${texting.daily_cost:.2f}" if texting.daily_cost is not None else ""
    return f"Today's texts cost ${segments * texting.segment_price:.2f}{limit} so far"


_WORDS = {
    "near": (
        "Texts: most of today's limit is spent",
        "At the limit nothing more is texted by itself today, and callers are to be phoned.",
    ),
    "reached": (
        "Texts: today's limit is reached",
        "Nothing more is texted by itself today; phone the callers marked \u201cCall now\u201d.",
    ),
}
