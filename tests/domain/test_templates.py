"""Wording with blanks, and true lengths."""

import pytest

from mcdesk.domain.templates import BLANKS, Template, UnknownBlank, make_plain, measure


def test_blanks_are_filled_and_missing_ones_leave_no_gap() -> None:
    template = Template("first", "en", "{firm}: Hello {name} again. {link}")
    assert (
        template.render({"firm": "Rivera & Cole", "link": "x.example"})
        == "Rivera & Cole: Hello again. x.example"
    )


@pytest.mark.parametrize("body", ["{frim}: hi", "{firm", "{firm!r}", "{firm:>9}", "{}", "{0}", "{firm.name}"])
def test_an_unknown_blank_is_refused_when_the_template_is_made(body: str) -> None:
    with pytest.raises(UnknownBlank):
        Template("first", "en", body)


def test_a_value_cannot_bring_blanks_of_its_own() -> None:
    assert Template("first", "en", "{name} STOP").render({"name": "{firm}", "firm": "X"}) == "{firm} STOP"


def test_typographic_characters_become_plain_ones() -> None:
    assert make_plain("\u201cDon\u2019t\u201d \u2013 ever\u2026\u00a0x") == '"Don\'t" - ever... x'


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


def test_every_blank_is_explained() -> None:
    assert all(BLANKS.values())
