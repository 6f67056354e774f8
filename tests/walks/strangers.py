"""Requests to a hook address as strangers, and Twilio itself, would write them.

Must not: go through the pretend company.
"""

import asyncio
import re
from urllib.parse import parse_qsl, urlencode, urlsplit

import h11

from mcdesk.simulator import signature
from tests.walks.office import Office


def post(url: str, body: bytes, **headers: str) -> tuple[int, bytes]:
    """A request as a stranger would send it."""
    return asyncio.run(_post(url, body, headers))


async def _post(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        connection = h11.Connection(h11.CLIENT)
        lines = [
            ("Host", parts.netloc), ("Content-Length", str(len(body))), ("Connection", "close"),
            ("Content-Type", headers.pop("content_type", "application/x-www-form-urlencoded")),
            *((name.replace("_", "-"), value) for name, value in headers.items()),
        ]  # fmt: skip
        writer.write(connection.send(h11.Request(method="POST", target=parts.path, headers=lines)) or b"")
        writer.write(connection.send(h11.Data(data=body)) or b"")
        writer.write(connection.send(h11.EndOfMessage()) or b"")
        await writer.drain()
        answer = await reader.read()
        found = re.match(rb"HTTP/1.1 (\d+)", answer)
        assert found is not None
        return int(found[1]), answer.partition(b"\r\n\r\n")[2]
    finally:
        writer.close()


MISSED = {
    "CallSid": "CA00000000000000000000000000000001",
    "From": "+14155550142",
    "To": "+14155550100",
    "CallStatus": "no-answer",
    "Direction": "inbound",
    "Timestamp": "Sat, 21 Nov 2026 10:00:00 +0000",
}


def signed(office: Office, body: str) -> dict[str, str]:
    """The header that proves it is from the company."""
    token = office.twilio.company.account.auth_token
    pairs = parse_qsl(body, keep_blank_values=True)
    return {"x_twilio_signature": signature(token, office.hook_address, pairs)}


def missed_call(office: Office) -> str:
    """The final report of a missed call, as a form."""
    return urlencode({**MISSED, "AccountSid": office.twilio.company.account.sid})
