"""Keeps one CRM true: contact first, then calls, notes and tasks, each looked up by our key before a retry.

Must not: make anything else wait for a CRM.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from mcdesk.domain.leads import EndReason
from mcdesk.engine import choosing, restoring, work
from mcdesk.engine.health import Purpose
from mcdesk.engine.means import Means
from mcdesk.ports.crm import ContactDetails, Crm, CrmContact, Entry, TaskEntry
from mcdesk.ports.provider import BadLogin, Busy, ProviderError, Refused, Unreachable, Unsure
from mcdesk.store import jobs, leads, leases, people, talk
from mcdesk.store.records import Person, note_entry, person_of
from mcdesk.store.transaction import StoreTrouble, Tx

T = TypeVar("T")
E = TypeVar("E", bound=Entry)
log = logging.getLogger(__name__)

#: Work that trips over a bug is tried so often.
MOST_STUMBLES = 5
#: Most times a piece of work is tried while the CRM takes it and then fails.
MOST_TRIES = 12


class Ambiguous(Exception):
    """Several records have the number; a person must choose."""


class Detached(Exception):
    """Somebody else has the caller's number: what is said there is nothing for this record."""


class CrmWriter:
    """One CRM connection's work, one piece at a time and in order."""

    def __init__(
        self,
        connection: str,
        provider: Crm,
        means: Means,
        *,
        installation: str,
        still_ours: Callable[[], bool],
    ) -> None:
        self.channel = work.crm_channel(connection)
        self._connection = connection
        self._provider = provider
        self._means = means
        self._installation = installation
        self._still_ours = still_ours
        self._failures = 0
        self.pause = 0.0
        #: Of our lease on this CRM; None: another engine writes it.
        self._fence: int | None = None
        self._not_before = 0.0

    @property
    def elsewhere(self) -> bool:
        """Whether another engine writes this CRM."""
        return self._fence is None

    async def do_due(self) -> bool:
        """One piece of due work; False if there is none for us. Stopped in the middle, it ends the piece."""
        await asyncio.sleep(max(0.0, self._not_before - self._means.clock.ticks()))
        settles, self._fence, job = await self._means.write(self._claim)
        if settles:
            self._let_settle(settles)
            return True
        if job is None:
            return False
        self.pause = 0.0
        await _to_its_end(self._do_one(job), seconds=self._means.patience.last_write)
        return True

    async def _do_one(self, job: jobs.Job) -> None:
        try:
            result = await self._do(job)
        except Detached:
            await self._means.write_down(lambda tx: self._drop(tx, job))
        except Ambiguous as error:
            await self._give_up(job, str(error))
        except Refused as error:
            await self._give_up(job, error.why)
        except ProviderError as error:
            await self._later(job, error)
        except StoreTrouble:
            raise
        except Exception as error:
            await self._stumbled(job, error)
        else:
            self._failures = 0
            await self._means.write_down(lambda tx: self._finish(tx, job, result))
            await self._means.health.ok(self._connection, Purpose.WRITING)

    def _claim(self, tx: Tx) -> tuple[float, int | None, jobs.Job | None]:
        """Real seconds before anything may be looked for, our lease's fence, and a job.

        One engine writes a CRM at a time: two would both find a caller missing, and both add them.
        """
        before, us = leases.holder_of(tx, self.channel), self._means.holder
        fence = leases.hold_for_life(tx, self.channel, holder=us)
        if fence is None:
            return 0.0, None, None
        # What an engine that is gone had in hand is not yet marked as in doubt.
        settles = self._unsettled(tx) if before in ("", us) else self._means.patience.settled
        if settles:
            return settles, fence, None
        claimed = jobs.claim(tx, channel=self.channel, holder=us, most=1)
        for job in claimed:
            # It is looked up now; what becomes of this try is a doubt of its own.
            jobs.clear_doubt(tx, job)
        return 0.0, fence, claimed[0] if claimed else None

    def _unsettled(self, tx: Tx) -> float:
        """Real seconds until "not there" counts, whoever made the doubtful try; 0 where it does.

        Nothing is written meanwhile: another piece of work about the same caller would add them again.
        """
        doubt_at = jobs.newest_doubt(tx, self.channel)
        if doubt_at is None:
            return 0.0
        settled = self._means.patience.settled
        left = (doubt_at + self._means.clock.real(settled) - tx.now) / self._means.clock.real(1)
        # One from far ahead was written by a clock that has been set back: it would hold everything up.
        return left if 0 < left <= 2 * settled else 0.0

    def _let_settle(self, seconds: float) -> None:
        """A request may still be on its way there: what is looked for now could be written a moment later."""
        self._not_before = self._means.clock.ticks() + seconds

    async def _do(self, job: jobs.Job) -> str:
        assert job.lead is not None
        lead = job.lead
        person = await self._means.read(lambda tx: person_of(tx, lead))
        asks = job.kind == work.SAVE_CONTACT and self._means.house().office.asks_who_calls
        contact = await self._contact(person, asks=asks)
        if job.kind == work.SAVE_CONTACT:
            return contact.id
        if job.kind == work.CREATE_TASK:
            task = self._task(job, person, contact)
            sought_task = self._sought(job, task)
            return await self._once(
                job, lambda: self._provider.find_task(sought_task), lambda: self._provider.create_task(task)
            )
        office = self._means.house().office
        entry = await self._means.read(lambda tx: note_entry(tx, office, job, person, contact.id))
        entry = replace(entry, key=self._key(job), at=self._means.clock.at_providers(entry.at))
        sought = self._sought(job, entry)
        if job.kind == work.LOG_CALL:
            return await self._once(
                job, lambda: self._provider.find_call(sought), lambda: self._provider.log_call(entry)
            )
        return await self._once(
            job, lambda: self._provider.find_note(sought), lambda: self._provider.write_note(entry)
        )

    def _sought(self, job: jobs.Job, entry: E) -> E:
        """As it is looked for: it may have been written before anything here knows of it."""
        clock = self._means.clock
        return replace(entry, at=clock.at_providers(restoring.since_of(job.work, clock.felt(entry.at))))

    def _key(self, job: jobs.Job) -> str:
        """Ours alone, also where other databases write to the same CRM."""
        return f"{self._installation}:{job.key}"

    async def _once(
        self, job: jobs.Job, find: Callable[[], Awaitable[str | None]], write: Callable[[], Awaitable[str]]
    ) -> str:
        """Write it, unless an earlier try did."""
        if job.tries > 1 or job.doubt_at is not None:
            found = await find()
            if found is not None:
                return found
        await self._check_turn()
        return await write()

    async def _check_turn(self) -> None:
        """Raises Unreachable after a gap: another engine may be writing this by now."""
        fence = self._fence
        if fence is not None and self._still_ours():
            holder = self._means.holder
            if await self._means.read(lambda tx: leases.still(tx, self.channel, holder=holder, fence=fence)):
                return
        raise Unreachable("This PC was asleep; what was being written is looked up first.")

    async def _contact(self, person: Person, *, asks: bool) -> CrmContact:
        """The caller's record: the one we know, else the one with their number, else a new one.

        `asks`: somebody waits for the CRM's word whether they are a client.
        """
        if person.detached:
            raise Detached
        link = await self._means.read(lambda tx: people.crm_link(tx, person.contact, self._connection))
        if link is not None and link.crm_id:
            known = CrmContact(
                id=link.crm_id, name=link.name or "", url=link.url, is_client=bool(link.is_client)
            )
            if person.name and person.name != link.name and person.named_here:
                await self._provider.rename_contact(known.id, person.name)
                known = replace(known, name=person.name)
                await self._link(person, known)
            elif asks and person.number is not None and not known.is_client:
                found = await self._provider.find_contacts(person.number)
                known = replace(known, is_client=any(each.is_client for each in found))
                await self._link(person, known)
            return known
        if person.number is None:
            raise Ambiguous("The caller hid their number, so there is nobody to write this about.")
        found = await self._provider.find_contacts(person.number)
        if len(found) > 1:
            await self._means.write_down(lambda tx: self._several(tx, person, found))
            raise Ambiguous(
                f"{len(found)} records in {self._provider.title} have this number. "
                "Choose one there, or merge them."
            )
        await self._check_turn()
        contact = (
            found[0]
            if found
            else await self._provider.create_contact(
                ContactDetails(number=person.number, name=person.name, source=person.source)
            )
        )
        await self._link(person, contact)
        return contact

    async def _link(self, person: Person, contact: CrmContact) -> None:
        def keep(tx: Tx) -> None:
            if people.is_detached(tx, person.lead):
                raise Detached
            people.link_crm(
                tx,
                person.contact,
                self._connection,
                crm_id=contact.id,
                name=contact.name,
                url=contact.url,
                matches=1,
                is_client=contact.is_client,
            )
            choosing.told(tx, person.lead)
            if person.name is None and contact.name and not _is_number(contact.name):
                people.rename(tx, person.contact, contact.name)
            tx.touched.leads.add(person.lead)

        await self._means.write_down(keep)

    def _several(self, tx: Tx, person: Person, found: list[CrmContact]) -> None:
        people.link_crm(
            tx,
            person.contact,
            self._connection,
            crm_id=None,
            name=None,
            url=None,
            matches=len(found),
            is_client=any(each.is_client for each in found),
        )
        choosing.told(tx, person.lead)
        tx.touched.leads.add(person.lead)

    def _task(self, job: jobs.Job, person: Person, contact: CrmContact) -> TaskEntry:
        office = self._means.house().office
        why = str(job.work["why"])
        return TaskEntry(
            key=self._key(job),
            contact_id=contact.id,
            subject=f"Call back {person.label}",
            body=f"{person.history}\nWhy now: {why}.",
            at=self._means.clock.at_providers(datetime.fromisoformat(str(job.work["at"]))),
            due=datetime.fromisoformat(str(job.work["due"])),
            timezone=office.timezone,
            urgent=True,
        )

    def _finish(self, tx: Tx, job: jobs.Job, result: str) -> None:
        if not jobs.finish(tx, job, result=result) or job.lead is None:
            return
        if job.kind == work.SAVE_CONTACT:
            talk.happened(tx, job.lead, f"Saved to {self._provider.title}.")
        tx.touched.leads.add(job.lead)

    def _drop(self, tx: Tx, job: jobs.Job) -> None:
        if jobs.finish(tx, job, state="canceled", why=EndReason.WRONG_NUMBER.value) and job.lead is not None:
            leads.refresh(tx, job.lead)

    async def _give_up(self, job: jobs.Job, why: str) -> None:
        await self._means.write_down(lambda tx: self._write_off(tx, job, why))

    def _write_off(self, tx: Tx, job: jobs.Job, why: str) -> None:
        if not jobs.finish(tx, job, state="failed", why=why):
            return
        jobs.write_attempt(tx, job.id, outcome="refused", detail=why)
        if job.lead is not None:
            talk.happened(tx, job.lead, f"Not written to {self._provider.title}: {why}")
            leads.refresh(tx, job.lead)

    async def _stumbled(self, job: jobs.Job, error: Exception) -> None:
        """A bug in one piece of work does not hold up those behind it."""
        log.exception(
            "CRM work failed by a bug", extra={"action": "crm.bug", "kind": job.kind, "job": job.id}
        )
        why = f"mcdesk could not write this by itself ({type(error).__name__}). Please do it by hand."

        def back(tx: Tx) -> None:
            if job.tries >= MOST_STUMBLES:
                self._write_off(tx, job, why)
            else:
                # No doubt: what was asked for was answered, and every second try looks first.
                jobs.postpone(tx, job, due=tx.now + self._means.clock.real(2.0**job.tries), why=why)

        await self._means.write_down(back)

    async def _later(self, job: jobs.Job, error: ProviderError) -> None:
        self._failures += 1
        seconds = min(1.0 * 2 ** min(self._failures, 10), self._means.patience.longest_pause)
        if isinstance(error, BadLogin):
            seconds = self._means.patience.login_pause
        if isinstance(error, Busy) and error.seconds is not None:
            seconds = error.seconds
        self.pause = seconds
        if isinstance(error, Unsure):
            self._let_settle(self._means.patience.settled)

        def back(tx: Tx) -> None:
            if job.tries >= MOST_TRIES and isinstance(error, Unsure):
                self._write_off(tx, job, error.why)
                return
            due = tx.now + self._means.clock.real(seconds)
            if not jobs.postpone(tx, job, due=due, why=error.why, doubt=isinstance(error, Unsure)):
                return
            jobs.write_attempt(tx, job.id, outcome="later", detail=error.why)
            if job.lead is not None:
                tx.touched.leads.add(job.lead)

        await self._means.write_down(back)
        await self._means.health.trouble(self._connection, error, purpose=Purpose.WRITING, next_try=seconds)
        log.info(
            "CRM work waits", extra={"action": "crm.later", "connection": self._connection, "kind": job.kind}
        )


async def _to_its_end(doing: Coroutine[object, object, None], *, seconds: float) -> None:
    """Whoever is stopped meanwhile waits for it a little; what is cut off is in doubt."""
    task = asyncio.create_task(doing)
    try:
        await asyncio.wait({task})
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=seconds)
        raise
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    task.result()


def _is_number(name: str) -> bool:
    """Whether a record is only named by its number, as we name those of unknown callers."""
    return any(character.isdigit() for character in name)
