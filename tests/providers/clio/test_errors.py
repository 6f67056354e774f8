"""Every verb under every failure: only the errors the engine knows come out, and the right one."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from mcdesk.ports.provider import BadLogin, Busy, ProviderError, Refused, Unreachable, Unsure
from mcdesk.providers.clio import Clio
from mcdesk.simulator import Fault
from mcdesk.simulator.faults import FaultKind
from tests.providers.clio.office import CALLER, Office, caller, entry, task

pytestmark = pytest.mark.anyio

Verb = Callable[[Clio, str], Awaitable[object]]

READS: dict[str, Verb] = {
    "find_contacts": lambda clio, _: clio.find_contacts(CALLER),
    "find_call": lambda clio, dana: clio.find_call(entry(dana)),
    "find_note": lambda clio, dana: clio.find_note(entry(dana)),
    "find_task": lambda clio, dana: clio.find_task(task(dana)),
    # the look at the present name comes first; changing it twice does no harm either
    "rename_contact": lambda clio, dana: clio.rename_contact(dana, "Dana"),
}
WRITES: dict[str, Verb] = {
    "create_contact": lambda clio, _: clio.create_contact(caller()),
    "log_call": lambda clio, dana: clio.log_call(entry(dana)),
    "write_note": lambda clio, dana: clio.write_note(entry(dana)),
    "create_task": lambda clio, dana: clio.create_task(task(dana)),
}
VERBS = {**READS, **WRITES}

STATUSES: list[tuple[int, type[ProviderError]]] = [
    (400, Refused),
    (403, BadLogin),
    (404, Refused),
    (409, Refused),
    (410, Refused),
    (412, Refused),
    (422, Refused),
    (429, Busy),
]
CUT: list[FaultKind] = ["drop", "drop-after", "bad-json"]


@pytest.fixture
def desk(office: Office) -> Clio:
    """With a chosen assignee, so that each writing verb makes one request."""
    return office.desk(assignee=str(office.pretend.users[0]["id"]))


@pytest.fixture
def dana(office: Office) -> str:
    return office.contact("Caller (415) 555-0142", "(415) 555-0142")


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
@pytest.mark.parametrize(("status", "expected"), STATUSES)
async def test_a_refusal_becomes_the_right_error(
    office: Office, desk: Clio, dana: str, verb: Verb, status: int, expected: type[ProviderError]
) -> None:
    office.pretend.faults.add(Fault("status", status=status, count=None))
    with pytest.raises(ProviderError) as raised:
        await verb(desk, dana)
    assert type(raised.value) is expected
    assert raised.value.why.startswith("Clio ")


@pytest.mark.parametrize("verb", READS.values(), ids=READS)
@pytest.mark.parametrize("status", [500, 502, 503])
async def test_trouble_at_clio_while_reading_is_safe_to_repeat(
    office: Office, desk: Clio, dana: str, verb: Verb, status: int
) -> None:
    office.pretend.faults.add(Fault("status", status=status, count=None))
    with pytest.raises(Unreachable):
        await verb(desk, dana)


@pytest.mark.parametrize("verb", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("status", [500, 502, 503])
async def test_trouble_at_clio_while_writing_is_to_be_looked_up(
    office: Office, desk: Clio, dana: str, verb: Verb, status: int
) -> None:
    office.pretend.faults.add(Fault("status", status=status, count=None))
    with pytest.raises(Unsure):
        await verb(desk, dana)


@pytest.mark.parametrize("verb", READS.values(), ids=READS)
@pytest.mark.parametrize("kind", CUT)
async def test_a_broken_answer_to_a_question_is_safe_to_repeat(
    office: Office, desk: Clio, dana: str, verb: Verb, kind: FaultKind
) -> None:
    office.pretend.faults.add(Fault(kind, count=None))
    with pytest.raises(Unreachable):
        await verb(desk, dana)


@pytest.mark.parametrize("verb", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("kind", CUT)
async def test_a_broken_answer_to_a_write_is_to_be_looked_up(
    office: Office, desk: Clio, dana: str, verb: Verb, kind: FaultKind
) -> None:
    office.pretend.faults.add(Fault(kind, count=None))
    with pytest.raises(Unsure):
        await verb(desk, dana)


@pytest.mark.parametrize("kind", CUT)
async def test_what_was_written_before_the_line_broke_is_found_and_what_was_not_is_not(
    office: Office, desk: Clio, dana: str, kind: FaultKind
) -> None:
    there = kind != "drop"
    for write, find in (("log_call", "find_call"), ("write_note", "find_note"), ("create_task", "find_task")):
        office.pretend.faults.add(Fault(kind, method="POST"))
        with pytest.raises(Unsure):
            await WRITES[write](desk, dana)
        assert (await READS[find](desk, dana) is not None) is there


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
async def test_a_clio_that_cannot_be_reached_is_safe_to_repeat(office: Office, dana: str, verb: Verb) -> None:
    desk = office.desk(base_url="http://127.0.0.1:9", assignee="1")
    with pytest.raises(Unreachable):
        await verb(desk, dana)


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
async def test_a_sign_in_taken_back_is_renewed_once_and_then_a_persons_work(
    office: Office, desk: Clio, dana: str, verb: Verb
) -> None:
    office.pretend.faults.add(Fault("status", path="/api/", status=401, count=None))
    with pytest.raises(BadLogin, match="Sign in to Clio again: mcdesk sign-in clio"):
        await verb(desk, dana)
    assert office.refreshes == 1


async def test_a_firm_that_removed_the_app_is_told_to_sign_in(office: Office, desk: Clio) -> None:
    office.pretend.sign_in.revoke_all()
    with pytest.raises(BadLogin, match=r"no longer accepts our sign-in\. Sign in to Clio again"):
        await desk.find_contacts(CALLER)


async def test_clios_own_words_explain_what_it_refused(office: Office, desk: Clio) -> None:
    with pytest.raises(Refused, match="Clio has no such record any more"):
        await desk.write_note(entry("5"))
    office.pretend.faults.add(Fault("status", status=422))
    with pytest.raises(Refused, match="Clio refused this: The request could not be processed") as refused:
        await desk.create_contact(caller())
    assert refused.value.code == "422"


async def test_a_missing_right_names_what_to_look_at(office: Office, desk: Clio, dana: str) -> None:
    office.pretend.forbidden.add("notes")
    with pytest.raises(BadLogin, match="Contacts visibility"):
        await desk.write_note(entry(dana))


@pytest.mark.parametrize(
    "data", ["[]", "null", '{"data": 5}', '{"data": {"id": null}}', '{"data": {"id": true}}']
)
async def test_an_answer_of_another_shape_is_to_be_looked_up(office: Office, data: str) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 201 Created\r\nContent-Length: {len(data)}\r\n\r\n{data}".encode())
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        desk = office.desk(base_url=f"http://127.0.0.1:{port}")
        with pytest.raises(Unsure):
            await desk.write_note(entry("5"))
        with pytest.raises(Unreachable):
            await desk.find_contacts(CALLER)
