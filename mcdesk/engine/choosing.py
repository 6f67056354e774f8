"""Which track a caller's lead takes, as soon as enough is known of them.

Must not: wait; what a CRM says in time counts, and without its word the neutral wording goes out.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from mcdesk.domain.calls import Outcome
from mcdesk.domain.leads import EndReason
from mcdesk.domain.office import NONE
from mcdesk.domain.tracks import Caller, Occasion, Track, depends_on_caller, explain, when
from mcdesk.engine import followups, texting, work
from mcdesk.engine.house import House
from mcdesk.store import jobs, leads, people, talk
from mcdesk.store.transaction import Tx

_NOT_TEXTED: Mapping[Outcome, str] = {
    Outcome.MISSED: "missed calls",
    Outcome.VOICEMAIL: "callers who leave a voicemail",
    Outcome.ABANDONED: "callers who hang up while it rings",
}
#: What is taken back when a call turns out to be another one than it seemed.
BEGINNING = (work.SEND_TEXT, work.CHOOSE_TRACK)


def begin(tx: Tx, house: House, lead: int, outcome: Outcome, *, call_at: datetime, wait: timedelta) -> None:
    """Put a lead on its track; the first step waits at least `wait`, while the call may still change."""
    occasion = _occasion(tx, house, lead, outcome, call_at)
    not_before = tx.now + wait
    if occasion.caller is None and house.crms and depends_on_caller(house.office.tracks, occasion):
        jobs.enqueue(
            tx,
            key=f"track:{lead}:{outcome}",
            kind=work.CHOOSE_TRACK,
            channel=work.CLOCK,
            due=tx.now + house.office.texting.crm_deadline,
            lead=lead,
            work={
                "ordinal": 1,
                "outcome": outcome,
                "call_at": call_at.isoformat(),
                "not_before": not_before.isoformat(),
            },
        )
    else:
        _go(tx, house, lead, occasion, call_at=call_at, not_before=not_before)


def decide(tx: Tx, house: House, job: jobs.Job) -> None:
    """The CRM has answered, or had time enough."""
    assert job.lead is not None
    jobs.finish(tx, job)
    row = leads.lead(tx, job.lead)
    if row is None or row.closed_at is not None or row.ended:
        return
    call_at = datetime.fromisoformat(job.work["call_at"])
    occasion = _occasion(tx, house, job.lead, Outcome(job.work["outcome"]), call_at)
    not_before = datetime.fromisoformat(job.work["not_before"])
    _go(tx, house, job.lead, occasion, call_at=call_at, not_before=not_before)
    leads.refresh(tx, job.lead)


def told(tx: Tx, lead: int) -> None:
    """A CRM said who somebody is."""
    jobs.bring_forward(tx, lead, kinds=(work.CHOOSE_TRACK,), due=tx.now)


def begin_again(
    tx: Tx, house: House, lead: int, seemed: Outcome, outcome: Outcome, *, call_at: datetime
) -> None:
    """The call was not what it seemed: nothing has gone out yet, so the right track is taken."""
    row = leads.lead(tx, lead)
    if row is None or row.ended or row.closed_at is not None or row.last_text_status is not None:
        return
    before = _occasion(tx, house, lead, seemed, call_at)
    after = _occasion(tx, house, lead, outcome, call_at)
    office = house.office
    if office.plan(before) == office.plan(after) and not depends_on_caller(office.tracks, after):
        return
    if texting.take_back(tx, lead, BEGINNING, f"it turned out to be a {outcome}"):
        leads.unenroll(tx, lead)
        begin(tx, house, lead, outcome, call_at=call_at, wait=timedelta(0))


def _go(
    tx: Tx, house: House, lead: int, occasion: Occasion, *, call_at: datetime, not_before: datetime
) -> None:
    track, sequence = house.office.plan(occasion)
    if track is not None:
        talk.happened(tx, lead, explain(track, occasion))
    if sequence is None:
        texting.end_automation(tx, lead, EndReason.BLOCKED)
        texting.ask_to_call(tx, house, lead, _why_no_text(house, track, occasion))
        return
    wait = max(not_before - tx.now, timedelta(0))
    followups.enroll(tx, house, lead, sequence, call_at=call_at, wait=wait)


def _why_no_text(house: House, track: Track | None, occasion: Occasion) -> str:
    if track is not None and (track.sequence is None or track.has_first_words):
        return f"the track “{track.name}” leaves it to people"
    if house.office.texting.first_texts.get(occasion.outcome) == NONE:
        return f"{_NOT_TEXTED[occasion.outcome]} are left to people"
    return "this call is not texted"


def _occasion(tx: Tx, house: House, lead: int, outcome: Outcome, call_at: datetime) -> Occasion:
    row = leads.lead(tx, lead)
    assert row is not None
    office, line = house.office, house.office.line(row.line)
    return Occasion(
        outcome=outcome,
        when=when(office.hours, call_at.astimezone(office.zone)),
        line=row.line,
        practice_area=line.practice_area if line else "",
        caller=_caller(tx, house, row.contact, since=row.opened_at),
        language=people.contact(tx, row.contact).language,
    )


def _caller(tx: Tx, house: House, contact: int, *, since: datetime) -> Caller | None:
    """A client stays one; that somebody is none yet must have been said since they called."""
    links = {link.connection: link for link in people.crm_links(tx, contact)}
    if any(link.is_client for link in links.values()):
        return Caller.KNOWN
    said = [name for name in house.crms if name in links and links[name].at >= since]
    return Caller.NEW if said and len(said) == len(house.crms) else None
