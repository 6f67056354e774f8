"""A text before it may go out, and what it must have as a whole: name, opt-out words, one link, one segment.

Must not: look for single phrases (the table's patterns do), or say how bad a find is (its rows do).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urlsplit

from mcdesk.domain import prompts
from mcdesk.domain.consent import Keywords
from mcdesk.domain.facts import AUTOMATIC, TextClass
from mcdesk.domain.office import Profession
from mcdesk.domain.plain import make_plain, typewritten
from mcdesk.domain.segments import MOST_PARTS, segments
from mcdesk.domain.templates import SAMPLES, Template, UnknownBlank


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to be checked."""

    #: A template with its blanks; of class SERVICE, the text as typed.
    body: str
    text_class: TextClass
    profession: Profession
    firm: str
    language: str = "en"
    #: The template's name: one for booking or intake is known by it (rule STR008).
    name: str = ""
    #: Where the firm's links lead, such as riveracole.example; empty where nobody said.
    domain: str = ""
    #: The text as it would go out; None: as it would with values of usual length.
    rendered: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: the words of the body, if it has them, and what there is to add."""

    found: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A draft with the text it becomes."""

    draft: Draft
    #: As it would arrive.
    text: str
    #: The same, with spaces for the firm's name: a name may be anything.
    unnamed: str
    #: The wording itself with its blanks, likewise: what a caller is called is no wording of ours.
    said: str
    #: As it would be with values of usual length: the same, whoever gets it.
    sample: str
    keywords: Keywords
    #: Why it becomes no text; empty where it does.
    broken: str = ""

    @classmethod
    def of(cls, draft: Draft, keywords: Keywords) -> "Outgoing":
        sample, broken = _rendered(draft)
        text = sample if draft.rendered is None else typewritten(draft.rendered)
        said = without_firm(typewritten(draft.body), draft.firm)
        bare = without_firm(sample, draft.firm)
        return cls(draft, text, without_firm(text, draft.firm), said, bare, keywords, broken)


def _rendered(draft: Draft) -> tuple[str, str]:
    if draft.text_class is TextClass.SERVICE:
        return typewritten(draft.body), ""
    values = {**SAMPLES, "firm": draft.firm}
    try:
        return Template(draft.name, draft.language, draft.body).render(values), ""
    except UnknownBlank as error:
        return _filled_where_possible(draft.body, values), str(error)


def _filled_where_possible(body: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        body = body.replace(f"{{{name}}}", value)
    return typewritten(body)


def without_firm(text: str, firm: str) -> str:
    """The same length, with spaces where the firm is named or {firm} stands (rules, section 4)."""
    name = re.escape(" ".join(typewritten(firm).split())) or "(?!)"
    pattern = rf"\{{firm\}}|(?<!\w){name}(?!\w)"
    return re.sub(pattern, lambda found: " " * len(found[0]), text, flags=re.IGNORECASE)


Check: TypeAlias = Callable[[Outgoing], Hit | None]

#: Everything the program sends without a person typing it.
_SENT_BY_ITSELF = AUTOMATIC | {TextClass.HELP, TextClass.OPTOUT_CONFIRM}
_ENDINGS = (
    "com|net|org|law|legal|attorney|lawyer|info|biz|us|co|io|me|app|health|tax|cpa|example|online|xyz|site"
    "|website|club|icu|click|shop|store|link|page|dev|ai|gov|edu|live|pro|llc|firm|agency|services|vip"
)
_LINK = re.compile(
    rf"(?<![@\w.-])(?:https?://|www\.)\S+|(?<![@\w.-])(?:[a-z\d-]+\.)+(?:[a-z]{{2,}}/\S*|(?:{_ENDINGS})\b)",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w")
_PHONE = re.compile(r"\(?\b\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}\b")
_RATES = re.compile(r"\brates?\b|\bcargos?\b|\btarifas?\b", re.IGNORECASE)
_OFFERS = re.compile(
    r"\b(?:book|schedule|appointments?|offers?|discounts?|free|sale|call us|visit|reserve|cita|oferta|gratis"
    r"|descuento|ll[aá]menos|vis[ií]tenos)\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"[^.!?¿]*\?")
#: The one question a confirmation may ask: whether all texts are meant (47 CFR 64.1200(a)(12)).
_SCOPE = re.compile(r"\b(?:all|every|only|tod[oa]s|s[oó]lo)\b", re.IGNORECASE)
_BLANK = re.compile(r"\{[^{}]*\}")
#: As guides print what is to be filled in: [Firm Name], <booking link>.
_BRACKETS = re.compile(
    r"[\[<](?=[^\]>]*\b(?:firm|business|company|practice|office|name|link|url|time|date|phone|number|city)\b)"
    r"[\w ']{2,40}[\]>]",
    re.IGNORECASE,
)
_INTAKE = re.compile(r"booking|intake", re.IGNORECASE)
_NO_RELATION = re.compile(
    r"\bno attorney-client\b|\bnot (?:create|make|form|mean)\b|\bnot your (?:attorney|lawyer)s?\b"
    r"|\bno (?:somos|soy) sus? abogad|\bno (?:crea|establece)\b",
    re.IGNORECASE,
)


def _names_the_firm(outgoing: Outgoing) -> Hit | None:
    firm = " ".join(typewritten(outgoing.draft.firm).casefold().split())
    if outgoing.draft.text_class not in _SENT_BY_ITSELF or firm in outgoing.text.casefold():
        return None
    return Hit()


def _says_how_to_stop(outgoing: Outgoing) -> Hit | None:
    if outgoing.draft.text_class not in AUTOMATIC or prompts.says_how_to_stop(outgoing.said):
        return None
    return Hit()


def _helps(outgoing: Outgoing) -> Hit | None:
    if outgoing.draft.text_class is not TextClass.HELP:
        return None
    text = outgoing.unnamed
    missing = [
        name
        for name, there in (
            (
                "a phone number, link or mail address",
                _MAIL.search(text) or _PHONE.search(text) or _links(text),
            ),
            ("STOP to opt out", prompts.says_how_to_stop(text)),
            ("that message and data rates may apply", _RATES.search(text)),
        )
        if not there
    ]
    return Hit(note=f"It lacks {' and '.join(missing)}.") if missing else None


def _only_confirms(outgoing: Outgoing) -> Hit | None:
    if outgoing.draft.text_class is not TextClass.OPTOUT_CONFIRM:
        return None
    said = outgoing.said
    asked = [question.strip() for question in _QUESTION.findall(said) if not _SCOPE.search(question)]
    found = (*_links(outgoing.unnamed), *_OFFERS.findall(said), *asked)
    return Hit(found) if found else None


def _is_filled(outgoing: Outgoing) -> Hit | None:
    if outgoing.broken:
        return Hit(note=f"Here {outgoing.broken}.")
    found = (*_BLANK.findall(outgoing.sample), *_BRACKETS.findall(outgoing.said))
    return Hit(found) if found else None


def _fits_one(outgoing: Outgoing) -> Hit | None:
    count = segments(outgoing.text)
    if outgoing.draft.text_class not in _SENT_BY_ITSELF or count.parts <= 1:
        return None
    return Hit(note=f"It is {count.units} characters, {count.parts} segments.")


def _fits_at_all(outgoing: Outgoing) -> Hit | None:
    parts = segments(outgoing.text).parts
    return Hit(note=f"It is {parts} segments.") if parts > MOST_PARTS else None


def _is_plain(outgoing: Outgoing) -> Hit | None:
    outside = segments(outgoing.text).outside
    if outgoing.draft.text_class not in _SENT_BY_ITSELF or not outside:
        return None
    plain = make_plain(outgoing.text)
    lost = f"Nothing plain stands for {' '.join(plain.left)}." if plain.left else ""
    return Hit(outside, lost)


def _disclaims(outgoing: Outgoing) -> Hit | None:
    if not _INTAKE.search(outgoing.draft.name) or _NO_RELATION.search(outgoing.text):
        return None
    return Hit()


def _asks_for_yes(outgoing: Outgoing) -> Hit | None:
    return _words(prompts.asks_for_yes(outgoing.said, outgoing.keywords), outgoing)


def _collides(outgoing: Outgoing) -> Hit | None:
    back = outgoing.draft.text_class is TextClass.OPTOUT_CONFIRM
    return _words(prompts.collisions(outgoing.said, outgoing.keywords, may_come_back=back), outgoing)


def _words(found: Iterable[prompts.Prompt], outgoing: Outgoing) -> Hit | None:
    words = tuple(dict.fromkeys(outgoing.said[prompt.start : prompt.end] for prompt in found))
    return Hit(words) if words else None


def _leads_home(outgoing: Outgoing) -> Hit | None:
    home = outgoing.draft.domain.casefold()
    if not home or outgoing.draft.text_class not in _SENT_BY_ITSELF:
        return None
    # without a text to send, {link} stands for a sample
    source = outgoing.said if outgoing.draft.rendered is None else outgoing.unnamed
    strangers = tuple(link for link in _links(source) if not _is_within(link, home))
    return Hit(strangers) if strangers else None


def _has_one_link(outgoing: Outgoing) -> Hit | None:
    links = _links(outgoing.unnamed)
    if outgoing.draft.text_class not in _SENT_BY_ITSELF or len(links) <= 1:
        return None
    return Hit(links)


def _links(text: str) -> tuple[str, ...]:
    return tuple(link.rstrip(".,;:!?)\"'") for link in _LINK.findall(text))


def _is_within(link: str, home: str) -> bool:
    address = link if "//" in link else f"//{link}"
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    return host == home or host.endswith(f".{home}")


#: The structural rules of the table by their id.
CHECKS: Mapping[str, Check] = {
    "STR001": _names_the_firm,
    "STR002": _says_how_to_stop,
    "STR003": _helps,
    "STR004": _only_confirms,
    "STR005": _is_filled,
    "STR006": _fits_one,
    "STR007": _is_plain,
    "STR008": _disclaims,
    "STR009": _asks_for_yes,
    "STR010": _collides,
    "STR011": _has_one_link,
    "STR012": _fits_at_all,
    "URL003": _leads_home,
}
