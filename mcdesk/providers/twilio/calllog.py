"""The account's call list → our events: legs joined to calls, and each call decided once.

Must not: know hooks.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from mcdesk.domain.events import (
    AnyCall,
    CallAbandoned,
    CallAnswered,
    CallEnded,
    CallMissed,
    CallRinging,
)
from mcdesk.domain.numbers import Number
from mcdesk.ports.phone import CallLog
from mcdesk.ports.provider import Refused
from mcdesk.providers.twilio import reading
from mcdesk.providers.twilio.account import Account
from mcdesk.providers.twilio.calls import PARENT_STATUS, Common, ends, voicemail_or_end
from mcdesk.providers.twilio.cursors import LONGEST_OPEN, Cursor
from mcdesk.providers.twilio.requests import OVER

#: Calls may enter Twilio's list later than one that began after them.
OVERLAP = timedelta(minutes=2)
#: A poll finds few new calls; a read after a long pause finds many.
PAGE = "50"
LONG_PAGE = "500"
#: A recording that is not measured yet keeps its call open.
UNMEASURED = frozenset({"in-progress", "paused", "stopped", "processing"})
LONGEST_UNMEASURED = timedelta(minutes=10)
NOT_FOUND = frozenset({"404", "20404"})


@dataclass(frozen=True, slots=True)
class Legs:
    """One call: the leg it began with, and the legs that leg had dialed."""

    parent: reading.Row
    dialed: Sequence[reading.Row] = field(default=())

    @property
    def sid(self) -> str:
        return reading.text(self.parent, "sid")

    @property
    def is_open(self) -> bool:
        return any(reading.text(leg, "status") not in OVER for leg in (self.parent, *self.dialed))

    @property
    def picked_up(self) -> reading.Row | None:
        """The dialed leg somebody answered; the first leg's own `completed` proves nothing."""
        return next(filter(_was_answered, self.dialed), None)

    @property
    def hung_up_ringing(self) -> bool:
        return bool(self.dialed) and all(reading.text(leg, "status") == "canceled" for leg in self.dialed)


class CallList:
    """Reads the call list of one account for the office's lines."""

    def __init__(self, account: Account, *, lines: tuple[Number, ...], voicemail: bool) -> None:
        self._account = account
        self._lines = lines
        self._takes_voicemail = voicemail

    async def since(self, text: str | None, *, now: datetime) -> CallLog:
        """Calls decided since the cursor, oldest first."""
        cursor = Cursor.read(text, now=now)
        calls = _joined(await self._rows(cursor, now=now))
        events: list[AnyCall] = []
        done: set[str] = set()
        still_open: list[datetime] = []
        newest = cursor.floor
        for call in sorted(calls, key=lambda call: _began(call.parent) or now):
            began = _began(call.parent) or now
            newest = max(newest, min(began, now))
            if call.sid in cursor.done:
                done.add(call.sid)
                continue
            event = await self._decided(call, now=now) if self._is_ours(call) else None
            if isinstance(event, CallRinging):
                still_open.append(began)
                continue
            done.add(call.sid)
            if event and not isinstance(event, CallEnded):
                events.append(event)
        # Twilio's times against Twilio's: our own clock may be wrong.
        floor = max(min(newest - OVERLAP, *still_open, newest), cursor.floor, newest - LONGEST_OPEN)
        kept = {call.sid for call in calls if (_began(call.parent) or now) >= floor} & done
        return CallLog(tuple(events), Cursor(floor, frozenset(kept)).write(), len(still_open))

    async def one(self, call_id: str) -> AnyCall | None:
        """One call, whichever of its legs is named."""
        parent = await self._leg(call_id)
        above = reading.text(parent, "parent_call_sid") if parent else ""
        if above:
            parent = await self._leg(above)
        if not parent:
            return None
        params = {"ParentCallSid": reading.text(parent, "sid"), "PageSize": LONG_PAGE}
        dialed = [row async for page in self._account.pages("/Calls", "calls", params) for row in page]
        return await self._decided(Legs(parent, dialed), now=None)

    async def _leg(self, sid: str) -> reading.Row | None:
        try:
            answer = await self._account.get(f"/Calls/{quote(sid, safe='')}")
        except Refused as refused:
            if refused.code in NOT_FOUND:
                return None
            raise
        return reading.row(answer.data) or None

    async def _rows(self, cursor: Cursor, *, now: datetime) -> list[reading.Row]:
        floor = cursor.floor
        # Whole days in UTC are all Twilio filters by; the newest come first, so reading stops at the floor.
        params = {
            "StartTime>": f"{floor.astimezone(UTC):%Y-%m-%d}",
            "PageSize": PAGE if now - floor < timedelta(hours=1) else LONG_PAGE,
        }
        found: list[reading.Row] = []
        async for page in self._account.pages("/Calls", "calls", params):
            within = (row for row in page if (_began(row) or now) >= floor)
            found += (_kept(row, cursor.done) for row in within if not _is_leg_of(row, cursor.done))
            if page and (_began(page[-1]) or now) < floor:
                break
        return found

    def _is_ours(self, call: Legs) -> bool:
        if not self._lines:
            return True
        return any(reading.party(reading.text(call.parent, end)) in self._lines for end in ("from", "to"))

    async def _decided(self, call: Legs, *, now: datetime | None) -> AnyCall:
        common = self._common(call)
        if call.is_open:
            return CallRinging(**common)
        picked_up = call.picked_up
        if common["direction"] == "outbound":
            talked = picked_up if call.dialed else _was_answered(call.parent)
            return CallAnswered(**common) if talked else CallEnded(**common)
        if picked_up:
            return CallAnswered(**common)
        if call.hung_up_ringing:
            return CallAbandoned(**common)
        meaning = PARENT_STATUS[reading.text(call.parent, "status")]
        if meaning is not CallEnded:
            return meaning(**common)
        return await self._voicemail(call, common, now=now) or CallMissed(**common)

    async def _voicemail(self, call: Legs, common: Common, *, now: datetime | None) -> AnyCall | None:
        if not self._takes_voicemail:
            return None
        ended = common["ended_at"]
        waits = now is None or ended is None or now - ended < LONGEST_UNMEASURED
        pages = self._account.pages(f"/Calls/{call.sid}/Recordings", "recordings", {"PageSize": PAGE})
        async for page in pages:
            for recording in page:
                if waits and reading.text(recording, "status") in UNMEASURED:
                    return CallRinging(**common)
                url = self._account.recording_url(recording)
                event = voicemail_or_end(reading.seconds(recording.get("duration")), url, common)
                if not isinstance(event, CallEnded):
                    return event
        return None

    def _common(self, call: Legs) -> Common:
        told = call.parent
        direction = reading.text(told, "direction") or "inbound"
        bridged = direction != "inbound" and bool(call.dialed)
        other = (call.picked_up or call.dialed[0]) if bridged else told
        caller, line, way = ends(
            direction,
            source=reading.party(reading.text(other, "from")),
            target=reading.party(reading.text(other, "to")),
            leg=False,
            lines=self._lines,
        )
        return Common(
            call_id=call.sid,
            caller=caller,
            line=line,
            direction=way,
            started_at=reading.moment(told.get("start_time")) or reading.moment(told.get("date_created")),
            ended_at=reading.moment(told.get("end_time")),
            spoofed=False,
            name=reading.text(told, "caller_name") or None,
        )


def _is_leg_of(row: reading.Row, done: Collection[str]) -> bool:
    return reading.text(row, "parent_call_sid") in done


def _kept(row: reading.Row, done: Collection[str]) -> reading.Row:
    """Of what is settled only that it is there: a storm's two minutes are read again with every look."""
    if reading.text(row, "sid") not in done:
        return row
    return {name: row.get(name) for name in ("sid", "start_time", "date_created")}


def _joined(rows: Sequence[reading.Row]) -> list[Legs]:
    """Calls from rows. A row on two pages counts once; legs without their call are left out."""
    by_sid = {reading.text(row, "sid"): row for row in rows}
    dialed: defaultdict[str, list[reading.Row]] = defaultdict(list)
    for row in by_sid.values():
        dialed[reading.text(row, "parent_call_sid")].append(row)
    parents = dialed.pop("", [])
    return [Legs(row, tuple(dialed[sid])) for row in parents if (sid := reading.text(row, "sid"))]


def _began(leg: reading.Row) -> datetime | None:
    return reading.moment(leg.get("start_time")) or reading.moment(leg.get("date_created"))


def _was_answered(leg: reading.Row) -> bool:
    return reading.text(leg, "status") == "completed" and bool(reading.seconds(leg.get("duration")))
