"""One live call walked through the TwiML that hooks return, verb by verb, until it ends.
Dialling the office's phones is next door in `dialing`; placing the call is not decided here."""

import asyncio
from contextlib import suppress
from urllib.parse import urljoin

from mcdesk.simulator.posting import HookAnswer
from mcdesk.simulator.twilio.account import Account
from mcdesk.simulator.twilio.ledger import Call, Recording
from mcdesk.simulator.twilio.legs import record_fields, recording_status_fields, voice_fields
from mcdesk.simulator.twilio.plan import CallPlan
from mcdesk.simulator.twilio.twiml import BadTwiml, Verb, parsed

Field = tuple[str, str]

_SAY_WORDS_A_SECOND = 2.5
_PLAY_SECONDS = 3.0
_MOST_DOCUMENTS = 50  # a redirect to itself ends, as at the company


class HungUp(Exception):
    """The person on this leg hung up, or the TwiML did."""


class Walk:
    """The state of one call: who is on it, where its TwiML came from, whether they hung up."""

    def __init__(self, account: Account, call: Call, plan: CallPlan) -> None:
        self.account = account
        self.call = call
        self.plan = plan
        self.url = ""  #: the address the present document came from
        self._gone = asyncio.Event()
        self._documents = 0

    def hang_up(self) -> None:
        self._gone.set()

    @property
    def hung_up(self) -> bool:
        return self._gone.is_set()

    async def wait(self, seconds: float) -> None:
        """Lets the story's time pass; raises HungUp as soon as the caller is gone."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._gone.wait(), seconds / self.account.pace)
            raise HungUp
        if self._gone.is_set():
            raise HungUp

    async def fetch(self, url: str, extra: list[Field]) -> tuple[Verb, ...] | None:
        """Asks the office what to do next; None when no usable answer came."""
        self._documents += 1
        if self._documents > _MOST_DOCUMENTS:
            return None
        self.url = urljoin(self.url, url)
        answer = await self.account.post(self.url, [*voice_fields(self.account, self.call), *extra])
        return self._read(answer)

    def _read(self, answer: HookAnswer | None) -> tuple[Verb, ...] | None:
        if answer is None or answer.status >= 400:
            return None
        try:
            return parsed(answer.body)
        except BadTwiml as trouble:
            self.account.on_event("hook", f"The answer to a call is no TwiML: {trouble}")
            return None

    async def carry_out(self, verbs: tuple[Verb, ...]) -> None:
        """Verbs in order; a verb that fetched a new document replaces the rest. Raises HungUp."""
        queue = list(verbs)
        while queue:
            following = await self._verb(queue.pop(0))
            if following is not None:
                queue = list(following)

    async def _verb(self, verb: Verb) -> tuple[Verb, ...] | None:
        match verb.name:
            case "Say":
                await self.wait(1 + len(verb.text.split()) / _SAY_WORDS_A_SECOND)
            case "Play":
                await self.wait(_PLAY_SECONDS)
            case "Pause":
                await self.wait(verb.seconds("length", 1))
            case "Redirect":
                return await self.fetch(verb.text, []) or ()
            case "Hangup" | "Reject":
                raise HungUp
            case "Gather":
                return await self._gather(verb)
            case "Record":
                return await self._record(verb)
            case "Dial":
                return await self.dial(verb)
            case _:
                self.account.on_event("hook", f"The TwiML has <{verb.name}>, which does nothing here")
        return None

    async def dial(self, verb: Verb) -> tuple[Verb, ...] | None:
        """Rings phones; filled in by the walk that has phones to ring."""
        raise HungUp

    async def _gather(self, verb: Verb) -> tuple[Verb, ...] | None:
        await self.carry_out(verb.inside)
        if not self.plan.presses:
            await self.wait(verb.seconds("timeout", 5))
            return None
        await self.wait(1)
        url = verb.attributes.get("action", self.url)
        return await self.fetch(url, [("Digits", self.plan.presses)]) or ()

    async def _record(self, verb: Verb) -> tuple[Verb, ...] | None:
        """Silence makes no recording; whoever spoke hangs up afterwards, unless the tape ends first."""
        if self.plan.voicemail <= 0:
            raise HungUp
        longest = verb.seconds("maxLength", 3600)
        hung_up = self.plan.voicemail < longest
        spoken = min(self.plan.voicemail, longest)
        await asyncio.sleep(spoken / self.account.pace)
        recording = Recording(call_sid=self.call.sid, seconds=max(1, round(spoken)))
        self.account.ledger.recordings[recording.sid] = recording
        if hung_up:
            self.call.move("completed")
        done = verb.attributes.get("recordingStatusCallback", "")
        if done:
            fields = recording_status_fields(self.account, recording)
            told = self.account.post(urljoin(self.url, done), fields, answer_wanted=False)
            self.account.in_background(told)
        action = verb.attributes.get("action", self.url)
        fields = record_fields(self.account, recording, digits="hangup" if hung_up else "")
        following = await self.fetch(action, fields) if action else ()
        if hung_up:
            raise HungUp
        return following or ()
