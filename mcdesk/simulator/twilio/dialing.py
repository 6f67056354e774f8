"""A call that can ring other phones: `<Dial>` with its legs, its action request and its screening.
Everything else a call does is in `walk`."""

import asyncio
import time
from urllib.parse import urljoin

from mcdesk.simulator.phones import normalized
from mcdesk.simulator.twilio.ledger import Call
from mcdesk.simulator.twilio.legs import dial_fields, status_fields
from mcdesk.simulator.twilio.twiml import Verb
from mcdesk.simulator.twilio.walk import HungUp, Walk


class _Leg:
    """A phone being rung: its record and which states somebody wants to hear."""

    def __init__(self, walk: "DialingWalk", noun: Verb, record: Call) -> None:
        self.record = record
        self.screening = noun.attributes.get("url", "")
        self._walk = walk
        self._callback = noun.attributes.get("statusCallback", "")
        self._events = noun.attributes.get("statusCallbackEvent", "completed").split()
        self._sequence = 0

    async def move(self, status: str, event: str) -> None:
        self.record.move(status)
        account = self._walk.account
        if self._callback and event in self._events:
            fields = status_fields(account, self.record, sequence=self._sequence)
            self._sequence += 1
            told = account.post(urljoin(self._walk.url, self._callback), fields, answer_wanted=False)
            account.in_background(told)


class DialingWalk(Walk):
    """A walk whose `<Dial>` rings the phones it names."""

    async def dial(self, verb: Verb) -> tuple[Verb, ...] | None:
        legs = self._legs(verb)
        if verb.attributes.get("answerOnBridge") != "true" and self.call.status == "ringing":
            self.call.move("in-progress")
        if not legs:
            return await self._report(verb, None, status="failed", bridged=False, seconds=0)
        for leg in legs:
            await leg.move("ringing", "ringing")
        try:
            picked_up = await self._ring(verb)
        except HungUp:
            for leg in legs:
                await leg.move("canceled", "completed")
            if verb.attributes.get("answerOnBridge") == "true":
                self.call.move("no-answer")
            else:
                self.call.move("completed")
            await self._report(verb, legs[-1], status="canceled", bridged=False, seconds=0)
            raise
        if not picked_up:
            for leg in legs:
                await leg.move(self.plan.office, "completed")
            return await self._report(verb, legs[-1], status=self.plan.office, bridged=False, seconds=0)
        return await self._connect(verb, legs)

    def _legs(self, verb: Verb) -> list[_Leg]:
        nouns = [noun for noun in verb.inside if noun.name in ("Number", "Client", "Sip")]
        if verb.text:
            nouns.insert(0, Verb("Number", verb.text, {}))
        from_ = verb.attributes.get("callerId", self.call.from_)
        legs = []
        for noun in nouns:
            to = normalized(noun.text) or noun.text
            record = Call(to=to, from_=from_, direction="outbound-dial", status="queued",
                          parent_sid=self.call.sid)  # fmt: skip
            self.account.ledger.calls[record.sid] = record
            legs.append(_Leg(self, noun, record))
        return legs

    async def _ring(self, verb: Verb) -> bool:
        """Whether somebody picks up before the Dial's timeout; a busy or broken line says so at once."""
        timeout = verb.seconds("timeout", 30)
        answers = self.plan.answers_after
        if answers is not None and answers < timeout:
            await self.wait(answers)
            return True
        await self.wait(timeout if self.plan.office == "no-answer" else 1)
        return False

    async def _connect(self, verb: Verb, legs: list[_Leg]) -> tuple[Verb, ...] | None:
        """The first phone answers, the others stop ringing."""
        first, *others = legs
        for leg in others:
            await leg.move("canceled", "completed")
        await first.move("in-progress", "answered")
        self.call.move("in-progress")
        if first.screening and not await self._accepted(first):
            await first.move("completed", "completed")
            return await self._report(verb, first, status="completed", bridged=False, seconds=1)
        first.record.talked = True
        began = time.monotonic()
        hung_up = False
        try:
            await self.wait(self.plan.talks_for)
        except HungUp:
            hung_up = True
        seconds = max(1, round((time.monotonic() - began) * self.account.pace))
        await first.move("completed", "completed")
        if hung_up:
            self.call.move("completed")
        following = await self._report(verb, first, status="completed", bridged=True, seconds=seconds)
        if hung_up:
            raise HungUp
        return following

    async def _accepted(self, leg: _Leg) -> bool:
        """Plays the screening document to whoever picked up; hanging up there declines the call."""
        screening = Walk(self.account, leg.record, self.plan)
        try:
            await screening.carry_out(await screening.fetch(urljoin(self.url, leg.screening), []) or ())
        except HungUp:
            return False
        return True

    async def _report(self, verb: Verb, leg: _Leg | None, *, status: str, bridged: bool, seconds: int
                      ) -> tuple[Verb, ...] | None:  # fmt: skip
        """The action request. Without an action the verbs after the Dial go on."""
        action = verb.attributes.get("action", "")
        if not action:
            return None
        record = leg.record if leg else None
        fields = dial_fields(record, status=status, bridged=bridged, seconds=seconds)
        return await self.fetch(action, fields) or ()


async def hanging_up_after(walk: Walk, seconds: float | None) -> None:
    """The caller's patience, run beside the walk."""
    if seconds is not None:
        await asyncio.sleep(seconds / walk.account.pace)
        walk.hang_up()
