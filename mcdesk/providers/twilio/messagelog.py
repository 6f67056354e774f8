"""The account's messages: sending one, finding one again, and reading the list for news.

Must not: know hooks.
"""

from collections.abc import AsyncIterator, Collection
from datetime import datetime, timedelta
from typing import TypeAlias

from mcdesk.domain.events import DeliveryStatus, TextReceived, TextStatus
from mcdesk.domain.numbers import Number
from mcdesk.ports.provider import Unsure
from mcdesk.ports.texts import OutgoingText, SentText, TextLog
from mcdesk.providers.twilio import errors, reading, texts
from mcdesk.providers.twilio.account import Account
from mcdesk.providers.twilio.cursors import Cursor, Progress

#: Twilio gives up sending after this; a first text hours late would be worse than none.
VALID = timedelta(hours=4)
#: ... but it is given so many seconds at least: with fewer some texts fail that would have gone out.
LEAST_VALID = 10
#: Our clock and Twilio's may differ by this when a text is looked up.
CLOCK_TOLERANCE = timedelta(minutes=2)
#: A text without a final state is asked after for this long. Some carriers never report.
NEWS_FOR = VALID + timedelta(minutes=30)
#: Put before every text of a trial account.
TRIAL = "Sent from your Twilio trial account - "
#: When a message was made, and what it says that may be new.
Read: TypeAlias = tuple[datetime, TextReceived | TextStatus | None]


class Messages:
    """Texts of one account for the office's lines."""

    def __init__(
        self, account: Account, *, lines: tuple[Number, ...], service: str, hook_url: str | None
    ) -> None:
        self._account = account
        self._lines = lines
        self._service = service
        self._hook_url = hook_url

    async def send(self, text: OutgoingText) -> SentText:
        """Hand one text over."""
        form = {
            "To": text.to.e164,
            "From": text.sender.e164,
            "Body": text.body,
            "ValidityPeriod": str(_validity(text.good_for)),
        }
        if self._service:
            # Beside the sender: the service then uses that one and no other of its numbers.
            form["MessagingServiceSid"] = self._service
        if self._hook_url:
            form["StatusCallback"] = self._hook_url
        answer = await self._account.post("/Messages", form)
        message = reading.row(answer.data)
        sent = _sent(message)
        if sent is None:
            raise Unsure("Twilio's answer does not say whether it took the text. Looking it up.")
        if sent.status is DeliveryStatus.FAILED:
            raise errors.refusal(reading.code(message, "error_code"))
        return sent

    async def find(
        self, text: OutgoingText, *, since: datetime, known: Collection[str] = ()
    ) -> SentText | None:
        """The newest text with this sender, recipient and body made since then that is not known yet."""
        earliest = since - CLOCK_TOLERANCE
        # Not by day: a queued message has no sent date. In a service not by sender: it may not be chosen.
        params = {"To": text.to.e164}
        if not self._service:
            params["From"] = text.sender.e164
        async for page in self._account.pages("/Messages", "messages", params):
            for message in page:
                made = reading.moment(message.get("date_created"))
                if made is not None and made < earliest:
                    return None
                sent = _sent(message) if _is(message, text) else None
                if sent is not None and sent.message_id not in known:
                    return sent
        return None

    async def since(self, cursor_text: str | None, *, now: datetime) -> TextLog:
        """Texts received, and states of texts sent, oldest first."""
        cursor = Cursor.read(cursor_text, now=now)
        progress = Progress(cursor, now=now, longest_open=NEWS_FOR)
        found: dict[str, Read] = {}
        async for message in self._listed_since(cursor.floor, now=now):
            made, sid = _made(message), reading.text(message, "sid")
            if sid in cursor.done:
                progress.settled(sid, made)
            elif sid not in found:
                found[sid] = (made or now, self._news(message))
        events: list[TextReceived | TextStatus] = []
        for sid, (made, event) in sorted(found.items(), key=lambda item: item[1][0]):
            if event is None:
                # Nobody's of ours, or in a state we have no word for: one we know may follow.
                progress.seen(made)
                continue
            events.append(event)
            if isinstance(event, TextReceived) or event.status in texts.FINAL:
                progress.settled(sid, made)
            else:
                progress.still_open(made)
        return TextLog(tuple(events), progress.cursor())

    async def _listed_since(self, floor: datetime, *, now: datetime) -> AsyncIterator[reading.Row]:
        async for page in self._account.pages("/Messages", "messages", {}):
            for message in page:
                if (_made(message) or now) >= floor:
                    yield message
            if page and (_made(page[-1]) or now) < floor:
                return

    def _news(self, message: reading.Row) -> TextReceived | TextStatus | None:
        if not reading.text(message, "sid"):
            return None
        if reading.text(message, "direction") == "inbound":
            return texts.logged(message) if self._is_ours(message, "to") else None
        return texts.logged_status(message) if self._is_ours(message, "from") else None

    def _is_ours(self, message: reading.Row, end: str) -> bool:
        ours = reading.text(message, end)
        if not self._lines or (not ours and self._service):
            return True
        return reading.party(ours) in self._lines


def _validity(good_for: timedelta | None) -> int:
    """Seconds until Twilio gives up."""
    return max(LEAST_VALID, int(min(VALID, good_for or VALID).total_seconds()))


def _sent(message: reading.Row) -> SentText | None:
    status = texts.STATUS.get(reading.text(message, "status"))
    sid = reading.text(message, "sid")
    if not sid or status is None:
        return None
    return SentText(
        message_id=sid,
        status=status,
        segments=reading.seconds(message.get("num_segments")),
        report=texts.logged_status(message) if status is DeliveryStatus.FAILED else None,
    )


def _is(message: reading.Row, text: OutgoingText) -> bool:
    sender = reading.text(message, "from")
    return (
        reading.text(message, "direction").startswith("outbound")
        and reading.party(reading.text(message, "to")) == text.to
        and sender in {"", text.sender.e164}
        and reading.text(message, "body").removeprefix(TRIAL).strip() == text.body.strip()
    )


def _made(message: reading.Row) -> datetime | None:
    return reading.moment(message.get("date_created"))
