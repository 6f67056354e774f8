"""Records of the ledger as Twilio's JSON: strings where Twilio has strings, RFC 2822 times.
Shapes only; which records and in what order is decided by the routes."""

from datetime import datetime
from email.utils import format_datetime

from mcdesk.simulator.phones import normalized, place_of, pretty
from mcdesk.simulator.twilio.errors import message_of
from mcdesk.simulator.twilio.ledger import Call, Message, OfficeNumber, Recording
from mcdesk.simulator.twilio.segments import segments

VERSION = "2010-04-01"
Json = dict[str, object]


def rfc2822(at: datetime | None) -> str | None:
    return None if at is None else format_datetime(at.replace(microsecond=0))


def account_uri(account_sid: str) -> str:
    return f"/{VERSION}/Accounts/{account_sid}"


def message_json(message: Message, account_sid: str) -> Json:
    uri = f"{account_uri(account_sid)}/Messages/{message.sid}"
    code = message.error_code
    priced = message.status in ("sent", "delivered", "received")
    return {
        "account_sid": account_sid,
        "api_version": VERSION,
        "body": message.body,
        "date_created": rfc2822(message.created),
        "date_sent": rfc2822(message.sent),
        "date_updated": rfc2822(message.updated),
        "direction": message.direction,
        "error_code": code,
        "error_message": None if code is None else message_of(code),
        "from": message.from_,
        "messaging_service_sid": message.service_sid,
        "num_media": str(len(message.media)),
        "num_segments": str(segments(message.body)),
        "price": "-0.00790" if priced else None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.to,
        "uri": f"{uri}.json",
    }


def call_json(call: Call, account_sid: str) -> Json:
    uri = f"{account_uri(account_sid)}/Calls/{call.sid}"
    seconds = call.seconds
    parts = ("notifications", "recordings", "payments", "events", "siprec", "streams", "transcriptions")
    return {
        "account_sid": account_sid,
        "answered_by": call.answered_by,
        "api_version": VERSION,
        "caller_name": None,
        "date_created": rfc2822(call.started),
        "date_updated": rfc2822(call.updated),
        "direction": call.direction,
        "duration": None if seconds is None else str(seconds),
        "end_time": rfc2822(call.ended),
        "forwarded_from": call.forwarded_from,
        "from": call.from_,
        "from_formatted": pretty(call.from_),
        "group_sid": None,
        "parent_call_sid": call.parent_sid,
        "phone_number_sid": call.number_sid,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": call.sid,
        "start_time": None if call.status == "queued" else rfc2822(call.started),
        "status": call.status,
        "subresource_uris": {part: f"{uri}/{part.capitalize()}.json" for part in parts},
        "to": call.to,
        "to_formatted": pretty(call.to),
        "trunk_sid": None,
        "uri": f"{uri}.json",
    }


def recording_json(recording: Recording, account_sid: str, *, base_url: str) -> Json:
    """As in the account's list; the list of one call has the same fields but a few."""
    uri = f"{account_uri(account_sid)}/Recordings/{recording.sid}"
    return {
        "account_sid": account_sid,
        "api_version": VERSION,
        "call_sid": recording.call_sid,
        "channels": 1,
        "conference_sid": None,
        "date_created": rfc2822(recording.created),
        "date_updated": rfc2822(recording.created),
        "duration": str(recording.seconds),
        "encryption_details": None,
        "error_code": None,
        "media_url": base_url + uri,
        "price": None,
        "price_unit": "USD",
        "sid": recording.sid,
        "source": recording.source,
        "start_time": rfc2822(recording.created),
        "status": "completed",
        "subresource_uris": {"transcriptions": f"{uri}/Transcriptions.json"},
        "uri": f"{uri}.json",
    }


def call_recording_json(recording: Recording, account_sid: str, *, base_url: str) -> Json:
    shape = recording_json(recording, account_sid, base_url=base_url)
    del shape["media_url"], shape["subresource_uris"]
    uri = f"{account_uri(account_sid)}/Calls/{recording.call_sid}/Recordings/{recording.sid}.json"
    return {**shape, "track": "both", "uri": uri}


def number_json(number: OfficeNumber, account_sid: str) -> Json:
    return {
        "account_sid": account_sid,
        "address_requirements": "none",
        "address_sid": None,
        "api_version": VERSION,
        "beta": False,
        "bundle_sid": None,
        "capabilities": {"voice": True, "sms": True, "mms": True, "fax": False},
        "date_created": rfc2822(number.created),
        "date_updated": rfc2822(number.updated),
        "emergency_address_sid": None,
        "emergency_address_status": "unregistered",
        "emergency_status": "Inactive",
        "friendly_name": number.friendly_name or pretty(number.number),
        "identity_sid": None,
        "origin": "twilio",
        "phone_number": number.number,
        "sid": number.sid,
        "sms_application_sid": None,
        "sms_fallback_method": "POST",
        "sms_fallback_url": number.sms_fallback_url,
        "sms_method": "POST",
        "sms_url": number.sms_url,
        "status": "in-use",
        "status_callback": number.status_callback,
        "status_callback_method": "POST",
        "trunk_sid": None,
        "type": "local",
        "uri": f"{account_uri(account_sid)}/IncomingPhoneNumbers/{number.sid}.json",
        "voice_application_sid": None,
        "voice_caller_id_lookup": False,
        "voice_fallback_method": "POST",
        "voice_fallback_url": number.voice_fallback_url,
        "voice_method": "POST",
        "voice_receive_mode": "voice",
        "voice_url": number.voice_url,
    }


def account_json(account_sid: str, *, name: str, created: datetime) -> Json:
    uri = account_uri(account_sid)
    parts = {"calls": "Calls", "messages": "Messages", "incoming_phone_numbers": "IncomingPhoneNumbers"}
    return {
        "auth_token": None,
        "date_created": rfc2822(created),
        "date_updated": rfc2822(created),
        "friendly_name": name,
        "owner_account_sid": account_sid,
        "sid": account_sid,
        "status": "active",
        "subresource_uris": {key: f"{uri}/{part}.json" for key, part in parts.items()},
        "type": "Full",
        "uri": f"{uri}.json",
    }


def lookup_json(asked: str, *, line_type: str | None, base_url: str) -> Json:
    """Lookup v2; `line_type` None when the paid part was not asked for."""
    number = normalized(asked)
    american = number is not None and number.startswith("+1")
    intelligence: Json | None = None
    if line_type is not None and number is not None:
        intelligence = {
            "carrier_name": "Pretend Wireless" if line_type == "mobile" else "Pretend Telephone",
            "error_code": None,
            "mobile_country_code": "310" if line_type == "mobile" else None,
            "mobile_network_code": "456" if line_type == "mobile" else None,
            "type": line_type,
        }
    absent = (
        "caller_name", "sim_swap", "call_forwarding", "line_status", "identity_match", "reassigned_number",
        "sms_pumping_risk", "phone_number_quality_score", "pre_fill",
    )  # fmt: skip
    return {
        "calling_country_code": "1" if american else None,
        "country_code": "US" if american else None,
        "phone_number": number or asked,
        "national_format": pretty(number) if number else None,
        "valid": number is not None,
        "validation_errors": [] if number else [_what_is_wrong(asked)],
        **dict.fromkeys(absent),
        "line_type_intelligence": intelligence,
        "url": f"{base_url}/v2/PhoneNumbers/{number or asked}",
    }


def _what_is_wrong(asked: str) -> str:
    digits = sum(character.isdigit() for character in asked)
    if digits == 0:
        return "NOT_A_NUMBER"
    return "TOO_SHORT" if digits < 11 else "TOO_LONG" if digits > 11 else "INVALID_BUT_POSSIBLE"


def city_fields(prefix: str, number: str) -> list[tuple[str, str]]:
    """FromCity, FromState … as hooks carry them."""
    place = place_of(number)
    country = "US" if number.startswith("+1") else ""
    values = {"City": place.city, "State": place.state, "Zip": place.zip, "Country": country}
    return [(prefix + name, value) for name, value in values.items()]
