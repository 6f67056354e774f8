"""What is written down of a call, once and for good, from whichever report says it.

Must not: decide what follows (`engine/callers` does).
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from mcdesk.domain.calls import Outcome, attestation, combine, outcome_of
from mcdesk.domain.events import CallEvent, VoicemailLeft
from mcdesk.store import talk
from mcdesk.store.transaction import Tx

#: A call noted as later than it was by more than this is set right.
LATE_HOOK = timedelta(minutes=1)


def is_old_news(tx: Tx, connection: str, event: CallEvent) -> bool:
    """Whether everything the event says is written down."""
    known = talk.call(tx, connection, event.call_id)
    if known is None:
        return False
    if known.why == talk.FORGOTTEN:
        return True
    outcome = Outcome(known.outcome)
    return (
        combine(outcome, outcome_of(event)) is outcome
        and (known.ended_at is not None or event.ended_at is None)
        and (known.line is not None or event.line is None)
        and (known.caller is not None or event.caller is None)
        and (known.attestation is not None or attestation(event) is None)
        and not _began_earlier(known, event)
    )


def note(
    tx: Tx, known: Row[Any], event: CallEvent, outcome: Outcome, lead: int | None, why: str | None
) -> None:
    """Write down what the event adds. `why`: it leads to no lead."""
    voicemail = event if isinstance(event, VoicemailLeft) else None
    talk.update_call(
        tx,
        known.id,
        outcome=str(outcome),
        ended_at=event.ended_at or known.ended_at,
        seconds=voicemail.seconds if voicemail else known.seconds,
        recording_url=voicemail.recording_url if voicemail else known.recording_url,
        lead=lead,
        why=why,
        caller=known.caller or event.caller,
        line=known.line or event.line,
        at=event.started_at if event.started_at and _began_earlier(known, event) else known.at,
        attestation=known.attestation or attestation(event),
        rang_seconds=_rang(tx, known, event, outcome),
    )


def _began_earlier(known: Row[Any], event: CallEvent) -> bool:
    """Whether the log knows better: a hook that came late has no time of its own, and looked fresh."""
    return event.started_at is not None and known.at - event.started_at > LATE_HOOK


def _rang(tx: Tx, known: Row[Any], event: CallEvent, outcome: Outcome) -> int | None:
    """Seconds until the caller hung up while it rang; nothing where it rang out, or that is not known.

    Zero says nothing: Twilio counts from when something picks up (telephony contract §1.1), and reports that
    waited in line are understood together.
    """
    if outcome is not Outcome.ABANDONED:
        return None
    if known.rang_seconds is not None:
        return int(known.rang_seconds)
    length = timedelta(0)
    if event.started_at is not None and event.ended_at is not None:
        length = event.ended_at - event.started_at
    if not length and known.outcome in {Outcome.RINGING, Outcome.ENDED}:
        length = tx.now - known.at
    return max(0, round(length.total_seconds())) or None
