"""How many SMS segments a text takes: GSM 03.38 or UCS-2.
Counting only; nobody here limits length."""

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("^{}\\[~]|€\f")


def segments(body: str) -> int:
    """At least one; 160 or 153 septets each, or 70 or 67 sixteen-bit units if any character needs them."""
    if all(character in _GSM or character in _GSM_TWICE for character in body):
        units, alone, joined = len(body) + sum(character in _GSM_TWICE for character in body), 160, 153
    else:
        units, alone, joined = len(body.encode("utf-16-le")) // 2, 70, 67
    return 1 if units <= alone else -(-units // joined)
