"""PretendTwilio: the company as tests and demos hold it: addresses, people who call and text, records.
The work is in the modules beside it; this is the front."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from types import TracebackType
from typing import Self

from starlette.applications import Starlette

from mcdesk.simulator.callers import SCRIPTS
from mcdesk.simulator.control import Asked, NotUnderstood, control_routes, number, text
from mcdesk.simulator.counting import Measure, counted
from mcdesk.simulator.events import OnEvent, unheard
from mcdesk.simulator.faults import Faults
from mcdesk.simulator.phones import normalized
from mcdesk.simulator.recorder import RecordedRequest
from mcdesk.simulator.server import PretendServer
from mcdesk.simulator.twilio import calling, texting
from mcdesk.simulator.twilio.account import Account, SentHook
from mcdesk.simulator.twilio.errors import error_body
from mcdesk.simulator.twilio.ledger import Call, Ledger, Message, OfficeNumber, Recording
from mcdesk.simulator.twilio.plan import CallPlan
from mcdesk.simulator.twilio.routes import Routes

ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "pretend-auth-token"
OFFICE_LINE = "+14155550100"
OFFICE_PHONE = "+14155550111"


class PretendTwilio:
    """A phone company on one loopback port; use as `async with PretendTwilio() as twilio`."""

    def __init__(
        self,
        *,
        port: int = 0,
        account_sid: str = ACCOUNT_SID,
        auth_token: str = AUTH_TOKEN,
        numbers: Sequence[str] = (OFFICE_LINE,),
        pace: float = 1.0,
        delivery_seconds: float | None = 0.6,
        on_event: OnEvent = unheard,
    ) -> None:
        self.account = Account(
            sid=account_sid, auth_token=auth_token, name="Pretend office", pace=pace,
            delivery_seconds=delivery_seconds, on_event=on_event,
        )  # fmt: skip
        self.ledger.numbers.update((owned, OfficeNumber(owned)) for owned in numbers)
        #: how the phones behave that the office has called over REST
        self.staff = CallPlan(answers_after=2, talks_for=20)
        #: what `count` answers; an office that knows more than this company sets its own
        self.counting: Callable[[], Mapping[str, int]] = self._own_count
        self._server = PretendServer(self._app(), port=port, error_body=error_body)

    def _app(self) -> Starlette:
        routes = Routes(self.account, lambda: self.staff).all()
        more = {"call": self._call_asked, "text": self._text_asked, "arrivals": self._arrivals_asked}
        return Starlette(routes=[*control_routes(self, more), *routes])

    async def __aenter__(self) -> Self:
        await self._server.start()
        self.account.base_url = self.url
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.account.stop()
        await self._server.stop()

    # What it is

    @property
    def url(self) -> str:
        """The address to give as base_url and lookup_url."""
        return self._server.url

    @property
    def ledger(self) -> Ledger:
        return self.account.ledger

    @property
    def faults(self) -> Faults:
        return self._server.faults

    @property
    def hooks(self) -> deque[SentHook]:
        """Every hook sent, oldest first."""
        return self.account.hooks

    @property
    def held_up(self) -> int:
        """How many requests a fault holds up before their work is done."""
        return self._server.held_up

    def refuse(self, seconds: float) -> None:
        """Nobody listens for a while: connections are refused, so nothing can have been processed."""
        self._server.refuse(seconds)

    def requests(self, *, method: str = "", path: str = "") -> list[RecordedRequest]:
        return self._server.recorder.requests(method=method, path=path)

    def reset(self) -> None:
        """Forgets what happened; numbers with their addresses and kinds of lines stay."""
        self.ledger.forget()
        self.hooks.clear()
        self.faults.clear()
        self._server.recorder.clear()

    # What the office set up

    def point_hooks_at(self, url: str, *, number: str | None = None) -> None:
        """Sets VoiceUrl, SmsUrl and StatusCallback of a number, or of all."""
        for office in self.ledger.numbers.values():
            if number in (None, office.number):
                office.voice_url = office.sms_url = office.status_callback = url

    def mark_landline(self, number: str) -> None:
        """Lookup says landline, texts end failed with 30006."""
        self.ledger.landlines.add(number)

    def fail_texts_to(self, number: str, code: int) -> None:
        """Texts are accepted and end failed with this code, say 30034."""
        self.ledger.failing[number] = code

    # What people do

    async def call(self, from_: str, to: str | None = None, *, plan: CallPlan | None = None) -> Call:
        """Someone calls; returns the finished parent leg."""
        called, behaviour = to or self._first_number(), plan or CallPlan()
        call = calling.begin(self.account, from_=normalized(from_) or from_, to=called, plan=behaviour)
        await calling.run_inbound(self.account, call, behaviour)
        return call

    async def text(
        self, from_: str, body: str, *, to: str | None = None, media: tuple[str, ...] = ()
    ) -> Message:
        """Someone texts; returns once the office's hook was answered or given up."""
        sender, receiver = normalized(from_) or from_, to or self._first_number()
        message = Message(to=receiver, from_=sender, body=body, direction="inbound", status="received",
                          media=media)  # fmt: skip
        message.sent = message.created
        await texting.receive(self.account, message)
        return message

    async def send_again(self, hook: SentHook) -> int | None:
        """A hook the office had already, once more with the same fields; the status it answers."""
        answer = await self.account.post(hook.url, hook.fields)
        return answer.status if answer else None

    async def texts_reach(self, number: str, count: int, *, seconds: float) -> bool:
        """Waits until the office has sent this number `count` texts; False when the time is up."""
        try:
            async with asyncio.timeout(seconds), self.account.news:
                await self.account.news.wait_for(lambda: len(self.texts_to(number)) >= count)
        except TimeoutError:
            return False
        return True

    # What happened

    def texts(self) -> list[Message]:
        """Texts the office sent, oldest first, without the company's own keyword replies."""
        return [m for m in self.ledger.messages.values() if m.direction == "outbound-api"]

    def texts_to(self, number: str) -> list[Message]:
        return [m for m in self.texts() if m.to == number]

    def replies(self) -> list[Message]:
        """Texts people sent to the office."""
        return [m for m in self.ledger.messages.values() if m.direction == "inbound"]

    def calls(self) -> list[Call]:
        """Inbound calls, parent legs only."""
        return [c for c in self.ledger.calls.values() if c.direction == "inbound"]

    def recordings(self) -> list[Recording]:
        return list(self.ledger.recordings.values())

    def count(self) -> Mapping[str, int]:
        return self.counting()

    def _own_count(self) -> Mapping[str, int]:
        return counted(self.ledger, notes=0, measure=Measure())

    # What another process asks for at the control address

    async def _call_asked(self, asked: Asked) -> object:
        """{"from", "to"?, "script"?, "wait"?}, or the fields of a plan instead of a script."""
        from_, to = text(asked, "from"), text(asked, "to") or None
        script = text(asked, "script")
        if not from_:
            raise NotUnderstood('say who calls: {"from": "+1…"}')
        if script and script not in SCRIPTS:
            raise NotUnderstood(f"unknown script {script!r}; there are {', '.join(SCRIPTS)}")
        if script:
            acting: Coroutine[object, object, object] = SCRIPTS[script](self, from_, self.account.pace, to)
        else:
            acting = self.call(from_, to, plan=_plan(asked))
        if not asked.get("wait"):
            self.account.in_background(acting)
            return {"started": True}
        ended = await acting
        return {"ended": True, "sid": ended.sid if isinstance(ended, Call) else None}

    async def _text_asked(self, asked: Asked) -> object:
        """{"from", "to"?, "body"}: answered once the office's hook was."""
        if not text(asked, "from"):
            raise NotUnderstood('say who texts: {"from": "+1…"}')
        message = await self.text(text(asked, "from"), text(asked, "body"), to=text(asked, "to") or None)
        return {"sid": message.sid}

    async def _arrivals_asked(self, asked: Asked) -> object:
        """When each text was asked for: [{"to", "body", "at": [seconds since 1970, …]}]."""
        return [{"to": to, "body": body, "at": at} for (to, body), at in self.ledger.arrivals.items()]

    def _first_number(self) -> str:
        return next(iter(self.ledger.numbers))


def _plan(asked: Asked) -> CallPlan:
    def maybe(name: str) -> float | None:
        return number(asked, name, 0.0) if name in asked else None

    return CallPlan(
        hangs_up_after=maybe("hangs_up_after"),
        answers_after=maybe("answers_after"),
        talks_for=number(asked, "talks_for", 20.0),
        voicemail=number(asked, "voicemail", 0.0),
    )
