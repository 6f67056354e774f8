"""Whether digits are a payment card's number, or only as many.

Must not: find digits in a text (the wording rules' table does).
"""

import re

#: How long a card's number is, by what it begins with.
_KINDS = re.compile(r"4\d{12}|3[0468]\d{12}|3[47]\d{13}|[2456]\d{15}")


def is_card_number(text: str) -> bool:
    """By its length, its beginning and its check digit (ISO/IEC 7812-1, the formula of Luhn)."""
    digits = re.sub(r"\D", "", text)
    if not _KINDS.fullmatch(digits):
        return False
    doubled = [sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2]]
    return (sum(doubled) + sum(map(int, digits[-1::-2]))) % 10 == 0
