"""A lead: one pursuit of a contact, from the first missed call until it is closed.

Must not: know jobs or tables.
"""

from enum import StrEnum


class Stage(StrEnum):
    """Where a lead stands. The queue's views are made from it."""

    #: Automation is going on, or has done what it could; nobody has to act now.
    WAITING = "waiting"
    #: The caller wrote; a person must answer.
    NEEDS_REPLY = "needs-reply"
    #: A person must phone.
    CALL_NOW = "call-now"
    #: A person must look: the outcome of a text is not known.
    CHECK = "check"
    #: A person answered; the caller's turn.
    ANSWERED = "answered"
    BOOKED = "booked"
    CLOSED = "closed"


class Disposition(StrEnum):
    """How a lead ended."""

    BOOKED = "booked"
    RETAINED = "retained"
    REFERRED = "referred"
    NON_RESPONSIVE = "non-responsive"
    WRONG_NUMBER = "wrong-number"
    SPAM = "spam"
    CONFLICT = "conflict"
    NOT_OUR_PRACTICE = "not-our-practice"
    REACHED = "reached"
    OPTED_OUT = "opted-out"
    OTHER = "other"


#: What people read.
DISPOSITION_WORDS: dict[Disposition, str] = {
    Disposition.BOOKED: "Booked",
    Disposition.RETAINED: "Retained",
    Disposition.REFERRED: "Referred out",
    Disposition.NON_RESPONSIVE: "No response",
    Disposition.WRONG_NUMBER: "Wrong number",
    Disposition.SPAM: "Spam",
    Disposition.CONFLICT: "Conflict of interest",
    Disposition.NOT_OUR_PRACTICE: "Not our practice",
    Disposition.REACHED: "Reached by phone",
    Disposition.OPTED_OUT: "Opted out",
    Disposition.OTHER: "Other",
}


class EndReason(StrEnum):
    """Why the automation of a lead ended (a human act, an opt-out, or the sequence's own end)."""

    REPLIED = "the caller replied"
    TYPED = "someone at the office texted"
    CALLED_BACK = "someone at the office called"
    SPOKE = "the caller got through"
    BOOKED = "a consultation was booked"
    CLOSED = "the lead was closed"
    OPTED_OUT = "the caller opted out"
    REVIEW = "they may not want texts any more"
    WRONG_NUMBER = "the number belongs to somebody else"
    LANDLINE = "the number cannot receive texts"
    FINISHED = "the sequence is finished"
    BLOCKED = "a text was not allowed"
    MACHINE = "the caller answers like a machine"
    BY_HAND = "a person deals with this number"
    SUSPECT = "the calls look like spam"
