"""Reading what Twilio writes: numbers, times, lengths, and rows of JSON whose shape nobody guarantees.

Must not: decide what anything means. Nothing here raises on any input.
"""

import email.utils
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from mcdesk.domain.numbers import Number
from mcdesk.ports.hooks import Hook

#: One object of a list answer.
Row = Mapping[str, object]

SIP_NUMBER = re.compile(r"sips?:(\+?\d{7,15})@", re.IGNORECASE)
#: The same phone over another way to text; what is said there is said for the number.
CHANNELS = ("rcs:", "whatsapp:")
NO_FIELDS: Mapping[str, str] = {}


def fields(hook: Hook) -> Mapping[str, str] | None:
    """The form fields; None where the request carries no readable form."""
    if hook.content_type == "application/json":
        return None
    try:
        return hook.form or None
    except ValueError:
        return None


def party(text: str | None) -> Number | None:
    """Who is at one end: a number, also in a sip:, rcs: or whatsapp: address; None for hidden, short and
    non-phone ends."""
    for channel in CHANNELS:
        text = text.removeprefix(channel) if text else text
    if text and not text.startswith("+"):
        within = SIP_NUMBER.match(text)
        if within:
            return Number.parse(within.group(1))
        if ":" in text:
            return None
    return Number.parse(text)


def moment(text: object) -> datetime | None:
    """An RFC 2822 time as an aware UTC instant."""
    return _moment(text) if isinstance(text, str) and text else None


@lru_cache(maxsize=4096)
def _moment(text: str) -> datetime | None:
    """The rows of a list share their seconds, and each is read again with every look."""
    try:
        at = email.utils.parsedate_to_datetime(text)
        return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def carrier_moment(text: str | None) -> datetime | None:
    """``RawDlrDoneDate``: YYMMDDhhmm in UTC."""
    try:
        return datetime.strptime(text or "", "%y%m%d%H%M").replace(tzinfo=UTC)
    except ValueError:
        return None


def seconds(value: object) -> int | None:
    """A small count or a length in seconds, as a number or digits; None where it is neither or over a day."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 6:
        value = int(value)
    return value if isinstance(value, int) and 0 <= value <= 86_400 else None


def before(at: datetime | None, length: int | None) -> datetime | None:
    """When something began that ended `at` after `length` seconds."""
    if at is None or length is None:
        return None
    try:
        return at - timedelta(seconds=length)
    except OverflowError:
        return None


def rows(data: Any, name: str) -> list[Row] | None:
    """The objects of a list answer; None where the answer is no such list."""
    found = data.get(name) if isinstance(data, dict) else None
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else None


def row(data: Any) -> Row:
    """A single-object answer; empty where it is something else."""
    return data if isinstance(data, dict) else {}


def text(of: Row, name: str) -> str:
    """A field as text; empty where it is missing or no text."""
    value = of.get(name)
    return value if isinstance(value, str) else ""


def code(of: Row, name: str) -> str | None:
    """An error code, which is a number in JSON and digits in forms."""
    value = of.get(name)
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    written = str(value) if isinstance(value, str) or abs(value) < 10**9 else ""
    return written if written.isdigit() and len(written) <= 6 and int(written) else None
