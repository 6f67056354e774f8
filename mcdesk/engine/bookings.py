"""What follows from a booked consultation.

Must not: know calendars.
"""

from mcdesk.domain.events import Booked, BookingCanceled, BookingEvent
from mcdesk.domain.leads import EndReason, Stage
from mcdesk.engine import texting
from mcdesk.engine.house import House
from mcdesk.store import leads, people, talk
from mcdesk.store.transaction import Tx


def on_booking(tx: Tx, house: House, event: BookingEvent) -> None:
    """A booking ends the automation and moves the lead to the booked ones; giving it back asks for a call."""
    lead = _lead(tx, event)
    if lead is None:
        return
    if isinstance(event, BookingCanceled):
        talk.happened(tx, lead, "The consultation was canceled.")
        texting.ask_to_call(tx, house, lead, "they canceled the consultation")
    else:
        texting.a_person_acted(tx, lead, EndReason.BOOKED)
        leads.change(tx, lead, stage=str(Stage.BOOKED), reply_amber=None, reply_due=None, last_at=tx.now)
        at = (
            f" for {event.starts_at.astimezone(house.office.zone):%a %b %d, %I:%M %p}"
            if event.starts_at
            else ""
        )
        verb = "booked" if isinstance(event, Booked) else "moved"
        talk.happened(tx, lead, f"Consultation {verb}{at}.")
    leads.refresh(tx, lead)


def _lead(tx: Tx, event: BookingEvent) -> int | None:
    if event.lead and event.lead.isdigit():
        row = leads.lead(tx, int(event.lead))
        return None if row is None else int(row.id)
    contact = people.find_contact(tx, event.phone) if event.phone else None
    row = leads.open_lead(tx, contact) if contact is not None else None
    return None if row is None else int(row.id)
