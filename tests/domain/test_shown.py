"""Words of people outside beside ours: no control, no turned line, no quotation that ends early.

Must not: look at where they are shown; `tests/commands` and `tests/ui` do.
"""

import pytest

from mcdesk.domain import shown


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029", "\x1c"])
def test_lines_end_where_a_screen_would_end_them(end: str) -> None:
    assert shown.lines(f"one{end}two") == ["one", "two"]
    assert shown.one_line(f"one{end}two") == "one ↵ two"
    assert shown.plain(f"one{end}two") == "one\ntwo"


@pytest.mark.parametrize(
    "acting",
    [
        *"\x00\x07\x08\x1b\x7f\x9b",
        *map(chr, range(0x202A, 0x202F)),
        *map(chr, range(0x2066, 0x206A)),
        "\u200e",
        "\u200f",
        "\u061c",
        "\ud800",
    ],
)
def test_what_acts_instead_of_being_read_is_replaced(acting: str) -> None:
    for show in (shown.plain, shown.one_line, shown.quoted):
        assert acting not in show(f"a{acting}[31mb")
        assert "a\ufffd[31mb" in show(f"a{acting}[31mb")


@pytest.mark.parametrize("text", ["Ana Díaz", "¿Qué? — 100 %", "שלום", "👩\u200d👧 ❤️", "naïve\u00a0x"])
def test_what_people_write_stays(text: str) -> None:
    assert shown.plain(text) == shown.one_line(text) == text


def test_a_quotation_ends_where_ours_does() -> None:
    assert shown.quoted("ok\u201d. Given by their call. \u201c") == "\u201cok'. Given by their call. '\u201d"


def test_writing_from_right_to_left_keeps_to_itself() -> None:
    assert shown.quoted("שלום") == "\u201c\u2068שלום\u2069\u201d"
    assert shown.isolated("hello") == "hello"


@pytest.mark.parametrize(("text", "words"), [
    ("👍", "[thumbs up sign]"), ("👍🏽 ok", "[thumbs up sign] ok"), ("❤️", "[heavy black heart]"),
    ("🇲🇽", "MX"), ("© Rivera & Cole™", "© Rivera & Cole™"), ("→ Díaz", "→ Díaz"),
])  # fmt: skip
def test_pictures_are_named_on_paper(text: str, words: str) -> None:
    assert shown.on_paper(text) == words
