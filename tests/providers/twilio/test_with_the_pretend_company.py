"""Whole calls and texts against the pretend Twilio, over sockets, by hook and by list.

Must not: look inside the provider.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from mcdesk.domain.events import (
    CallAbandoned,
    CallAnswered,
    CallEnded,
    CallEvent,
    CallMissed,
    CallRinging,
    DeliveryStatus,
    Event,
    TextReceived,
    TextStatus,
    VoicemailLeft,
)
from mcdesk.domain.line_types import LineType
from mcdesk.domain.numbers import Number
from mcdesk.ports.hooks import Hook, HookKey
from mcdesk.ports.phone import Bridge
from mcdesk.ports.provider import BadLogin, Setup, Unsure
from mcdesk.ports.texts import OutgoingText
from mcdesk.providers.twilio import Twilio
from mcdesk.simulator import PretendTwilio
from mcdesk.simulator.faults import Fault, FaultKind
from mcdesk.simulator.twilio.company import ACCOUNT_SID, AUTH_TOKEN, OFFICE_LINE
from mcdesk.simulator.twilio.plan import CallPlan
from mcdesk.wire import client
from tests.providers.answering import Asked, Reply, answering

pytestmark = pytest.mark.anyio
LINE, CALLER, STAFF = Number(OFFICE_LINE), Number("+14155550142"), Number("+14155550111")
PATH = "/hooks/twilio/s3cret-path"


@dataclass
class Office:
    """A connection whose hooks are verified, parsed and answered the moment they come."""

    company: PretendTwilio
    connection: Twilio
    events: list[Event] = field(default_factory=list)
    keys: list[HookKey] = field(default_factory=list)

    def arrived(self, asked: Asked) -> Reply:
        address = self.connection.setup.hook_url or ""
        hook = Hook(asked.method, address, asked.headers, asked.body)
        self.connection.verify(hook)
        self.keys.append(self.connection.key(hook))
        self.events += self.connection.parse(hook)
        answer = self.connection.answer(hook)
        return Reply(200, answer.body, content_type=answer.content_type)

    def calls(self) -> list[CallEvent]:
        return [event for event in self.events if isinstance(event, CallEvent)]

    async def listed(self) -> CallEvent:
        log = await self.connection.calls_since(None, now=datetime.now(UTC))
        (event,) = log.events
        return event


@asynccontextmanager
async def office(**settings: str) -> AsyncIterator[Office]:
    ours: list[Office] = []
    async with (
        PretendTwilio(pace=40, delivery_seconds=0.2) as company,
        answering(lambda asked: ours[0].arrived(asked)) as address,
    ):
        told = {"account_sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN, "base_url": company.url, **settings}
        setup = Setup(
            connection="twilio",
            settings={"lookup_url": company.url, **told},
            lines=(LINE,),
            hook_url=address.url + PATH,
            firm="Rivera & Cole",
        )
        ours.append(Office(company, Twilio(setup)))
        await ours[0].connection.register_hooks()
        yield ours[0]
        await ours[0].connection.close()


RINGS = {"ring": "+14155550111", "ring_seconds": "10"}
STORIES = {
    "answered": (RINGS, CallPlan(answers_after=3, talks_for=20), CallAnswered, CallAnswered),
    "missed": (RINGS, CallPlan(), CallMissed, CallMissed),
    "busy": (RINGS, CallPlan(office="busy"), CallMissed, CallMissed),
    "hangs up while it rings": (RINGS, CallPlan(hangs_up_after=4), CallAbandoned, CallAbandoned),
    "voicemail": ({**RINGS, "voicemail": "on"}, CallPlan(voicemail=8), VoicemailLeft, VoicemailLeft),
    "hangs up at the beep": ({**RINGS, "voicemail": "on"}, CallPlan(voicemail=1), CallMissed, CallMissed),
    "forwarded": ({"forwarded": "yes"}, CallPlan(), CallMissed, CallMissed),
    "forwarded with voicemail": (
        {"forwarded": "yes", "voicemail": "on"},
        CallPlan(voicemail=9),
        VoicemailLeft,
        VoicemailLeft,
    ),
}


@pytest.mark.parametrize("story", STORIES)
async def test_a_call_means_the_same_by_hook_and_by_list(story: str) -> None:
    settings, plan, by_hook, by_list = STORIES[story]
    async with office(**settings) as desk:
        call = await desk.company.call(CALLER.e164, plan=plan)
        events = desk.calls()
        listed = await desk.listed()
        asked = await desk.connection.call(call.sid)
    assert {event.call_id for event in events} == {call.sid}
    concluding = [e for e in events if not isinstance(e, CallRinging | CallEnded)]
    assert by_hook in {type(event) for event in concluding}
    if by_hook is not CallAnswered:
        assert not any(isinstance(event, CallAnswered) for event in events)
    assert type(listed) is by_list
    assert asked == listed
    assert (listed.call_id, listed.caller, listed.line) == (call.sid, CALLER, LINE)
    assert len(set(desk.keys)) == len(desk.keys), "no two requests of a call are taken for the same"


async def test_a_text_is_sent_and_its_delivery_reported() -> None:
    async with office() as desk:
        text = OutgoingText(
            key="k", to=CALLER, sender=LINE, body="Sorry we missed you. Reply STOP to opt out."
        )
        began = datetime.now(UTC)
        sent = await desk.connection.send_text(text)
        found = await desk.connection.find_text(text, since=began)
        for _ in range(200):
            if any(isinstance(e, TextStatus) and e.status is DeliveryStatus.DELIVERED for e in desk.events):
                break
            await desk.company.account.wait(0.4)
        log = await desk.connection.texts_since(None, now=datetime.now(UTC))
    assert found is not None
    assert found.message_id == sent.message_id
    states = [event for event in desk.events if isinstance(event, TextStatus)]
    assert {state.message_id for state in states} == {sent.message_id}
    assert states[-1].status is DeliveryStatus.DELIVERED
    (listed,) = log.events
    assert isinstance(listed, TextStatus)
    assert (listed.message_id, listed.status) == (sent.message_id, DeliveryStatus.DELIVERED)


@pytest.mark.parametrize("kind", ["silence", "drop-after", "bad-json"])
async def test_a_text_whose_answer_was_lost_is_found_and_never_sent_twice(
    kind: FaultKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "TIMEOUTS", client.Timeouts(silence=0.3))
    async with office() as desk:
        desk.company.faults.add(Fault(kind, path="Messages", method="POST"))
        text = OutgoingText(key="k", to=CALLER, sender=LINE, body="Sorry we missed you.")
        began = datetime.now(UTC)
        with pytest.raises(Unsure):
            await desk.connection.send_text(text)
        found = await desk.connection.find_text(text, since=began)
        assert found is not None
        assert [message.sid for message in desk.company.texts()] == [found.message_id]


async def test_a_reply_is_heard_by_hook_and_by_list() -> None:
    async with office() as desk:
        await desk.company.text(CALLER.e164, "Tomorrow at 9 ñ")
        log = await desk.connection.texts_since(None, now=datetime.now(UTC) + timedelta(seconds=1))
    (heard,), (listed,) = desk.events, log.events
    assert isinstance(heard, TextReceived)
    assert isinstance(listed, TextReceived)
    assert (heard.message_id, heard.sender, heard.to, heard.body) == (
        listed.message_id,
        CALLER,
        LINE,
        "Tomorrow at 9 ñ",
    )


async def test_calling_back_reports_the_client_and_not_the_offices_phone() -> None:
    async with office() as desk:
        desk.company.staff = CallPlan(answers_after=1, talks_for=60)
        sid = await desk.connection.place_call(Bridge(staff=STAFF, client=CALLER, line=LINE))
        for _ in range(300):
            if any(isinstance(event, CallAnswered) for event in desk.events):
                break
            await desk.company.account.wait(1)
    answered = [event for event in desk.calls() if isinstance(event, CallAnswered)]
    assert [(e.call_id, e.caller, e.line, e.direction) for e in answered] == [(sid, CALLER, LINE, "outbound")]


async def test_the_kind_of_line_is_asked() -> None:
    async with office(line_type_lookup="on") as desk:
        desk.company.mark_landline(CALLER.e164)
        assert await desk.connection.line_type(CALLER) is LineType.LANDLINE
        assert await desk.connection.line_type(Number("+14155550143")) is LineType.MOBILE


async def test_registering_says_what_it_changed_and_then_has_nothing_to_do() -> None:
    async with office() as desk:
        desk.company.point_hooks_at("https://old.example/voice?token=theirs")
        before = await desk.connection.check()
        (changed,) = await desk.connection.register_hooks()
        (again,) = await desk.connection.register_hooks()
        after = await desk.connection.check()
    wrong = [check for check in before if check.result == "fail"]
    assert [check.fix for check in wrong] == ["Run: mcdesk doctor --fix"]
    assert "https://old.example" in wrong[0].detail
    assert "theirs" not in wrong[0].detail
    assert changed.detail.startswith("Changed calls: https://old.example → here")
    assert again.detail == "Reports here already."
    assert [check for check in after if check.result == "fail"] == []


async def test_a_wrong_token_is_a_bad_login_and_the_self_test_says_so() -> None:
    async with office(auth_token="wrong") as desk:
        with pytest.raises(BadLogin):
            await desk.connection.calls_since(None, now=datetime.now(UTC))
        (check,) = await desk.connection.check()
    assert (check.result, bool(check.fix)) == ("fail", True)
