"""One pretend Twilio account at work: its keys, its ledger, its hooks and its pace.
The parts of the company share this; what they do with it is theirs."""

import asyncio
import uuid
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime

from mcdesk.simulator.events import OnEvent, unheard
from mcdesk.simulator.plans import HookPlan
from mcdesk.simulator.posting import Fields, HookAnswer, HookFailed, post_form
from mcdesk.simulator.twilio.ledger import Ledger, OfficeNumber, now
from mcdesk.simulator.twilio.signing import signature

#: Twilio gives a hook 15 seconds and one try.
HOOK_SECONDS = 15.0
#: The second delivery of a hook that comes twice is at least so much later.
AGAIN_SECONDS = 0.02


@dataclass(frozen=True)
class SentHook:
    """A hook as it went out, for tests that send it again, late, or forged."""

    at: datetime
    url: str
    fields: tuple[tuple[str, str], ...]
    signature: str
    status: int | None  #: None: no answer


@dataclass
class Account:
    """The account and what its parts need. `pace` divides every wait inside the company."""

    sid: str
    auth_token: str
    name: str
    pace: float
    #: from accepted to delivered, in seconds before pace; None: texts stay queued for ever
    delivery_seconds: float | None
    #: which states are reported to a StatusCallback
    reported: tuple[str, ...] = ("sent", "delivered", "undelivered", "failed")
    on_event: OnEvent = unheard
    base_url: str = ""
    office_phone: str = "+14155550111"
    ledger: Ledger = field(default_factory=Ledger)
    hooks: deque[SentHook] = field(default_factory=lambda: deque(maxlen=10_000))
    created: datetime = field(default_factory=now)
    api_keys: dict[str, str] = field(default_factory=dict)
    #: how long a hook waits for its answer
    hook_seconds: float = HOOK_SECONDS
    #: draws hooks that come twice, late or never; None: each comes once
    hook_plan: HookPlan | None = None
    #: hooks sent, or to be sent late, whose fate is not known yet
    under_way: int = 0
    #: woken whenever a text goes out or a call ends
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _tasks: set[asyncio.Task[object]] = field(default_factory=set)

    async def wait(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.pace)

    def in_background(self, work: Coroutine[object, object, object]) -> None:
        """Runs work nobody waits for; kept so that it is neither collected nor left over at the end."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        # again and again: wait_for in Python 3.11 may take a cancellation for its own time-out
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            await asyncio.wait([asyncio.gather(*self._tasks, return_exceptions=True)], timeout=0.1)

    async def tell_waiters(self) -> None:
        async with self.news:
            self.news.notify_all()

    def number(self, e164: str) -> OfficeNumber | None:
        return self.ledger.numbers.get(e164)

    async def post(self, url: str, fields: Fields, *, answer_wanted: bool = True) -> HookAnswer | None:
        """Posts a signed hook as the plan has it. None when nothing answered, or nobody waited for it.

        Without `answer_wanted` a late hook is overtaken by what the company does next.
        """
        fate, seconds = self.hook_plan.draw(dict(fields)) if self.hook_plan is not None else ("once", 0.0)
        if fate == "never":
            self._lose(url, fields)
            return None
        if fate == "late" and not answer_wanted:
            self.in_background(self._later(url, fields, seconds))
            return None
        if fate == "late":
            await asyncio.sleep(seconds)
        token = str(uuid.uuid4())
        if fate == "twice":
            self.in_background(self._later(url, fields, AGAIN_SECONDS + seconds, token=token))
        return await self._deliver(url, fields, token=token)

    async def _later(self, url: str, fields: Fields, seconds: float, *, token: str = "") -> None:
        self.under_way += 1
        try:
            await asyncio.sleep(seconds)
            await self._deliver(url, fields, token=token or str(uuid.uuid4()))
        finally:
            self.under_way -= 1

    def _lose(self, url: str, fields: Fields) -> None:
        self.on_event("hook", "A hook was lost on its way")
        self.hooks.append(SentHook(now(), url.partition("#")[0], tuple(fields), "", None))

    async def _deliver(self, url: str, fields: Fields, *, token: str) -> HookAnswer | None:
        """One delivery. None when nothing answered; the sentence says why."""
        address = url.partition("#")[0]
        pairs = tuple(fields)
        sign = signature(self.auth_token, address, pairs)
        headers = {
            "X-Twilio-Signature": sign,
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            "I-Twilio-Idempotency-Token": token,
        }
        answer: HookAnswer | None = None
        self.under_way += 1
        try:
            answer = await post_form(address, pairs, headers=headers, seconds=self.hook_seconds)
        except HookFailed as trouble:
            self.on_event("hook", f"A hook got no answer: {trouble}")
        else:
            if answer.status >= 400:
                self.on_event("hook", f"A hook was answered {answer.status}")
        finally:
            self.under_way -= 1
        self.hooks.append(SentHook(now(), address, pairs, sign, answer.status if answer else None))
        return answer
