"""The REST addresses of the pretend Twilio: who may ask, what is answered.
Checks and records are the other modules'; here is only the door."""

import base64
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mcdesk.simulator.phones import normalized
from mcdesk.simulator.server import ASKED_AT
from mcdesk.simulator.twilio import calling, texting
from mcdesk.simulator.twilio.account import Account
from mcdesk.simulator.twilio.errors import Refusal, error_answer
from mcdesk.simulator.twilio.ledger import OfficeNumber, now
from mcdesk.simulator.twilio.listing import Page, on_asked_days, paged
from mcdesk.simulator.twilio.plan import CallPlan
from mcdesk.simulator.twilio.shapes import (
    Json,
    account_json,
    account_uri,
    call_json,
    call_recording_json,
    lookup_json,
    message_json,
    number_json,
    recording_json,
)  # fmt: skip

T = TypeVar("T")
Answer = Callable[[Request], Awaitable[Json | Response]]

#: parameters of a number that may be changed → our attributes
_WRITABLE = {
    "FriendlyName": "friendly_name",
    "SmsFallbackUrl": "sms_fallback_url",
    "SmsUrl": "sms_url",
    "StatusCallback": "status_callback",
    "VoiceFallbackUrl": "voice_fallback_url",
    "VoiceUrl": "voice_url",
}
#: 0.1 s of silence, 8 kHz, 8 bit: what a recording's address serves
_SILENCE = (
    b"RIFF\x44\x03\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x40\x1f\x00\x00"
    b"\x01\x00\x08\x00data\x20\x03\x00\x00" + b"\x80" * 800
)


class Routes:
    """All addresses of one account. `staff` says how the phones behave that the office has called."""

    def __init__(self, account: Account, staff: Callable[[], CallPlan]) -> None:
        self._account = account
        self._staff = staff

    def all(self) -> list[Route]:
        base = account_uri(self._account.sid)
        table: list[tuple[str, str, Answer]] = [
            ("POST", f"{base}/Messages.json", self.send_message),
            ("GET", f"{base}/Messages.json", self.list_messages),
            ("GET", f"{base}/Messages/{{sid}}.json", self.one_message),
            ("GET", f"{base}/Calls.json", self.list_calls),
            ("POST", f"{base}/Calls.json", self.place_call),
            ("GET", f"{base}/Calls/{{sid}}/Recordings.json", self.call_recordings),
            ("GET", f"{base}/Calls/{{sid}}.json", self.one_call),
            ("GET", f"{base}/Recordings.json", self.list_recordings),
            ("GET", f"{base}/Recordings/{{sid}}.json", self.one_recording),
            ("GET", f"{base}/Recordings/{{sid}}", self.recorded_sound),
            ("GET", f"{base}/IncomingPhoneNumbers.json", self.list_numbers),
            ("GET", f"{base}/IncomingPhoneNumbers/{{sid}}.json", self.one_number),
            ("POST", f"{base}/IncomingPhoneNumbers/{{sid}}.json", self.change_number),
            ("GET", f"{base}.json", self.account),
            ("GET", "/v2/PhoneNumbers/{number}", self.lookup),
        ]
        routes = [Route(path, self._guarded(answer), methods=[method]) for method, path, answer in table]
        everything = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        return [*routes, Route("/{rest:path}", self._guarded(self.nothing_here), methods=everything)]

    def _guarded(self, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request) -> Response:
            try:
                self._sign_in(request)
                given = await answer(request)
            except Refusal as refusal:
                if refusal.code != 20404:
                    self._account.on_event("refused", f"Refused a request: {refusal.code}")
                return error_answer(refusal.code)
            return given if isinstance(given, Response) else JSONResponse(given)

        return guarded

    def _sign_in(self, request: Request) -> None:
        kind, _, secret = request.headers.get("authorization", "").partition(" ")
        try:
            user, _, password = base64.b64decode(secret).decode().partition(":")
        except ValueError as error:
            raise Refusal(20003) from error
        keys = {self._account.sid: self._account.auth_token, **self._account.api_keys}
        if kind.lower() != "basic" or not password or keys.get(user) != password:
            raise Refusal(20003)

    async def send_message(self, request: Request) -> Response:
        form = await _form(request)
        arrivals = self._account.ledger.arrivals
        arrivals[form.get("To", ""), form.get("Body", "")].append(now().timestamp())
        message = texting.accept(self._account, form)
        message.asked = datetime.fromtimestamp(request.scope[ASKED_AT], UTC)
        return JSONResponse(message_json(message, self._account.sid), 201)

    async def list_messages(self, request: Request) -> Json:
        query = dict(request.query_params)
        to, from_ = _number(query, "To"), _number(query, "From")
        messages = [
            m for m in reversed(self._account.ledger.messages.values())
            if to in ("", m.to) and from_ in ("", m.from_)
            and on_asked_days(query, "DateSent", m.sent or m.created)
        ]  # fmt: skip
        page = Page(request.url.path, query)
        return paged("messages", messages, page=page, sid=lambda m: m.sid,
                     shape=lambda m: message_json(m, self._account.sid))  # fmt: skip

    async def one_message(self, request: Request) -> Json:
        return message_json(_found(self._account.ledger.messages, request), self._account.sid)

    async def list_calls(self, request: Request) -> Json:
        query = dict(request.query_params)
        to, from_ = _number(query, "To"), _number(query, "From")
        parent, status = query.get("ParentCallSid", ""), query.get("Status", "")
        calls = [
            c for c in reversed(self._account.ledger.calls.values())
            if to in ("", c.to) and from_ in ("", c.from_) and parent in ("", c.parent_sid)
            and status in ("", c.status) and on_asked_days(query, "StartTime", c.started)
            and on_asked_days(query, "EndTime", c.ended)
        ]  # fmt: skip
        page = Page(request.url.path, query)
        return paged("calls", calls, page=page, sid=lambda c: c.sid,
                     shape=lambda c: call_json(c, self._account.sid))  # fmt: skip

    async def one_call(self, request: Request) -> Json:
        return call_json(_found(self._account.ledger.calls, request), self._account.sid)

    async def place_call(self, request: Request) -> Response:
        pairs = parse_qsl((await request.body()).decode(), keep_blank_values=True)
        form = dict(pairs)
        events = tuple(value for name, value in pairs if name == "StatusCallbackEvent")
        timeout = form.get("Timeout", "60")
        if not timeout.isdigit():
            raise Refusal(20001)
        asked = calling.Asked(
            to=form.get("To", ""), from_=form.get("From", ""), twiml=form.get("Twiml", ""),
            url=form.get("Url", ""), timeout=float(timeout), status_callback=form.get("StatusCallback", ""),
            events=events or ("completed",),
        )  # fmt: skip
        call = calling.place(self._account, asked)
        shape = call_json(call, self._account.sid)
        self._account.in_background(calling.run_asked(self._account, call, asked, self._staff()))
        return JSONResponse(shape, 201)

    async def call_recordings(self, request: Request) -> Json:
        call = _found(self._account.ledger.calls, request)
        recordings = [r for r in reversed(self._account.ledger.recordings.values()) if r.call_sid == call.sid]
        page = Page(request.url.path, dict(request.query_params))
        sid, base = self._account.sid, self._account.base_url
        return paged("recordings", recordings, page=page, sid=lambda r: r.sid,
                     shape=lambda r: call_recording_json(r, sid, base_url=base))  # fmt: skip

    async def list_recordings(self, request: Request) -> Json:
        query = dict(request.query_params)
        call_sid = query.get("CallSid", "")
        recordings = [
            r for r in reversed(self._account.ledger.recordings.values())
            if call_sid in ("", r.call_sid) and on_asked_days(query, "DateCreated", r.created)
        ]  # fmt: skip
        sid, base = self._account.sid, self._account.base_url
        return paged("recordings", recordings, page=Page(request.url.path, query), sid=lambda r: r.sid,
                     shape=lambda r: recording_json(r, sid, base_url=base))  # fmt: skip

    async def one_recording(self, request: Request) -> Json:
        recording = _found(self._account.ledger.recordings, request)
        return recording_json(recording, self._account.sid, base_url=self._account.base_url)

    async def recorded_sound(self, request: Request) -> Response:
        sid = str(request.path_params["sid"]).partition(".")[0]
        if sid not in self._account.ledger.recordings:
            raise Refusal(20404)
        return Response(_SILENCE, media_type="audio/x-wav")

    async def list_numbers(self, request: Request) -> Json:
        query = dict(request.query_params)
        wanted = _number(query, "PhoneNumber")
        numbers = [n for n in self._account.ledger.numbers.values() if wanted in n.number]
        page = Page(request.url.path, query)
        return paged("incoming_phone_numbers", numbers, page=page, sid=lambda n: n.sid,
                     shape=lambda n: number_json(n, self._account.sid))  # fmt: skip

    async def one_number(self, request: Request) -> Json:
        return number_json(_found(self._numbers_by_sid(), request), self._account.sid)

    async def change_number(self, request: Request) -> Json:
        number = _found(self._numbers_by_sid(), request)
        form = await _form(request)
        for parameter, attribute in _WRITABLE.items():
            if parameter in form:
                setattr(number, attribute, form[parameter])
        number.updated = now()
        return number_json(number, self._account.sid)

    def _numbers_by_sid(self) -> dict[str, OfficeNumber]:
        return {number.sid: number for number in self._account.ledger.numbers.values()}

    async def account(self, request: Request) -> Json:
        return account_json(self._account.sid, name=self._account.name, created=self._account.created)

    async def lookup(self, request: Request) -> Json:
        asked = str(request.path_params["number"])
        paid = "line_type_intelligence" in request.query_params.get("Fields", "")
        ledger, number = self._account.ledger, normalized(asked) or asked
        usual = "landline" if number in ledger.landlines else "mobile"
        line_type = ledger.line_types.get(number, usual) if paid else None
        return lookup_json(asked, line_type=line_type, base_url=self._account.base_url)

    async def nothing_here(self, request: Request) -> Json:
        raise Refusal(20404)


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))


def _number(query: dict[str, str], name: str) -> str:
    written = query.get(name, "")
    return normalized(written) or written


def _found(records: dict[str, T], request: Request) -> T:
    record = records.get(str(request.path_params["sid"]))
    if record is None:
        raise Refusal(20404)
    return record
