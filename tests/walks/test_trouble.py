"""Outages, refusals and bad hooks: exactly one text each, none lost, and the screen says so.

Must not: end the process (`test_kill_anywhere` does).
"""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import h11
import pytest

from mcdesk.domain.events import DeliveryStatus
from mcdesk.domain.leads import Stage
from mcdesk.domain.queue import ConnectionHealth, ItemKind, NextWhat
from mcdesk.simulator import Fault, signature
from mcdesk.store import schema
from tests.walks.conftest import Furnish
from tests.walks.office import CALLER, Office, eventually

CALLERS = [f"+1415555{number:04}" for number in range(120, 126)]
MESSAGES = "/Messages.json"

TROUBLES = {
    "500": Fault("status", path=MESSAGES, method="POST", status=500, count=3),
    "503": Fault("status", path=MESSAGES, method="POST", status=503, count=3),
    "429": Fault("status", path=MESSAGES, method="POST", status=429, count=3, retry_after=1),
    "dropped-before": Fault("drop", path=MESSAGES, method="POST", count=3),
    "dropped-after": Fault("drop-after", path=MESSAGES, method="POST", count=3),
    "half-an-answer": Fault("bad-json", path=MESSAGES, method="POST", count=3),
    "late": Fault("delay", path=MESSAGES, method="POST", seconds=0.7, count=3),
}


def once_each(office: Office, callers: list[str]) -> None:
    for caller in callers:
        office.texted(1, caller, seconds=15)
    office.quiet()
    assert {caller: len(office.texts(caller)) for caller in callers} == dict.fromkeys(callers, 1)
    for caller in callers:
        (text_out,) = office.items(ItemKind.TEXT_OUT, office.lead(caller).lead)
        eventually(
            lambda lead=office.lead(caller).lead: office.items(ItemKind.TEXT_OUT, lead)[0].status
            is DeliveryStatus.DELIVERED,
            what="delivered",
        )
        assert text_out.why == ""


def trouble_shown(office: Office) -> ConnectionHealth:
    """How the screen says that Twilio does not work."""

    def look() -> ConnectionHealth | None:
        overview = office.do(office.desk.overview())
        return next((each for each in overview.connections if each.name == "twilio" and not each.ok), None)

    found = eventually(look, what="the trouble on the screen")
    assert found is not None
    return found


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
def test_through_provider_trouble_everyone_is_texted_once(office: Office, trouble: Fault) -> None:
    office.twilio.company.faults.add(trouble)
    company = office.twilio.company
    ends = [office.twilio.start(company.call, caller) for caller in CALLERS]
    for end in ends:
        end()
    once_each(office, CALLERS)


def test_through_an_outage_everyone_is_texted_once_and_the_screen_says_so(office: Office) -> None:
    company = office.twilio.company
    office.twilio.ask(lambda: company.refuse(1.5))
    ends = [office.twilio.start(company.call, caller) for caller in CALLERS]
    for end in ends:
        end()
    overview = eventually(
        lambda: (seen := office.do(office.desk.overview())).texts_in_line and seen, what="texts in line"
    )
    assert overview.texts_in_line >= 1
    assert "cannot be reached" in trouble_shown(office).sentence
    assert any(row.next.what is NextWhat.STUCK for row in office.queue())
    once_each(office, CALLERS)
    overview = office.do(office.desk.overview())
    assert overview.texts_in_line == 0
    assert all(each.ok for each in overview.connections)


def test_a_provider_that_never_answers_gets_one_text(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from mcdesk.wire import client

    monkeypatch.setattr(client, "TIMEOUTS", client.Timeouts(silence=0.5))
    office.configure(poll_seconds=0, more="# reloaded with less patience")
    office.quiet()
    office.twilio.company.faults.add(Fault("silence", path=MESSAGES, method="POST"))
    office.call()
    once_each(office, [CALLER])


def test_too_many_requests_are_waited_out(office: Office) -> None:
    office.twilio.company.faults.add(Fault("status", path=MESSAGES, method="POST", status=429, retry_after=1))
    office.call()
    office.texted()
    first, second = office.twilio.company.requests(method="POST", path=MESSAGES)
    assert second.at - first.at >= 0.95


def test_a_refused_sign_in_is_shown_with_a_fix_and_recovers(office: Office) -> None:
    office.twilio.company.faults.add(Fault("status", path="/2010-04-01/", status=401, count=None))
    office.call()
    health = trouble_shown(office)
    assert health.fix == "Fix sign-in"
    assert "refuses" in health.sentence
    assert office.do(office.desk.overview()).texts_in_line == 1
    assert office.texts() == []
    office.twilio.company.faults.clear()
    assert office.do(office.desk.check_connection("twilio")).ok
    once_each(office, [CALLER])
    assert all(each.ok for each in office.do(office.desk.overview()).connections)


def test_the_same_words_typed_twice_are_two_texts_whatever_the_connection_does(office: Office) -> None:
    row = office.missed()

    def types(words: str) -> None:
        seen = office.conversation(row.lead).last_seen
        assert office.do(office.desk.reply(row.lead, words, last_seen=seen)).ok

    types("Yes")
    office.texted(2)
    office.quiet()
    office.twilio.company.faults.add(Fault("drop", path=MESSAGES, method="POST"))
    types("Yes")
    office.texted(3)
    office.quiet()
    office.twilio.company.faults.add(Fault("drop-after", path=MESSAGES, method="POST"))
    types("Yes")
    office.texted(4)
    office.quiet()
    time_to_double = office.patience.settled * 2
    asyncio.run(asyncio.sleep(time_to_double))
    assert len(office.texts()) == 4
    assert [item.status for item in office.items(ItemKind.TEXT_OUT)] == [DeliveryStatus.DELIVERED] * 4


def test_a_refusal_after_a_doubtful_try_is_a_refusal(office: Office) -> None:
    office.twilio.company.faults.add(Fault("drop", path=MESSAGES, method="POST"))
    office.twilio.company.ledger.opted_out.add((CALLER, office.options.line))
    office.call()
    eventually(lambda: office.rows(schema.suppressions), what="the suppression")
    office.quiet()
    assert office.texts() == []
    assert office.lead().stage is not Stage.CHECK
    assert office.jobs("send-text", "check") == []


def test_an_opt_out_while_a_text_is_in_doubt_wins(furnish: Furnish) -> None:
    office = furnish()
    office.start()
    office.twilio.company.faults.add(Fault("drop", path=MESSAGES, method="POST"))
    office.call()
    eventually(lambda: [job for job in office.jobs("send-text") if job.doubt_at])
    office.text("STOP")
    eventually(lambda: office.jobs("send-text", "canceled"), what="taken back once it is surely not out")
    office.quiet()
    assert office.texts() == []


def test_a_pause_of_the_process_strands_no_text(furnish: Furnish) -> None:
    """As after the PC slept: the lease may have ended, so the text is looked up before it goes out."""
    office = furnish()
    office.start()
    office.clock.stall(office.patience.lease)
    office.call()
    office.texted()
    office.quiet()
    assert len(office.texts()) == 1


# hooks nobody should have sent


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
        writer.write((connection.send(h11.Data(data=body)) or b"") + (connection.send(h11.EndOfMessage()) or b""))
        await writer.drain()
        answer = await reader.read()
        found = re.match(rb"HTTP/1.1 (\d+)", answer)
        assert found is not None
        return int(found[1]), answer.partition(b"\r\n\r\n")[2]
    finally:
        writer.close()


MISSED = "CallSid=CA00000000000000000000000000000001&AccountSid={sid}&From=%2B14155550142&To=%2B14155550100&CallStatus=no-answer&Direction=inbound&Timestamp=Sat%2C+21+Nov+2026+10%3A00%3A00+%2B0000"


def signed(office: Office, body: str) -> dict[str, str]:
    from urllib.parse import parse_qsl

    token = office.twilio.company.account.auth_token
    pairs = parse_qsl(body, keep_blank_values=True)
    return {"x_twilio_signature": signature(token, office.hook_address, pairs)}


def missed_call(office: Office) -> str:
    return MISSED.format(sid=office.twilio.company.account.sid)


def test_a_forged_hook_is_refused_and_leaves_no_trace(office: Office) -> None:
    body = missed_call(office)
    forged = {"x_twilio_signature": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}
    assert post(office.hook_address, body.encode(), **forged)[0] == 403
    assert post(office.hook_address, body.encode())[0] == 403
    good = signed(office, body)
    assert post(office.hook_address, body.replace("0142", "0143").encode(), **good)[0] == 403
    assert office.rows(schema.hooks) == []
    assert office.queue() == ()


def test_a_genuine_hook_replayed_a_hundred_times_is_one_call(office: Office) -> None:
    body = missed_call(office)
    for _ in range(100):
        assert post(office.hook_address, body.encode(), **signed(office, body))[0] == 200
    eventually(lambda: office.rows(schema.calls))
    office.quiet()
    assert len(office.rows(schema.hooks, schema.hooks.c.kind == "call-status")) == 1
    assert len(office.rows(schema.calls)) == 1
    assert len(office.queue()) <= 1


def test_an_oversized_hook_is_refused(office: Office) -> None:
    status, _ = post(office.hook_address, b"A=" + b"x" * 70_000)
    assert status == 413
    assert office.rows(schema.hooks) == []


def test_a_wrong_address_tells_nothing(office: Office) -> None:
    base = office.hook_address
    wrong_secret = post(base.replace("s3cret-path", "s3cret-patj"), b"A=1")
    no_such = post(base.replace("/twilio/", "/teilio/"), b"A=1")
    assert wrong_secret == no_such
    assert wrong_secret[0] == 404


def test_a_hook_nobody_understands_is_kept_and_counts_as_unknown(office: Office) -> None:
    body = f"Something=else&AccountSid={office.twilio.company.account.sid}"
    assert post(office.hook_address, body.encode(), **signed(office, body))[0] == 200
    (hook,) = eventually(lambda: office.rows(schema.hooks, schema.hooks.c.state == "unknown"))
    assert hook.body == body.encode()


def test_a_report_about_somebody_elses_text_is_given_up_after_a_minute(office: Office) -> None:
    sid = office.twilio.company.account.sid
    body = f"MessageSid=SM{'0' * 32}&MessageStatus=delivered&To=%2B14155550142&From=%2B14155550100&AccountSid={sid}"
    assert post(office.hook_address, body.encode(), **signed(office, body))[0] == 200
    eventually(lambda: office.rows(schema.hooks, schema.hooks.c.state == "new"))
    office.jump(seconds=70)
    eventually(lambda: office.rows(schema.hooks, schema.hooks.c.state == "unknown"))


def test_a_bug_in_parsing_keeps_the_request_and_loses_nothing_behind_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert office.running is not None
    live = office.running.engine.connections.get("twilio")
    assert live is not None
    parse = type(live.provider).parse  # type: ignore[attr-defined]

    def trips(provider: object, hook: object) -> object:
        if b"0150" in hook.body:  # type: ignore[attr-defined]
            raise RuntimeError("a bug")
        return parse(provider, hook)

    monkeypatch.setattr(type(live.provider), "parse", trips)
    office.call("+14155550150")
    office.call()
    office.texted()
    failed = office.rows(schema.hooks, schema.hooks.c.state == "failed")
    assert failed
    assert all(b"0150" in row.body and "a bug" in row.why for row in failed)
    assert office.leads("+14155550150") == []


def test_a_bug_in_one_event_of_a_log_stops_no_other(furnish: Furnish, monkeypatch: pytest.MonkeyPatch) -> None:
    from mcdesk.engine import rules

    office = furnish(hooks=False, poll_seconds=1)
    apply = rules.apply

    def trips(tx: object, house: object, source: object, event: object) -> None:
        if "0150" in repr(event):
            raise RuntimeError("a bug")
        apply(tx, house, source, event)  # type: ignore[arg-type]

    monkeypatch.setattr(rules, "apply", trips)
    office.start()
    office.call("+14155550150")
    office.call()
    office.texted()
    office.poll()
    office.quiet()
    assert [alert.kind for alert in office.do(office.desk.alerts())] == ["check"]
    assert len(office.texts()) == 1


def test_a_bug_in_one_step_stops_no_other_lead(office: Office) -> None:
    row = office.missed()
    office.write(
        lambda tx: tx.run(
            schema.jobs.insert().values(
                key="broken", kind="take-step", channel="clock", lead=row.lead, work={}, due=tx.now, at=tx.now
            )
        )
    )
    office.text("Call me")
    office.reaches(Stage.NEEDS_REPLY)
    office.jump(minutes=16)
    eventually(lambda: any(alert.kind == "late" for alert in office.do(office.desk.alerts())))


def test_the_clock_of_the_company_may_be_wrong(furnish: Furnish) -> None:
    """Twilio's times against ours: a call 'three minutes ahead' is a call of now."""
    office = furnish(at=datetime.now(UTC) - timedelta(minutes=3), hooks=False, poll_seconds=1)
    office.start()
    office.call()
    office.texted()
