"""Twilio as the ports want it: hooks, calls, texts. Each verb is forwarded to the file that knows it.

Must not: hold mapping tables or wire names.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from mcdesk.domain.events import AnyCall, Event, Unknown
from mcdesk.domain.line_types import LineType
from mcdesk.domain.numbers import Number
from mcdesk.ports.hooks import Hook, HookAnswer, Hooked, HookKey
from mcdesk.ports.phone import Bridge, CallLog, Phone
from mcdesk.ports.provider import Check, ProviderError, Setup, Unsure
from mcdesk.ports.texts import OutgoingText, SentText, TextLog, Texts
from mcdesk.providers.twilio import calls, health, looking_up, office_numbers, reading, texts, twiml
from mcdesk.providers.twilio.account import Account
from mcdesk.providers.twilio.calllog import CallList
from mcdesk.providers.twilio.messagelog import Messages
from mcdesk.providers.twilio.options import FIELDS, Options
from mcdesk.providers.twilio.requests import Request, key_of, request_of
from mcdesk.providers.twilio.signature import Signature


class Twilio(Phone, Texts, Hooked):
    """Calls and texts on the office's Twilio numbers."""

    name = "twilio"
    title = "Twilio"
    fields = FIELDS
    #: A Dial's verdict covers everything it rang, and the call list has all legs: nothing can come in later.
    settle = timedelta(0)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        options = self._options = Options.read(setup)
        self._signature = Signature(account_sid=options.account_sid, auth_token=options.auth_token)
        self._account = Account(options)
        self._calls = CallList(self._account, lines=setup.lines, voicemail=options.voicemail)
        self._messages = Messages(
            self._account,
            lines=(*setup.lines, *setup.former_senders),
            service=options.messaging_service_sid,
            hook_url=setup.hook_url,
        )

    async def close(self) -> None:
        await self._account.close()

    # hooks

    def verify(self, hook: Hook) -> None:
        self._signature.verify(hook)

    def key(self, hook: Hook) -> HookKey:
        return key_of(hook)

    def parse(self, hook: Hook) -> list[Event]:
        form = reading.fields(hook)
        request = request_of(form)
        if form is None or request is Request.UNKNOWN:
            return [Unknown(why="not a request about a call or a text")]
        if request is Request.TEXT:
            return [texts.received(form)]
        if request is Request.TEXT_STATUS:
            return [texts.status(form)]
        return [calls.events_of(form, request, options=self._options, lines=self.setup.lines)]

    def answer(self, hook: Hook) -> HookAnswer:
        form = reading.fields(hook)
        request = request_of(form)
        if form is None:
            return HookAnswer()
        return twiml.answer(form, request, options=self._options, url=hook.url)

    async def register_hooks(self) -> list[Check]:
        url = self.setup.hook_url
        if url is None:
            why = "There is no public address Twilio could send to."
            return [Check("Hooks", "fail", why, "Set a public address or a tunnel first.")]
        return [await self._register(line, url) for line in self.setup.lines]

    async def _register(self, line: Number, url: str) -> Check:
        try:
            return await office_numbers.register(self._account, line, hook_url=url)
        except ProviderError as error:
            return Check(f"Line {line.spoken}", "fail", error.why, "Mend that, then run it again.")

    # calls

    async def calls_since(self, cursor: str | None, *, now: datetime) -> CallLog:
        return await self._calls.since(cursor, now=now)

    async def call(self, call_id: str) -> AnyCall | None:
        return await self._calls.one(call_id)

    async def place_call(self, bridge: Bridge) -> str:
        form = {
            "To": bridge.staff.e164,
            "From": bridge.line.e164,
            "Twiml": twiml.bridge(bridge, url=self.setup.hook_url),
            "Timeout": str(twiml.BRIDGE_RING_SECONDS),
        }
        answer = await self._account.post("/Calls", form)
        sid = reading.text(reading.row(answer.data), "sid")
        if not sid:
            raise Unsure("Twilio's answer does not say whether it is calling. Wait for your phone to ring.")
        return sid

    # texts

    async def send_text(self, text: OutgoingText) -> SentText:
        return await self._messages.send(text)

    async def find_text(
        self, text: OutgoingText, *, since: datetime, known: Collection[str] = ()
    ) -> SentText | None:
        return await self._messages.find(text, since=since, known=known)

    async def texts_since(self, cursor: str | None, *, now: datetime) -> TextLog:
        return await self._messages.since(cursor, now=now)

    @property
    def clock_off(self) -> timedelta | None:
        return self._account.clock_off

    @property
    def looks_up_line_types(self) -> bool:
        return self._options.looks_up_line_types

    async def line_type(self, number: Number) -> LineType | None:
        return await looking_up.line_type(self._account, number)

    # health

    async def check(self) -> list[Check]:
        return await health.check(
            self._account, self._options, lines=self.setup.lines, hook_url=self.setup.hook_url
        )
