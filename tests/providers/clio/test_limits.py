"""Clio's allowance of requests: respected before Clio has to say no."""

import asyncio
import time

import pytest

from mcdesk.ports.provider import Busy
from mcdesk.providers.clio.allowance import WINDOW_SECONDS, Allowance
from mcdesk.providers.clio.phones import renderings
from mcdesk.simulator import Fault
from tests.providers.clio.office import CALLER, Office, entry

pytestmark = pytest.mark.anyio


async def test_told_to_wait_we_wait_as_long_and_ask_nothing_meanwhile(office: Office) -> None:
    office.pretend.faults.add(Fault("status", status=429, retry_after=17))
    desk = office.desk()
    with pytest.raises(Busy) as told:
        await desk.find_contacts(CALLER)
    assert told.value.seconds == 17
    with pytest.raises(Busy) as known:
        await desk.find_contacts(CALLER)
    assert known.value.seconds == pytest.approx(17, abs=1)
    assert len(office.asked("GET")) == 1


async def test_the_last_request_granted_is_the_last_one_made(office: Office) -> None:
    office.pretend.limit.per_minute = len(renderings(CALLER))
    dana = office.contact("Dana Reyes", "(415) 555-0142")
    desk = office.desk()
    await desk.find_contacts(CALLER)
    with pytest.raises(Busy) as busy:
        await desk.write_note(entry(dana))
    assert busy.value.seconds is not None
    assert 0 < busy.value.seconds <= WINDOW_SECONDS
    assert office.asked("POST") == []


async def test_one_search_runs_at_a_time(office: Office) -> None:
    office.pretend.faults.add(Fault("delay", seconds=0.1, count=2))
    known = office.contact("Dana Reyes", "(415) 555-0142")
    desk = office.desk()
    began = time.monotonic()
    both = await asyncio.gather(desk.find_contacts(CALLER), desk.find_contacts(CALLER))
    assert time.monotonic() - began >= 0.2
    assert [[contact.id for contact in found] for found in both] == [[known], [known]]


@pytest.mark.parametrize(
    ("reset", "least", "most"),
    [("{now}+30", 28, 31), ("{now}-500", 0.5, 1), ("{now}+90000", 59, 60), ("", 59, 60), ("soon", 59, 60)],
)
def test_a_clock_that_is_wrong_stops_us_a_minute_at_most(reset: str, least: float, most: float) -> None:
    sign = 1 if "+" in reset else -1
    stamp = str(time.time() + sign * float(reset.split("}")[1][1:])) if "{" in reset else reset
    allowance = Allowance()
    allowance.note({"x-ratelimit-remaining": "0", "x-ratelimit-reset": stamp})
    with pytest.raises(Busy) as busy:
        allowance.ask()
    assert busy.value.seconds is not None
    assert least <= busy.value.seconds <= most


def test_requests_left_or_no_word_of_a_limit_let_us_go_on() -> None:
    allowance = Allowance()
    allowance.note({"x-ratelimit-remaining": "1", "x-ratelimit-reset": "9999999999"})
    allowance.note({})
    allowance.ask()
