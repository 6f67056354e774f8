"""The settings of a Twilio connection: as people see them, and as the code reads them.

Must not: talk to Twilio.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from mcdesk.domain.addresses import check_base_address
from mcdesk.domain.numbers import Number
from mcdesk.ports.provider import Field, Setup

#: The longest message a caller may leave.
RECORDING = timedelta(seconds=120)
#: Twilio waits at least and at most this long for somebody to pick up.
LEAST_RING_SECONDS = 5
MOST_RING_SECONDS = 600
#: Slower than one a minute is a typing mistake; faster Twilio takes no texts.
SLOWEST_PACE = 1 / 60
FASTEST_PACE = 1000.0


def _sid(letters: str) -> Callable[[str], None]:
    """It becomes a part of addresses: letters and digits only."""

    def check(text: str) -> None:
        if not re.fullmatch(rf"{letters}[0-9A-Za-z]+", text):
            raise ValueError(f"expected {letters} and letters and digits, as Twilio shows it, not {text!r}")

    return check


def _check_pace(text: str) -> None:
    pace = _amount(text, default=-1.0)
    if pace != 0 and not SLOWEST_PACE <= pace <= FASTEST_PACE:
        raise ValueError(f"expected 0 (Twilio paces) or 0.017 (one a minute) to {FASTEST_PACE:g}, not {text}")


def _check_ring_seconds(text: str) -> None:
    if not LEAST_RING_SECONDS <= _amount(text, default=0.0) <= MOST_RING_SECONDS:
        raise ValueError(f"expected {LEAST_RING_SECONDS} to {MOST_RING_SECONDS} seconds, not {text}")


def _check_phones(text: str) -> None:
    _, unusable = _phones(text)
    if unusable:
        raise ValueError(f"expected phone numbers or sip: addresses, not {', '.join(map(repr, unusable))}")


FIELDS = (
    Field(
        "account_sid",
        "Account SID",
        "Starts with AC; on the first page of the Twilio console.",
        required=True,
        check=_sid("AC"),
    ),
    Field(
        "auth_token",
        "Auth token",
        "The primary token, under the Account SID. It proves that what arrives is from Twilio.",
        secret=True,
        required=True,
    ),
    Field(
        "api_key",
        "API key SID",
        "Starts with SK. With it, texts and calls go out under a key you can revoke by itself.",
        secret=True,
    ),
    Field("api_secret", "API key secret", "Shown once, when the key is made.", secret=True),
    Field(
        "messaging_service_sid",
        "Messaging service SID",
        "Starts with MG; only if your number is in a messaging service.",
        check=_sid("MG"),
    ),
    Field(
        "line_type_lookup",
        "Ask for the line type",
        "Ask Twilio (paid, per number) whether a caller has a mobile before texting.",
        default="off",
        choices=("off", "on"),
    ),
    Field(
        "texts_per_second",
        "Texts per second",
        "Slow our sending down to this; 0 lets Twilio queue.",
        default="0",
        check=_check_pace,
    ),
    Field(
        "ring",
        "Phones to ring",
        "Numbers or sip: addresses that ring when a call comes in, separated by commas; empty: none.",
        check=_check_phones,
    ),
    Field(
        "ring_seconds",
        "Ring for",
        "Seconds until the call counts as missed.",
        default="20",
        check=_check_ring_seconds,
    ),
    Field(
        "forwarded",
        "Calls are forwarded here",
        "Yes: your phone system sends unanswered calls to this number, so every call on it is a missed one.",
        default="auto",
        choices=("yes", "no", "auto"),
    ),
    Field("greeting", "Greeting", "What a missed caller hears; empty: a sentence with the firm's name."),
    Field("greeting_language", "Language of the greeting", "Such as en-US or es-US.", default="en-US"),
    Field(
        "voicemail",
        "Voicemail",
        "On: a missed caller may leave a message after the greeting.",
        default="off",
        choices=("off", "on"),
    ),
    Field(
        "base_url",
        "Address of the API",
        "Twilio's own by default.",
        default="https://api.twilio.com",
        check=check_base_address,
    ),
    Field(
        "lookup_url",
        "Address of the look-up",
        "Twilio's own by default.",
        default="https://lookups.twilio.com",
        check=check_base_address,
    ),
)


@dataclass(frozen=True, kw_only=True)
class Options:
    """One connection's settings, read once."""

    account_sid: str
    auth_token: str = field(repr=False)
    #: User and password of the REST API.
    login: tuple[str, str] = field(repr=False)
    base_url: str
    lookup_url: str
    messaging_service_sid: str
    looks_up_line_types: bool
    texts_per_second: float
    #: Numbers and sip: addresses to ring, and what was set but is neither.
    ring: tuple[str, ...]
    ring_unusable: tuple[str, ...]
    ring_seconds: int
    forwarded: str
    greeting: str
    greeting_language: str
    voicemail: bool

    @property
    def voicemail_within(self) -> timedelta:
        """How long after the greeting began a voicemail may still come; zero where none is taken."""
        if not self.voicemail:
            return timedelta(0)
        spoken = timedelta(seconds=5 + len(self.greeting.split()) // 2)
        return spoken + RECORDING

    @classmethod
    def read(cls, setup: Setup) -> "Options":
        """From the connection's settings; what is missing or senseless takes its default."""
        values = {f.name: setup.settings.get(f.name, "").strip() or f.default for f in FIELDS}
        ring, unusable = _phones(values["ring"])
        voicemail = values["voicemail"] == "on"
        return cls(
            account_sid=values["account_sid"],
            auth_token=values["auth_token"],
            login=_login(values),
            base_url=values["base_url"],
            lookup_url=values["lookup_url"],
            messaging_service_sid=values["messaging_service_sid"],
            looks_up_line_types=values["line_type_lookup"] == "on",
            texts_per_second=_pace(values["texts_per_second"]),
            ring=ring,
            ring_unusable=unusable,
            ring_seconds=_ring_seconds(values["ring_seconds"]),
            forwarded=values["forwarded"],
            greeting=values["greeting"] or _usual_greeting(setup.firm, voicemail=voicemail),
            greeting_language=values["greeting_language"],
            voicemail=voicemail,
        )


def _login(values: Mapping[str, str]) -> tuple[str, str]:
    if values["api_key"] and values["api_secret"]:
        return values["api_key"], values["api_secret"]
    return values["account_sid"], values["auth_token"]


def _phones(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    usable, unusable = [], []
    for part in filter(None, (part.strip() for part in text.split(","))):
        number = Number.parse(part)
        if part.lower().startswith("sip:") and "@" in part:
            usable.append(part)
        elif number:
            usable.append(number.e164)
        else:
            unusable.append(part)
    return tuple(usable), tuple(unusable)


def _pace(text: str) -> float:
    pace = _amount(text, default=0.0)
    return pace if SLOWEST_PACE <= pace <= FASTEST_PACE else 0.0


def _ring_seconds(text: str) -> int:
    return int(min(MOST_RING_SECONDS, max(LEAST_RING_SECONDS, _amount(text, default=20.0))))


def _amount(text: str, *, default: float) -> float:
    try:
        amount = float(text)
    except ValueError:
        return default
    return amount if 0 <= amount < 1_000_000 else default


def _usual_greeting(firm: str, *, voicemail: bool) -> str:
    thanks = f"Thank you for calling {firm}." if firm else "Thank you for calling."
    sorry = "We are sorry we cannot take your call. We will send a text message to the number you call from."
    return f"{thanks} {sorry} " + (
        "You may also leave a message after the tone." if voicemail else "Goodbye."
    )
