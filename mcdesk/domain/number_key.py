"""What stands for a phone number where the number itself must not stay.

Must not: keep the key (the vault does).
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from mcdesk.domain.numbers import Number

KEY_BYTES = 32
#: Letters that say which key a hash was made with.
ID_LENGTH = 8


@dataclass(frozen=True, slots=True)
class NumberKey:
    """An office's key for hashes of numbers. Without it a hash tells nothing: there are few enough numbers to
    try them all."""

    key: bytes = field(repr=False)

    @classmethod
    def draw(cls) -> "NumberKey":
        return cls(secrets.token_bytes(KEY_BYTES))

    @property
    def id(self) -> str:
        """Says which key it is, and nothing of it."""
        return hashlib.sha256(b"which number key\0" + self.key).hexdigest()[:ID_LENGTH]

    def of(self, number: Number) -> str:
        """``1f0c9a3e:`` and the number's HMAC-SHA256 in hex."""
        return f"{self.id}:{hmac.new(self.key, number.e164.encode(), hashlib.sha256).hexdigest()}"
