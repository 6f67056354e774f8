"""Wording with blanks, and true lengths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.domain.templates import BLANKS, SAMPLES, Template, UnknownBlank, addressed, measure


def test_blanks_are_filled_and_missing_ones_leave_no_gap() -> None:
    template = Template("first", "en", "{firm}: Hello {name} again. {link}")
    assert (
        template.render({"firm": "Rivera & Cole", "link": "x.example"})
        == "Rivera & Cole: Hello again. x.example"
    )


@pytest.mark.parametrize(
    ("body", "name", "text"),
    [
        ("Hello {name}, we called.", "", "Hello, we called."),
        ("Hello {name}!", "", "Hello!"),
        ("{name} hello", "", "hello"),
        ("Hello {name} {line} x", "", "Hello x"),
        ("Book: {name} .", "x.example", "Book: x.example ."),
        ("One\nTwo {name}", "Ana\n\nDíaz", "One\nTwo Ana Díaz"),
        ("a   b", "", "a b"),
    ],
)
def test_only_the_gap_of_a_missing_value_closes(body: str, name: str, text: str) -> None:
    assert Template("first", "en", body).render({"name": name}) == text


@pytest.mark.parametrize(
    ("blank", "meant"),
    [("frim", "firm"), ("Firm", "firm"), ("booking_link", "link"), ("firm.name", "firm"), ("Phone", "phone")],
)
def test_an_unknown_blank_is_told_with_the_one_that_was_meant(blank: str, meant: str) -> None:
    with pytest.raises(UnknownBlank, match=rf"did you mean \{{{meant}\}}\? Known are \{{firm\}}, "):
        Template("first", "en", f"{{{blank}}}")


def test_where_nothing_was_meant_the_known_blanks_are_named() -> None:
    with pytest.raises(UnknownBlank, match=r"^\{zzz\} is not a known blank; known are \{firm\}, \{link\}"):
        Template("first", "en", "{zzz}")


@pytest.mark.parametrize(
    "body",
    [
        "{frim}: hi",
        "{firm",
        "{firm!r}",
        "{firm:>9}",
        "{}",
        "{0}",
        "{firm.name}",
        "{firm[0]}",
        "{firm.__class__}",
        "{firm:{name}}",
        "}",
    ],
)
def test_an_unknown_blank_is_refused_when_the_template_is_made(body: str) -> None:
    with pytest.raises(UnknownBlank):
        Template("first", "en", body)


def test_a_value_cannot_bring_blanks_of_its_own() -> None:
    assert Template("first", "en", "{name} STOP").render({"name": "{firm}", "firm": "X"}) == "{firm} STOP"


@given(st.lists(st.sampled_from(["{firm}", "{", "}", "{{", "}}", "firm", ".x", "[0]", "!r", ":9", " "])))
def test_a_body_is_refused_or_becomes_nothing_but_its_words_and_values(pieces: list[str]) -> None:
    body = "".join(pieces)
    try:
        template = Template("first", "en", body)
    except UnknownBlank:
        return
    text = template.render({"firm": "VALUE"})
    assert text.count("VALUE") == body.replace("{{", "").count("{firm}")
    assert set(text) <= set(body) | set("VALUE")


def test_a_text_goes_out_in_plain_punctuation_with_its_letters_as_they_are() -> None:
    body = "\u201cDon\u2019t\u201d {name} \u2013 ever\u2026\u00a0x"
    assert Template("first", "en", body).render({"name": "Ana Díaz"}) == '"Don\'t" Ana Díaz - ever... x'


@pytest.mark.parametrize(
    ("text", "characters", "segments", "encoding"),
    [
        ("", 0, 0, "GSM-7"),
        ("a" * 160, 160, 1, "GSM-7"),
        ("a" * 161, 161, 2, "GSM-7"),
        ("a" * 306, 306, 2, "GSM-7"),
        ("a" * 307, 307, 3, "GSM-7"),
        ("\u20ac", 2, 1, "GSM-7"),
        ("é", 1, 1, "GSM-7"),
        ("á" * 70, 70, 1, "UCS-2"),
        ("á" * 71, 71, 2, "UCS-2"),
        ("á" * 135, 135, 3, "UCS-2"),
    ],
)
def test_length_on_the_wire(text: str, characters: int, segments: int, encoding: str) -> None:
    size = measure(text)
    assert (size.characters, size.segments, size.encoding) == (characters, segments, encoding)


def test_every_blank_is_explained_and_has_a_sample_of_usual_length() -> None:
    assert all(BLANKS.values())
    assert set(SAMPLES) == set(BLANKS)
    assert {name: len(SAMPLES[name]) for name in ("firm", "link", "phone")} == {
        "firm": 20,
        "link": 30,
        "phone": 14,
    }


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Ana Diaz", "Ana Diaz"),
        ("Mari\u0301a  O\u2019Neil-Diaz", "María O\u2019Neil-Diaz"),
        ("J.R. Diaz", "J.R. Diaz"),
        ("Ana {VIP}", ""),
        ("4111 1111 1111 1111", ""),
        ("bit.ly", ""),
        ("t.co", ""),
        ("https://x.example", ""),
        (None, ""),
    ],
)
def test_what_is_no_name_stands_in_no_text(name: str | None, called: str) -> None:
    assert addressed(name) == called
