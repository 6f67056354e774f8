"""What kind of line a number is, by Twilio Lookup v2.

Must not: decide who is texted.
"""

from collections.abc import Mapping

from mcdesk.domain.line_types import LineType
from mcdesk.domain.numbers import Number
from mcdesk.ports.provider import Refused
from mcdesk.providers.twilio import reading
from mcdesk.providers.twilio.account import Account
from mcdesk.providers.twilio.calllog import NOT_FOUND

#: `line_type_intelligence.type`; what is not here (and `unknown`) is not known.
LINE_TYPES: Mapping[str, LineType] = {
    "mobile": LineType.MOBILE,
    "landline": LineType.LANDLINE,
    "fixedVoip": LineType.VOIP,
    "nonFixedVoip": LineType.VOIP,
    "tollFree": LineType.TOLL_FREE,
    "personal": LineType.PERSONAL,
    "premium": LineType.OTHER,
    "sharedCost": LineType.OTHER,
    "uan": LineType.OTHER,
    "voicemail": LineType.OTHER,
    "pager": LineType.OTHER,
}


async def line_type(account: Account, number: Number) -> LineType | None:
    """One paid request; None where Twilio does not know."""
    try:
        answer = await account.look_up(
            f"/v2/PhoneNumbers/{number.e164}", {"Fields": "line_type_intelligence"}
        )
    except Refused as refused:
        if refused.code in NOT_FOUND:
            return None
        raise
    told = reading.row(answer.data)
    if told.get("valid") is False:
        return LineType.OTHER
    return LINE_TYPES.get(reading.text(reading.row(told.get("line_type_intelligence")), "type"))
