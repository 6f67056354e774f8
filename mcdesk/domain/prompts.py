"""The words a text asks people to answer with, and whether carriers take those words for something else.

Must not: read what people answer (`consent` does).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mcdesk.domain.consent import Keywords, Wish

#: Every carrier and every phone owner knows this one.
STOP = "STOP"
#: These mean nothing but to end texts, whatever verb explains them.
_STOPS = frozenset({STOP, "ALTO"})
#: What the first opt-out confirmation may offer (rules 3.4, O-8).
_BACK_IN = frozenset({"START", "UNSTOP"})

_ASKED = re.compile(
    r"\b(?:reply|respond|answer|responda|responde|conteste|contesta)(?: back)?(?: with| con)?(?: an?| una?)?"
    r"(?: the word| la palabra)?:? [(\"']?(?P<word>[^\W\d_]+)",
    re.IGNORECASE,
)
#: Verbs that mean more than answering; the word must end what is said, or have a reason after it.
_SENT = re.compile(
    r"(?<!you )(?<!we )(?<!to )(?<!will )(?<!can )"
    r"\b(?:text|send|type|enter|write|mande|manda|env[ií]e|env[ií]a|escriba|escribe|ponga|teclee|diga)"
    r"(?: us)?(?: back)?(?: with| con)?(?: an?| una?| the| la)?(?: word| palabra)? "
    r"(?:[\"'](?P<quoted>[^\W\d_]+)[\"']|(?!(?:help|info)\b)(?P<word>[^\W\d_]+)"
    r"(?=\s*(?:[.,;:!?)/]|$)|\s+(?:to|if|for|when|or|para|si|cuando|por|o|back|now|any ?time|at any)\b))",
    re.IGNORECASE,
)
#: A word in quotes, and what it is for.
_QUOTED = re.compile(r"[\"'](?P<word>[^\W\d_]+)[\"'](?=\s+(?:to|if|para|si)\b)", re.IGNORECASE)
#: A word in capitals is offered as an answer wherever it stands.
_CAPITALS = re.compile(r"(?:(?<![\w{./-])|(?<=[A-Z]/))(?P<word>[A-ZÁÉÍÓÚÑ]{3,})(?![\w}]|[.-]\w|/[a-z\d])")

_TEXTS = r"(?:texts?|texting|messages?|messaging|msgs?|sms|mensajes?|textos?)\b"
_WHOSE = r"(?:(?:from|of|all|any|these|our|more|further|receiving|getting|los|estos|de|recibir|nuestros)\s+)*"
_CLEAR = (
    r"(?:opt[ -]?out|unsubscribe|no longer receive|darse de baja|dejar de recibir|no recibir m[aá]s|baja)\b"
)
#: These end the texts only where nothing else is named: STOP to cancel your appointment does not.
_ENDING = r"(?:stop|end|quit|cancel|cancela|cancelar|salir|parar|detener|terminar)\b"
_NO_OBJECT = rf"(?=\s*(?:[.,;:!?)\"']|$|(?:o|or|and|y)\b|any ?time\b|at any time\b|{_WHOSE}{_TEXTS}))"
_OTHER_WORDS = r"[\"']?(?:\s*(?:,|/|\bor|\bo|\by)\s*[\"']?[A-Z]{3,}[\"']?)*"
#: CANCEL to cancel may mean a visit; CANCEL to opt out, or to cancel texts, does not.
_SURELY = rf"(?i:{_CLEAR}|{_ENDING}\s+{_WHOSE}{_TEXTS})"
_LIKELY = rf"(?i:{_CLEAR}|{_ENDING}{_NO_OBJECT})"
_AFTER = rf"{_OTHER_WORDS}\s*(?:\b(?i:to|para)\b|[:=-])?\s*"
_BEFORE = r"(?:(?<![A-Z] )\b(?i:to|para)\s+|(?:^|[.!?;])\s*)"
_ANSWER = (
    rf"(?i:\s+{_WHOSE}{_TEXTS})?[,:]?\s*"
    r"(?i:(?:please|just|text|send|reply|respond|env[ií]e|mande|escriba|responda|conteste)"
    r"(?: with| con)?\s*)*(?:[\"']?[A-Z]{3,}[\"']?(?:\s*/\s*|\s+(?:or|o)\s+))*[\"']?$"
)
_SURELY_AFTER, _LIKELY_AFTER = re.compile(_AFTER + _SURELY), re.compile(_AFTER + _LIKELY)
_SURELY_BEFORE = re.compile(_BEFORE + _SURELY + _ANSWER)
_LIKELY_BEFORE = re.compile(_BEFORE + f"(?i:{_CLEAR}|{_ENDING})" + _ANSWER)
_BESIDE_STOP = re.compile(rf"\b{STOP}[\"']?\s*(?:,|/|or|o|and|y)\s*[\"']?$")
_HELPS_AFTER = re.compile(
    r"[\"']?\s*(?:(?:for|para|to get|[:=-])\s*)?(?:more |m[aá]s )?(?:help|info|assist|support|ayuda|inform)",
    re.IGNORECASE,
)
#: A word somebody answers with for a reason of its own.
_FOR_A_REASON = re.compile(r"[\"']?\s+(?:to|if|for|when|para|si|cuando|por)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A word people are asked to answer with, and where it stands."""

    word: str
    start: int
    end: int


def says_how_to_stop(text: str) -> bool:
    """Whether the text tells what STOP does: `STOP to opt out`, not STOP alone."""
    return any(prompt.word == STOP and _opts_out(prompt, text) for prompt in _prompts(text))


def asks_for_yes(text: str, keywords: Keywords) -> Iterator[Prompt]:
    """Prompts a carrier would take for opting back in from somebody opted out (rule O-8)."""
    for prompt in _prompts(text):
        wishes = [keywords.classify(prompt.word, opted_out=opted_out).wish for opted_out in (False, True)]
        if wishes == [Wish.NONE, Wish.OPT_IN]:
            yield prompt


def collisions(text: str, keywords: Keywords, *, may_come_back: bool) -> Iterator[Prompt]:
    """Prompts that would be taken for something else than the text says.

    `may_come_back`: it may tell how to opt back in, as a confirmation of an opt-out does.
    """
    for prompt in _prompts(text):
        match keywords.classify(prompt.word).wish:
            case Wish.OPT_OUT if not (_opts_out(prompt, text) or _is_bare_stop(prompt, text)):
                yield prompt
            case Wish.HELP if _is_for_something_else(prompt, text):
                yield prompt
            case Wish.OPT_IN if not (may_come_back and prompt.word in _BACK_IN):
                yield prompt


def _prompts(text: str) -> Iterator[Prompt]:
    found = {}
    for pattern, group in ((_ASKED, "word"), (_SENT, "word"), (_SENT, "quoted"), (_QUOTED, "word")):
        found.update(
            {each.span(group): each[group].upper() for each in pattern.finditer(text) if each[group]}
        )
    found.update({match.span("word"): match["word"] for match in _CAPITALS.finditer(text)})
    for (start, end), word in sorted(found.items()):
        yield Prompt(word, start, end)


def _opts_out(prompt: Prompt, text: str) -> bool:
    before = text[: prompt.start]
    if _SURELY_AFTER.match(text, prompt.end) or _SURELY_BEFORE.search(before):
        return True
    if prompt.word not in _STOPS and not _BESIDE_STOP.search(before):
        return False
    return bool(_LIKELY_AFTER.match(text, prompt.end) or _LIKELY_BEFORE.search(before))


def _is_for_something_else(prompt: Prompt, text: str) -> bool:
    reason = _FOR_A_REASON.match(text, prompt.end)
    return reason is not None and _HELPS_AFTER.match(text, prompt.end) is None


def _is_bare_stop(prompt: Prompt, text: str) -> bool:
    return prompt.word == STOP and not _FOR_A_REASON.match(text, prompt.end)
