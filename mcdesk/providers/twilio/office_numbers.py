"""The office's numbers at Twilio: whether they are there, what they can do, and where their news goes.

Must not: carry calls or texts.
"""

from collections.abc import Mapping

from mcdesk.domain.numbers import Number
from mcdesk.ports.provider import Check
from mcdesk.providers.twilio import reading
from mcdesk.providers.twilio.account import Account

#: Where Twilio sends what happens on a number (its field in JSON, its parameter, as people know it).
ADDRESSES = (
    ("voice_url", "VoiceUrl", "calls"),
    ("sms_url", "SmsUrl", "texts"),
    ("status_callback", "StatusCallback", "call endings"),
)
METHODS = {"VoiceMethod": "POST", "SmsMethod": "POST", "StatusCallbackMethod": "POST"}
#: While one of these is set, the addresses above are not used.
OVERRIDES = (
    ("voice_application_sid", "VoiceApplicationSid"),
    ("sms_application_sid", "SmsApplicationSid"),
)
FIX = "mcdesk doctor --fix"


async def checks(account: Account, line: Number, *, hook_url: str | None) -> list[Check]:
    """Whether a line is ours at Twilio and reports here."""
    what = f"Line {line.spoken}"
    found = await _find(account, line)
    if found is None:
        return [_missing(what)]
    result = [_abilities(what, found)]
    if hook_url:
        result.append(_reports(what, found, hook_url))
    return result


async def register(account: Account, line: Number, *, hook_url: str) -> Check:
    """Have everything on this line reported to our address; says what was changed."""
    what = f"Line {line.spoken}"
    found = await _find(account, line)
    if found is None:
        return _missing(what)
    wrong = _wrong(found, hook_url)
    if not wrong:
        return Check(what, "ok", "Reports here already.")
    form = {**METHODS, **{parameter: hook_url for _, parameter, _ in ADDRESSES}}
    form |= {parameter: "" for name, parameter in OVERRIDES if found.get(name)}
    sid = reading.text(found, "sid")
    answer = await account.post(f"/IncomingPhoneNumbers/{sid}", form, repeatable=True)
    changed = ", ".join(f"{kind}: {_shown(before)} → here" for kind, before in wrong.items())
    left = _wrong(reading.row(answer.data), hook_url)
    if left:
        return Check(
            what,
            "fail",
            f"Twilio kept another address for {', '.join(left)}.",
            "Set it in the Twilio console.",
        )
    return Check(what, "ok", f"Changed {changed}.")


async def _find(account: Account, line: Number) -> reading.Row | None:
    params = {"PhoneNumber": line.e164}
    async for page in account.pages("/IncomingPhoneNumbers", "incoming_phone_numbers", params):
        for row in page:
            if reading.party(reading.text(row, "phone_number")) == line:
                return row
    return None


def _missing(what: str) -> Check:
    return Check(
        what,
        "fail",
        "Not a number of this Twilio account.",
        "Check the account SID and the line's number, or buy or port the number.",
    )


def _abilities(what: str, found: reading.Row) -> Check:
    able = reading.row(found.get("capabilities"))
    lacking = [kind for kind, name in (("calls", "voice"), ("texts", "sms")) if able.get(name) is False]
    if lacking:
        return Check(
            what, "fail", f"Cannot carry {' or '.join(lacking)}.", "Use a number that can, or ask Twilio."
        )
    if reading.text(found, "trunk_sid"):
        return Check(
            what,
            "warn",
            "Its calls go to a SIP trunk; mcdesk sees them by reading the call list only.",
            "Take the number off the trunk in the Twilio console, or leave it so.",
        )
    return Check(what, "ok", "Carries calls and texts.")


def _reports(what: str, found: reading.Row, hook_url: str) -> Check:
    wrong = _wrong(found, hook_url)
    if not wrong:
        return Check(f"{what}: hooks", "ok", "Calls and texts are reported here at once.")
    elsewhere = ", ".join(f"{kind}: {_shown(before)}" for kind, before in wrong.items())
    return Check(f"{what}: hooks", "fail", f"Not reported here ({elsewhere}).", f"Run: {FIX}")


def _wrong(found: reading.Row, hook_url: str) -> Mapping[str, str]:
    """What does not come to us, and where it goes instead."""
    wrong = {
        kind: reading.text(found, name)
        for name, _, kind in ADDRESSES
        if reading.text(found, name) != hook_url
    }
    for name, parameter in OVERRIDES:
        if reading.text(found, name):
            wrong[parameter] = reading.text(found, name)
    return wrong


def _shown(address: str) -> str:
    """Enough of an address to know it again; the rest of it may be somebody's secret."""
    scheme, mark, rest = address.partition("://")
    return f"{scheme}{mark}{rest.partition('/')[0]}" if mark else (address or "nowhere")
