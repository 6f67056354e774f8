"""A storm of calls: thousands nobody answers, all reported as fast as connections carry them.

Must not: know what the office makes of it.
"""

import asyncio
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from mcdesk.simulator import signature
from mcdesk.simulator.twilio.ledger import Call
from mcdesk.simulator.twilio.legs import status_fields
from tests.bench import calls, wire
from tests.bench.load import Connections
from tests.walks.office import Office

#: Numbers no text can go to: hidden in the ways carriers write it, too short, no number at all.
HIDDEN = ("anonymous", "+266696687", "Restricted", "+15", "+1000", "sip:robot@example.invalid", "")
FORGED = ("StirVerstat", "TN-Validation-Failed-C")


def robots(count: int) -> list[str]:
    """Fictional numbers of other places than the office's."""
    numbers = (number for number in calls.callers() if not number.startswith("+1415"))
    return list(itertools.islice(numbers, count))


@dataclass(frozen=True)
class Robocall:
    """One call of the storm, in the company's log, and the hook that tells of it."""

    call: Call
    is_forged: bool
    written: bytes = field(repr=False)


def robocall(office: Office, caller: str, *, is_forged: bool = False) -> Robocall:
    company = office.twilio.company
    number = company.account.number(office.options.line)
    assert number is not None
    call = Call(to=number.number, from_=caller, direction="inbound", status="ringing", number_sid=number.sid)
    call.move("no-answer")
    fields = [*status_fields(company.account, call, sequence=0), *([FORGED] if is_forged else [])]
    parts = urlsplit(office.hook_address)
    headers = {"X-Twilio-Signature": signature(company.account.auth_token, office.hook_address, fields)}
    written = wire.request("POST", parts.path, urlencode(fields).encode(), host=parts.netloc, headers=headers)
    return Robocall(call, is_forged, written)


def into_the_log(office: Office, robocalls: Sequence[Robocall]) -> None:
    """The company knows of them, whether or not the office heard."""
    held = office.twilio.company.ledger.calls
    office.twilio.ask(lambda: held.update((each.call.sid, each.call) for each in robocalls))


@dataclass
class Weather:
    """What became of each hook of a storm, and how long the door took to say that it is there."""

    statuses: dict[str, int] = field(default_factory=dict)
    longest_look: float = 0.0
    seconds: float = 0.0

    def told(self, status: int) -> set[str]:
        """Calls whose hook was answered so."""
        return {sid for sid, each in self.statuses.items() if each == status}


def rage(
    office: Office,
    robocalls: Sequence[Robocall],
    *,
    connections: int,
    meanwhile: Sequence[Callable[[], object]] = (),
) -> Weather:
    """Every hook once, as fast as they go; `meanwhile` is done one by one, evenly between them."""
    return asyncio.run(_rage(office, robocalls, connections, meanwhile))


async def _rage(
    office: Office, robocalls: Sequence[Robocall], most: int, meanwhile: Sequence[Callable[[], object]]
) -> Weather:
    weather, left = Weather(), iter(robocalls)
    others = iter(meanwhile)
    every = max(1, len(robocalls) // (len(meanwhile) + 1))
    connections = Connections(office.hook_address, most)

    async def send() -> None:
        for each in left:
            weather.statuses[each.call.sid] = await connections.ask(each.written)
            if len(weather.statuses) % every == 0:
                next(others, lambda: None)()

    began = time.monotonic()
    over = asyncio.Event()
    looking = asyncio.create_task(_look(office, weather, over))
    await asyncio.gather(*(send() for _ in range(most)))
    weather.seconds = time.monotonic() - began
    over.set()
    await looking
    connections.close()
    return weather


async def _look(office: Office, weather: Weather, over: asyncio.Event) -> None:
    """Whether it is there, again and again, each time on a connection of its own."""
    parts = urlsplit(office.hook_address)
    while not over.is_set():
        began = time.monotonic()
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 200")
        writer.close()
        await writer.wait_closed()
        weather.longest_look = max(weather.longest_look, time.monotonic() - began)
        await asyncio.sleep(0.05)
