"""Scripted callers, the pretend office and what is counted at the companies' end."""

import asyncio
from datetime import timedelta

import pytest

from mcdesk.simulator import SCRIPTS, CallPlan, Measure, PretendOffice, PretendTwilio, counted
from mcdesk.simulator.twilio.ledger import Message
from tests.simulator.stage import CALLER, LINE, played, twilio_client, until

_ZERO = Measure(grace=timedelta(0))
_BODY = "Sorry we missed your call."


def _sent(twilio: PretendTwilio, to: str, body: str, *, hours_ago: float = 0.0) -> None:
    message = Message(to=to, from_=LINE, body=body, direction="outbound-api", status="delivered")
    message.created -= timedelta(hours=hours_ago)
    twilio.ledger.messages[message.sid] = message


def _counted(twilio: PretendTwilio, measure: Measure = _ZERO) -> dict[str, int]:
    return counted(twilio.ledger, notes=0, measure=measure)


async def _texting_back(twilio: PretendTwilio) -> None:
    """An office in ten lines: one text to every missed caller with a mobile phone."""
    texted: set[str] = set()
    async with twilio_client(twilio) as client:
        while True:
            await asyncio.sleep(0.01)
            for call in twilio.calls():
                landline = call.from_ in twilio.ledger.landlines
                if call.ended is None or twilio.ledger.answered(call) or landline or call.from_ in texted:
                    continue
                texted.add(call.from_)
                await client.post("/Messages.json", data={"To": call.from_, "From": LINE, "Body": _BODY})


@pytest.mark.parametrize(
    ("script", "texts", "replies", "opt_outs"),
    [
        ("hangs-up-while-ringing", 1, 0, 0),
        ("leaves-no-voicemail", 1, 0, 0),
        ("leaves-voicemail", 1, 0, 0),
        ("replies-to-the-text", 1, 1, 0),
        ("replies-in-spanish", 1, 1, 0),
        ("says-stop", 1, 1, 1),
        ("says-wrong-number", 1, 1, 0),
        ("rings-twice", 1, 0, 0),
        ("calls-from-a-landline", 0, 0, 0),
        ("is-answered", 0, 0, 0),
        ("books", 1, 1, 0),
    ],
)
@played
async def test_a_scripted_caller_does_what_the_script_says(
    script: str, texts: int, replies: int, opt_outs: int
) -> None:
    async with PretendOffice(pace=200, grace_seconds=0) as office:
        texting = asyncio.create_task(_texting_back(office.twilio))
        await office.play(script, CALLER)
        await until(lambda: len(office.twilio.texts()) == texts)
        texting.cancel()
        counts = office.counts()
        assert counts == {
            "calls": 2 if script == "rings-twice" else 1,
            "texts": texts,
            "replies": replies,
            "opt_outs": opt_outs,
            "crm_notes": 0,
            "lost": 0,
            "doubled": 0,
        }


def test_every_script_has_a_name_people_can_type() -> None:
    assert len(SCRIPTS) == 11
    assert all(name == name.lower() and " " not in name for name in SCRIPTS)


@played
async def test_a_missed_call_without_a_text_is_lost_after_the_grace_period() -> None:
    async with PretendTwilio(pace=1000) as twilio:
        await twilio.call(CALLER)
        assert _counted(twilio)["lost"] == 1
        assert _counted(twilio, Measure(grace=timedelta(minutes=1)))["lost"] == 0
        _sent(twilio, CALLER, _BODY)
        assert _counted(twilio)["lost"] == 0


@played
async def test_a_caller_texted_yesterday_is_lost_again_and_one_texted_an_hour_ago_is_not() -> None:
    async with PretendTwilio(pace=1000) as twilio:
        _sent(twilio, CALLER, _BODY, hours_ago=25)
        _sent(twilio, "+14155550143", _BODY, hours_ago=1)
        await twilio.call(CALLER)
        await twilio.call("+14155550143")
        assert _counted(twilio)["lost"] == 1


@played
async def test_answered_callers_landlines_opted_out_and_hidden_numbers_are_not_lost() -> None:
    async with PretendTwilio(pace=1000) as twilio:
        await twilio.call(CALLER)
        await twilio.call(CALLER, plan=CallPlan(answers_after=2))
        twilio.mark_landline("+14155550143")
        await twilio.call("+14155550143")
        await twilio.text("+14155550144", "STOP")
        await twilio.call("+14155550144")
        await twilio.call("anonymous")
        assert _counted(twilio)["lost"] == 0


@played
async def test_a_second_opening_text_within_a_day_is_doubled_whatever_its_words() -> None:
    async with PretendTwilio() as twilio:
        _sent(twilio, "+14155550143", "Perdimos su llamada.")
        _sent(twilio, CALLER, _BODY)
        assert _counted(twilio)["doubled"] == 0
        _sent(twilio, CALLER, "Perdimos su llamada.")
        assert _counted(twilio)["doubled"] == 1
        _sent(twilio, CALLER, _BODY)
        assert _counted(twilio)["doubled"] == 2


@played
async def test_follow_ups_typed_answers_and_the_next_day_are_not_doubled() -> None:
    async with PretendTwilio() as twilio:
        _sent(twilio, CALLER, _BODY, hours_ago=25)
        _sent(twilio, CALLER, "Still here to help.", hours_ago=21)
        _sent(twilio, CALLER, _BODY)
        _sent(twilio, CALLER, "Yes, 3 pm works.")
        assert _counted(twilio)["doubled"] == 0


@played
async def test_callers_come_by_themselves_in_an_order_fixed_by_the_seed() -> None:
    async def first_callers(seed: int) -> list[str]:
        async with PretendOffice(pace=500, seed=seed, callers=True) as office:
            await until(lambda: len(office.twilio.calls()) >= 6)
            return [call.from_ for call in office.twilio.calls()][:4]

    assert await first_callers(7) == await first_callers(7)
    assert await first_callers(7) != await first_callers(8)


@played
async def test_what_happens_is_told_as_kind_and_sentence() -> None:
    told: list[tuple[str, str]] = []
    async with PretendOffice(pace=500, on_event=lambda kind, text: told.append((kind, text))) as office:
        await office.play("is-answered", CALLER)
    assert [kind for kind, _ in told] == ["call", "answered"]
    assert told[0][1] == "(415) 555-0142 calls (415) 555-0100"
