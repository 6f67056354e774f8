"""Calls found by reading Twilio's list: each decided once, none skipped."""

import itertools
from collections import Counter
from datetime import timedelta

import pytest

from mcdesk.domain.events import (
    CallAbandoned,
    CallAnswered,
    CallEnded,
    CallEvent,
    CallMissed,
    CallRinging,
    VoicemailLeft,
)
from mcdesk.domain.numbers import Number
from mcdesk.ports.provider import Unreachable
from tests.providers.answering import Asked, Reply, answering, told
from tests.providers.twilio.ledger import Ledger, Row, ago, call_row, leg_row
from tests.providers.twilio.office import CALLER, LINE, NOW, twilio

pytestmark = pytest.mark.anyio


async def read(
    ledger: Ledger, cursor: str | None = None, **settings: str
) -> tuple[list[CallEvent], str, int]:
    async with answering(ledger) as company:
        provider = twilio({"base_url": company.url, **settings})
        log = await provider.calls_since(cursor, now=NOW)
        await provider.close()
    return list(log.events), log.cursor, log.open_calls


@pytest.mark.parametrize(
    ("status", "legs", "expected"),
    [
        ("completed", [("completed", 30)], CallAnswered),
        ("completed", [("no-answer", 0), ("completed", 30)], CallAnswered),
        ("completed", [("completed", 0)], CallMissed),
        ("completed", [("no-answer", 0)], CallMissed),
        ("completed", [("canceled", 0)], CallAbandoned),
        ("completed", [], CallMissed),
        ("busy", [], CallMissed),
        ("failed", [], CallMissed),
        ("no-answer", [], CallMissed),
        ("no-answer", [("no-answer", 0)], CallMissed),
        ("no-answer", [("canceled", 0), ("canceled", 0)], CallAbandoned),
        ("canceled", [], CallAbandoned),
    ],
)
async def test_a_call_is_answered_only_where_a_dialed_leg_was(
    status: str, legs: list[tuple[str, int]], expected: type[CallEvent]
) -> None:
    began = ago(minutes=5)
    rows = [call_row("CA1", began=began, status=status, seconds=40)]
    rows += [leg_row(f"CB{n}", "CA1", began=began, status=s, seconds=d) for n, (s, d) in enumerate(legs)]
    (event,), _, _ = await read(Ledger(calls=rows))
    assert type(event) is expected
    assert (event.call_id, event.caller, event.line, event.direction) == ("CA1", CALLER, LINE, "inbound")
    assert (event.started_at, event.ended_at) == (began, began + timedelta(seconds=40))


@pytest.mark.parametrize(
    ("recording", "expected"),
    [
        ({"status": "completed", "duration": "9", "uri": "/2010-04-01/RE1.json"}, VoicemailLeft),
        ({"status": "completed", "duration": "2", "uri": "/2010-04-01/RE1.json"}, CallMissed),
        ({"status": "absent", "duration": None, "uri": "/2010-04-01/RE1.json"}, CallMissed),
    ],
)
async def test_a_recording_is_a_voicemail(recording: Row, expected: type[CallEvent]) -> None:
    ledger = Ledger(
        calls=[call_row("CA1", began=ago(minutes=5), seconds=40)], recordings={"CA1": [recording]}
    )
    (event,), _, _ = await read(ledger, voicemail="on")
    assert type(event) is expected
    if isinstance(event, VoicemailLeft):
        assert event.seconds == 9
        assert (event.recording_url or "").endswith("/2010-04-01/RE1")


async def test_a_recording_that_is_not_measured_yet_is_waited_for() -> None:
    ledger = Ledger(
        calls=[call_row("CA1", began=ago(minutes=2), seconds=40)],
        recordings={"CA1": [{"status": "processing", "duration": None}]},
    )
    events, cursor, still_open = await read(ledger, voicemail="on")
    assert (events, still_open) == ([], 1)
    ledger.recordings["CA1"] = [{"status": "completed", "duration": "9", "uri": "/RE1.json"}]
    (event,), _, _ = await read(ledger, cursor, voicemail="on")
    assert isinstance(event, VoicemailLeft)


async def test_a_recording_that_is_never_measured_does_not_hide_its_call() -> None:
    ledger = Ledger(
        calls=[call_row("CA1", began=ago(minutes=20), seconds=40)],
        recordings={"CA1": [{"status": "processing", "duration": None}]},
    )
    (event,), _, _ = await read(ledger, voicemail="on")
    assert isinstance(event, CallMissed)


def is_about_recordings(asked: Asked) -> bool:
    return asked.path.endswith("/Recordings.json")


async def test_one_failure_in_many_requests_for_recordings_hides_no_call() -> None:
    """And is made up for with the next reads, which ask about what is left only."""
    rows = [call_row(f"CA{n:03}", began=ago(minutes=300 - n), seconds=40) for n in range(60)]
    message: Row = {"status": "completed", "duration": "9", "uri": "/RE1.json"}
    ledger = Ledger(calls=rows, recordings={str(row["sid"]): [message] for row in rows})
    requests = itertools.count(1)

    def every_25th(asked: Asked) -> Reply:
        fails = is_about_recordings(asked) and next(requests) % 25 == 0
        return Reply(503) if fails else ledger(asked)

    async with answering(every_25th) as company:
        provider = twilio({"base_url": company.url, "voicemail": "on"})
        logs = [await provider.calls_since(None, now=NOW)]
        for _ in range(3):
            logs.append(await provider.calls_since(logs[-1].cursor, now=NOW))
        await provider.close()
        questions = Counter(asked.path for asked in company.asked if is_about_recordings(asked))
    assert [len(log.events) for log in logs] == [60, 36, 12, 0]
    assert [isinstance(log.trouble, Unreachable) for log in logs] == [True, True, False, False]
    assert [type(event) for event in logs[0].events] == [VoicemailLeft] * 24 + [CallMissed] * 36
    assert {type(event) for log in logs[2:] for event in log.events} == {VoicemailLeft}
    assert max(questions.values()) <= 2


async def test_a_call_whose_recordings_are_refused_for_good_is_a_missed_one_and_asked_about_once() -> None:
    rows = [call_row(f"CA{n}", began=ago(minutes=9 - n), seconds=40) for n in range(3)]

    def refuses_one(asked: Asked) -> Reply:
        refused = is_about_recordings(asked) and "/CA1/" in asked.path
        return told({"code": 20404}, status=404) if refused else Ledger(calls=rows)(asked)

    async with answering(refuses_one) as company:
        provider = twilio({"base_url": company.url, "voicemail": "on"})
        log = await provider.calls_since(None, now=NOW)
        again = await provider.calls_since(log.cursor, now=NOW)
        by_itself = await provider.call("CA1")
        await provider.close()
    assert [event.call_id for event in log.events] == ["CA0", "CA1", "CA2"]
    assert (log.trouble, again.events) == (None, ())
    assert isinstance(by_itself, CallMissed)


async def test_a_call_that_can_never_be_asked_about_does_not_stop_the_others_and_is_given_up() -> None:
    rows = [call_row(f"CA{n}", began=ago(minutes=9 - n), seconds=40) for n in range(3)]

    def fails_for_one(asked: Asked) -> Reply:
        fails = is_about_recordings(asked) and "/CA0/" in asked.path
        return Reply(500) if fails else Ledger(calls=rows)(asked)

    async with answering(fails_for_one) as company:
        provider = twilio({"base_url": company.url, "voicemail": "on"})
        log = await provider.calls_since(None, now=NOW)
        assert len(log.events) == 3
        for later, told_again in ((1, 3), (59, 1), (61, 1), (62, 0)):
            log = await provider.calls_since(log.cursor, now=NOW + timedelta(minutes=later))
            assert len(log.events) == told_again
        await provider.close()


async def test_after_a_long_pause_all_calls_are_told_before_all_are_asked_about() -> None:
    rows = [call_row(f"CA{n:03}", began=ago(minutes=900 - n), seconds=40) for n in range(250)]
    async with answering(Ledger(calls=rows)) as company:
        provider = twilio({"base_url": company.url, "voicemail": "on"})
        log, questions = None, []
        for count in (250, 150, 50, 0):
            log = await provider.calls_since(log.cursor if log else None, now=NOW)
            assert len(log.events) == count
            questions.append(sum(map(is_about_recordings, company.asked)))
        await provider.close()
    assert questions == [100, 200, 250, 250]


async def test_an_open_call_is_read_again_until_it_is_decided() -> None:
    long_call = call_row("CA1", began=ago(hours=3), status="in-progress", seconds=None)
    ledger = Ledger(calls=[long_call, call_row("CA2", began=ago(minutes=20), status="busy")])
    events, cursor, still_open = await read(ledger)
    assert ([event.call_id for event in events], still_open) == (["CA2"], 1)
    ledger.calls[0] = call_row("CA1", began=ago(hours=3), seconds=60)
    events, cursor, still_open = await read(ledger, cursor)
    assert ([event.call_id for event in events], still_open) == (["CA1"], 0)
    assert await read(ledger, cursor) == ([], cursor, 0)


async def test_a_leg_that_still_rings_keeps_its_call_open() -> None:
    rows = [call_row("CA1", began=ago(minutes=1), status="completed", seconds=10)]
    rows.append(leg_row("CB1", "CA1", began=ago(minutes=1), status="ringing"))
    assert (await read(Ledger(calls=rows)))[2] == 1


async def test_a_call_listed_late_is_not_skipped() -> None:
    ledger = Ledger(calls=[call_row("CA2", began=ago(minutes=20), status="busy")])
    _, cursor, _ = await read(ledger)
    ledger.calls.insert(0, call_row("CA1", began=ago(minutes=21), status="busy"))
    events, _, _ = await read(ledger, cursor)
    assert [event.call_id for event in events] == ["CA1"]


async def test_reading_on_stops_at_what_is_settled() -> None:
    old = [call_row(f"CA{n:03}", began=ago(minutes=900 - n), status="busy") for n in range(300)]
    ledger = Ledger(calls=[*old, call_row("CA999", began=ago(minutes=20), status="busy")])
    events, cursor, _ = await read(ledger)
    assert [event.call_id for event in events] == [str(row["sid"]) for row in ledger.calls]
    ledger.page = 10
    async with answering(ledger) as company:
        provider = twilio({"base_url": company.url})
        assert (await provider.calls_since(cursor, now=NOW)).events == ()
        await provider.close()
    assert len(company.asked) == 1
    assert company.asked[0].query == {"StartTime>": "2026-03-02", "PageSize": "50"}


async def test_a_long_list_is_read_page_by_page_and_each_call_once() -> None:
    rows = [call_row(f"CA{n:03}", began=ago(minutes=300 - n), status="busy") for n in range(95)]
    rows.append(call_row("CA094", began=ago(minutes=206), status="busy"))
    events, _, _ = await read(Ledger(calls=rows, page=20))
    assert len(events) == 95


async def test_a_storm_of_calls_since_the_last_look_is_read_to_its_end_and_in_long_pages() -> None:
    before = call_row("CA", began=ago(minutes=10))
    _, cursor, _ = await read(Ledger(calls=[before]))
    storm = [call_row(f"CA{number}", began=ago(minutes=5)) for number in range(10_500)]
    async with answering(Ledger(calls=[before, *storm])) as company:
        provider = twilio({"base_url": company.url})
        log = await provider.calls_since(cursor, now=NOW)
        await provider.close()
        lists = [asked for asked in company.asked if asked.path.endswith("/Calls.json")]
    assert sorted(event.call_id for event in log.events) == sorted(str(row["sid"]) for row in storm)
    assert len(lists) <= 12


async def test_without_a_cursor_the_last_day_counts() -> None:
    rows = [
        call_row("CA1", began=ago(hours=25), status="busy"),
        call_row("CA2", began=ago(hours=23), status="busy"),
    ]
    events, _, _ = await read(Ledger(calls=rows))
    assert [event.call_id for event in events] == ["CA2"]


async def test_calls_on_lines_of_somebody_else_are_left_out() -> None:
    rows = [
        call_row("CA1", began=ago(minutes=9), status="busy", to="+14155550177"),
        call_row("CA2", began=ago(minutes=8), status="busy"),
    ]
    events, _, _ = await read(Ledger(calls=rows))
    assert [event.call_id for event in events] == ["CA2"]


@pytest.mark.parametrize(
    ("leg", "expected"),
    [(("completed", 20), CallAnswered), (("no-answer", 0), None), (("completed", 0), None)],
)
async def test_calling_back_counts_as_human_contact_only_when_the_client_picked_up(
    leg: tuple[str, int], expected: type[CallEvent] | None
) -> None:
    began = ago(minutes=9)
    asked = call_row("CA1", began=began, seconds=60, direction="outbound-api", to="+14155550111")
    asked["from"] = LINE.e164
    client = leg_row("CB1", "CA1", began=began, status=leg[0], seconds=leg[1], to=CALLER.e164)
    client["from"] = LINE.e164
    events, _, _ = await read(Ledger(calls=[asked, client]))
    assert [type(event) for event in events] == ([expected] if expected else [])
    for event in events:
        assert (event.caller, event.line, event.direction) == (CALLER, LINE, "outbound")


async def test_one_call_is_told_by_any_of_its_legs() -> None:
    rows = [call_row("CA1", began=ago(minutes=3), seconds=9)]
    rows.append(leg_row("CB1", "CA1", began=ago(minutes=3), status="completed", seconds=7))
    async with answering(Ledger(calls=rows)) as company:
        provider = twilio({"base_url": company.url})
        by_call, by_leg = await provider.call("CA1"), await provider.call("CB1")
        nowhere = await provider.call("CA2/../x")
        await provider.close()
    assert isinstance(by_call, CallAnswered)
    assert by_call == by_leg
    assert nowhere is None


async def test_a_call_that_lasts_is_ringing() -> None:
    async with answering(
        Ledger(calls=[call_row("CA1", began=NOW, status="in-progress", seconds=None)])
    ) as company:
        provider = twilio({"base_url": company.url})
        assert isinstance(await provider.call("CA1"), CallRinging)
        await provider.close()


async def test_an_outbound_call_nobody_took_just_ended() -> None:
    row = call_row(
        "CA1", began=ago(minutes=3), status="no-answer", direction="outbound-api", to="+14155550142"
    )
    async with answering(Ledger(calls=[row])) as company:
        provider = twilio({"base_url": company.url})
        event = await provider.call("CA1")
        await provider.close()
    assert type(event) is CallEnded
    assert event.caller == Number("+14155550142")


@pytest.mark.parametrize(
    "cursor", ["", "{", "[]", '{"floor": 5}', '{"floor": "x"}', '{"floor": "2026-03-02T09:00:00"}']
)
async def test_a_cursor_that_makes_no_sense_reads_the_last_day(cursor: str) -> None:
    events, _, _ = await read(Ledger(calls=[call_row("CA1", began=ago(hours=2), status="busy")]), cursor)
    assert len(events) == 1
