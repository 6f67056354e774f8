"""Each check fails when the one thing it is for is not so: a good history's evidence with one lie in it.

Must not: play more than one history.
"""

import dataclasses
import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from mcdesk.simulator.twilio.ledger import Call, Message, new_sid
from tests.faults.acts import Call as Calls
from tests.faults.acts import History, Settle, Staff, Text, TimePasses
from tests.faults.checking import CHECKS, violations
from tests.faults.evidence import Evidence
from tests.faults.laboratory import Laboratory, played
from tests.faults.scene import FIRST, SECOND

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(120),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="engines are forked"),
]

GOOD = History(
    start="2026-11-18T19:00:00+00:00",
    callers=("415", "212", "303"),
    acts=(
        Calls(0, "missed", to_its_end=True),
        Calls(1, "missed", to_its_end=True),
        Settle(),
        Text(0, "Please stop texting me"),
        Staff("reply", 1, "We can talk at 3:15. Shall we?"),
        Calls(2, "missed", to_its_end=True),
        TimePasses(30),
        Text(2, "Thank you!"),
    ),
)


@pytest.fixture(scope="module")
def good(lab: Laboratory) -> Evidence:
    scene = lab.scene(GOOD)
    scene.open()
    try:
        evidence, found = played(scene)
    finally:
        scene.close()
    assert found == []
    return evidence


Lie = Callable[[Evidence], dict[str, Any]]


def _text(evidence: Evidence, body: str, *, of: int = 0) -> Message:
    return [text for text in evidence.texts if text.body == body][of]


def _again(text: Message, **changes: Any) -> Message:
    return dataclasses.replace(text, **{"sid": new_sid("SM"), **changes})


def _later(text: Message, seconds: float) -> dict[str, Any]:
    moved = timedelta(seconds=seconds)
    return {"asked": (text.asked or text.created) + moved, "created": text.created + moved}


def _known_as_sent(evidence: Evidence, text: Message, **changes: Any) -> dict[str, Any]:
    """One more text that the office knows it sent, later than it should."""
    row = evidence.row_of(text)
    assert row is not None
    sent = _again(text, **changes)
    rows = (*evidence.messages, {**row, "id": 900, "message_id": sent.sid, "recipient": sent.to})
    return {"texts": (*evidence.texts, sent), "messages": rows}


def _twice(evidence: Evidence) -> dict[str, Any]:
    return {"texts": (*evidence.texts, _again(_text(evidence, FIRST)))}


def _lost(evidence: Evidence) -> dict[str, Any]:
    return {"texts": tuple(text for text in evidence.texts if text.body != FIRST)}


def _typed_and_lost(evidence: Evidence) -> dict[str, Any]:
    words = "We can talk at 3:15. Shall we?"
    (message,) = [row["id"] for row in evidence.messages if row["body"] == words]
    return {
        "texts": tuple(text for text in evidence.texts if text.body != words),
        "messages": tuple(row for row in evidence.messages if row["id"] != message),
        "jobs": tuple(job for job in evidence.jobs if job["message"] != message),
    }


def _second_first_text(evidence: Evidence) -> dict[str, Any]:
    first = _text(evidence, FIRST)
    return _known_as_sent(evidence, first, **_later(first, 0.05))


def _at_night(evidence: Evidence) -> dict[str, Any]:
    """Ten hours after it came in the evening."""
    follow_up = _text(evidence, SECOND)
    return {"texts": (_again(follow_up, sid=follow_up.sid, **_later(follow_up, 10 * 3_600)),)}


def _too_late(evidence: Evidence) -> dict[str, Any]:
    called = tuple(
        dataclasses.replace(call, started=call.started - timedelta(hours=1)) for call in evidence.calls
    )
    return {"calls": called}


def _after_opt_out(evidence: Evidence) -> dict[str, Any]:
    first = _text(evidence, FIRST)
    (stop,) = [reply for reply in evidence.replies if "stop" in reply.body]
    asked = stop.created + timedelta(seconds=2)
    return {"texts": (*evidence.texts, _again(first, to=stop.from_, asked=asked))}


def _after_a_person(evidence: Evidence) -> dict[str, Any]:
    (reply,) = [act for act in evidence.acted if act.verb == "reply"]
    (text,) = [each for each in evidence.texts if each.body == FIRST and each.to == reply.number]
    return _known_as_sent(evidence, text, **_later(text, 5))


def _after_they_wrote(evidence: Evidence) -> dict[str, Any]:
    (thanks,) = [reply for reply in evidence.replies if reply.body == "Thank you!"]
    follow_up = _text(evidence, SECOND)
    assert follow_up.to == thanks.from_
    return _known_as_sent(evidence, follow_up, asked=thanks.created + timedelta(seconds=5))


def _unknown_call(evidence: Evidence) -> dict[str, Any]:
    stranger = Call(to="+14155550100", from_="+14155550177", direction="inbound", status="no-answer")
    return {"calls": (*evidence.calls, stranger)}


def _unexplained_call(evidence: Evidence) -> dict[str, Any]:
    rows = {sid: {**row, "lead": None, "why": None} for sid, row in evidence.call_rows.items()}
    return {"call_rows": rows}


def _unknown_reply(evidence: Evidence) -> dict[str, Any]:
    return {"replies": (*evidence.replies, _again(evidence.replies[0]))}


def _job(**changes: Any) -> Lie:
    return lambda evidence: {"jobs": ({**evidence.jobs[0], **changes}, *evidence.jobs[1:])}


def _forgotten_lead(evidence: Evidence) -> dict[str, Any]:
    lead = {**evidence.leads[3], "closed_at": None, "ended": None, "stage": "waiting"}
    return {"leads": {**evidence.leads, 3: lead}}


def _waiting_hook(evidence: Evidence) -> dict[str, Any]:
    return {"hook_rows": ({**evidence.hook_rows[0], "state": "new"},)}


def _two_contacts(evidence: Evidence) -> dict[str, Any]:
    return {"contacts": evidence.contacts * 2}


def _two_notes(evidence: Evidence) -> dict[str, Any]:
    return {"notes": (*evidence.notes, evidence.notes[0])}


def _lost_note(evidence: Evidence) -> dict[str, Any]:
    return {"notes": evidence.notes[1:]}


LIES: dict[str, tuple[Lie, str]] = {
    "a text twice": (_twice, "no text is sent twice"),
    "a text lost": (_lost, "no text is lost"),
    "a typed text lost": (_typed_and_lost, "no text is lost"),
    "two first texts": (_second_first_text, "one first text a day"),
    "a follow-up at night": (_at_night, "no follow up at night"),
    "a late first text": (_too_late, "no first text too late"),
    "a text after an opt-out": (_after_opt_out, "no text after an opt out"),
    "automation after a person": (_after_a_person, "no automatic text after a person acted"),
    "automation after a reply": (_after_they_wrote, "no automatic text after they wrote"),
    "a call nobody knows": (_unknown_call, "every call is known"),
    "a call that led to nothing": (_unexplained_call, "every call is known"),
    "a reply nobody knows": (_unknown_reply, "every text is known"),
    "a job still running": (_job(state="running"), "every job is over or waits"),
    "a job overdue": (_job(state="waiting", due=0), "every job is over or waits"),
    "a job failed without a word": (_job(state="failed", why=""), "every job is over or waits"),
    "a doubt nobody was told of": (_job(state="check", why=""), "every job is over or waits"),
    "a lead that waits for nothing": (_forgotten_lead, "every lead goes on"),
    "a hook left lying": (_waiting_hook, "every hook is understood"),
    "an engine that ended": (lambda evidence: {"broken_engines": ("alas",)}, "no engine ended by itself"),
    "a damaged file": (lambda evidence: {"sound": "row 3 missing"}, "no engine ended by itself"),
    "a contact twice": (_two_contacts, "one contact for each caller"),
    "a note twice": (_two_notes, "everything is written once"),
    "a note lost": (_lost_note, "nothing is missing"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_check_sees_what_it_is_for(good: Evidence, lie: str) -> None:
    told, check = LIES[lie]
    found = violations(dataclasses.replace(good, **told(good)))
    assert any(violation.startswith(check) for violation in found), found


def test_every_check_has_its_lie() -> None:
    seen = {check for _, check in LIES.values()}
    assert seen == {check.__name__.replace("_", " ") for check in CHECKS}
