"""Sending a text, finding it again when nobody knows, and reading the message list."""

from datetime import datetime, timedelta

import pytest

from mcdesk.domain.events import DeliveryStatus, TextReceived, TextStatus
from mcdesk.domain.line_types import LineType
from mcdesk.domain.numbers import Number
from mcdesk.ports.provider import BadLogin, Busy, Refused, Unsure
from mcdesk.ports.texts import OutgoingText, SentText
from mcdesk.providers.twilio.errors import CODES
from tests.providers.answering import Asked, Reply, answering, told
from tests.providers.twilio.ledger import Ledger, ago, sent_row, text_row
from tests.providers.twilio.office import ACCOUNT, CALLER, LINE, NOW, TOKEN, URL, WIRE, twilio

pytestmark = pytest.mark.anyio
TEXT = OutgoingText(
    key="k", to=CALLER, sender=LINE, body="Rivera & Cole: sorry. ñ 🙂\nReply STOP to opt out."
)
QUEUED = told({"sid": "SM1", "status": "queued", "num_segments": "2", "error_code": None}, status=201)


async def sent(reply: Reply, **settings: str) -> tuple[SentText, Asked]:
    async with answering(lambda _: reply) as company:
        provider = twilio({"base_url": company.url, **settings})
        try:
            return await provider.send_text(TEXT), company.asked[0]
        finally:
            await provider.close()


async def found(ledger: Ledger, *, since: datetime = NOW, **settings: str) -> SentText | None:
    async with answering(ledger) as company:
        provider = twilio({"base_url": company.url, **settings})
        try:
            return await provider.find_text(TEXT, since=since)
        finally:
            await provider.close()


async def test_a_text_is_handed_over() -> None:
    result, asked = await sent(QUEUED)
    assert result == SentText(message_id="SM1", status=DeliveryStatus.ACCEPTED, segments=2)
    assert asked.path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert asked.form == {
        "To": CALLER.e164,
        "From": LINE.e164,
        "Body": TEXT.body,
        "StatusCallback": URL,
        "ValidityPeriod": "14400",
    }
    assert TOKEN not in asked.target


async def test_a_messaging_service_sends_from_the_line_all_the_same() -> None:
    _, asked = await sent(QUEUED, messaging_service_sid="MG1")
    assert (asked.form["MessagingServiceSid"], asked.form["From"]) == ("MG1", LINE.e164)


async def test_with_an_api_key_the_token_stays_at_home() -> None:
    _, plain = await sent(QUEUED)
    _, keyed = await sent(QUEUED, api_key="SK1", api_secret="s")
    assert plain.headers["authorization"] != keyed.headers["authorization"]


async def test_an_opt_out_at_twilio_is_told_as_one() -> None:
    error = (WIRE / "CONSTRUCTED-error-400-21610.json").read_bytes()
    with pytest.raises(Refused) as caught:
        await sent(Reply(400, error))
    assert (caught.value.code, caught.value.opted_out, caught.value.landline) == ("21610", True, False)
    assert "START" in caught.value.why


async def test_too_many_requests_were_not_processed() -> None:
    error = (WIRE / "CONSTRUCTED-error-429-20429.json").read_bytes()
    with pytest.raises(Busy) as caught:
        await sent(Reply(429, error))
    assert caught.value.code == "20429"


@pytest.mark.parametrize(
    ("code", "status", "kind", "landline"),
    [
        (20003, 401, BadLogin, False),
        (20003, 403, BadLogin, False),
        (20005, 403, BadLogin, False),
        (21611, 400, Busy, False),
        (21635, 400, Refused, True),
        (21614, 400, Refused, True),
        (21211, 400, Refused, False),
        (21608, 400, Refused, False),
        (20404, 404, Refused, False),
    ],
)
async def test_error_codes_decide_what_is_done(
    code: int, status: int, kind: type[Exception], landline: bool
) -> None:
    with pytest.raises(kind) as caught:
        await sent(told({"code": code, "message": "x", "status": status}, status=status))
    assert str(caught.value) == CODES[str(code)].why
    assert getattr(caught.value, "landline", False) is landline


async def test_a_code_nobody_listed_is_refused_in_twilios_own_words() -> None:
    with pytest.raises(Refused, match=r"The moon is full \(error 29999\)"):
        await sent(told({"code": 29999, "message": "The moon\n is full."}, status=400))


async def test_a_text_that_failed_at_once_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        await sent(told({"sid": "SM1", "status": "failed", "error_code": 30006}, status=201))
    assert caught.value.landline


@pytest.mark.parametrize(
    "answer", [{}, {"sid": "SM1"}, {"status": "queued"}, {"sid": 5, "status": "queued"}, []]
)
async def test_an_answer_without_an_id_leaves_it_open(answer: object) -> None:
    with pytest.raises(Unsure):
        await sent(told(answer, status=201))


def test_every_code_says_what_to_do() -> None:
    needed = (
        *(21211, 21408, 21606, 21610, 21612, 21614, 21617, 21635, 21703, 21704, 21705, 14107, 20003, 20404),
        *(20429, 30001, 30002, 30003, 30004, 30005, 30006, 30007, 30008, 30022, 30023, 30027, 30032, 30034),
        *(21608, 30410, 30610),
    )
    assert {str(code) for code in needed} <= CODES.keys()
    for code, meaning in CODES.items():
        assert meaning.why.endswith((".", "!")), code
        assert len(meaning.why.split(". ")) > 1 or ";" in meaning.why, f"{code} names no next step"


async def test_a_text_is_found_again_by_its_words() -> None:
    ledger = Ledger(
        messages=[
            sent_row("SM1", made=ago(hours=2), body=TEXT.body),
            sent_row("SM2", made=ago(seconds=5), body="Something else"),
            sent_row("SM3", made=ago(seconds=4), body=TEXT.body, status="queued", date_sent=None),
            text_row("SM4", made=ago(seconds=3), body=TEXT.body),
        ]
    )
    assert await found(ledger) == SentText(message_id="SM3", status=DeliveryStatus.ACCEPTED, segments=1)


async def test_only_this_senders_texts_to_this_person_are_looked_through() -> None:
    async with answering(Ledger()) as company:
        provider = twilio({"base_url": company.url})
        assert await provider.find_text(TEXT, since=NOW) is None
        await provider.close()
    assert company.asked[0].query == {"To": CALLER.e164, "From": LINE.e164, "PageSize": "50"}


async def test_an_older_text_with_the_same_words_is_not_it() -> None:
    ledger = Ledger(messages=[sent_row("SM1", made=ago(minutes=3), body=TEXT.body)])
    assert await found(ledger) is None
    assert await found(ledger, since=ago(minutes=2)) is not None


async def test_a_text_far_down_the_list_is_found() -> None:
    rows = [sent_row("SM0", made=ago(minutes=9), body=TEXT.body)]
    rows += [sent_row(f"SN{n}", made=ago(minutes=8), body=f"Number {n}") for n in range(130)]
    assert (await found(Ledger(messages=rows), since=ago(minutes=10))) is not None


@pytest.mark.parametrize("body", [TEXT.body + "\n", "Sent from your Twilio trial account - " + TEXT.body])
async def test_what_twilio_does_to_the_words_does_not_hide_a_text(body: str) -> None:
    assert await found(Ledger(messages=[sent_row("SM1", made=NOW, body=body)])) is not None


async def test_a_service_that_has_not_chosen_a_sender_does_not_hide_a_text() -> None:
    row = {**sent_row("SM1", made=NOW, body=TEXT.body, status="accepted"), "from": None}
    assert await found(Ledger(messages=[row]), messaging_service_sid="MG1") is not None
    other = {**row, "from": "+14155550177"}
    assert await found(Ledger(messages=[other]), messaging_service_sid="MG1") is None


async def test_news_of_texts_both_ways() -> None:
    ledger = Ledger(
        messages=[
            text_row("SM1", made=ago(hours=25)),
            text_row("SM2", made=ago(hours=2), body="Stop"),
            sent_row("SM3", made=ago(hours=1), status="undelivered", error_code=30006),
            text_row("SM4", made=ago(minutes=9), to="+14155550177"),
            sent_row("SM5", made=ago(minutes=30), status="sent"),
            sent_row("SM6", made=ago(minutes=4), status="teleported"),
        ]
    )
    async with answering(ledger) as company:
        provider = twilio({"base_url": company.url})
        first = await provider.texts_since(None, now=NOW)
        ledger.messages[4] = sent_row("SM5", made=ago(minutes=30), status="delivered")
        ledger.messages.append(text_row("SM7", made=NOW + timedelta(seconds=30)))
        second = await provider.texts_since(first.cursor, now=NOW + timedelta(minutes=1))
        ledger.messages.append(text_row("SM8", made=ago(minutes=1)))
        third = await provider.texts_since(second.cursor, now=NOW + timedelta(minutes=20))
        await provider.close()
    stop, landline, open_text = first.events
    assert isinstance(stop, TextReceived)
    assert (stop.message_id, stop.provider_opt_out, stop.at) == ("SM2", "STOP", ago(hours=2))
    assert isinstance(landline, TextStatus)
    assert (landline.code, landline.landline, landline.recipient) == ("30006", True, CALLER)
    assert isinstance(open_text, TextStatus)
    assert open_text.status is DeliveryStatus.SENT
    seen = {event.message_id: event for event in second.events}
    delivered = seen["SM5"]
    assert isinstance(delivered, TextStatus)
    assert delivered.status is DeliveryStatus.DELIVERED
    assert "SM7" in seen
    assert {event.message_id for event in third.events} == {"SM8"}, "late in the list, and the only news"


async def test_a_text_in_a_state_without_a_word_is_told_when_it_has_one() -> None:
    ledger = Ledger(messages=[sent_row("SM1", made=NOW, status="teleported")])
    async with answering(ledger) as company:
        provider = twilio({"base_url": company.url})
        first = await provider.texts_since(None, now=NOW)
        ledger.messages[0] = sent_row("SM1", made=NOW, status="delivered")
        second = await provider.texts_since(first.cursor, now=NOW + timedelta(seconds=10))
        third = await provider.texts_since(second.cursor, now=NOW + timedelta(seconds=20))
        await provider.close()
    assert not first.events
    assert [event.message_id for event in second.events] == ["SM1"]
    assert not third.events


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"valid": True, "line_type_intelligence": {"type": "mobile"}}, LineType.MOBILE),
        ({"valid": True, "line_type_intelligence": {"type": "nonFixedVoip"}}, LineType.VOIP),
        ({"valid": True, "line_type_intelligence": {"type": "landline"}}, LineType.LANDLINE),
        ({"valid": True, "line_type_intelligence": {"type": "tollFree"}}, LineType.TOLL_FREE),
        ({"valid": True, "line_type_intelligence": {"type": "unknown"}}, None),
        ({"valid": True, "line_type_intelligence": None}, None),
        ({"valid": False}, LineType.OTHER),
    ],
)
async def test_the_kind_of_line(answer: object, expected: LineType | None) -> None:
    async with answering(lambda _: told(answer)) as company:
        provider = twilio({"lookup_url": company.url, "line_type_lookup": "on"})
        assert provider.looks_up_line_types
        assert await provider.line_type(Number("+14155550142")) is expected
        await provider.close()
    assert company.asked[0].path == "/v2/PhoneNumbers/+14155550142"
    assert company.asked[0].query == {"Fields": "line_type_intelligence"}
