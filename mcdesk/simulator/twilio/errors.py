"""The error answers of the pretend Twilio: code, words, HTTP status.
Only what the published list and the error pages say; deciding when is left to the callers."""

import json

from starlette.responses import Response

_MESSAGES = {
    20001: "Invalid parameter",
    20003: "Authenticate",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    21205: "Url parameter is required",
    21210: "'From' phone number not verified",
    21211: "Invalid 'To' Phone Number",
    21212: "Invalid 'From' Phone Number",
    21408: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number",
    21602: "Message body is required",
    21603: "A 'From' or 'MessagingServiceSid' parameter is required to send a message",
    21604: "The destination 'To' phone number is required to send an SMS",
    21606: "The 'From' phone number provided is not a valid message-capable Twilio phone number"
    " for this destination.",
    21610: "Attempt to send to unsubscribed recipient",
    21612: "The 'To' phone number is not currently reachable via SMS",
    21614: "'To' number is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit",
    30003: "Unreachable destination handset",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30034: "US A2P 10DLC - Message from an Unregistered Number",
}
_STATUS = {20003: 401, 20404: 404, 20429: 429}
_CODE_OF_STATUS = {401: 20003, 404: 20404, 429: 20429}


class Refusal(Exception):
    """A request the company answers with an error of this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def message_of(code: int) -> str:
    return _MESSAGES.get(code, "Unknown error")


def error_answer(code: int) -> Response:
    status = _STATUS.get(code, 400)
    headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if status == 401 else None
    body = _body(code=code, message=message_of(code), status=status)
    return Response(body, status, headers, "application/json")


def error_body(status: int) -> bytes:
    """The body that goes with a bare HTTP status, for the failure switches."""
    code = _CODE_OF_STATUS.get(status, 20500 if status >= 500 else 20001)
    words = "Internal Server Error" if status >= 500 else message_of(code)
    return _body(code=code, message=words, status=status)


def _body(*, code: int, message: str, status: int) -> bytes:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return json.dumps({"code": code, "message": message, "more_info": more, "status": status}).encode()
