"""Only Twilio gets in."""

import json
from urllib.parse import urlencode

import pytest

from mcdesk.ports.hooks import Hook
from mcdesk.ports.provider import Forged
from mcdesk.providers.twilio.signature import Signature
from tests.providers.twilio.office import ACCOUNT, TOKEN, URL, WIRE, hook, hook_of, signed, twilio

VECTORS = json.loads((WIRE / "signature-vectors.json").read_text())


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_the_sdks_own_vectors_verify_and_a_changed_address_does_not(vector: dict[str, object]) -> None:
    pairs = vector["params"]
    assert isinstance(pairs, list)
    # The vectors carry no account; it is signed like every field, so only a test of the parts can use them.
    body = vector.get("body")
    is_json = isinstance(body, str)
    content_type = "application/json" if is_json else "application/x-www-form-urlencoded"
    content = body.encode() if isinstance(body, str) else urlencode([tuple(pair) for pair in pairs]).encode()
    arrived = Hook(
        "POST",
        str(vector["url"]),
        {"content-type": content_type, "x-twilio-signature": str(vector["expect"])},
        content,
    )
    checker = AnyAccount(account_sid="", auth_token=VECTORS["auth_token"])
    checker.verify(arrived)
    with pytest.raises(Forged):
        checker.verify(Hook("POST", arrived.url + "x", arrived.headers, content))


class AnyAccount(Signature):
    """Without the account, for vectors that carry none."""

    def _same_account(self, values: object) -> None:
        pass


def test_a_signed_hook_passes() -> None:
    twilio().verify(signed(hook({"MessageSid": "SM1", "MessageStatus": "sent"})))


def test_a_port_in_our_address_makes_no_difference() -> None:
    ported = URL.replace("desk.example", "desk.example:443")
    arrived = signed(hook_of(f"AccountSid={ACCOUNT}&MessageSid=SM1".encode(), url=ported))
    twilio().verify(Hook("POST", URL, arrived.headers, arrived.body))


@pytest.mark.parametrize(
    "change",
    [
        lambda h: Hook(h.method, h.url, {"content-type": h.content_type}, h.body),
        lambda h: Hook(h.method, h.url, {**h.headers, "x-twilio-signature": ""}, h.body),
        lambda h: Hook(h.method, h.url, {**h.headers, "x-twilio-signature": "ü" * 28}, h.body),
        lambda h: Hook(h.method, h.url, h.headers, h.body.replace(b"SM1", b"SM2")),
        lambda h: Hook(h.method, h.url, h.headers, h.body + b"&Body=more"),
        lambda h: Hook(h.method, h.url, h.headers, b"\xff%ff=%fe"),
        lambda h: Hook(h.method, h.url, {**h.headers, "content-type": "application/json"}, h.body),
        lambda h: Hook(h.method, h.url.replace("s3cret", "other"), h.headers, h.body),
    ],
    ids=["unsigned", "empty", "strange", "changed", "longer", "no-utf8", "json", "address"],
)
def test_what_twilio_did_not_sign_is_forged(change: object) -> None:
    assert callable(change)
    with pytest.raises(Forged):
        twilio().verify(change(signed(hook({"MessageSid": "SM1"}))))


def test_another_token_is_forged() -> None:
    with pytest.raises(Forged):
        twilio().verify(signed(hook({"MessageSid": "SM1"}), token="another"))


@pytest.mark.parametrize(
    "fields", ["AccountSid=AC2", "MessageSid=SM1", f"AccountSid={ACCOUNT}&AccountSid=AC2"]
)
def test_a_hook_about_another_account_is_forged_although_it_is_signed(fields: str) -> None:
    with pytest.raises(Forged, match="account"):
        twilio().verify(signed(hook_of(fields.encode())))


def test_without_a_token_nothing_is_genuine() -> None:
    with pytest.raises(Forged, match="auth token"):
        twilio({"auth_token": ""}).verify(signed(hook({"MessageSid": "SM1"}), token=""))


def test_a_json_body_that_is_not_the_promised_one_is_forged() -> None:
    vector = next(v for v in VECTORS["vectors"] if "body" in v)
    headers = {"content-type": "application/json", "x-twilio-signature": vector["expect"]}
    checker = Signature(account_sid=ACCOUNT, auth_token=VECTORS["auth_token"])
    checker.verify(Hook("POST", vector["url"], headers, vector["body"].encode()))
    with pytest.raises(Forged):
        checker.verify(Hook("POST", vector["url"], headers, b'{"property": "other"}'))


def test_the_token_is_in_no_sentence() -> None:
    with pytest.raises(Forged) as caught:
        twilio().verify(hook({"MessageSid": "SM1"}))
    assert TOKEN not in str(caught.value)
    assert TOKEN not in repr(twilio().setup)
