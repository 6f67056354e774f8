"""Wording with blanks, and the text it becomes.

Must not: judge wording (the linter does) or fetch values for blanks.
"""

import hashlib
import re
import string
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache

from mcdesk.domain.plain import typewritten
from mcdesk.domain.segments import Encoding, segments

#: Every blank a template may have, with what it stands for.
BLANKS: Mapping[str, str] = {
    "firm": "the office's name",
    "link": "the booking link",
    "phone": "the office line the caller rang",
    "name": "the caller's name, or nothing",
    "line": "the label of the line the caller rang",
    "reopens": "when the office opens next, such as Monday at 9",
}
#: A value of usual length for each, to measure a wording by before anybody called: the firm has 20
#: characters, the link 30, the phone 14 (compliance rules, section 11).
SAMPLES: Mapping[str, str] = {
    "firm": "Rivera & Cole Office",
    "link": "riveracole.example/book-a-call",
    "phone": "(415) 555-0100",
    "name": "Maria",
    "line": "Main line",
    "reopens": "Wednesday at 8:30",
}
#: Stands where a blank has no value, until the gap is closed.
_NOTHING = "\0"


class UnknownBlank(ValueError):
    """A template has a blank nobody can fill."""


@dataclass(frozen=True, slots=True)
class Template:
    """A named wording in one language."""

    name: str
    language: str
    body: str
    #: Who answers for what the wording rules warn of in it; empty where nobody does.
    warnings_accepted_by: str = ""
    #: For which words and rules, as `acceptance` writes it.
    warnings_accepted: str = ""
    #: The words of an office without a booking link; empty where they are the same.
    without_link: str = ""

    def __post_init__(self) -> None:
        for blank in (*blanks(self.body), *blanks(self.without_link)):
            if blank not in BLANKS:
                raise UnknownBlank(_unknown(blank))

    @property
    def version(self) -> str:
        """Names these very words: what was in force when a text was written."""
        return f"{self.name}/{self.language}#{self.digest}"

    @property
    def digest(self) -> str:
        """Of the words alone."""
        return hashlib.sha256(self.body.encode()).hexdigest()[:12]

    @property
    def accepted_rules(self) -> tuple[str, ...]:
        """Rules somebody answers for in these very words; none where they were asked about others."""
        digest, *rules = self.warnings_accepted.split() or [""]
        return tuple(rules) if is_name(self.warnings_accepted_by) and digest == self.digest else ()

    def acceptance(self, rules: Iterable[str]) -> str:
        """What to write for somebody to answer for what these rules warn of."""
        return " ".join((self.digest, *rules))

    def for_office(self, *, has_link: bool) -> "Template":
        """As an office with or without a booking link has it."""
        if has_link or not self.without_link:
            return self
        return replace(self, body=self.without_link, without_link="")

    def render(self, values: Mapping[str, str]) -> str:
        """The text with plain punctuation, on one line where the template is; missing values leave no gap."""
        filled = self.body.format_map({name: _value(values.get(name, "")) for name in BLANKS})
        closed = re.sub(rf" *{_NOTHING}(?=[ ,.;:!?]|$)|{_NOTHING}", "", filled)
        return re.sub(" {2,}", " ", typewritten(closed)).strip()


#: What a person may be called in a text: letters, and no dot that would make a link of them.
_CALLED = re.compile(r"(?!.*\.\w{2})[^\W\d_](?:[^\W\d_]|[ .,'\u2019&()-]){0,59}")


def addressed(name: str | None) -> str:
    """How somebody is called in a text. What a CRM or phone company has for a name may be none: then nothing,
    since digits, braces or an address would hold up a text to them or be read by others."""
    called = unicodedata.normalize("NFC", " ".join((name or "").split()))
    return called if _CALLED.fullmatch(called) else ""


def is_name(text: str) -> bool:
    """Whether it may be that of somebody who answers for something: it has a word in it."""
    return re.search(r"[^\W\d_]{2}", text) is not None


def _value(text: str) -> str:
    return " ".join(text.replace(_NOTHING, "").split()) or _NOTHING


@lru_cache(maxsize=256)
def blanks(body: str) -> tuple[str, ...]:
    """Names of the blanks in order. Raises UnknownBlank where braces do not pair up."""
    try:
        parts = list(string.Formatter().parse(body))
    except ValueError as error:
        raise UnknownBlank(f"the braces do not pair up ({error}); write {{{{ for a brace itself") from error
    if any(conversion or spec for _, name, spec, conversion in parts if name is not None):
        raise UnknownBlank("a blank is a name in braces and nothing else, such as {firm}")
    return tuple(name for _, name, _, _ in parts if name is not None)


def _unknown(blank: str) -> str:
    near = _nearest(blank)
    meant = f"; did you mean {{{near}}}? Known are" if near else "; known are"
    known = ", ".join("{" + name + "}" for name in BLANKS)
    return f"{{{blank}}} is not a known blank{meant} {known}"


def _nearest(blank: str) -> str | None:
    """{Firm}, {booking_link} and {frim} name what they mean."""
    words = re.findall("[a-z]+", blank.lower())
    exact = next((word for word in words if word in BLANKS), None)
    return exact or next((near for word in words for near in get_close_matches(word, BLANKS, 1)), None)


@dataclass(frozen=True, slots=True)
class Size:
    """What a text costs, as a meter shows it."""

    characters: int
    segments: int
    encoding: Encoding
    #: Characters one segment of this text holds: 160/153 GSM-7, 70/67 UCS-2.
    per_segment: int


def measure(text: str) -> Size:
    """True length: extension characters count two, one character outside GSM-7 makes the whole text UCS-2."""
    count = segments(text)
    return Size(count.units, count.parts, count.encoding, count.per_part)
