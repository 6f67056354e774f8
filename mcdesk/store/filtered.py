"""Wordings that a carrier took for spam, by the version of their template: other words are another one.

Must not: decide what is sent.
"""

from mcdesk.store import facts
from mcdesk.store.transaction import Tx


def note(tx: Tx, template: str, *, why: str) -> None:
    """These very words were filtered."""
    facts.put(tx, _fact(template), why)


def why(tx: Tx, template: str) -> str | None:
    """Why these very words are not sent any more; None where they are."""
    return facts.value(tx, _fact(template))


def _fact(template: str) -> str:
    return f"filtered:{template}"
