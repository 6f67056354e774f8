"""Scripted people: what a caller does from the first ring to the last text.
They know a phone and the office's line, nothing of how the office works."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Protocol

from mcdesk.simulator.twilio.ledger import Call, Message
from mcdesk.simulator.twilio.plan import CallPlan

#: How long a caller watches for a text, in real seconds: the office's time is not the story's.
PATIENCE = 120.0


class Phone(Protocol):
    """What a caller can do with a phone; PretendTwilio is one."""

    async def call(self, from_: str, to: str | None = None, *, plan: CallPlan | None = None) -> Call: ...
    async def text(self, from_: str, body: str, *, to: str | None = None, media: tuple[str, ...] = ()
                   ) -> Message: ...  # fmt: skip
    async def texts_reach(self, number: str, count: int, *, seconds: float) -> bool: ...
    def texts_to(self, number: str) -> list[Message]: ...
    def mark_landline(self, number: str) -> None: ...


#: script(phone, caller's number, pace, the line called or None for the first)
Script = Callable[[Phone, str, float, str | None], Coroutine[object, object, None]]


async def hangs_up_while_ringing(
    phone: Phone, caller: str, pace: float = 1.0, line: str | None = None
) -> None:
    await phone.call(caller, line, plan=CallPlan(hangs_up_after=6))


async def leaves_no_voicemail(phone: Phone, caller: str, pace: float = 1.0, line: str | None = None) -> None:
    """Rings out and hangs up at the beep."""
    await phone.call(caller, line)


async def leaves_voicemail(phone: Phone, caller: str, pace: float = 1.0, line: str | None = None) -> None:
    await phone.call(caller, line, plan=CallPlan(voicemail=14))


async def replies_to_the_text(phone: Phone, caller: str, pace: float = 1.0, line: str | None = None) -> None:
    words = "Hi, I was in a car accident on Friday. Can someone call me this afternoon?"
    await _rings_out_and_answers(phone, caller, words=words, pace=pace, line=line)


async def replies_in_spanish(phone: Phone, caller: str, pace: float = 1.0, line: str | None = None) -> None:
    words = "Hola, ¿hablan español? Tuve un accidente en el trabajo y necesito ayuda."
    await _rings_out_and_answers(phone, caller, words=words, pace=pace, line=line)


async def says_stop(phone: Phone, caller: str, pace: float = 1.0, line: str | None = None) -> None:
    await _rings_out_and_answers(phone, caller, words="STOP", pace=pace, line=line)


async def says_wrong_number(phone: Phone, caller: str, pace: float = 1.0, line: str | None = None) -> None:
    await _rings_out_and_answers(phone, caller, words="Sorry, wrong number", pace=pace, line=line)


async def rings_twice(phone: Phone, caller: str, pace: float = 1.0, line: str | None = None) -> None:
    """Hangs up, and tries again within the minute."""
    await phone.call(caller, line, plan=CallPlan(hangs_up_after=5))
    await asyncio.sleep(15 / pace)
    await phone.call(caller, line, plan=CallPlan(hangs_up_after=9))


async def calls_from_a_landline(
    phone: Phone, caller: str, pace: float = 1.0, line: str | None = None
) -> None:
    """Lookup says landline; a text would be accepted and fail."""
    phone.mark_landline(caller)
    await phone.call(caller, line)


async def is_answered(phone: Phone, caller: str, pace: float = 1.0, line: str | None = None) -> None:
    """The office picks up: no text may follow."""
    await phone.call(caller, line, plan=CallPlan(answers_after=4, talks_for=25))


async def books(phone: Phone, caller: str, pace: float = 1.0, line: str | None = None) -> None:
    words = "Thank you! I just booked Tuesday at 10 through your link."
    await _rings_out_and_answers(phone, caller, words=words, pace=pace, line=line)


async def _rings_out_and_answers(
    phone: Phone, caller: str, *, words: str, pace: float, line: str | None
) -> None:
    """Writes back after the next text from the office; gives up when none comes."""
    before = len(phone.texts_to(caller))
    await phone.call(caller, line, plan=CallPlan(hangs_up_after=22))
    if await phone.texts_reach(caller, before + 1, seconds=PATIENCE):
        await asyncio.sleep(8 / pace)
        await phone.text(caller, words, to=line)


SCRIPTS: Mapping[str, Script] = {
    "hangs-up-while-ringing": hangs_up_while_ringing,
    "leaves-no-voicemail": leaves_no_voicemail,
    "leaves-voicemail": leaves_voicemail,
    "replies-to-the-text": replies_to_the_text,
    "replies-in-spanish": replies_in_spanish,
    "says-stop": says_stop,
    "says-wrong-number": says_wrong_number,
    "rings-twice": rings_twice,
    "calls-from-a-landline": calls_from_a_landline,
    "is-answered": is_answered,
    "books": books,
}
