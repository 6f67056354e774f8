"""A Twilio account with rows one writes oneself, for what a company in good order would never list.

Must not: do anything but list.
"""

import email.utils
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

from tests.providers.answering import Asked, Reply, told
from tests.providers.twilio.office import ACCOUNT, CALLER, LINE, NOW

ROOT = f"/2010-04-01/Accounts/{ACCOUNT}"
Row = dict[str, object]


def written(at: datetime | None) -> str | None:
    return email.utils.format_datetime(at) if at else None


def ago(**length: float) -> datetime:
    return NOW - timedelta(**length)


def call_row(
    sid: str, *, began: datetime, status: str = "completed", seconds: int | None = 0, **more: object
) -> Row:
    """An inbound call on our line."""
    ended = None if seconds is None else began + timedelta(seconds=seconds)
    return {
        "sid": sid,
        "parent_call_sid": None,
        "from": CALLER.e164,
        "to": LINE.e164,
        "status": status,
        "direction": "inbound",
        "start_time": written(began),
        "end_time": written(ended),
        "duration": None if seconds is None else str(seconds),
        **more,
    }


def leg_row(sid: str, parent: str, *, began: datetime, status: str, seconds: int = 0, **more: object) -> Row:
    """A phone of the office that was dialed."""
    ends: Row = {"to": "+14155550199", "direction": "outbound-dial", "parent_call_sid": parent}
    return call_row(sid, began=began, status=status, seconds=seconds, **{**ends, **more})


def text_row(sid: str, *, made: datetime, status: str = "received", **more: object) -> Row:
    """A text we got."""
    return {
        "sid": sid,
        "from": CALLER.e164,
        "to": LINE.e164,
        "body": "Hello",
        "direction": "inbound",
        "status": status,
        "date_created": written(made),
        "date_updated": written(made),
        "date_sent": written(made),
        "num_media": "0",
        "num_segments": "1",
        "error_code": None,
        **more,
    }


def sent_row(sid: str, *, made: datetime, status: str = "delivered", **more: object) -> Row:
    """A text we sent."""
    ends: Row = {"from": LINE.e164, "to": CALLER.e164, "direction": "outbound-api"}
    return text_row(sid, made=made, status=status, **{**ends, **more})


@dataclass
class Ledger:
    """Lists rows newest first, a page at a time, filtered as Twilio filters."""

    calls: list[Row] = field(default_factory=list)
    messages: list[Row] = field(default_factory=list)
    recordings: dict[str, list[Row]] = field(default_factory=dict)
    #: However much is asked for.
    page: int = 1000

    def __call__(self, asked: Asked) -> Reply:
        path = asked.path.removeprefix(ROOT).removesuffix(".json")
        query = asked.query
        match path.split("/")[1:]:
            case ["Calls"]:
                parent = query.get("ParentCallSid")
                rows = [row for row in self.calls if parent in (None, row["parent_call_sid"])]
                return self._listed("calls", rows, asked)
            case ["Calls", sid]:
                found = [row for row in self.calls if row["sid"] == sid]
                return told(found[0]) if found else told({"code": 20404}, status=404)
            case ["Calls", sid, "Recordings"]:
                return self._listed("recordings", self.recordings.get(sid, []), asked)
            case ["Messages"]:
                rows = [
                    row
                    for row in self.messages
                    if query.get("To") in (None, row["to"]) and query.get("From") in (None, row["from"])
                ]
                return self._listed("messages", rows, asked)
        return told({"code": 20404}, status=404)

    def _listed(self, name: str, rows: list[Row], asked: Asked) -> Reply:
        page = int(asked.query.get("Page", "0"))
        size = min(self.page, int(asked.query["PageSize"]))
        newest_first = list(reversed(rows))
        more = len(newest_first) > (page + 1) * size
        following = f"{asked.path}?{urlencode({**asked.query, 'Page': page + 1})}" if more else None
        return told({name: newest_first[page * size : (page + 1) * size], "next_page_uri": following})
