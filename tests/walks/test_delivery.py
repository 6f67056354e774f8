"""What becomes of a text on its way to a phone: states, failures, lines that take no texts.

Must not: break connections (`test_trouble` does).
"""

import asyncio

import pytest

from mcdesk.domain.events import DeliveryStatus
from mcdesk.domain.leads import Stage
from mcdesk.domain.queue import Item, ItemKind
from mcdesk.ports.texts import OutgoingText, SentText
from mcdesk.providers.twilio import Twilio
from mcdesk.simulator import Fault, SentHook
from mcdesk.store import schema
from tests.walks.configured import SECOND_LINE
from tests.walks.conftest import Furnish
from tests.walks.movable import WEDNESDAY
from tests.walks.office import CALLER, Office, eventually


def text_out(office: Office) -> Item:
    (item,) = office.items(ItemKind.TEXT_OUT)
    return item


def reports(office: Office) -> dict[str, SentHook]:
    """Delivery reports the company sent, by status."""
    found = {}
    for hook in office.twilio.company.hooks:
        status = dict(hook.fields).get("MessageStatus")
        if status and status != "received":
            found[status] = hook
    return found


def delivered(office: Office) -> None:
    eventually(lambda: text_out(office).status is DeliveryStatus.DELIVERED, what="delivered")


def test_sent_becomes_delivered_by_the_reports(office: Office) -> None:
    office.missed()
    delivered(office)
    assert office.lead().last_text_status is DeliveryStatus.DELIVERED


def test_without_hooks_delivery_is_learned_by_polling(furnish: Furnish) -> None:
    office = furnish(hooks=False, poll_seconds=1)
    office.start()
    office.missed()
    delivered(office)


def test_states_only_move_forward_whatever_order_reports_come_in(office: Office) -> None:
    office.missed()
    delivered(office)
    first = eventually(lambda: reports(office).get("sent"))
    # what Twilio may repeat is another request with the same fields; one of another order has other fields
    again = SentHook(
        first.at, first.url, (*first.fields, ("EventSequence", "7")), first.signature, first.status
    )
    office.write(lambda tx: tx.run(schema.hooks.delete()))
    assert office.twilio.run(office.twilio.company.send_again, again) == 200
    eventually(lambda: office.rows(schema.hooks, schema.hooks.c.state == "done"))
    assert text_out(office).status is DeliveryStatus.DELIVERED


def test_a_report_that_overtakes_the_note_of_the_sending_is_not_lost(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The provider reports before its answer to the request is written down."""
    send = Twilio.send_text

    async def answers_late(provider: Twilio, text: OutgoingText) -> SentText:
        sent = await send(provider, text)
        await asyncio.sleep(0.5)
        return sent

    monkeypatch.setattr(Twilio, "send_text", answers_late)
    office.call()
    eventually(lambda: reports(office).get("delivered"))
    assert text_out(office).status is None
    assert office.rows(schema.hooks, schema.hooks.c.state == "new")
    delivered(office)
    assert office.rows(schema.hooks, schema.hooks.c.state != "done") == []


@pytest.mark.parametrize("hooks", [True, False], ids=["hooks", "polling"])
def test_a_landline_found_out_by_a_failed_text_is_phoned(furnish: Furnish, hooks: bool) -> None:
    office = furnish(hooks=hooks, poll_seconds=1)
    office.twilio.company.mark_landline(CALLER)
    office.start()
    office.call()
    office.texted()
    row = office.reaches(Stage.CALL_NOW)
    assert text_out(office).status is DeliveryStatus.FAILED
    assert "landline" in text_out(office).why
    assert "Call them" in text_out(office).why
    office.quiet()
    assert [task["name"] for task in office.clio.company.tasks]
    assert row.last_text_status is DeliveryStatus.FAILED
    # known now: their next call is not texted in vain
    office.jump(hours=30)
    office.call()
    office.quiet()
    assert len(office.texts()) == 1


def test_with_lookup_on_a_landline_is_never_texted(furnish: Furnish) -> None:
    office = furnish(lookup=True)
    office.twilio.company.mark_landline(CALLER)
    office.start()
    office.call()
    office.reaches(Stage.CALL_NOW)
    office.quiet()
    assert office.texts() == []
    assert "landline" in office.happenings()
    assert office.clio.company.tasks


def test_with_lookup_on_a_mobile_is_texted_and_asked_about_once(furnish: Furnish) -> None:
    office = furnish(lookup=True, at=WEDNESDAY)
    office.start()
    office.missed()
    office.jump(hours=4, minutes=1)
    office.texted(2)
    assert len(office.twilio.company.requests(path="/v2/PhoneNumbers/")) == 1


def test_a_lookup_that_does_not_answer_does_not_hold_the_text_up(furnish: Furnish) -> None:
    office = furnish(lookup=True)
    office.twilio.company.faults.add(Fault("silence", path="/v2/PhoneNumbers/", count=None))
    office.start()
    office.call()
    office.texted(seconds=3)


def test_a_text_the_carrier_blocks_says_what_to_do(office: Office) -> None:
    office.twilio.company.fail_texts_to(CALLER, 30034)
    office.call()
    office.texted()
    office.reaches(Stage.CALL_NOW)
    assert "Register it in Twilio" in text_out(office).why


def test_a_recipient_who_opted_out_at_twilio_is_opted_out_here(office: Office) -> None:
    company = office.twilio.company
    company.ledger.opted_out.add((CALLER, office.options.line))
    office.call()
    eventually(lambda: office.rows(schema.suppressions), what="the suppression")
    office.quiet()
    assert office.lead().opted_out
    assert office.lead().stage is Stage.CALL_NOW, "nobody has told them anything, so somebody phones"
    assert "opted out" in text_out(office).why


def test_the_sender_of_a_text_in_line_is_frozen_when_the_line_changes(furnish: Furnish) -> None:
    office = furnish(poll_seconds=0)
    office.start()
    office.twilio.ask(lambda: office.twilio.company.refuse(0.8))
    office.call()
    eventually(lambda: office.rows(schema.messages))
    office.do(office.desk.rename(1, "Dana Reyes"))
    office.configure(text_from=SECOND_LINE, template="{firm}: other words. Reply STOP to opt out.")
    (text,) = office.texted()
    assert text.from_ == office.options.line
    assert "other words" not in text.body
