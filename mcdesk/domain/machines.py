"""Tells a conversation with a machine from one with a person, so that two robots do not text for ever.

Must not: know how texts are stored or what follows.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

#: Texts of the last minutes are looked at.
SPAN = timedelta(minutes=10)
#: The very same words so often are a machine's.
SAME = 4
#: With words only machines use, so often.
SAME_AND_AUTOMATIC = 2
#: More than a person writes in the span, whatever the words.
MANY = 12
#: Words of automatic answers, English and Spanish.
SIGNS = (
    "auto-reply",
    "auto reply",
    "autoreply",
    "automatic reply",
    "automated message",
    "automated response",
    "out of office",
    "this number is not monitored",
    "this inbox is not monitored",
    "respuesta automática",
    "respuesta automatica",
    "mensaje automático",
    "mensaje automatico",
)


def loops(bodies: Sequence[str]) -> bool:
    """Whether what one number wrote within `SPAN` is a machine going round in circles."""
    if len(bodies) >= MANY:
        return True
    for body, count in Counter(" ".join(body.casefold().split()) for body in bodies).items():
        if body and count >= (SAME_AND_AUTOMATIC if any(sign in body for sign in SIGNS) else SAME):
            return True
    return False
