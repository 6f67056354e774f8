"""The self-test, and setting the numbers' addresses: each line says what is so and what to do."""

import email.utils
from datetime import UTC, datetime, timedelta

import pytest

from mcdesk.ports.provider import Check
from tests.providers.answering import Asked, Reply, answering, told
from tests.providers.twilio.office import LINE, URL, twilio

pytestmark = pytest.mark.anyio
NUMBER: dict[str, object] = {
    "sid": "PN1",
    "phone_number": LINE.e164,
    "capabilities": {"voice": True, "sms": True, "mms": False},
    "voice_url": URL,
    "sms_url": URL,
    "status_callback": URL,
    "voice_application_sid": None,
}


class Numbers:
    """An account with one number."""

    def __init__(self, account: dict[str, object] | None = None, **number: object) -> None:
        self.account = {"status": "active", "type": "Full", **(account or {})}
        self.number = {**NUMBER, **number}
        self.changes: list[dict[str, str]] = []
        self.skew = timedelta(0)

    def __call__(self, asked: Asked) -> Reply:
        if asked.method == "POST":
            self.changes.append(asked.form)
            names = {"VoiceUrl": "voice_url", "SmsUrl": "sms_url", "StatusCallback": "status_callback"}
            names["VoiceApplicationSid"] = "voice_application_sid"
            self.number |= {names[key]: value for key, value in asked.form.items() if key in names}
            return told(self.number)
        if "IncomingPhoneNumbers" in asked.path:
            return told({"incoming_phone_numbers": [self.number], "next_page_uri": None})
        date = email.utils.format_datetime(datetime.now(UTC) - self.skew, usegmt=True)
        return Reply(200, told(self.account).body, {"Date": date})


async def checks(numbers: Numbers, *, hook_url: str | None = URL, **settings: str) -> dict[str, Check]:
    async with answering(numbers) as company:
        provider = twilio({"base_url": company.url, **settings}, hook_url=hook_url)
        result = await provider.check()
        await provider.close()
    assert all(check.result == "ok" or check.fix for check in result)
    return {check.what: check for check in result}


async def registered(numbers: Numbers, *, hook_url: str | None = URL) -> Check:
    async with answering(numbers) as company:
        provider = twilio({"base_url": company.url}, hook_url=hook_url)
        (check,) = await provider.register_hooks()
        await provider.close()
    return check


async def test_an_account_in_good_order_is_all_ok() -> None:
    assert {check.result for check in (await checks(Numbers())).values()} == {"ok"}


@pytest.mark.parametrize(
    ("account", "result"),
    [({"status": "suspended"}, "fail"), ({"status": "closed"}, "fail"), ({"type": "Trial"}, "warn")],
)
async def test_an_account_that_cannot_text_everybody(account: dict[str, object], result: str) -> None:
    assert (await checks(Numbers(account)))["Twilio account"].result == result


@pytest.mark.parametrize(("minutes", "result"), [(0, "ok"), (4, "ok"), (6, "fail"), (-6, "fail")])
async def test_a_clock_that_is_wrong_is_said(minutes: int, result: str) -> None:
    numbers = Numbers()
    numbers.skew = timedelta(minutes=minutes)
    assert (await checks(numbers))["Clock"].result == result


async def test_a_number_that_cannot_text_a_number_of_somebody_else_and_one_on_a_trunk() -> None:
    what = f"Line {LINE.spoken}"
    assert (await checks(Numbers(capabilities={"voice": True, "sms": False})))[what].result == "fail"
    assert (await checks(Numbers(phone_number="+14155550177")))[what].result == "fail"
    assert (await checks(Numbers(trunk_sid="TK1")))[what].result == "warn"


async def test_settings_that_make_no_sense_are_said() -> None:
    result = await checks(Numbers(), hook_url=None, ring="front desk", auth_token="")
    assert result["Phones to ring"].detail.endswith("front desk.")
    assert (result["Auth token"].result, result["Hooks"].result) == ("fail", "warn")


async def test_an_application_that_overrides_the_addresses_is_taken_off() -> None:
    numbers = Numbers(voice_application_sid="AP1", sms_url="")
    assert (await checks(numbers))[f"Line {LINE.spoken}: hooks"].result == "fail"
    check = await registered(numbers)
    assert check.result == "ok"
    assert "texts: nowhere → here" in check.detail
    assert numbers.changes == [
        {
            "VoiceUrl": URL,
            "VoiceMethod": "POST",
            "SmsUrl": URL,
            "SmsMethod": "POST",
            "StatusCallback": URL,
            "StatusCallbackMethod": "POST",
            "VoiceApplicationSid": "",
        }
    ]


async def test_without_an_address_or_the_number_nothing_is_changed() -> None:
    nowhere, strange = Numbers(), Numbers(phone_number="+14155550177")
    assert (await registered(nowhere, hook_url=None)).result == "fail"
    assert (await registered(strange)).result == "fail"
    assert nowhere.changes == strange.changes == []
