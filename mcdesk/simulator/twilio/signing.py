"""X-Twilio-Signature, computed from the published rule and nobody's library.
Signing only; whether a signature is right is the other side's business."""

import base64
import hashlib
import hmac
from collections import defaultdict
from collections.abc import Sequence


def signature(auth_token: str, url: str, fields: Sequence[tuple[str, str]]) -> str:
    """Base64 HMAC-SHA1 over the address followed by name and value of each field, by name;
    a repeated name counts each different value once, in order."""
    values: dict[str, set[str]] = defaultdict(set)
    for name, value in fields:
        values[name].add(value)
    text = url + "".join(name + value for name in sorted(values) for value in sorted(values[name]))
    digest = hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
