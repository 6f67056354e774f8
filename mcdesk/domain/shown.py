"""Words of people outside, made fit to stand beside ours: in a terminal, in the window, on paper.

Must not: change what is kept, only how it is shown.
"""

import re
import unicodedata

#: Stands where a character would do something to ours instead of being read.
REPLACED = "\ufffd"
#: Stands where a line ended.
LINE_END = " \u21b5 "
_ENDS = re.compile("\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
#: Controls, what turns the direction of writing round, and halves of characters.
_ACTING = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff]"
)
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
#: Below this, pictures are signs that every face has, such as a copyright.
_PICTURES = 0x2190
_FLAGS = range(0x1F1E6, 0x1F200)
#: What joins pictures or colours them.
_WITH_PICTURES = re.compile("[\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")


def lines(text: str) -> list[str]:
    """As they were written, one by one, each harmless; at least one."""
    return [_ACTING.sub(REPLACED, line.replace("\t", " ")) for line in _ENDS.split(text)]


def plain(text: str) -> str:
    """With its lines."""
    return "\n".join(lines(text))


def one_line(text: str) -> str:
    """Where only one line is."""
    return LINE_END.join(lines(text))


def quoted(text: str) -> str:
    """In a sentence of ours: the quotation ends where ours says."""
    inside = one_line(text).replace("\u201c", "'").replace("\u201d", "'")
    return f"\u201c{isolated(inside)}\u201d"


def isolated(text: str) -> str:
    """Writing from right to left keeps to itself."""
    if any(unicodedata.bidirectional(each) in _RIGHT_TO_LEFT for each in text):
        return f"{_ISOLATE}{text}{_END_ISOLATE}"
    return text


def on_paper(text: str) -> str:
    """Pictures by their names: a page must be the same wherever it is printed."""
    return "".join(_named(each) for each in _WITH_PICTURES.sub("", text))


def _named(character: str) -> str:
    code = ord(character)
    if code in _FLAGS:
        return chr(code - _FLAGS.start + ord("A"))
    if code < _PICTURES or unicodedata.category(character) != "So":
        return character
    return f"[{unicodedata.name(character, 'picture').lower()}]"
