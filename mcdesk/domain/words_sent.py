"""A text as it was sent: what it quotes of ours, and words parted by full stops.

Must not: know any word (the table does).
"""

import re

_QUOTED = re.compile(r"^[^\w\n]*>[^\n]*$", re.MULTILINE)
_PARTED = re.compile(
    r"(?<![^\W_])(?<![^\W_]['’])(?:[^\W\d_]+(?:['’][^\W\d_]+)?[.!…]+\s+){2,}[^\W\d_]+(?:['’][^\W\d_]+)?(?=[.!…]|\s*$)"
)
_STOPS = re.compile(r"[.!…]+")


def without_quotes(text: str) -> str:
    """Without the lines that begin with >, where there are others."""
    own = _QUOTED.sub("", text)
    return own if any(map(str.isalnum, own)) else text


def together(text: str) -> str:
    """Three words or more that each end like a sentence, as the one sentence they are."""
    return _PARTED.sub(lambda match: _STOPS.sub("", match.group()), text)
