"""Asks Twilio whether callers left a message: of one call, or of as many as one read of the call list may.

Must not: decide what a call without a message was.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mcdesk.domain.events import AnyCall, CallEnded, CallRinging
from mcdesk.ports.provider import ProviderError, Refused
from mcdesk.providers.twilio import reading
from mcdesk.providers.twilio.account import Account
from mcdesk.providers.twilio.calls import Common, voicemail_or_end

log = logging.getLogger(__name__)

#: A recording that is not measured yet keeps its call open.
UNMEASURED = frozenset({"in-progress", "paused", "stopped", "processing"})
LONGEST_UNMEASURED = timedelta(minutes=10)
#: Each call is a request: after a long pause the others wait for the next reads.
MOST_ASKED = 100
#: A call whose recordings cannot be asked for is asked about again for so long.
LONGEST_UNHEARD = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Heard:
    """What one read of the list found out."""

    #: By call: the message, `CallRinging` while it is being measured, None where there is none.
    messages: Mapping[str, AnyCall | None] = field(default_factory=dict)
    #: Why the others could not be asked about; None where they only have to wait for their turn.
    trouble: ProviderError | None = None


class Recordings:
    """The recordings of one account's calls."""

    def __init__(self, account: Account) -> None:
        self._account = account
        #: Calls whose recordings could not be asked for, and since when.
        self._failing: dict[str, datetime] = {}

    async def message(self, common: Common, *, now: datetime | None) -> AnyCall | None:
        """The message of one call. `now` None: one that is not measured yet is waited for in any case."""
        ended = common["ended_at"]
        waits = now is None or ended is None or now - ended < LONGEST_UNMEASURED
        path = f"/Calls/{common['call_id']}/Recordings"
        try:
            async for page in self._account.pages(path, "recordings", {}):
                for recording in page:
                    if waits and reading.text(recording, "status") in UNMEASURED:
                        return CallRinging(**common)
                    url = self._account.recording_url(recording)
                    event = voicemail_or_end(reading.seconds(recording.get("duration")), url, common)
                    if not isinstance(event, CallEnded):
                        return event
        except Refused as refused:
            # Of this call nobody will ever say more, and the others are not held up by it.
            log.warning(
                "A call's recordings are refused", extra={"action": "voicemail.refused", "code": refused.code}
            )
        return None

    async def messages(self, calls: Iterable[Common], *, now: datetime) -> Heard:
        """Of those calls, oldest first, as many as can be asked about now."""
        # A call that failed before may fail for ever: it must not keep the others from being asked about.
        line = sorted(calls, key=lambda common: common["call_id"] in self._failing)
        waiting = {common["call_id"] for common in line}
        self._failing = {call: since for call, since in self._failing.items() if call in waiting}
        heard: dict[str, AnyCall | None] = {}
        for common in line[:MOST_ASKED]:
            call = common["call_id"]
            try:
                heard[call] = await self.message(common, now=now)
            except ProviderError as trouble:
                self._failing.setdefault(call, now)
                return Heard({**heard, **dict.fromkeys(self._given_up(now) - heard.keys())}, trouble)
            self._failing.pop(call, None)
        return Heard(heard)

    def _given_up(self, now: datetime) -> set[str]:
        return {call for call, since in self._failing.items() if now - since >= LONGEST_UNHEARD}
