"""The one automatic answer to what somebody wrote: help, or that they get no more texts.

Must not: read wishes into words (`domain/consent` does), or decide whether it goes out (the gate does).
"""

from dataclasses import dataclass

from mcdesk.domain.events import TextReceived
from mcdesk.domain.facts import TextClass
from mcdesk.domain.numbers import Number
from mcdesk.engine import texting, work
from mcdesk.engine.house import House
from mcdesk.store import people
from mcdesk.store.transaction import Tx

#: The templates.
HELP, OPTED_OUT, WRONG_NUMBER = "help", "optout_confirm", "wrong_number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A text of theirs that was kept as `message`, and whose it is."""

    connection: str
    event: TextReceived
    sender: Number
    contact: int
    lead: int
    message: int


def help_them(tx: Tx, house: House, received: Received) -> None:
    """Where help is found."""
    _answer(tx, house, received, HELP, TextClass.HELP)


def confirm(tx: Tx, house: House, received: Received, template: str) -> None:
    """That they get no more texts: once, and only soon after they said so (rule O-6)."""
    _answer(tx, house, received, template, TextClass.OPTOUT_CONFIRM)


def _answer(tx: Tx, house: House, received: Received, name: str, text_class: TextClass) -> None:
    line = house.line_for(received.event.to, received.connection)
    person = people.contact(tx, received.contact)
    template = house.office.template(name, person.language)
    if line is None or template is None:
        return
    decision = texting.queue_text(
        tx,
        house,
        key=f"answer:{received.event.message_id}",
        to=received.sender,
        line=line,
        body=template.render(house.blanks(line, person.name, at=tx.now, language=template.language)),
        text_class=text_class,
        lead=received.lead,
        contact=received.contact,
        kind=work.SEND_ANSWER,
        template=template,
        answers=received.message,
    )
    if decision.answer == "no":
        texting.answer_refused(tx, house, received.lead, decision)
