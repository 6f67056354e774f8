"""The self-test of a Twilio connection.

Must not: change anything at Twilio.
"""

import email.utils
from datetime import UTC, datetime, timedelta

from mcdesk.domain.numbers import Number
from mcdesk.ports.provider import BadLogin, Check, ProviderError
from mcdesk.providers.twilio import office_numbers, reading
from mcdesk.providers.twilio.account import Account
from mcdesk.providers.twilio.options import Options
from mcdesk.wire.client import Answer

#: Quiet hours and the age of calls depend on the clock.
MOST_SKEW = timedelta(minutes=5)
CONSOLE = "Open the Twilio console."


async def check(
    account: Account, options: Options, *, lines: tuple[Number, ...], hook_url: str | None
) -> list[Check]:
    """Everything a call and a text need at Twilio, most basic first."""
    try:
        answer = await account.get("")
        result = [_account(answer), _clock(answer), *_settings(options, hook_url)]
        for line in lines:
            result += await office_numbers.checks(account, line, hook_url=hook_url)
    except ProviderError as error:
        fix = "Check the sign-in in settings." if isinstance(error, BadLogin) else "Try again in a minute."
        return [Check("Twilio", "fail", error.why, fix)]
    return result


def _account(answer: Answer) -> Check:
    told = reading.row(answer.data)
    status = reading.text(told, "status")
    if status == "suspended":
        return Check("Twilio account", "fail", "Suspended: nothing goes out.", CONSOLE)
    if status == "closed":
        return Check("Twilio account", "fail", "Closed.", CONSOLE)
    if status != "active":
        return Check(
            "Twilio account", "fail", "The answer is not an account.", "Check the address of the API."
        )
    if reading.text(told, "type") == "Trial":
        return Check(
            "Twilio account",
            "warn",
            "A trial account texts verified numbers only and puts its own words before each text.",
            "Upgrade the account in the Twilio console.",
        )
    return Check("Twilio account", "ok", "Signed in; the account is active.")


def _clock(answer: Answer) -> Check:
    try:
        theirs = email.utils.parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return Check(
            "Clock", "warn", "Twilio's answer carries no time to compare with.", "Check the clock yourself."
        )
    skew = abs(datetime.now(UTC) - theirs.replace(tzinfo=theirs.tzinfo or UTC))
    if skew > MOST_SKEW:
        minutes = int(skew.total_seconds() // 60)
        return Check(
            "Clock",
            "fail",
            f"This computer's clock and Twilio's differ by {minutes} minutes.",
            "Set the computer's clock by the internet.",
        )
    return Check("Clock", "ok", "Agrees with Twilio's.")


def _settings(options: Options, hook_url: str | None) -> list[Check]:
    result = []
    if not options.auth_token:
        result.append(
            Check("Auth token", "fail", "Not set, so every hook is refused.", "Enter it in settings.")
        )
    if options.ring_unusable:
        wrong = ", ".join(options.ring_unusable)
        result.append(
            Check("Phones to ring", "fail", f"Neither a number nor a sip: address: {wrong}.", "Correct it.")
        )
    if hook_url is None:
        result.append(
            Check(
                "Hooks",
                "warn",
                "There is no public address, so calls and texts are found by asking every few seconds.",
                "Set a public address or a tunnel for texts within a second.",
            )
        )
    if options.messaging_service_sid and hook_url:
        result.append(
            Check(
                "Messaging service",
                "warn",
                "A messaging service can send replies elsewhere than the number does.",
                "In Twilio set its Integration to: Defer to sender's webhook.",
            )
        )
    return result
