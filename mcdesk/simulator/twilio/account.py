"""One pretend Twilio account at work: its keys, its ledger, its hooks and its pace.
The parts of the company share this; what they do with it is theirs."""

import asyncio
import uuid
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime

from mcdesk.simulator.events import OnEvent, unheard
from mcdesk.simulator.posting import Fields, HookAnswer, HookFailed, post_form
from mcdesk.simulator.twilio.ledger import Ledger, OfficeNumber, now
from mcdesk.simulator.twilio.signing import signature

#: Twilio gives a hook 15 seconds and one try.
HOOK_SECONDS = 15.0


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

    async def post(self, url: str, fields: Fields) -> HookAnswer | None:
        """Posts a signed hook, once. None when nothing answered; the sentence says why."""
        address = url.partition("#")[0]
        pairs = tuple(fields)
        sign = signature(self.auth_token, address, pairs)
        headers = {
            "X-Twilio-Signature": sign,
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            "I-Twilio-Idempotency-Token": str(uuid.uuid4()),
        }
        answer: HookAnswer | None = None
        try:
            answer = await post_form(address, pairs, headers=headers, seconds=HOOK_SECONDS)
        except HookFailed as trouble:
            self.on_event("hook", f"A hook got no answer: {trouble}")
        else:
            if answer.status >= 400:
                self.on_event("hook", f"A hook was answered {answer.status}")
        self.hooks.append(SentHook(now(), address, pairs, sign, answer.status if answer else None))
        return answer
