"""Whether anything is kept of a number, also of one that is nobody's contact: marked, or only ever answered.

Must not: say what is kept (`person_record` does).
"""

from sqlalchemy import ColumnElement, or_, select

from mcdesk.domain.number_key import NumberKey
from mcdesk.domain.numbers import Number
from mcdesk.store import consents, people
from mcdesk.store.schema import calls, marks, messages, suppressions
from mcdesk.store.transaction import Tx


def is_known(tx: Tx, numbers: NumberKey, number: Number) -> bool:
    """False where nothing is kept, or only what had to stay when its person was deleted."""
    if people.find_contact(tx, number) is not None:
        return True
    named = (
        select(calls.c.id).where(calls.c.caller == number),
        select(suppressions.c.id).where(suppressions.c.number == number),
        select(marks.c.id).where(marks.c.number == number),
        select(messages.c.id).where(texts_of(number)),
    )
    if any(tx.first(each.limit(1)) is not None for each in named):
        return True
    ledger = consents.of_person(tx, numbers, number, [])
    return bool(ledger) and ledger[-1].kind != consents.DELETED


def texts_of(number: Number) -> ColumnElement[bool]:
    """Texts from or to a number, whoever has it."""
    return or_(
        (messages.c.direction == "in") & (messages.c.sender == number.e164),
        (messages.c.direction == "out") & (messages.c.recipient == number.e164),
    )
