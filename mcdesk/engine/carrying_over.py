"""At the first start with a copy: who opted out, was marked or was deleted since it was made, stays so.

Must not: look into logs (the poller does): what people wrote since the copy is read from there.
"""

import logging
from pathlib import Path
from typing import Any

from sqlalchemy import Row

from mcdesk.domain.marks import MarkKind
from mcdesk.domain.queue import Done
from mcdesk.engine import consenting, forgetting, marking
from mcdesk.engine.house import House
from mcdesk.store import consents, facts, forgotten, marks, people, replaced, restored, talk
from mcdesk.store.replaced import Replaced
from mcdesk.store.transaction import StoreTrouble, Tx

log = logging.getLogger(__name__)

_UNSURE = (
    "A copy of the data was put back, and what was there before cannot be read. So nobody knows who asked by "
    "phone or mail not to be texted, was marked or was deleted since the copy was made. Nothing is texted by "
    "itself. Enter those again (mcdesk stop-texting, mcdesk mark, mcdesk forget), then say so: "
    "mcdesk opt-outs-complete."
)


def carry_over(tx: Tx, house: House) -> None:
    """Once. Where what was there before cannot be read, nothing is texted by itself until a person agrees."""
    noted = restored.replaced(tx)
    if noted is None:
        return
    is_sure = bool(noted)
    while noted:
        try:
            found = replaced.read(Path(noted))
        except StoreTrouble as trouble:
            log.warning(
                "What a copy took the place of cannot be read",
                extra={"action": "restore.unreadable", "why": str(trouble)},
            )
            is_sure = False
            break
        # Another office's knows nothing of our people.
        is_sure = is_sure and found.is_sure and found.installation == facts.installation(tx)
        _take_over(tx, house, found)
        # What itself took the place of something was perhaps never started.
        noted = found.facts.get(restored.REPLACED)
        is_sure = is_sure and noted != ""
    restored.carried_over(tx, is_sure=is_sure)
    if not is_sure:
        talk.alert(tx, kind="check", title="Opt-outs may be missing", text=_UNSURE)


def complete(tx: Tx, house: House, person: str) -> Done:
    """A person entered again what was said since the copy was made."""
    if not restored.settle_opt_outs(tx, by=person):
        return Done(False, "The opt-outs are complete as far as mcdesk knows: there is nothing to settle.")
    log.info("The opt-outs were said to be complete", extra={"action": "restore.complete"})
    return Done(True, "Texts go out by themselves again.")


def _take_over(tx: Tx, house: House, found: Replaced) -> None:
    numbers = {house.numbers.of(number): number for number in people.numbers(tx)} if found.forgotten else {}
    for row in found.forgotten:
        if forgotten.take_over(tx, row):
            consents.add_of_deleted(
                tx, row.number_key, evidence={"deleted_at": row.at.isoformat()}, by=row.by
            )
            number = numbers.get(row.number_key)
            if number is not None:
                forgetting.erase(tx, house, row.by, number)
    for row in found.suppressions:
        if people.suppressed_at(tx, row.number) is None:
            _withdraw(tx, house, row)
    for row in found.marks:
        kind = MarkKind(row.kind)
        if kind not in marks.in_force(tx, house.numbers, row.number):
            marking.mark(tx, house, row.by, row.number, kind, row.why)


def _withdraw(tx: Tx, house: House, row: Row[Any]) -> None:
    values = row._mapping
    consenting.withdraw(
        tx, house, row.number, words=row.words, rule=row.rule, channel=row.channel, at=row.at,
        by=values.get("by"), at_provider=bool(values.get("at_provider")),
    )  # fmt: skip
