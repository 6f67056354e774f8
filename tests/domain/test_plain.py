"""Plain characters for typographic ones, and what is told of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.domain.plain import TYPOGRAPHY, Change, make_plain, typewritten
from mcdesk.domain.segments import GSM, segments

MIXED = st.text(st.sampled_from("aZ 1é\u0301\u200dáñ’—…👍🏽中я\ufe0f\u00ad") | st.characters(codec="utf-8"))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("“Don’t” – ever…", '"Don\'t" - ever...'),
        ("«Hola» ´x´ `y`", "\"Hola\" 'x' 'y'"),
        ("a\u00a0b\u202fc\u2009d\u200be\tf", "a b c de f"),
        ("• one ‣ two", "- one - two"),
        ("1—2―3−4‑5", "1-2-3-4-5"),
        ("á í ó ú Á Í Ó Ú", "a i o u A I O U"),
        ("é ñ Ñ ¿ ¡ ü É ä ö", "é ñ Ñ ¿ ¡ ü É ä ö"),
        ("ç ê ã œ ł ﬁ", "c e a oe l fi"),
        ("cafe\u0301 man\u0303ana mi\u0301o", "café mañana mio"),
        ("\u202a(415) 555-0100\u202c", "(415) 555-0100"),
        ("1\ufe0f\u20e3 y 2ª", "1 y 2a"),
    ],
)
def test_everything_that_has_a_plain_twin_gets_it(text: str, plain: str) -> None:
    made = make_plain(text)
    assert (made.text, made.left) == (plain, ())


def test_what_was_changed_is_told_with_how_often() -> None:
    assert make_plain("Díaz — Díaz’s").changes == (
        Change("í", "i", 2),
        Change("—", "-", 1),
        Change("’", "'", 1),
    )


def test_a_plain_text_is_left_alone() -> None:
    made = make_plain("{firm}: ¿A qué hora le llamamos? [sí] ~ €")
    assert made.changes == (Change("í", "i", 1),)
    assert make_plain(made.text).changes == ()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Thanks 👍🏽!", ("👍🏽",)),
        ("👨\u200d👩\u200d👧 ❤\ufe0f 🇺🇸 👍👍", ("👨\u200d👩\u200d👧", "❤\ufe0f", "🇺🇸", "👍")),
        ("привет", ("п", "р", "и", "в", "е", "т")),
        ("4½", ("½",)),
        ("بَب", ("ب", "\u064e")),
    ],
)
def test_what_has_no_twin_stays_and_is_named(text: str, left: tuple[str, ...]) -> None:
    made = make_plain(text)
    assert (made.text, made.left) == (text, left)


@given(MIXED)
def test_a_text_is_gsm_7_once_nothing_is_left(text: str) -> None:
    made = make_plain(text)
    assert (segments(made.text).encoding == "GSM-7") == (made.left == ())


@given(MIXED)
def test_plain_is_plain_once_and_for_all(text: str) -> None:
    made = make_plain(text)
    assert make_plain(made.text).text == made.text
    assert make_plain(made.text).changes == ()


@given(MIXED)
def test_no_change_is_told_of_a_text_that_stayed(text: str) -> None:
    made = make_plain(text)
    assert (made.changes == ()) == (made.text == text)


@given(st.text(st.sampled_from(sorted(GSM))))
def test_the_phone_alphabet_is_never_touched(text: str) -> None:
    assert make_plain(text).text == typewritten(text) == text


def test_every_twin_is_in_the_phone_alphabet_and_replaces_what_is_not() -> None:
    for old, new in TYPOGRAPHY.items():
        assert old not in GSM
        assert set(new) <= GSM


def test_typewriting_touches_no_letter() -> None:
    assert typewritten("Ana Díaz — “sí” 👍") == 'Ana Díaz - "sí" 👍'
