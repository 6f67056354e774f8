"""Whether a hook is from Twilio: its signature over our public address and everything in the form.

Must not: read a meaning into the hook. Vectors: tests/providers/wire/twilio/signature-vectors.json.
"""

import hashlib
import hmac
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from twilio.request_validator import RequestValidator

from mcdesk.ports.hooks import Hook
from mcdesk.ports.provider import Forged

HEADER = "x-twilio-signature"


class Signature:
    """Checks hooks against one account's auth token."""

    def __init__(self, *, account_sid: str, auth_token: str) -> None:
        self._account_sid = account_sid
        # Without a token everybody could sign; then nothing is genuine.
        self._validator = RequestValidator(auth_token) if auth_token else None

    def verify(self, hook: Hook) -> None:
        """Returns if genuine, raises `Forged` if not; on any bytes nothing else."""
        if self._validator is None:
            raise Forged("No auth token is set, so no hook can be trusted. Set it in settings.")
        signature = hook.headers.get(HEADER)
        if not signature:
            raise Forged("The request carries no Twilio signature.")
        if hook.content_type == "application/json":
            _same_body(hook)
            values = _Values(())
        else:
            values = _form(hook)
            self._same_account(values)
        # The address as configured nearly always fits; the validator tries it with and without its port.
        expected = self._validator.compute_signature(hook.url, values)
        if hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
            return
        if not self._validator.validate(hook.url, values, signature):
            raise Forged("The Twilio signature does not fit. Check the auth token and the public address.")

    def _same_account(self, values: "_Values") -> None:
        if values.getall("AccountSid") != [self._account_sid]:
            raise Forged("The request is about another Twilio account. Check the account SID.")


class _Values:
    """Form values with repeated names, as the validator wants them."""

    def __init__(self, pairs: tuple[tuple[str, str], ...]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def getall(self, name: str) -> list[str]:
        return self._values.get(name, [])


def _form(hook: Hook) -> _Values:
    try:
        return _Values(hook.form_pairs)
    except ValueError as error:
        raise Forged("The request's form cannot be read.") from error


def _same_body(hook: Hook) -> None:
    """JSON is not in the signature; the signed address carries its hash instead."""
    promised = parse_qs(urlsplit(hook.url).query).get("bodySHA256", [""])[0]
    actual = hashlib.sha256(hook.body).hexdigest()
    if not hmac.compare_digest(promised.encode(), actual.encode()):
        raise Forged("The request's body is not the signed one.")
