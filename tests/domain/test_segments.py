"""True counts of texts, beside an independent counter (smsutil)."""

import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.domain.segments import GSM, GSM_EXTENSION, MOST_PARTS, Segments, segments

#: smsutil counts the escape character and the page break as GSM-7; the rules list neither.
DISPUTED = "\x1b\f"

PLAIN = st.text(st.sampled_from(sorted(GSM)), min_size=1, max_size=700)
EDGES = st.builds(
    lambda before, odd, after: before * "a" + odd + after * "b",
    st.integers(60, 320),
    st.sampled_from(sorted(GSM_EXTENSION)) | st.sampled_from(["á", "👍", "中", "é", "👍👍"]),
    st.integers(0, 200),
)
ANYTHING = st.text(st.characters(exclude_characters=DISPUTED, codec="utf-8"), min_size=1, max_size=400)


@given(PLAIN | EDGES | ANYTHING)
def test_the_count_is_that_of_an_independent_counter(body: str) -> None:
    oracle = smsutil.split(body)
    gsm = oracle.encoding == "gsm0338"
    width = 1 if gsm else 2
    holds = ((160, 153) if gsm else (70, 67))[len(oracle.parts) > 1]
    found = segments(body)
    assert found.encoding == ("GSM-7" if gsm else "UCS-2")
    assert found.units == oracle.total_bytes // width
    assert (found.parts, found.per_part) == (len(oracle.parts), holds)
    assert found.left == holds - oracle.parts[-1].bytes // width


@given(PLAIN | EDGES | ANYTHING)
def test_what_is_left_of_the_last_part_can_be_used_and_one_more_cannot(body: str) -> None:
    count = segments(body)
    fuller = segments(body + "a" * count.left)
    assert (fuller.parts, fuller.left) == (count.parts, 0)
    assert segments(body + "a" * (count.left + 1)).parts > count.parts


@given(ANYTHING)
def test_without_the_characters_it_names_a_text_is_gsm_7(body: str) -> None:
    outside = segments(body).outside
    rest = "".join(character for character in body if character not in outside)
    assert segments(rest).encoding == "GSM-7"
    assert len(set(outside)) == len(outside)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", Segments("GSM-7", 0, 0, 160, 160, ())),
        ("a" * 160, Segments("GSM-7", 160, 1, 0, 160, ())),
        ("a" * 161, Segments("GSM-7", 161, 2, 145, 153, ())),
        ("a" * 306, Segments("GSM-7", 306, 2, 0, 153, ())),
        ("a" * 307, Segments("GSM-7", 307, 3, 152, 153, ())),
        ("é" * 160, Segments("GSM-7", 160, 1, 0, 160, ())),
        ("€" * 80, Segments("GSM-7", 160, 1, 0, 160, ())),
        ("á" * 70, Segments("UCS-2", 70, 1, 0, 70, ("á",))),
        ("á" * 71, Segments("UCS-2", 71, 2, 63, 67, ("á",))),
        ("á" * 135, Segments("UCS-2", 135, 3, 66, 67, ("á",))),
        ("👍" * 35, Segments("UCS-2", 70, 1, 0, 70, ("👍",))),
    ],
)
def test_the_bounds_of_the_rules(body: str, expected: Segments) -> None:
    assert segments(body) == expected


def test_an_extension_character_is_never_parted() -> None:
    assert segments("a" * 152 + "€" + "a" * 152).parts == 3
    assert segments("a" * 151 + "€" + "a" * 153).parts == 2


def test_a_surrogate_pair_is_never_parted() -> None:
    assert segments("á" + "a" * 65 + "👍" + "a" * 66).parts == 3
    assert segments("á" + "a" * 64 + "👍" + "a" * 67).parts == 2


@pytest.mark.parametrize("character", "éèùìòàñÑÉäöüßÇ¿¡@£$¥§\n")
def test_letters_of_the_phone_alphabet_cost_one(character: str) -> None:
    assert segments(character).units == 1
    assert segments(character).encoding == "GSM-7"


@pytest.mark.parametrize("character", "^{}\\[~]|€")
def test_its_extension_costs_two(character: str) -> None:
    assert segments(character).units == 2


@pytest.mark.parametrize("character", [*"áíóúÁÍÓÚç`’“—…•", "\u00a0", "\t", *DISPUTED])
def test_everything_else_makes_the_whole_text_ucs_2(character: str) -> None:
    count = segments("Hola" + character)
    assert (count.encoding, count.units, count.outside) == ("UCS-2", 5, (character,))


def test_ten_parts_are_the_most() -> None:
    assert segments("a" * 1530).parts == MOST_PARTS == 10
    assert segments("a" * 1531).parts > MOST_PARTS
