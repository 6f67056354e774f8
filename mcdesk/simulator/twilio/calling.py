"""Calls from the first ring to the end: inbound ones, and those the office asks for.
Writes the call log and sends the final StatusCallback; the middle is the walk's."""

import asyncio
from dataclasses import dataclass, field, replace
from html import escape

from mcdesk.simulator.phones import normalized, pretty
from mcdesk.simulator.twilio.account import Account
from mcdesk.simulator.twilio.dialing import DialingWalk, hanging_up_after
from mcdesk.simulator.twilio.errors import Refusal
from mcdesk.simulator.twilio.ledger import FINAL_CALL, Call, OfficeNumber
from mcdesk.simulator.twilio.legs import status_fields
from mcdesk.simulator.twilio.plan import CallPlan
from mcdesk.simulator.twilio.twiml import BadTwiml, Verb, parsed
from mcdesk.simulator.twilio.walk import HungUp

_RINGS_OUT_AFTER = 25.0


def begin(account: Account, *, from_: str, to: str, plan: CallPlan) -> Call:
    """Puts a ringing inbound call in the log."""
    number = account.number(to)
    call = Call(to=to, from_=from_, direction="inbound", status="ringing",
                number_sid=number.sid if number else None, forwarded_from=plan.forwarded_from)  # fmt: skip
    account.ledger.calls[call.sid] = call
    account.on_event("call", f"{pretty(from_)} calls {pretty(to)}")
    return call


async def run_inbound(account: Account, call: Call, plan: CallPlan) -> None:
    """Plays an inbound call to its end, then reports it."""
    number = account.number(call.to)
    walk = DialingWalk(account, call, plan)
    patience = asyncio.get_running_loop().create_task(hanging_up_after(walk, plan.hangs_up_after))
    try:
        await _answered_by_machine(walk, number)
    except HungUp:
        pass
    finally:
        patience.cancel()
    if call.status not in FINAL_CALL:
        call.move("no-answer" if call.status == "ringing" else "completed")
    _tell(account, call)
    if number is not None and number.status_callback:
        await account.post(
            number.status_callback, status_fields(account, call, sequence=0), answer_wanted=False
        )
    await account.tell_waiters()


async def _answered_by_machine(walk: DialingWalk, number: OfficeNumber | None) -> None:
    verbs = await _first_verbs(walk, number)
    if verbs is None:
        await walk.wait(_RINGS_OUT_AFTER)
        return
    if walk.hung_up:
        raise HungUp
    if not any(verb.attributes.get("answerOnBridge") == "true" for verb in verbs[:1]):
        walk.call.move("in-progress")
    await walk.carry_out(verbs)


async def _first_verbs(walk: DialingWalk, number: OfficeNumber | None) -> tuple[Verb, ...] | None:
    """The first document: from the hook, the fallback, or held at the company. None: it just rings."""
    account, office = walk.account, escape(walk.account.office_phone)
    if number is not None and number.voice_url:
        verbs = await walk.fetch(number.voice_url, [])
        if verbs is None and number.voice_fallback_url:
            verbs = await walk.fetch(number.voice_fallback_url, [("ErrorCode", "11200")])
        return verbs if verbs is not None else _apology()
    if number is not None and number.twiml:
        try:
            return parsed(number.twiml)
        except BadTwiml as trouble:
            account.on_event("hook", f"The number's own TwiML cannot be read: {trouble}")
            return _apology()
    if walk.plan.answers_after is None:
        return None
    return parsed(f"<Response><Dial>{office}</Dial></Response>")


def _apology() -> tuple[Verb, ...]:
    """What a caller hears when the office's address does not answer usably."""
    return (Verb("Say", "We are sorry. An application error has occurred. Goodbye.", {}),)


def _tell(account: Account, call: Call) -> None:
    seconds = round(((call.ended or call.started) - call.started).total_seconds())
    who = pretty(call.from_)
    if account.ledger.answered(call):
        account.on_event("answered", f"{who} was answered and talked ({seconds} s)")
    elif any(r.call_sid == call.sid for r in account.ledger.recordings.values()):
        account.on_event("voicemail", f"{who} left a voicemail")
    else:
        account.on_event("missed", f"{who} was not answered ({seconds} s)")


@dataclass(frozen=True)
class Asked:
    """A call the office asked for over REST."""

    to: str
    from_: str
    twiml: str
    url: str
    timeout: float
    status_callback: str
    events: tuple[str, ...] = field(default=("completed",))


def place(account: Account, asked: Asked) -> Call:
    """Puts a call the office asked for in the log, queued. Raises Refusal."""
    to, from_ = normalized(asked.to), normalized(asked.from_)
    if to is None:
        raise Refusal(21211)
    if from_ is None or account.number(from_) is None:
        raise Refusal(21210)
    if not asked.twiml and not asked.url:
        raise Refusal(21205)
    if asked.twiml:
        _checked_twiml(asked.twiml)
    call = Call(to=to, from_=from_, direction="outbound-api", status="queued")
    account.ledger.calls[call.sid] = call
    account.on_event("call", f"The office asks for a call to {pretty(to)}")
    return call


def _checked_twiml(document: str) -> None:
    try:
        parsed(document)
    except BadTwiml as error:
        raise Refusal(20001) from error


async def run_asked(account: Account, call: Call, asked: Asked, plan: CallPlan) -> None:
    """Rings the phone asked for, then does there what the TwiML says."""
    sequence = 0

    async def move(status: str, event: str) -> None:
        nonlocal sequence
        call.move(status)
        if asked.status_callback and event in asked.events:
            fields = status_fields(account, call, sequence=sequence)
            await account.post(asked.status_callback, fields, answer_wanted=False)
            sequence += 1

    await move("queued", "initiated")
    await account.wait(0.2)
    await move("ringing", "ringing")
    if plan.answers_after is None or plan.answers_after >= asked.timeout:
        await account.wait(asked.timeout if plan.office == "no-answer" else 1)
        await move(plan.office, "completed")
        return
    await account.wait(plan.answers_after)
    await move("in-progress", "answered")
    await _on_the_phone(account, call, asked, plan)
    await move("completed", "completed")
    await account.tell_waiters()


async def _on_the_phone(account: Account, call: Call, asked: Asked, plan: CallPlan) -> None:
    walk = DialingWalk(account, call, replace(plan, hangs_up_after=None))
    try:
        verbs = parsed(asked.twiml) if asked.twiml else await walk.fetch(asked.url, []) or ()
        await walk.carry_out(verbs)
    except HungUp:
        pass
    if account.ledger.answered(call):
        account.on_event("answered", f"{pretty(call.to)} was connected")
