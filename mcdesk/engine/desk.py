"""The one door for people: verbs a receptionist would say and questions a screen asks, from any loop.

Must not: hold rules (`engine/verbs` and below have them).
"""

import asyncio
from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from mcdesk.domain.leads import Disposition
from mcdesk.domain.mark_list import MarkList
from mcdesk.domain.marks import Mark, MarkKind
from mcdesk.domain.numbers import Number
from mcdesk.domain.queue import Alert, CallBack, Conversation, Done, Overview, QueueRow, View
from mcdesk.engine import cards, carrying_over, forgetting, marking, opting_in, previewing, verbs
from mcdesk.engine.changes import Feed
from mcdesk.engine.clock import Clock
from mcdesk.engine.errands import Errands
from mcdesk.engine.house import House
from mcdesk.engine.previewing import Preview
from mcdesk.engine.silence import Silence
from mcdesk.store import alerts, leads, marks, queue, timeline
from mcdesk.store.database import Database
from mcdesk.store.transaction import Tx

T = TypeVar("T")
P = ParamSpec("P")
Verb = Callable[Concatenate[Tx, House, str, int, P], Done]


class Desk:
    """One person's place at the office. `errands` and `holder`: of the engine in this process, if any."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        house: Callable[[], House],
        feed: Feed,
        person: str,
        errands: Errands | None = None,
        holder: str | None = None,
        silence: Callable[[], Silence | None] = lambda: None,
    ) -> None:
        self.feed = feed
        self.person = person
        self._database = database
        self._clock = clock
        self._house = house
        self._errands = errands
        self._holder = holder
        self._silence = silence

    def now(self) -> datetime:
        return self._clock.now()

    @property
    def timezone(self) -> ZoneInfo:
        return self._house().office.zone

    def silence(self) -> Silence | None:
        """What is wrong with the engine of this process, without asking it; None while it lives."""
        return self._silence()

    async def overview(self) -> Overview:
        """The frame around the queue."""
        return await self._read(
            lambda tx: cards.overview(tx, self._house(), self.person, holder=self._holder)
        )

    async def queue(self, view: View, *, limit: int = 300, offset: int = 0) -> tuple[QueueRow, ...]:
        """A slice of a view, sorted by what is due."""
        office = self._house().office
        return await self._read(
            lambda tx: queue.rows(tx, office, view, person=self.person, limit=limit, offset=offset)
        )

    async def rows(self, leads: frozenset[int]) -> tuple[QueueRow, ...]:
        """These leads as they are now."""
        return await self._read(lambda tx: queue.some(tx, self._house().office, leads))

    async def conversation(self, lead: int, *, before: str | None = None, limit: int = 100) -> Conversation:
        """The last `limit` items, or those before the item `before`. Raises NoSuchLead."""
        return await self._read(lambda tx: cards.conversation(tx, self._house(), lead, before, limit))

    async def evidence(self, lead: int) -> dict[str, list[dict[str, object]]]:
        """The lead's jobs, and every decision of the gate with its reason."""
        return await self._read(lambda tx: timeline.evidence(tx, lead))

    async def preview(self, lead: int, template: str, *, language: str | None = None) -> Preview:
        """A template as it would reach the caller of a lead. Raises NoSuchLead or NoSuchTemplate."""
        return await self._read(lambda tx: previewing.preview(tx, self._house(), lead, template, language))

    async def alerts(self, *, unread_only: bool = True) -> tuple[Alert, ...]:
        """What this person should be told, newest first."""
        return await self._read(lambda tx: alerts.recent(tx, person=self.person, unread_only=unread_only))

    async def draft(self, lead: int) -> str:
        return await self._read(lambda tx: str(verbs.find(tx, lead).draft))

    async def reply(self, lead: int, body: str, *, last_seen: str | None, confirmed: bool = False) -> Done:
        """Text the caller. Stopped if a newer text arrived than the writer had seen; outside their hours it
        asks first, and goes out `confirmed`."""
        return await self._do(verbs.reply, lead, body, last_seen, confirmed)

    async def keep_texting(self, lead: int) -> Done:
        return await self._do(verbs.keep_texting, lead)

    async def note(self, lead: int, body: str) -> Done:
        return await self._do(verbs.note, lead, body)

    async def claim(self, lead: int) -> Done:
        return await self._do(verbs.claim, lead)

    async def release(self, lead: int) -> Done:
        return await self._do(verbs.release, lead)

    async def close(self, lead: int, disposition: Disposition, *, reason: str = "") -> Done:
        return await self._do(verbs.close, lead, disposition, reason)

    async def reopen(self, lead: int) -> Done:
        return await self._do(verbs.reopen, lead)

    async def push_to_crm(self, lead: int) -> Done:
        return await self._do(verbs.push_to_crm, lead)

    async def rename(self, lead: int, name: str) -> Done:
        return await self._do(verbs.rename, lead, name)

    async def say_state(self, lead: int, state: str) -> Done:
        """In which state they are, by its two letters; empty where that is not known."""
        return await self._do(verbs.say_state, lead, state)

    async def settle_check(self, lead: int, *, arrived: bool) -> Done:
        return await self._do(verbs.settle_check, lead, arrived)

    async def asked_to_stop(self, lead: int, *, words: str, channel: str) -> Done:
        """They said so, in these words; `channel`: phone, mail, voicemail, person, or text."""
        return await self._do(verbs.asked_to_stop, lead, words, channel)

    async def block_caller(self, lead: int, *, why: str = "") -> Done:
        """They are spam: the lead is closed, and they never bother anybody again."""
        return await self._do(marking.block_caller, lead, why)

    async def unblock_caller(self, lead: int) -> Done:
        """They are no spam after all: what the block closed is opened again."""
        return await self._do(marking.unblock_caller, lead)

    async def mark(self, number: Number, kind: MarkKind, why: str) -> Done:
        """Never text this number, leave it to people, or block it."""
        return await self._write(lambda tx: marking.mark(tx, self._house(), self.person, number, kind, why))

    async def unmark(self, number: Number, kind: MarkKind | None = None) -> Done:
        """Take a mark away; without a kind, all of them."""
        return await self._write(lambda tx: marking.unmark(tx, self._house(), self.person, number, kind))

    async def marks(self, number: Number | None = None) -> tuple[Mark, ...]:
        """All marks in force, or everything ever said of one number."""
        if number is None:
            return await self._read(marks.everything)
        return await self._read(lambda tx: marks.history(tx, number))

    async def foresee_marks(self, listed: MarkList) -> marking.Foreseen:
        """What importing a list would do."""
        return await self._read(lambda tx: marking.foresee(tx, self._house(), listed))

    async def import_marks(self, listed: MarkList, *, skip_bad: bool = False) -> Done:
        """All of a list, or nothing where lines of it are bad, unless those are to be left out."""
        return await self._write(
            lambda tx: marking.import_list(tx, self._house(), self.person, listed, skip_bad=skip_bad)
        )

    async def hold(self, number: Number, why: str) -> Done:
        """Legal hold: nothing of theirs is deleted."""
        return await self._write(lambda tx: forgetting.hold(tx, self._house(), self.person, number, why))

    async def release_hold(self, number: Number) -> Done:
        """Deletion and retention apply again."""
        return await self._write(lambda tx: forgetting.release(tx, self._house(), self.person, number))

    async def forget(self, number: Number) -> Done:
        """Delete what is known of a person; that they opted out stays known."""
        done = await self._write(lambda tx: forgetting.forget(tx, self._house(), self.person, number))
        if done.ok and not await asyncio.to_thread(self._database.shed):
            return Done(True, f"{done.sentence} {forgetting.UNSHED}")
        return done

    async def agreed_again(self, number: Number, *, who: str, on: date, how: str, words: str = "") -> Done:
        """They agreed to texts again: `how` is one of opting_in.WAYS."""
        return await self._write(
            lambda tx: opting_in.agreed_again(
                tx, self._house(), self.person, number, who=who, on=on, how=how, words=words
            )
        )

    async def opt_outs_are_complete(self) -> Done:
        """After a copy was put back: what it did not know of is entered again."""
        return await self._write(lambda tx: carrying_over.complete(tx, self._house(), self.person))

    async def call_back(self, lead: int) -> CallBack | Done:
        """Ring them: bridged by the phone system, or by hand. Either way a human act."""
        number, line = await self._read(lambda tx: cards.whom_to_ring(tx, lead))
        if number is None:
            return Done(False, "The caller hid their number, so nobody can be called back.")
        await self._do(verbs.called_back, lead)
        if self._errands is None:
            return CallBack(f"Dial {number.spoken} on your phone.", tel=f"tel:{number.e164}")
        return await self._errands.run(self._errands.bridge(number, line))

    async def read(self, lead: int) -> None:
        """Somebody has the conversation open."""

        def work(tx: Tx) -> None:
            if verbs.find(tx, lead).unread:
                leads.change(tx, lead, unread=0)
                leads.refresh(tx, lead)
            alerts.read_of_lead(tx, lead)

        await self._write(work)

    async def dismiss(self, alert_ids: Collection[int]) -> None:
        await self._write(lambda tx: alerts.dismiss(tx, alert_ids))

    async def save_draft(self, lead: int, text: str) -> None:
        await self._write(lambda tx: leads.change(tx, lead, draft=text))

    async def check_connection(self, name: str) -> Done:
        """Try it again now."""
        if self._errands is None:
            return Done(False, "No engine runs here. Start mcdesk first.")
        return await self._errands.run(self._errands.check(name))

    async def sign_in(self, name: str) -> Done:
        """Sign in to a company in the browser."""
        if self._errands is None:
            return Done(False, "No engine runs here. Start mcdesk first.")
        return await self._errands.run(self._errands.sign_in(name))

    async def _do(self, verb: Verb[P], lead: int, *details: P.args, **more: P.kwargs) -> Done:
        def work(tx: Tx) -> Done:
            verbs.find(tx, lead)
            done = verb(tx, self._house(), self.person, lead, *details, **more)
            if done.ok:
                leads.refresh(tx, lead)
            return done

        return await self._write(work)

    async def _write(self, change: Callable[[Tx], T]) -> T:
        return await asyncio.wrap_future(self._database.write(change))

    async def _read(self, question: Callable[[Tx], T]) -> T:
        return await asyncio.wrap_future(self._database.read(question))
