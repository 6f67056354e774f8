"""They agreed to texts again other than by text, and a person at the office says so (rule O-8).

Must not: read wishes into words, or lift what the office itself said of a number.
"""

from datetime import date, datetime

from mcdesk.domain.marks import MARK_WORDS
from mcdesk.domain.numbers import Number
from mcdesk.domain.queue import Done
from mcdesk.engine import consenting
from mcdesk.engine.house import House
from mcdesk.store import forgotten, leads, marks, people, talk
from mcdesk.store.transaction import Tx

#: How they agreed, as the ledger has it and as people say it.
WAYS = {"paper": "on paper", "web": "on the web", "verbal": "by word of mouth"}


def agreed_again(
    tx: Tx, house: House, person: str, number: Number, *, who: str, on: date, how: str, words: str
) -> Done:
    """The opt-out ends from now on. `on`: the day they agreed; `words`: what they agreed to."""
    refused = _refused(tx, house, number, who, on)
    if refused is not None:
        return Done(False, refused)
    at_provider = people.is_suppressed_at_provider(tx, number)
    lead = next(iter(reversed(leads.of_number(tx, number))), None)
    evidence = {"who": who.strip(), "on": on.isoformat(), "words": words.strip()}
    why = f"{who.strip()} agreed again {WAYS[how]} on {on:%b} {on.day}, {on.year}"
    consenting.restore(tx, house, number, why=why, evidence=evidence, lead=lead, source=how, by=person)
    if lead is not None:
        talk.happened(tx, lead, f"{why}. No text starts again by itself.", author=person)
        leads.refresh(tx, lead)
    more = (
        " They sent STOP to the texting company too: it refuses texts to them until they send START."
        if at_provider
        else ""
    )
    return Done(True, f"{number.spoken} may be texted again.{more}")


def _refused(tx: Tx, house: House, number: Number, who: str, on: date) -> str | None:
    if not who.strip():
        return "Say who agreed: the record must name them."
    if on > tx.now.astimezone(house.office.zone).date():
        return f"{on:%b} {on.day}, {on.year} is still to come. Give the day on which they agreed."
    said = marks.in_force(tx, house.numbers, number)
    marked = next((kind for kind in sorted(forgotten.MARKS) if kind in said), None)
    if marked is not None:
        return (
            f"{number.spoken} is marked {MARK_WORDS[marked]} ({said[marked]}). What they agreed to does not "
            "lift that: take the mark away first (mcdesk unmark)."
        )
    opted_out_at = _opted_out_at(tx, house, number)
    if opted_out_at is None:
        return f"{number.spoken} has not opted out, so there is nothing to end."
    opted_out_on = opted_out_at.astimezone(house.office.zone).date()
    if on < opted_out_on:
        return f"They opted out later, on {opted_out_on:%b} {opted_out_on.day}. It takes a newer agreement."
    return None


def _opted_out_at(tx: Tx, house: House, number: Number) -> datetime | None:
    at = people.suppressed_at(tx, number)
    if at is None and consenting.is_opted_out(tx, house, number):
        # Of a lost key, or where the row is missing, nobody knows when.
        return forgotten.deleted_at(tx, house.numbers, number) or tx.now
    return at
