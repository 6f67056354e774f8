"""Calls, notes and tasks: written once, found again by our key, and by nothing else."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mcdesk.ports.provider import Refused
from mcdesk.providers.clio.bodies import marker
from tests.providers.clio.office import CALLED_AT, Office, entry, only, task

pytestmark = pytest.mark.anyio


@pytest.fixture
def dana(office: Office) -> str:
    return office.contact("Dana Reyes", "(415) 555-0142")


async def test_a_call_is_recorded_with_who_called_when_and_our_key(office: Office, dana: str) -> None:
    made = await office.desk().log_call(entry(dana))
    record = only(office.pretend.communications)
    assert str(record["id"]) == made
    assert (record["type"], record["subject"]) == ("PhoneCommunication", "Missed call")
    assert datetime.fromisoformat(str(record["received_at"])) == CALLED_AT
    senders = record["senders"]
    assert isinstance(senders, list)
    assert [(str(each["id"]), each["type"]) for each in senders] == [(dana, "Contact")]
    assert record["receivers"] == []


async def test_a_call_names_the_chosen_user_as_receiver(office: Office, dana: str) -> None:
    user = str(office.pretend.users[1]["id"])
    await office.desk(assignee=user).log_call(entry(dana))
    receivers = only(office.pretend.communications)["receivers"]
    assert isinstance(receivers, list)
    assert [(str(each["id"]), each["type"]) for each in receivers] == [(user, "User")]


async def test_a_call_is_found_by_its_key_and_no_other(office: Office, dana: str) -> None:
    desk = office.desk()
    made = await desk.log_call(entry(dana))
    await desk.log_call(entry(dana, key="call-2"))
    assert await desk.find_call(entry(dana)) == made
    assert await desk.find_call(entry(dana, key="call-3")) is None


async def test_a_call_clio_shows_although_its_key_is_another_is_not_ours(office: Office) -> None:
    shown = {
        "data": [{"id": 5, "external_properties": [{"name": "mcdesk_id", "value": "call-9"}]}],
        "meta": {},
    }
    body = json.dumps(shown).encode()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        desk = office.desk(base_url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        assert await desk.find_call(entry("1", key="call-9")) == "5"
        assert await desk.find_call(entry("1", key="call-1")) is None


async def test_a_note_lies_with_the_person_and_carries_our_mark(office: Office, dana: str) -> None:
    made = await office.desk().write_note(entry(dana))
    record = only(office.pretend.notes)
    assert str(record["id"]) == made
    assert record["subject"] == "Missed call"
    assert record["detail"] == f"Rang 24 s, no voicemail.\n{marker('call-1')}"
    assert record["date"] == CALLED_AT.astimezone().date().isoformat()


async def test_a_note_is_found_by_its_key_and_no_other(office: Office, dana: str) -> None:
    desk = office.desk()
    made = await desk.write_note(entry(dana))
    await desk.write_note(entry(dana, key="call-2"))
    assert await desk.find_note(entry(dana)) == made
    assert await desk.find_note(entry(dana, key="call-3")) is None
    sam = office.contact("Sam Reyes", "(415) 555-0142")
    assert await desk.find_note(entry(sam)) is None


async def test_a_note_is_found_behind_two_hundred_others(office: Office, dana: str) -> None:
    desk = office.desk()
    for index in range(205):
        record: dict[str, object] = {"type": "Contact", "contact": {"id": int(dana)}, "detail": f"{index}"}
        office.pretend.records.put("notes", record)
    made = await desk.write_note(entry(dana))
    assert await desk.find_note(entry(dana)) == made


async def test_records_are_found_when_our_clock_runs_ahead_of_clios(office: Office, dana: str) -> None:
    desk = office.desk()
    early = replace(entry(dana), at=datetime.now(UTC) + timedelta(days=3))
    made = await desk.write_note(early)
    assert await desk.find_note(early) == made


async def test_a_task_says_when_whom_and_where_in_the_offices_time(office: Office, dana: str) -> None:
    made = await office.desk().create_task(task(dana, urgent=True))
    record = only(office.pretend.tasks)
    assert str(record["id"]) == made
    assert record["name"] == "Call back (415) 555-0142 by 4:57 pm"
    assert (record["due_at"], record["priority"], record["status"]) == ("2026-11-20", "High", "pending")
    assert record["description"] == (
        "Missed call 16:42, no reply to two texts.\n"
        f"Contact: {office.pretend.url}/nc/#/contacts/{dana}\n{marker('task-1')}"
    )


@pytest.mark.parametrize(
    ("timezone", "name", "day"),
    [("America/New_York", "7:57 pm", "2026-11-20"), ("Pacific/Auckland", "1:57 pm", "2026-11-21")],
)
async def test_the_day_of_a_task_is_the_offices(
    office: Office, dana: str, timezone: str, name: str, day: str
) -> None:
    await office.desk().create_task(task(dana, timezone=timezone))
    record = only(office.pretend.tasks)
    assert record["name"] == f"Call back (415) 555-0142 by {name}"
    assert (record["due_at"], record["priority"]) == (day, "Normal")


async def test_a_task_goes_to_the_chosen_user_or_to_whoever_signed_in(office: Office, dana: str) -> None:
    first, second = (str(user["id"]) for user in office.pretend.users)
    await office.desk().create_task(task(dana))
    await office.desk(assignee=second).create_task(task(dana, key="task-2"))
    assignees = [record["assignee"] for record in office.pretend.tasks]
    assert [str(each["id"]) for each in assignees if isinstance(each, dict)] == [first, second]


async def test_a_task_is_found_by_its_key_and_no_other(office: Office, dana: str) -> None:
    desk = office.desk()
    made = await desk.create_task(task(dana))
    await desk.create_task(task(dana, key="task-2"))
    assert await desk.find_task(task(dana)) == made
    assert await desk.find_task(task(dana, key="task-3")) is None


async def test_a_time_zone_nobody_knows_is_refused_before_anything_is_sent(office: Office, dana: str) -> None:
    with pytest.raises(Refused, match="time zone Mars/Olympus"):
        await office.desk(assignee="1").create_task(task(dana, timezone="Mars/Olympus"))
    assert office.asked() == []


@pytest.mark.parametrize("verb", ["log_call", "write_note", "find_note"])
async def test_a_record_of_another_crm_is_refused_before_anything_is_sent(office: Office, verb: str) -> None:
    with pytest.raises(Refused, match="not made by Clio"):
        await getattr(office.desk(), verb)(entry("003Qy000001"))
    assert office.asked() == []


def test_a_mark_is_short_and_the_same_at_every_try() -> None:
    assert marker("call-1") == marker("call-1") == "[mcdesk:5d7963c4]"
    assert marker("call-2") != marker("call-1")
