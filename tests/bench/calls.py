"""Missed calls as Twilio reports them: fictional callers, the form of `<Dial action>`, its signature.

Must not: send anything.
"""

import base64
import csv
import hashlib
import hmac
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from tests.bench import wire

LINE = "+14155550100"
ACCOUNT = "AC" + "1" * 32
TOKEN = "f" * 32
#: A path no one finds by guessing, as far as a benchmark cares.
SECRET = "s3cret-path"
AREA_CODES = Path(__file__).parents[2] / "resources" / "compliance" / "us_area_code_zones.csv"


def callers() -> Iterator[str]:
    """Numbers set aside for fiction, a hundred in each area code; the line's own is not among them."""
    with AREA_CODES.open(encoding="utf-8", newline="") as file:
        codes = [row["area_code"] for row in csv.DictReader(line for line in file if line[0] != "#")]
    for code, station in itertools.product(codes, range(100)):
        number = f"+1{code}55501{station:02}"
        if number != LINE:
            yield number


def sid(kind: str, ordinal: int) -> str:
    """An id in no order, as the company's are: what looks for it looks all over an index."""
    return kind + hashlib.md5(f"{kind}{ordinal}".encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class Report:
    """One hook, ready to be written to a socket."""

    caller: str
    call_sid: str
    written: bytes


def missed(caller: str, ordinal: int, *, url: str) -> Report:
    """Nobody picked up the phones that rang for this caller."""
    call = sid("CA", ordinal)[:-1]
    fields = {
        "ApiVersion": "2010-04-01",
        "AccountSid": ACCOUNT,
        "CallSid": f"{call}c",
        "Direction": "inbound",
        "CallStatus": "in-progress",
        "DialCallSid": f"{call}d",
        "DialCallStatus": "no-answer",
        "DialBridged": "false",
    }
    for name, number in (("From", caller), ("Caller", caller), ("To", LINE), ("Called", LINE)):
        place = {"City": "OAKLAND", "State": "CA", "Zip": "94601", "Country": "US"}
        fields[name] = number
        fields |= {name + key: value for key, value in place.items()}
    return Report(caller, fields["CallSid"], signed(fields, url=url))


def delivery(message_sid: str, status: str, *, to: str, url: str) -> bytes:
    """What became of a text."""
    fields = {
        "ApiVersion": "2010-04-01",
        "AccountSid": ACCOUNT,
        "From": LINE,
        "MessageSid": message_sid,
        "MessageStatus": status,
        "SmsSid": message_sid,
        "SmsStatus": status,
        "To": to,
    }
    return signed(fields, url=url)


def text(message_sid: str, body: str, *, sender: str, url: str) -> bytes:
    """What somebody wrote to the line."""
    fields = {
        "ApiVersion": "2010-04-01",
        "AccountSid": ACCOUNT,
        "Body": body,
        "From": sender,
        "MessageSid": message_sid,
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsMessageSid": message_sid,
        "SmsSid": message_sid,
        "SmsStatus": "received",
        "To": LINE,
    }
    return signed(fields, url=url)


def signed(fields: dict[str, str], *, url: str) -> bytes:
    """The request as it goes over the wire."""
    parts = urlsplit(url)
    headers = {"X-Twilio-Signature": signature(fields, url=url), "User-Agent": "TwilioProxy/1.1"}
    return wire.request("POST", parts.path, urlencode(fields).encode(), host=parts.netloc, headers=headers)


def signature(fields: dict[str, str], *, url: str) -> str:
    text = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(TOKEN.encode(), text.encode(), hashlib.sha1).digest()).decode()
