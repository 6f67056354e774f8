"""Checks of texts: once each, none lost, none at night, none too late.

Must not: play anything.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from mcdesk.simulator.twilio.ledger import Message
from tests.faults.database import Row
from tests.faults.evidence import Evidence
from tests.faults.scene import FIRST, SECOND

#: How long a text may be on its way: from the office's decision to the company's door, real seconds.
ON_ITS_WAY = 2.0
DAY = timedelta(hours=24)
#: The office counts from when it decided; a text may go out later by doubt, outage and pacing.
TOLERANCE = timedelta(minutes=20)
ACKNOWLEDGE_WITHIN = timedelta(minutes=10)
#: Where the callers of the histories may be and which hours their states allow, written down apart from the
#: program's own tables.
PLACES = {
    "415": (time(9), time(20, 59), ("America/Los_Angeles",)),
    "212": (time(8), time(20, 59), ("America/New_York",)),
    "312": (time(8), time(20, 59), ("America/Chicago",)),
    "303": (time(8), time(20, 59), ("America/Denver",)),
    "602": (time(8), time(20, 59), ("America/Phoenix",)),
    "808": (time(8), time(20, 59), ("Pacific/Honolulu",)),
    "907": (time(8), time(20, 59), ("America/Anchorage", "America/Adak", "Pacific/Honolulu")),
    "850": (time(8), time(20), ("America/New_York", "America/Chicago")),
    "270": (time(10), time(20, 59), ("America/New_York", "America/Chicago")),
}


def no_text_is_sent_twice(evidence: Evidence) -> Iterator[str]:
    """What the company took, against what the office ever wanted to send."""
    taken = Counter((text.to, text.body) for text in evidence.texts)
    wanted = Counter(
        (row["recipient"], row["body"]) for row in evidence.messages if row["direction"] == "out"
    )
    for (to, body), count in taken.items():
        if count > wanted[to, body]:
            yield f"{to} got {count} times, wanted {wanted[to, body]} times: {body[:60]}"
    by_message = Counter(row["id"] for text in evidence.texts if (row := evidence.row_of(text)))
    for message, count in by_message.items():
        if count > 1:
            yield f"message {message} went out {count} times"
    for text in evidence.texts:
        if evidence.row_of(text) is None and not _is_asked_about(evidence, text):
            yield f"{text.to} got a text the office knows nothing of: {text.body[:60]} ({text.sid})"


def _is_asked_about(evidence: Evidence, text: Message) -> bool:
    """Whether a person was asked to find out if this text arrived."""
    doubtful = {row["message"] for row in evidence.jobs if row["state"] == "check"}
    return any(
        row["id"] in doubtful and row["recipient"] == text.to and row["body"] == text.body
        for row in evidence.messages
    )


def no_text_is_lost(evidence: Evidence) -> Iterator[str]:
    """A finished text is in the company's record; a typed one is there, or somebody is told why not."""
    taken = {text.sid for text in evidence.texts}
    for job in evidence.jobs:
        if job["message"] is None or job["state"] != "done":
            continue
        row = next(row for row in evidence.messages if row["id"] == job["message"])
        if row["message_id"] not in taken:
            yield f"{job['key']} is done, and the company never took it"
    for act in evidence.acted:
        if act.verb == "reply" and act.ok and not _is_accounted_for(evidence, act.words, act.number):
            yield f"what was typed to {act.number} is gone: {act.words}"


def _is_accounted_for(evidence: Evidence, words: str, number: str) -> bool:
    if any(text.to == number and text.body == words for text in evidence.texts):
        return True
    rows = [row for row in evidence.messages if row["recipient"] == number and row["body"] == words]
    return bool(rows) and all(row["why"] or _job(evidence, row)["why"] for row in rows)


def _job(evidence: Evidence, message: Row) -> Row:
    return next(job for job in evidence.jobs if job["message"] == message["id"])


def one_first_text_a_day(evidence: Evidence) -> Iterator[str]:
    """By the company's record alone."""
    sent: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for text in evidence.texts:
        if text.body in {FIRST, SECOND}:
            sent[text.to, text.body].append(evidence.felt(text.asked or text.created))
    for (to, body), times in sent.items():
        for before, after in pairwise(times):
            # Follow-ups are counted by the day they were due; nights may bring two of them closer.
            least = DAY - TOLERANCE if body == FIRST else timedelta(hours=3)
            if after - before < least - timedelta(seconds=_widest(evidence)):
                yield f"{to} got one at {before:%d %H:%M} and one at {after:%d %H:%M}: {body[:50]}"


def no_follow_up_at_night(evidence: Evidence) -> Iterator[str]:
    for text in evidence.texts:
        row = evidence.row_of(text)
        if text.body != SECOND and (row is None or row["text_class"] != "followup"):
            continue
        times = list(_times(evidence, text))
        if not any(_is_day(text.to, at) for at in times):
            yield f"{text.to} got a follow-up at {times[0]:%Y-%m-%d %H:%M:%S} UTC: night where they may be"


def no_first_text_too_late(evidence: Evidence) -> Iterator[str]:
    for text in evidence.texts:
        if text.body != FIRST:
            continue
        asked = evidence.felt(text.asked or text.created)
        called = [evidence.felt(call.started) for call in evidence.calls if call.from_ == text.to]
        within = ACKNOWLEDGE_WITHIN + timedelta(seconds=30 + _widest(evidence))
        ages = [at - call for at in _times(evidence, text) for call in called if call <= asked]
        if not ages or min(ages) > within:
            yield f"{text.to} got a first text {min(ages, default=None)} after their call"


def _times(evidence: Evidence, text: Message) -> Iterator[datetime]:
    """When it was asked for, as the office may have seen it: by a clock that was wrong, or before a jump."""
    real = text.asked or text.created
    jumps = [at for at in evidence.excused if 0 < evidence.asked(text) - at < ON_ITS_WAY]
    before = [datetime.fromtimestamp(at - 0.001, UTC) for at in jumps]
    for at in (real, *before):
        for skew in sorted(evidence.skews, key=abs):
            yield evidence.felt(at) + timedelta(seconds=skew)


def _widest(evidence: Evidence) -> float:
    return max(evidence.skews) - min(evidence.skews)


def _is_day(number: str, at: datetime) -> bool:
    opens, closes, zones = PLACES[number[2:5]]
    return all(opens <= at.astimezone(ZoneInfo(zone)).time() < closes for zone in zones)
