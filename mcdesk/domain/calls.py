"""What became of a call, decided over everything reported about it, in any order.

Must not: know legs or providers.
"""

from enum import StrEnum

from mcdesk.domain.events import (
    CallAbandoned,
    CallAnswered,
    CallEnded,
    CallEvent,
    CallMissed,
    VoicemailLeft,
)


class Outcome(StrEnum):
    """State of a call."""

    RINGING = "ringing"
    #: Over, and nobody has said yet whether a person answered.
    ENDED = "ended"
    MISSED = "missed"
    ABANDONED = "abandoned"
    VOICEMAIL = "voicemail"
    ANSWERED = "answered"

    @property
    def decided(self) -> bool:
        return _RANK[self] >= _RANK[Outcome.MISSED]

    @property
    def unanswered(self) -> bool:
        return self in {Outcome.MISSED, Outcome.ABANDONED, Outcome.VOICEMAIL}


_RANK = {
    Outcome.RINGING: 0,
    Outcome.ENDED: 1,
    Outcome.MISSED: 2,
    # The more exact word: such a call is reported as missed too.
    Outcome.ABANDONED: 3,
    Outcome.VOICEMAIL: 4,
    Outcome.ANSWERED: 5,
}


def outcome_of(event: CallEvent) -> Outcome:
    """What one event says by itself."""
    match event:
        case CallAnswered():
            return Outcome.ANSWERED
        case VoicemailLeft():
            return Outcome.VOICEMAIL
        case CallAbandoned():
            return Outcome.ABANDONED
        case CallMissed():
            return Outcome.MISSED
        case CallEnded():
            return Outcome.ENDED
        case _:
            return Outcome.RINGING


def combine(known: Outcome, news: Outcome) -> Outcome:
    """Any human answer on any leg wins, then a voicemail, then the caller's hanging up."""
    return news if _RANK[news] > _RANK[known] else known


#: What the phone network says of the number a call came from (STIR/SHAKEN), as it is kept.
PASSED, FAILED = "passed", "failed"


def attestation(event: CallEvent) -> str | None:
    """What an event says of that; None where nothing."""
    if event.spoofed:
        return FAILED
    return PASSED if event.attested else None


#: How an unanswered call reads.
WORDS = {
    Outcome.MISSED: "Missed call",
    Outcome.ABANDONED: "Hung up while ringing",
    Outcome.VOICEMAIL: "Voicemail",
    Outcome.ANSWERED: "Answered call",
    Outcome.RINGING: "Call",
    Outcome.ENDED: "Call",
}
