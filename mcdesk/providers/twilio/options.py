"""The settings of a Twilio connection: as people see them, and as the code reads them.

Must not: talk to Twilio.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from mcdesk.domain.numbers import Number
from mcdesk.ports.provider import Field, Setup

#: The longest message a caller may leave.
RECORDING = timedelta(seconds=120)
#: Twilio waits at most this long for somebody to pick up.
MOST_RING_SECONDS = 600

FIELDS = (
    Field(
        "account_sid",
        "Account SID",
        "Starts with AC; on the first page of the Twilio console.",
        required=True,
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
    ),
    Field(
        "ring",
        "Phones to ring",
        "Numbers or sip: addresses that ring when a call comes in, separated by commas; empty: none.",
    ),
    Field("ring_seconds", "Ring for", "Seconds until the call counts as missed.", default="20"),
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
    Field("base_url", "Address of the API", "Twilio's own by default.", default="https://api.twilio.com"),
    Field(
        "lookup_url",
        "Address of the look-up",
        "Twilio's own by default.",
        default="https://lookups.twilio.com",
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
            texts_per_second=_amount(values["texts_per_second"], default=0.0),
            ring=ring,
            ring_unusable=unusable,
            ring_seconds=int(min(MOST_RING_SECONDS, max(5.0, _amount(values["ring_seconds"], default=20.0)))),
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
