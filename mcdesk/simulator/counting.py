"""What the companies counted, as the last word on whether the office did its job.
Works from the ledger alone: what was really called, sent and answered, not what anyone intended."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from mcdesk.simulator.phones import E164
from mcdesk.simulator.twilio.ledger import Call, Ledger, Message, now

#: a line type may be texted unless it is one of these
_NOT_TEXTED = frozenset({"landline", "tollFree", "premium"})


@dataclass(frozen=True)
class Measure:
    """How to count. `day` shrinks when the office rehearses with time running faster."""

    grace: timedelta = timedelta(seconds=30)  #: a missed call may stay without a text this long
    day: timedelta = timedelta(hours=24)


def counted(ledger: Ledger, *, notes: int, measure: Measure) -> dict[str, int]:
    """The summary: calls, texts, replies, opt_outs, crm_notes, lost, doubled."""
    texts = _texts(ledger)
    directions = [message.direction for message in ledger.messages.values()]
    return {
        "calls": sum(call.direction == "inbound" for call in ledger.calls.values()),
        "texts": len(texts),
        "replies": directions.count("inbound"),
        "opt_outs": len(ledger.opted_out),
        "crm_notes": notes,
        "lost": len(lost_calls(ledger, measure)),
        "doubled": len(doubled_texts(ledger, measure)),
    }


def lost_calls(ledger: Ledger, measure: Measure) -> list[Call]:
    """The last missed call of each caller who may be texted and got no text for it, nor within a
    day before it, nor talked with somebody since."""
    texted: dict[str, list[datetime]] = defaultdict(list)
    for message in _texts(ledger):
        texted[message.to].append(message.created)
    last: dict[str, Call] = {}
    for call in ledger.calls.values():
        if call.direction == "inbound" and call.ended is not None:
            last[call.from_] = call
    talked = {leg.parent_sid or leg.sid for leg in ledger.calls.values() if leg.talked}
    latest = now() - measure.grace
    return [
        call
        for caller, call in last.items()
        if _may_be_texted(ledger, call)
        and call.sid not in talked
        and call.ended is not None
        and call.ended < latest
        and not any(at > call.started - measure.day for at in texted[caller])
    ]


def doubled_texts(ledger: Ledger, measure: Measure) -> list[Message]:
    """Texts that open a conversation a second time within a day of the first.

    A wording opens conversations when it was the first text any caller got; a caller who gets two of
    those, or one twice, was texted twice for the same thing. Answers typed by people never count.
    """
    received: dict[str, list[Message]] = defaultdict(list)
    for message in _texts(ledger):
        received[message.to].append(message)
    openings = {messages[0].body for messages in received.values()}
    doubled = []
    for messages in received.values():
        opened: datetime | None = None
        for message in messages:
            if message.body not in openings:
                continue
            if opened is not None and message.created - opened < measure.day:
                doubled.append(message)
            else:
                opened = message.created
    return doubled


def _texts(ledger: Ledger) -> list[Message]:
    return [message for message in ledger.messages.values() if message.direction == "outbound-api"]


def _may_be_texted(ledger: Ledger, call: Call) -> bool:
    caller = call.from_
    if not E164.fullmatch(caller) or caller in ledger.landlines:
        return False
    if ledger.line_types.get(caller) in _NOT_TEXTED:
        return False
    return all(recipient != caller for recipient, _ in ledger.opted_out)
