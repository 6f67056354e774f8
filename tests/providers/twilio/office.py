"""An office with one Twilio line, and hooks as Twilio would send them.

Must not: start servers.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from urllib.parse import parse_qsl, urlencode

from twilio.request_validator import RequestValidator

from mcdesk.domain.numbers import Number
from mcdesk.ports.hooks import Hook
from mcdesk.ports.provider import Setup
from mcdesk.providers.twilio import Twilio

WIRE = Path(__file__).parent.parent / "wire" / "twilio"
ACCOUNT = "AC00000000000000000000000000000001"
TOKEN = "not-a-real-token"
URL = "https://desk.example/hooks/twilio/s3cret-path"
LINE = Number("+15105550187")
CALLER = Number("+15105550145")
CALL = "CA00000000000000000000000000000003"
NOW = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


def twilio(
    settings: Mapping[str, str] = MappingProxyType({}),
    *,
    lines: tuple[Number, ...] = (LINE,),
    hook_url: str | None = URL,
) -> Twilio:
    """A connection with these settings."""
    given = {"account_sid": ACCOUNT, "auth_token": TOKEN, **settings}
    return Twilio(
        Setup(connection="twilio", settings=given, lines=lines, hook_url=hook_url, firm="Rivera & Cole")
    )


def sample(name: str) -> Hook:
    """A payload of tests/providers/wire/twilio as a hook, not signed."""
    return hook_of((WIRE / f"{name}.urlencoded.txt").read_bytes().strip())


def hook_of(body: bytes, *, url: str = URL, content_type: str = "application/x-www-form-urlencoded") -> Hook:
    return Hook("POST", url, {"content-type": content_type}, body)


def hook(fields: dict[str, str]) -> Hook:
    return hook_of(urlencode({"AccountSid": ACCOUNT, **fields}).encode())


def signed(hook: Hook, *, token: str = TOKEN) -> Hook:
    """The hook with the signature Twilio would put on it."""
    pairs = dict(parse_qsl(hook.body.decode(), keep_blank_values=True))
    signature = RequestValidator(token).compute_signature(hook.url, pairs)
    return Hook(hook.method, hook.url, {**hook.headers, "x-twilio-signature": signature}, hook.body)


def call_fields(**more: str) -> dict[str, str]:
    """An inbound call on our line, ringing."""
    return {
        "CallSid": CALL,
        "From": CALLER.e164,
        "To": LINE.e164,
        "Direction": "inbound",
        "CallStatus": "ringing",
        **more,
    }
