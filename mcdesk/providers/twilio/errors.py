"""Twilio's error codes in plain words with the fix, and what each means for us.

Must not: send anything. Source: twilio.com/docs/api/errors, read in 2026.
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from mcdesk.domain.events import Cause
from mcdesk.ports.provider import BadLogin, Busy, ProviderError, Refused
from mcdesk.providers.twilio import reading


class Kind(Enum):
    """What follows from an error code."""

    REFUSED = auto()
    OPTED_OUT = auto()
    LANDLINE = auto()
    UNREGISTERED = auto()
    FILTERED = auto()
    QUIET_HOURS = auto()
    OUT_OF_REACH = auto()
    WAIT = auto()
    LOGIN = auto()


CAUSES: dict[Kind, Cause] = {
    Kind.UNREGISTERED: Cause.UNREGISTERED,
    Kind.FILTERED: Cause.FILTERED,
    Kind.QUIET_HOURS: Cause.QUIET_HOURS,
    Kind.OUT_OF_REACH: Cause.OUT_OF_REACH,
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """One error code."""

    why: str
    kind: Kind = Kind.REFUSED
    #: How long to wait, where it is not said.
    wait: float | None = None


CALL_INSTEAD = "Call them instead."
ASK_TWILIO = "Look at the message in the Twilio console, or ask Twilio support."

CODES: dict[str, Meaning] = {
    # signing in and the account
    "10001": Meaning(
        "The Twilio account is not active. Open the Twilio console and reactivate it.", Kind.LOGIN
    ),
    "20003": Meaning(
        "Twilio refuses the account SID, token or key. Enter them again in settings.", Kind.LOGIN
    ),
    "20005": Meaning("The Twilio account is suspended or closed. Open the Twilio console.", Kind.LOGIN),
    "20008": Meaning("These are Twilio test credentials. Enter the live ones in settings.", Kind.LOGIN),
    "20404": Meaning("Twilio does not know this. Check the account SID and the number in settings."),
    "20429": Meaning("Twilio asks us to slow down. Trying again a little later.", Kind.WAIT),
    "14107": Meaning("Too many texts at once for Twilio. The text goes out a little later.", Kind.WAIT, 30.0),
    "21611": Meaning("Too many texts wait at Twilio for this sender. Trying again later.", Kind.WAIT, 60.0),
    # who it goes to
    "21211": Meaning("This is not a number Twilio can text. Check it, or call them."),
    "21217": Meaning("This is not a phone number. Check it."),
    "21214": Meaning("Twilio cannot call this number. Call it from your own phone."),
    "21215": Meaning("Calls to this country are switched off. Allow it in Twilio: Voice, Geo permissions."),
    "21216": Meaning("Twilio blocks calls to this number. Call it from your own phone."),
    "21408": Meaning(
        "Texts to this country are switched off. Allow it in Twilio: Messaging, Geo permissions."
    ),
    "21604": Meaning("The text has no recipient. Check the number."),
    "21608": Meaning("A Twilio trial account may text verified numbers only. Upgrade the account in Twilio."),
    "21219": Meaning("A Twilio trial account may call verified numbers only. Upgrade the account in Twilio."),
    "21610": Meaning(
        "They opted out at Twilio (STOP). Only they can undo it, by texting START.", Kind.OPTED_OUT
    ),
    "21612": Meaning(f"Twilio cannot carry a text from this line to this number. {CALL_INSTEAD}"),
    "21614": Meaning(f"This number cannot receive texts. {CALL_INSTEAD}", Kind.LANDLINE),
    "21635": Meaning(f"This is a landline; it cannot receive texts. {CALL_INSTEAD}", Kind.LANDLINE),
    # who it comes from
    "21210": Meaning("Twilio has not verified the number we call from. Verify it in the Twilio console."),
    "21212": Meaning("Twilio does not accept the number we call from. Check the line's number in settings."),
    "21603": Meaning("The text has no sender. Set the line's texting number in settings."),
    "21606": Meaning("This line cannot send texts at Twilio. Check the line's texting number in settings."),
    "21660": Meaning("This line belongs to another Twilio account. Check the line's number in settings."),
    "21703": Meaning("The messaging service has no free number. Add a number to it in the Twilio console."),
    "21704": Meaning("The messaging service has no numbers. Add the line to it in the Twilio console."),
    "21705": Meaning("The messaging service SID is wrong. Correct it in settings."),
    "21712": Meaning(
        "The line is not in the messaging service. Add it there, or clear the service in settings."
    ),
    # what it says
    "21602": Meaning("The text is empty. Write something."),
    "21617": Meaning("The text is longer than 1,600 characters. Shorten it."),
    "21619": Meaning("The text is empty. Write something."),
    # what became of it
    "30001": Meaning("Too many texts waited at Twilio. Send it again later, more slowly."),
    "30002": Meaning(
        "The Twilio account was suspended. Open the Twilio console; nothing goes out until then."
    ),
    "30003": Meaning(
        "Their phone is off, out of reach or blocks texts. Try once more later, or call.", Kind.OUT_OF_REACH
    ),
    "30004": Meaning(f"Their phone or carrier blocks our texts. Do not send again. {CALL_INSTEAD}"),
    "30005": Meaning(f"The number is unknown or out of service. Check it. {CALL_INSTEAD}"),
    "30006": Meaning(f"A landline, or a carrier that takes no texts. {CALL_INSTEAD}", Kind.LANDLINE),
    "30007": Meaning(
        "The carrier filtered the text as spam. Do not repeat it; change the template's wording.",
        Kind.FILTERED,
    ),
    "30008": Meaning(f"The carrier failed without saying why. {CALL_INSTEAD} If it goes on: {ASK_TWILIO}"),
    "30010": Meaning("The text costs more than the set maximum. Raise it in the Twilio console."),
    "30017": Meaning("The carrier's network was congested. Send it again later."),
    "30022": Meaning("The carrier's limit for your registration is reached. Send more slowly."),
    "30023": Meaning("Today's limit of your registration is reached. Texts go out again tomorrow."),
    "30024": Meaning("The carrier does not know this sender yet. Wait a day, then ask Twilio support."),
    "30027": Meaning("T-Mobile's daily limit of your brand is reached. Texts go out again tomorrow."),
    "30032": Meaning(
        "The toll-free number is not verified. Verify it in Twilio: Regulatory compliance.", Kind.UNREGISTERED
    ),
    "30033": Meaning(
        "The A2P campaign was suspended. Open Twilio: Messaging, Regulatory compliance.", Kind.UNREGISTERED
    ),
    "30034": Meaning(
        "The number is not registered for business texts (A2P 10DLC). Register it in Twilio.",
        Kind.UNREGISTERED,
    ),
    "30035": Meaning("The number's A2P registration is being moved. Wait a day, then ask Twilio support."),
    "30410": Meaning("The carrier did not answer Twilio in time. Send it again later, or call."),
    "30500": Meaning(f"Twilio had trouble of its own. Send it again later. If it goes on: {ASK_TWILIO}"),
    "30610": Meaning("Twilio keeps quiet hours where they are. Send it during their day.", Kind.QUIET_HOURS),
    "63038": Meaning(
        "The account's daily limit is reached. Texts go out again tomorrow; Twilio can raise it."
    ),
}


def explain(status: int, data: Any) -> ProviderError | None:
    """Twilio's error answer ``{"code", "message", "more_info", "status"}`` as one of ours."""
    answer = reading.row(data)
    code = reading.code(answer, "code")
    if code is None:
        return None
    known = CODES.get(code)
    if known is None:
        return None if status in {401, 403, 429} else Refused(_unknown(answer, code), code=code)
    match known.kind:
        case Kind.WAIT:
            return Busy(known.why, seconds=known.wait, code=code)
        case Kind.LOGIN:
            return BadLogin(known.why, code=code)
        case _:
            return refusal(code)


def refusal(code: str | None) -> Refused:
    """The refusal a code means, for texts that were taken and failed at once."""
    kind = kind_of(code)
    return Refused(
        why(code),
        code=code,
        opted_out=kind is Kind.OPTED_OUT,
        landline=kind is Kind.LANDLINE,
        cause=CAUSES.get(kind),
    )


def why(code: str | None) -> str:
    """A failed text's reason in plain words."""
    known = CODES.get(code or "")
    if known:
        return known.why
    return (
        f"Twilio could not deliver it (error {code}). {ASK_TWILIO}"
        if code
        else f"Not delivered. {ASK_TWILIO}"
    )


def kind_of(code: str | None) -> Kind:
    known = CODES.get(code or "")
    return known.kind if known else Kind.REFUSED


def _unknown(answer: reading.Row, code: str) -> str:
    message = " ".join(reading.text(answer, "message").split())[:160].rstrip(".")
    return (
        f"Twilio refused: {message or 'no reason given'} (error {code}). See twilio.com/docs/errors/{code}."
    )
