"""Languages that lines and tracks promise, and wording that is not there in them."""

import pytest

from mcdesk.app import read_office, shipped_rulebook
from mcdesk.domain.languages import lacking
from mcdesk.domain.proofreading import proofread
from mcdesk.domain.sections import BadConfiguration

OFFICE = """
[office]
name = "Rivera & Cole"

[connections.twilio]
provider = "twilio"
account_sid = "AC00000000000000000000000000000000"

[[lines]]
number = "+14155550100"
calls = "twilio"
texts = "twilio"
sequence = "own"
LANGUAGE

[[templates]]
name = "hello"
body = "{firm}: We missed your call. Reply STOP to opt out."

[[sequences]]
name = "own"
steps = [{do = "text", template = "hello"}]
"""
SPANISH = """
[[templates]]
name = "hello"
language = "es"
body = "{firm}: Perdimos su llamada. Responda STOP para cancelar."
"""
TRACK = """
[[tracks]]
name = "en espa\u00f1ol"
language = "es"
sequence = "own"
"""


def office(more: str = "", language: str = "") -> str:
    return OFFICE.replace("LANGUAGE", f'language = "{language}"' if language else "") + more


def found(source: str) -> list[tuple[str | None, str, str]]:
    return [
        (each.track.name if each.track else None, each.template, each.language)
        for each in lacking(read_office(source))
    ]


def test_a_spanish_line_without_spanish_wording_is_refused_with_what_to_add() -> None:
    source = office(language="es")
    words = (
        r"line 14, lines\[0\].language: its texts are to be in Spanish, and the template 'hello' has no "
        r'Spanish wording; add \[\[templates\]\] with name = "hello" and language = "es"'
    )
    with pytest.raises(BadConfiguration, match=words):
        proofread(source, read_office(source), shipped_rulebook())


def test_with_the_wording_it_is_taken() -> None:
    source = office(SPANISH, "es")
    proofread(source, read_office(source), shipped_rulebook())


def test_a_track_for_a_language_needs_the_wording_too_and_is_named() -> None:
    assert found(office(TRACK)) == [("en espa\u00f1ol", "hello", "es")]
    assert found(office(TRACK + SPANISH)) == []
    with pytest.raises(BadConfiguration, match=r"tracks\[0\].language: its texts are to be in Spanish"):
        proofread(office(TRACK), read_office(office(TRACK)), shipped_rulebook())


def test_a_track_s_own_first_text_counts_and_not_the_one_it_replaces() -> None:
    track = TRACK.replace('sequence = "own"', 'sequence = "own"\ntemplate = "first"')
    assert found(office(track)) == [], "the first text is the shipped one, which is there in Spanish"


def test_what_no_caller_can_get_is_not_asked_for() -> None:
    everybody = '[[tracks]]\nname = "all"\nsequence = "none"\n'
    assert found(office(everybody, "es")) == []
    assert found(office(language="es").replace('texts = "twilio"\n', "")) == []


def test_a_line_without_a_language_is_english() -> None:
    only_spanish = office().replace('name = "hello"\nbody', 'name = "hello"\nlanguage = "es"\nbody')
    assert found(only_spanish) == [(None, "hello", "en")]


def test_a_language_nobody_knows_is_told_by_its_code() -> None:
    each, *_ = lacking(read_office(office(language="spanish")))
    assert "in spanish" in str(each)
