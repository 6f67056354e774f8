"""What follows from a text that failed: another try, the end of a wording or of all texts, or a call.

Must not: know codes of providers.
"""

from dataclasses import dataclass
from datetime import timedelta

from mcdesk.domain.events import Cause
from mcdesk.domain.line_types import LineType
from mcdesk.domain.numbers import Number
from mcdesk.domain.spoken import clock
from mcdesk.engine import consenting, texting
from mcdesk.engine.house import House
from mcdesk.store import filtered, health, jobs, leads, people, talk
from mcdesk.store.transaction import Tx

#: A phone that was out of reach is tried once more after this.
OUT_OF_REACH = timedelta(minutes=2)
#: A provider that keeps quiet hours of its own is asked again after each of these, then a person calls; the
#: gate looks at the hours as always.
QUIET_HOURS = (timedelta(hours=1), timedelta(hours=4), timedelta(hours=12))


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A text of ours over a connection that did not reach its phone, whichever way that was told."""

    connection: str
    message: int
    to: Number | None
    why: str
    code: str | None
    cause: Cause | None
    opted_out: bool
    landline: bool


def failed(tx: Tx, house: House, failure: Failure) -> None:
    """Do everything that follows."""
    if _goes_again(tx, house, failure):
        return
    message = talk.message(tx, failure.message)
    texting.failed(
        tx, house, message.id, why=failure.why, landline=failure.landline, opted_out=failure.opted_out
    )
    if failure.to is not None and failure.opted_out:
        consenting.refused(tx, house, failure.to, code=failure.code, lead=message.lead)
    if failure.to is not None and failure.landline:
        people.set_line_type(tx, failure.to, LineType.LANDLINE)
    if failure.cause is Cause.UNREGISTERED:
        _stop_texting(tx, house, failure)
    if failure.cause is Cause.FILTERED and message.template:
        _stop_wording(tx, message.template, failure.why)


def _goes_again(tx: Tx, house: House, failure: Failure) -> bool:
    match failure.cause:
        case Cause.OUT_OF_REACH:
            tries = [("again", OUT_OF_REACH)]
        case Cause.QUIET_HOURS:
            tries = [(f"again:{number}", wait) for number, wait in enumerate(QUIET_HOURS)]
        case _:
            return False
    for name, wait in tries:
        key, due = f"{name}:{failure.message}", tx.now + wait
        if jobs.again(tx, failure.message, key=key, due=due, why=failure.why):
            break
    else:
        return False
    talk.back_in_line(tx, failure.message, why=failure.why)
    lead = talk.message(tx, failure.message).lead
    if lead is not None:
        at = clock(due, house.office.zone)
        talk.happened(tx, lead, f"Text not delivered: {failure.why} It is tried again at {at}.")
        leads.refresh(tx, lead)
    return True


def _stop_texting(tx: Tx, house: House, failure: Failure) -> None:
    if health.stopped(tx, failure.connection) is not None:
        return
    health.stop_texting(tx, failure.connection, why=failure.why)
    title = house.titles.get(failure.connection, failure.connection)
    then = f"Nothing is texted over {title} until then. When it is mended, try the connection again."
    talk.alert(tx, kind="health", title="Texting has stopped", text=f"{failure.why} {then}")


def _stop_wording(tx: Tx, template: str, why: str) -> None:
    filtered.note(tx, template, why=why)
    name = template.partition("/")[0]
    then = f"The template {name} is not sent any more before its wording is changed."
    talk.alert(tx, kind="health", title="A wording was filtered", text=f"{why} {then}")
