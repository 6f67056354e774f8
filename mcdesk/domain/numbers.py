"""Phone numbers as values. Past `providers/` no phone number travels as a bare string.

Must not: decide whether somebody may be texted (`policy` does).
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import phonenumbers

#: What providers write where the caller hides the number (telephony contract §12.5).
HIDDEN = frozenset(
    {
        "",
        "anonymous",
        "restricted",
        "unavailable",
        "unknown",
        "private",
        "blocked",
        "+266696687",
        "+7378742833",
    }
)
#: Regions whose numbers automatic texts may reach (rule S-3: +1 also covers Canada and the Caribbean).
TEXTABLE_REGIONS = frozenset({"US", "PR", "VI", "GU", "AS", "MP"})
TOLL_FREE_CODES = frozenset({"800", "822", "833", "844", "855", "866", "877", "888"})
#: Whoever calls or texts them pays extra: an area code, and an exchange of every area code.
PREMIUM_CODE, PREMIUM_EXCHANGE = "900", "976"


@dataclass(frozen=True, slots=True, order=True)
class Number:
    """One phone number in E.164, e.g. ``+14155550142``."""

    e164: str

    @classmethod
    def parse(cls, text: str | None, *, region: str = "US") -> Self | None:
        """The number in `text` (any usual form), or None where it is hidden, short or no number at all."""
        e164 = _e164((text or "").strip(), region)
        return cls(e164) if e164 else None

    @property
    def digits(self) -> str:
        """National digits without the country code for +1 numbers, all digits otherwise."""
        bare = self.e164.removeprefix("+")
        return bare[1:] if self.is_north_american else bare

    @property
    def is_north_american(self) -> bool:
        return self.e164.startswith("+1") and len(self.e164) == 12

    @property
    def area_code(self) -> str | None:
        return self.digits[:3] if self.is_north_american else None

    @property
    def is_toll_free(self) -> bool:
        return self.area_code in TOLL_FREE_CODES

    @property
    def is_premium(self) -> bool:
        return self.area_code == PREMIUM_CODE or (
            self.is_north_american and self.digits[3:6] == PREMIUM_EXCHANGE
        )

    @property
    def region(self) -> str | None:
        """ISO region, as far as the number tells it; None where the numbering plan does not."""
        return _region(self.e164)

    @property
    def spoken(self) -> str:
        """As people here read it: ``(415) 555-0142``; other countries in international form."""
        if self.is_north_american:
            area, exchange, station = self.digits[:3], self.digits[3:6], self.digits[6:]
            return f"({area}) {exchange}-{station}"
        return phonenumbers.format_number(
            phonenumbers.parse(self.e164), phonenumbers.PhoneNumberFormat.INTERNATIONAL
        )

    @property
    def masked(self) -> str:
        """For logs: all but the last four digits hidden."""
        return f"{'*' * (len(self.e164) - 4)}{self.e164[-4:]}"

    def __str__(self) -> str:
        return self.e164


@lru_cache(maxsize=4096)
def _e164(text: str, region: str) -> str | None:
    if text.casefold() in HIDDEN:
        return None
    if re.fullmatch(r"\+1[2-9][0-9]{9}", text):
        return text
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return e164 if len(e164) >= 9 else None


@lru_cache(maxsize=4096)
def _region(e164: str) -> str | None:
    parsed = phonenumbers.parse(e164)
    region = phonenumbers.region_code_for_number(parsed)
    if region:
        return region
    # 555 numbers and new exchanges are in no region's pattern; such a +1 number is taken for US.
    return "US" if parsed.country_code == 1 else None
