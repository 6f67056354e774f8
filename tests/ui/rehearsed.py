"""A desk held in memory, with the sample office of the pictures; the same methods as the real one."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from mcdesk.domain.leads import DISPOSITION_WORDS, Disposition, Stage
from mcdesk.domain.marks import MarkKind
from mcdesk.domain.queue import (
    Alert,
    BlindPeriod,
    CallBack,
    CallerCard,
    ConnectionHealth,
    Conversation,
    Done,
    Item,
    ItemKind,
    Next,
    NextWhat,
    Overview,
    QueueRow,
    Urgency,
    View,
    urgency,
)
from mcdesk.engine.changes import Changes, Feed
from mcdesk.engine.silence import Silence

NEW_YORK = ZoneInfo("America/New_York")
#: Monday, 10:32:05 in the office.
NOW = datetime(2026, 11, 23, 15, 32, 5, tzinfo=UTC)
FAR = datetime.max.replace(tzinfo=UTC)


@dataclass
class RehearsedDesk:
    """Verbs change the rows and publish, as the engine does; what was asked is kept in `asked`."""

    leads: dict[int, QueueRow] = field(default_factory=dict)
    items: dict[int, tuple[Item, ...]] = field(default_factory=dict)
    cards: dict[int, CallerCard] = field(default_factory=dict)
    unread_alerts: dict[int, Alert] = field(default_factory=dict)
    drafts: dict[int, str] = field(default_factory=dict)
    #: What the gate answered, by lead, as the real desk gives it.
    judged: dict[int, dict[str, list[dict[str, object]]]] = field(default_factory=dict)
    asked: list[tuple[object, ...]] = field(default_factory=list)
    #: Answers that are not "done", by verb.
    refusals: dict[str, str] = field(default_factory=dict)
    #: What a text asks first; empty where it just goes out.
    asks: str = ""
    connections: tuple[ConnectionHealth, ...] = ()
    texts_in_line: int = 0
    stale_for: timedelta = timedelta()
    blind: tuple[BlindPeriod, ...] = ()
    worker_elsewhere: str | None = None
    silent: Silence | None = None
    at: datetime = NOW
    feed: Feed = field(default_factory=Feed)
    person: str = "Maria Reyes"
    timezone: ZoneInfo = NEW_YORK

    def now(self) -> datetime:
        return self.at

    def silence(self) -> Silence | None:
        return self.silent

    def put(self, row: QueueRow) -> None:
        """A row changed in the engine."""
        self.leads[row.lead] = row
        self.feed.publish(Changes(leads=frozenset({row.lead})))

    def gone(self, lead: int) -> None:
        del self.leads[lead]
        self.feed.publish(Changes(leads=frozenset({lead})))

    def say(self, lead: int, item: Item) -> None:
        self.items[lead] = (*self.items.get(lead, ()), item)
        self.feed.publish(Changes(leads=frozenset({lead})))

    async def overview(self) -> Overview:
        return Overview(
            office="Rivera & Cole",
            counts={view: len(self._in(view)) for view in View},
            live_as_of=self.at - self.stale_for,
            stale_after=timedelta(seconds=60),
            connections=self.connections,
            texts_in_line=self.texts_in_line,
            blind=self.blind,
            worker_elsewhere=self.worker_elsewhere,
            needing_people=sum(
                urgency(row.next, self.at) in (Urgency.LATE, Urgency.SOON) for row in self.leads.values()
            ),
        )

    async def queue(self, view: View, *, limit: int = 300, offset: int = 0) -> tuple[QueueRow, ...]:
        return tuple(self._in(view)[offset : offset + limit])

    async def rows(self, leads: frozenset[int]) -> tuple[QueueRow, ...]:
        return tuple(self.leads[lead] for lead in sorted(leads) if lead in self.leads)

    async def conversation(self, lead: int, *, before: str | None = None, limit: int = 100) -> Conversation:
        items = self.items.get(lead, ())
        end = next((at for at, item in enumerate(items) if item.id == before), len(items))
        page = items[max(0, end - limit) : end]
        return Conversation(
            row=self.leads[lead],
            card=self.cards.get(lead, card(self.leads[lead])),
            items=page,
            has_earlier=end > limit,
            last_seen=items[-1].id if items else None,
        )

    async def evidence(self, lead: int) -> dict[str, list[dict[str, object]]]:
        return self.judged.get(lead, {"jobs": [], "decisions": [], "consents": []})

    async def reply(self, lead: int, body: str, *, last_seen: str | None, confirmed: bool = False) -> Done:
        if self.asks and not confirmed:
            return Done(False, self.asks, confirm=True)
        done = self._answer("reply", lead, body, last_seen)
        if done.ok:
            self.say(
                lead,
                Item(
                    id=f"message:{len(self.items[lead]) + 100}",
                    kind=ItemKind.TEXT_OUT,
                    at=self.at,
                    text=body,
                    author=self.person,
                ),
            )
        return done

    async def note(self, lead: int, body: str) -> Done:
        done = self._answer("note", lead, body)
        if done.ok:
            self.say(
                lead,
                Item(
                    id=f"note:{len(self.items.get(lead, ())) + 100}",
                    kind=ItemKind.NOTE,
                    at=self.at,
                    text=body,
                    author=self.person,
                ),
            )
        return done

    async def claim(self, lead: int) -> Done:
        done = self._answer("claim", lead)
        self.put(replace(self.leads[lead], owner=self.person))
        return done

    async def release(self, lead: int) -> Done:
        done = self._answer("release", lead)
        self.put(replace(self.leads[lead], owner=None))
        return done

    async def close(self, lead: int, disposition: Disposition, *, reason: str = "") -> Done:
        done = self._answer("close", lead, disposition, reason)
        if done.ok:
            row = replace(self.leads[lead], stage=Stage.CLOSED, disposition=str(disposition), next=_nothing())
            self.put(row)
            return Done(True, f"Closed {row.who} as {DISPOSITION_WORDS[disposition]}")
        return done

    async def reopen(self, lead: int) -> Done:
        return self._answer("reopen", lead)

    async def call_back(self, lead: int) -> CallBack | Done:
        done = self._answer("call_back", lead)
        return CallBack(f"Your phone rings, then {self.leads[lead].who}'s.") if done.ok else done

    async def push_to_crm(self, lead: int) -> Done:
        return self._answer("push_to_crm", lead)

    async def rename(self, lead: int, name: str) -> Done:
        done = self._answer("rename", lead, name)
        self.cards.pop(lead, None)
        self.put(replace(self.leads[lead], name=name))
        return done

    async def read(self, lead: int) -> None:
        self.asked.append(("read", lead))
        self.put(replace(self.leads[lead], unread=0))

    async def settle_check(self, lead: int, *, arrived: bool) -> Done:
        done = self._answer("settle_check", lead, arrived)
        self.put(replace(self.leads[lead], stage=Stage.WAITING, next=_nothing()))
        return done

    async def asked_to_stop(self, lead: int, *, words: str, channel: str) -> Done:
        done = self._answer("asked_to_stop", lead, words, channel)
        if done.ok:
            locked = "They opted out of texts. Call instead."
            self.cards[lead] = card(self.leads[lead], locked=locked)
            self.put(replace(self.leads[lead], opted_out=True, next=_nothing()))
        return done

    async def keep_texting(self, lead: int) -> Done:
        done = self._answer("keep_texting", lead)
        self.cards.pop(lead, None)
        self.put(self.leads[lead])
        return done

    async def block_caller(self, lead: int, *, why: str = "") -> Done:
        done = self._answer("block_caller", lead, why)
        if done.ok:
            row = replace(self.leads[lead], mark=MarkKind.BLOCKED, stage=Stage.CLOSED, disposition="spam")
            self.cards[lead] = replace(card(row), marks=((MarkKind.BLOCKED, why),))
            self.put(replace(row, next=_nothing()))
        return done

    async def unblock_caller(self, lead: int) -> Done:
        done = self._answer("unblock_caller", lead)
        self.cards.pop(lead, None)
        self.put(replace(self.leads[lead], mark=None, stage=Stage.ANSWERED, disposition=None))
        return done

    async def alerts(self, *, unread_only: bool = True) -> tuple[Alert, ...]:
        return tuple(self.unread_alerts.values())

    async def dismiss(self, alert_ids: Collection[int]) -> None:
        self.asked.append(("dismiss", *alert_ids))
        for each in alert_ids:
            self.unread_alerts.pop(each, None)
        self.feed.publish(Changes(alerts=frozenset(alert_ids)))

    async def save_draft(self, lead: int, text: str) -> None:
        self.asked.append(("save_draft", lead, text))
        self.drafts[lead] = text

    async def draft(self, lead: int) -> str:
        return self.drafts.get(lead, "")

    async def check_connection(self, name: str) -> Done:
        return self._answer("check_connection", name)

    async def sign_in(self, name: str) -> Done:
        return self._answer("sign_in", name)

    def verbs(self) -> list[object]:
        """Names of what was asked, without the bookkeeping."""
        return [each[0] for each in self.asked if each[0] not in ("read", "save_draft")]

    def _answer(self, verb: str, *given: object) -> Done:
        self.asked.append((verb, *given))
        if verb in self.refusals:
            return Done(False, self.refusals[verb])
        return Done(True, f"{verb.replace('_', ' ').capitalize()}: done")

    def _in(self, view: View) -> list[QueueRow]:
        rows = [row for row in self.leads.values() if _belongs(row, view, self.person)]
        return sorted(rows, key=lambda row: (row.next.due or FAR, row.lead))


def _nothing() -> Next:
    return Next(NextWhat.NOTHING)


def _belongs(row: QueueRow, view: View, person: str) -> bool:
    is_open = row.stage not in (Stage.CLOSED, Stage.BOOKED)
    match view:
        case View.OPEN:
            return is_open
        case View.NEEDS_REPLY:
            return row.stage is Stage.NEEDS_REPLY
        case View.CALL_NOW:
            return row.stage is Stage.CALL_NOW
        case View.WAITING:
            return row.stage in (Stage.WAITING, Stage.ANSWERED)
        case View.HELD:
            return row.next.what is NextWhat.HELD
        case View.BOOKED:
            return row.stage is Stage.BOOKED
        case View.CLOSED:
            return row.stage is Stage.CLOSED
        case View.MINE:
            return is_open and row.owner == person
        case View.UNCLAIMED:
            return is_open and row.owner is None


def card(row: QueueRow, *, locked: str | None = None) -> CallerCard:
    """What the office knows of a sample caller."""
    return CallerCard(
        number=row.number,
        name=row.name,
        zones=("America/New_York",),
        crm_title="Clio",
        crm_name=row.name,
        crm_url="https://app.clio.example/contacts/1" if row.name else None,
        crm_state="Saved 10:11" if row.name else "Not saved yet",
        earlier_leads=0,
        may_text="May not be texted" if locked else "May be texted, until 9 pm their time",
        in_texting_hours=locked is None,
        locked=locked,
        practice_area=row.practice_area,
        language=row.language,
    )
