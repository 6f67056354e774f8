"""The wording rules: what a text must not say or lack, by profession (compliance rules 4 to 6).

Must not: decide whether a text goes out (`policy` does; an error here is one reason it does not).
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from mcdesk.domain.card_numbers import is_card_number
from mcdesk.domain.consent import Keywords, normalise
from mcdesk.domain.drafts import CHECKS, Draft, Hit, Outgoing, without_firm
from mcdesk.domain.facts import TextClass
from mcdesk.domain.patterns import BadPattern, compiled
from mcdesk.domain.plain import typewritten
from mcdesk.domain.tables import BadTable, rows_of

Severity: TypeAlias = Literal["error", "warning"]

COLUMNS = (
    "id", "severity", "language", "type", "pattern_or_check", "profession",
    "message", "why", "better_en", "better_es", "typed", "bad_example",
)  # fmt: skip
#: There are rules for these. All count for every text: what language it says it is in, anybody can write.
LANGUAGES = ("en", "es")
#: What a pattern finds only counts if it is this as well.
_SURE: Mapping[str, Callable[[str], bool]] = {"PII002": is_card_number}
#: An office sends the same few texts to everybody: so many are judged once.
CHECKED = 1024
#: Rows of this language look at the values of blanks too; those of this profession count for every one.
ANY, ALL = "any", "all"
_SEVERITIES: Mapping[str, Severity] = {"error": "error", "warn": "warning"}
#: White space that is no single space.
_UNEVEN = re.compile(r"[^\S ]|  ")
_MAYBE_NOTHING = re.compile(r"\{(?:name|line)\}")
_PROFESSIONS = (ALL, "law", "medical", "accounting", "other")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend. An error keeps a text from going out; a warning wants somebody's yes."""

    rule: str
    severity: Severity
    #: What it is, in a few words.
    what: str
    #: Why it matters and what to do, in sentences.
    why: str
    #: Words to write instead of those found; empty where there are none to offer.
    better: str
    #: The words as they stand in the body; none where something is missing.
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table."""

    id: str
    severity: Severity
    languages: tuple[str, ...]
    profession: str
    #: What to look for; None where the rule looks at the text as a whole.
    pattern: re.Pattern[str] | None
    what: str
    why: str
    #: Better words by language.
    better: Mapping[str, str]
    #: It counts for what a person types, too.
    typed: bool

    def concerns(self, draft: Draft) -> bool:
        if draft.text_class is TextClass.SERVICE and not self.typed:
            return False
        return self.profession in (ALL, draft.profession)


class Linter:
    """The table of wording rules (``template_lint_rules.csv``), read once."""

    def __init__(self, rules: tuple[Rule, ...], keywords: Keywords) -> None:
        self._rules = rules
        self._keywords = keywords
        self._findings = lru_cache(maxsize=CHECKED)(self._look_through)

    @classmethod
    def read(cls, lines: Iterable[str], *, keywords: Keywords) -> "Linter":
        """`keywords`: what an answer would be taken for (rules STR009, STR010). Raises BadTable."""
        rules: dict[str, Rule] = {}
        for line, row in rows_of(lines, COLUMNS):
            if row["id"] in rules:
                raise BadTable(line, f"there is a rule {row['id']} already")
            rules[row["id"]] = _rule(row, line)
        return cls(tuple(rules.values()), keywords)

    def check(self, draft: Draft, *, errors_only: bool = False) -> tuple[Finding, ...]:
        """What is wrong with it, in the table's order; nothing for a text that may go out as it is.

        Of a text somebody types only what cannot be taken back is told: what others could read on a lock
        screen, what carriers refuse, an answer that would opt the person out.
        """
        return self._findings(draft, errors_only)

    def _look_through(self, draft: Draft, errors_only: bool) -> tuple[Finding, ...]:
        outgoing = Outgoing.of(draft, self._keywords)
        body, sent = _flat(draft.body, draft.firm), _flat(outgoing.text, draft.firm)
        findings = []
        for rule in self._rules:
            if rule.concerns(draft) and (rule.severity == "error" or not errors_only):
                hit = _look(rule, outgoing, body, sent)
                if hit is not None:
                    findings.append(_finding(rule, hit, draft))
        return tuple(findings)


def repeats(steps: Iterable[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    """Names of the steps that say the same, group by group; `steps` are pairs of name and wording.

    Case, accents and punctuation make no difference: a caller would not see one either. Nor do blanks that
    may stand for nothing.
    """
    said: dict[str, list[str]] = {}
    for name, body in steps:
        said.setdefault(normalise(_MAYBE_NOTHING.sub(" ", body)), []).append(name)
    return tuple(tuple(names) for names in said.values() if len(names) > 1)


def _look(rule: Rule, outgoing: Outgoing, body: "_Flat", sent: "_Flat") -> Hit | None:
    if rule.pattern is None:
        return CHECKS[rule.id](outgoing)
    found = body.search(rule.pattern)
    # the values of blanks are no wording of ours; what holds in any language holds for them too
    if not found and ANY in rule.languages:
        found = sent.search(rule.pattern)
    is_sure = _SURE.get(rule.id)
    sure = found if is_sure is None else tuple(filter(is_sure, found))
    return Hit(sure) if sure else None


def _finding(rule: Rule, hit: Hit, draft: Draft) -> Finding:
    why = f"{rule.why} {hit.note}".rstrip()
    better = rule.better.get(language_of(draft.language)) or next(filter(None, rule.better.values()), "")
    return Finding(rule.id, rule.severity, rule.what, why, better, hit.found)


def language_of(code: str) -> str:
    """``es`` of ``es-MX``."""
    return code.casefold().partition("-")[0]


class _Flat:
    """A text on one line in plain punctuation, without the firm's name, that knows where its words stood."""

    def __init__(self, source: str, firm: str) -> None:
        self._source = unicodedata.normalize("NFC", source)
        self._found: dict[re.Pattern[str], tuple[str, ...]] = {}
        if typewritten(self._source) == self._source and not _UNEVEN.search(self._source):
            self._at: Sequence[int] = range(len(self._source) + 1)
            self._text = without_firm(self._source, firm)
            return
        flat: list[str] = []
        at: list[int] = []
        for found in re.finditer(r"\s+|.", self._source):
            plain = " " if found[0].isspace() else typewritten(found[0])
            flat.append(plain)
            at.extend([found.start()] * len(plain))
        self._at = [*at, len(self._source)]
        self._text = without_firm("".join(flat), firm)

    def search(self, pattern: re.Pattern[str]) -> tuple[str, ...]:
        """Everything it finds, as it stands in the source, each once."""
        known = self._found.get(pattern)
        if known is None:
            known = self._found[pattern] = tuple(dict.fromkeys(self._look(pattern)))
        return known

    def _look(self, pattern: re.Pattern[str]) -> Iterator[str]:
        return (
            self._source[self._at[each.start()] : self._at[each.end()]]
            for each in pattern.finditer(self._text)
        )


@lru_cache(maxsize=CHECKED)
def _flat(source: str, firm: str) -> _Flat:
    """One template becomes many texts; its own words are looked through once."""
    return _Flat(source, firm)


def _rule(row: Mapping[str, str], line: int) -> Rule:
    if not row["id"] or not row["message"] or not row["why"]:
        raise BadTable(line, "a rule needs an id, a message and a why")
    languages = tuple(row["language"].split("|"))
    for language in languages:
        _expect(language, (ANY, *LANGUAGES), "language", line)
    return Rule(
        id=row["id"],
        severity=_SEVERITIES[_expect(row["severity"], tuple(_SEVERITIES), "severity", line)],
        languages=languages,
        profession=_expect(row["profession"], _PROFESSIONS, "profession", line),
        pattern=_pattern(row, line),
        what=row["message"],
        why=row["why"],
        better={language: row[f"better_{language}"] for language in LANGUAGES},
        typed=_expect(row["typed"], ("yes", "no"), "typed", line) == "yes",
    )


def _pattern(row: Mapping[str, str], line: int) -> re.Pattern[str] | None:
    if _expect(row["type"], ("regex", "structural"), "type", line) == "structural":
        _expect(row["id"], tuple(CHECKS), "id", line)
        return None
    try:
        pattern = compiled(row["pattern_or_check"])
    except BadPattern as bad:
        raise BadTable(line, str(bad)) from bad
    if pattern.search(""):
        raise BadTable(line, f"{row['pattern_or_check']!r} finds something in every text")
    if not pattern.search(row["bad_example"]):
        raise BadTable(line, f"the pattern does not find its own bad_example {row['bad_example']!r}")
    return pattern


def _expect(value: str, choices: tuple[str, ...], column: str, line: int) -> str:
    if value not in choices:
        raise BadTable(line, f"{column} {value!r}: expected one of {', '.join(choices)}")
    return value
