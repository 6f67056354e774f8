"""Checks of what the office keeps: every call and text known, every job and lead at an end or going on.

Must not: play anything.
"""

from collections.abc import Iterator

from mcdesk.simulator.twilio.ledger import Call
from tests.faults.database import Row, instant
from tests.faults.evidence import Evidence


def every_call_is_known(evidence: Evidence) -> Iterator[str]:
    """Each call of the company's log has a row; an unanswered one a lead, or why not."""
    for call in evidence.calls:
        wrong = wrong_with(call, evidence.call_rows.get(call.sid), call.sid in evidence.answered)
        if wrong:
            yield wrong


def wrong_with(call: Call, row: Row | None, answered: bool) -> str:
    """What the office has not understood of a call that is over, in words; empty where nothing."""
    if row is None:
        return f"{call.sid} of {call.from_} ({call.status}) is not known"
    if answered and row["outcome"] != "answered":
        return f"{call.sid} of {call.from_} was answered and is taken for {row['outcome']}"
    if not answered and row["lead"] is None and not row["why"]:
        return f"{call.sid} of {call.from_} ({row['outcome']}) led to nothing, without a reason"
    return ""


def every_text_is_known(evidence: Evidence) -> Iterator[str]:
    known = {row["message_id"] for row in evidence.messages}
    for reply in evidence.replies:
        if reply.sid not in known:
            yield f"what {reply.from_} wrote is not known: {reply.body}"


def every_job_is_over_or_waits(evidence: Evidence) -> Iterator[str]:
    now = evidence.clock.now()
    alerted = {row["lead"] for row in evidence.alerts}
    for job in evidence.jobs:
        words = f"{job['key']} ({job['kind']}) is {job['state']}"
        match job["state"]:
            case "done":
                continue
            case "canceled" | "failed":
                if not job["why"]:
                    yield f"{words} without a reason"
            case "waiting":
                due = instant(job["due"])
                if due is not None and due < now:
                    yield f"{words} since {due:%d %H:%M:%S}, and it is {now:%d %H:%M:%S}: {job['why']}"
            case "check":
                if not job["why"] or (job["lead"] is not None and job["lead"] not in alerted):
                    yield f"{words} and nobody was told: {job['why']}"
            case _:
                yield f"{words}, held by {job['holder']}"


def every_lead_goes_on(evidence: Evidence) -> Iterator[str]:
    """Closed, taken over by a person, or something is going to happen."""
    owed = {job["lead"] for job in evidence.jobs if job["state"] in {"waiting", "running", "check"}}
    for lead in evidence.leads.values():
        goes_on = lead["closed_at"] or lead["ended"] or lead["id"] in owed
        if not goes_on and lead["stage"] == "waiting":
            yield f"lead {lead['id']} waits for nothing"


def every_hook_is_understood(evidence: Evidence) -> Iterator[str]:
    for hook in evidence.hook_rows:
        if hook["state"] in {"new", "failed"}:
            yield f"a {hook['kind']} is {hook['state']}: {hook['why']}"


def no_engine_ended_by_itself(evidence: Evidence) -> Iterator[str]:
    yield from evidence.broken_engines
    if evidence.sound != "ok":
        yield f"the database is damaged: {evidence.sound}"
