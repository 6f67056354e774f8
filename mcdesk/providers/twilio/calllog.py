"""The account's call list → our events: legs joined to calls, and each call decided once.

Must not: know hooks.
"""

from collections import defaultdict
from collections.abc import Sequence
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
from mcdesk.ports.provider import ProviderError, Refused
from mcdesk.providers.twilio import reading
from mcdesk.providers.twilio.account import Account
from mcdesk.providers.twilio.calls import PARENT_STATUS, Common, ends
from mcdesk.providers.twilio.cursors import Cursor, Progress
from mcdesk.providers.twilio.recordings import Recordings
from mcdesk.providers.twilio.requests import OVER

#: Nothing older is read again, however long it stays open.
LONGEST_OPEN = timedelta(hours=24)
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


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a read of the list has to tell of a call; nothing while it goes on, or where it is no news."""

    event: AnyCall | None
    #: Nothing more will be learned of it.
    is_last: bool = True


NOTHING_NEW = Verdict(None)


class CallList:
    """Reads the call list of one account for the office's lines."""

    def __init__(self, account: Account, *, lines: tuple[Number, ...], voicemail: bool) -> None:
        self._account = account
        self._lines = lines
        self._takes_voicemail = voicemail
        self._recordings = Recordings(account)

    async def since(self, text: str | None, *, now: datetime) -> CallLog:
        """Calls decided since the cursor, oldest first.

        Whoever cannot be asked about now, whether they left a message, counts as a missed call, and is told
        again with the next read, until that is known."""
        cursor = Cursor.read(text, now=now)
        progress = Progress(cursor, now=now, longest_open=LONGEST_OPEN)
        rows = await self._unsettled(cursor, progress, now=now)
        calls = sorted(_joined(rows), key=lambda call: _began(call.parent) or now)
        verdicts, trouble = await self._verdicts([call for call in calls if self._is_ours(call)], now=now)
        events: list[AnyCall] = []
        for call in calls:
            verdict = verdicts.get(call.sid, NOTHING_NEW)
            if verdict.event is not None:
                events.append(verdict.event)
            if verdict.is_last:
                progress.settled(call.sid, _began(call.parent))
            else:
                progress.still_open(_began(call.parent))
        undecided = sum(not verdict.is_last and verdict.event is None for verdict in verdicts.values())
        return CallLog(tuple(events), progress.cursor(), undecided, trouble)

    async def _verdicts(
        self, calls: Sequence[Legs], *, now: datetime
    ) -> tuple[dict[str, Verdict], ProviderError | None]:
        """What is to be told of each call, and why not all could be asked about."""
        said = {call.sid: self._said(call) for call in calls}
        silent = [self._common(call) for call in calls if said[call.sid] is None]
        heard = await self._recordings.messages(silent, now=now)
        missed = {common["call_id"]: CallMissed(**common) for common in silent}
        messages = {sid: message or missed[sid] for sid, message in heard.messages.items()}
        return {
            sid: _verdict(event or messages.get(sid)) or Verdict(missed[sid], is_last=False)
            for sid, event in said.items()
        }, heard.trouble

    async def one(self, call_id: str) -> AnyCall | None:
        """One call, whichever of its legs is named."""
        parent = await self._leg(call_id)
        above = reading.text(parent, "parent_call_sid") if parent else ""
        if above:
            parent = await self._leg(above)
        if not parent:
            return None
        params = {"ParentCallSid": reading.text(parent, "sid")}
        dialed = [row async for page in self._account.pages("/Calls", "calls", params) for row in page]
        call = Legs(parent, dialed)
        common = self._common(call)
        return self._said(call) or await self._recordings.message(common, now=None) or CallMissed(**common)

    async def _leg(self, sid: str) -> reading.Row | None:
        try:
            answer = await self._account.get(f"/Calls/{quote(sid, safe='')}")
        except Refused as refused:
            if refused.code in NOT_FOUND:
                return None
            raise
        return reading.row(answer.data) or None

    async def _unsettled(self, cursor: Cursor, progress: Progress, *, now: datetime) -> list[reading.Row]:
        floor = cursor.floor
        # Whole days in UTC are all Twilio filters by; the newest come first, so reading stops at the floor.
        params = {"StartTime>": f"{floor.astimezone(UTC):%Y-%m-%d}"}
        found: list[reading.Row] = []
        async for page in self._account.pages("/Calls", "calls", params):
            for row in page:
                began, sid = _began(row), reading.text(row, "sid")
                if (began or now) < floor or reading.text(row, "parent_call_sid") in cursor.done:
                    continue
                if sid in cursor.done:
                    progress.settled(sid, began)
                else:
                    found.append(row)
            if page and (_began(page[-1]) or now) < floor:
                break
        return found

    def _is_ours(self, call: Legs) -> bool:
        if not self._lines:
            return True
        return any(reading.party(reading.text(call.parent, end)) in self._lines for end in ("from", "to"))

    def _said(self, call: Legs) -> AnyCall | None:
        """What its legs say became of it; None: nobody picked up, and there may be a message."""
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
        return None if self._takes_voicemail else CallMissed(**common)

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
            attested=False,
            name=reading.text(told, "caller_name") or None,
        )


def _verdict(event: AnyCall | None) -> Verdict | None:
    match event:
        case None:
            return None
        case CallRinging():
            return Verdict(None, is_last=False)
        case CallEnded():
            return NOTHING_NEW
        case _:
            return Verdict(event)


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
