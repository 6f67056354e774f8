"""The last look at texts no row knows: what it asks a person to read; its table is what was learned."""

import time

import pytest

from mcdesk.app import shipped_rulebook
from mcdesk.domain.consent import Keywords, Wish
from mcdesk.domain.tables import BadTable
from mcdesk.domain.words_weights import Pieces, Weights
from tests import learning

HEADER = "name,value"
BUCKETS = 4_096
ROWS = ["stop texting,phrase,en,opt_out", "my ex,phrase,en,guard"]


def bucket(word: str) -> int:
    return Pieces.of(word, BUCKETS).rows[0].bucket


def table(threshold: int, **words: int) -> list[str]:
    settings = [f"threshold,{threshold}", "bias,-100", f"buckets,{BUCKETS}"]
    return [HEADER, *settings, *(f"{bucket(word)},0:{weight}" for word, weight in words.items())]


def keywords(threshold: int, **words: int) -> Keywords:
    rows = ["pattern,match_type,language,action", *ROWS]
    return Keywords.read(rows, weights=Weights.read(table(threshold, **words)))


def test_the_shipped_table_is_what_is_learned_from_the_labelled_texts() -> None:
    written = learning.WRITTEN.read_bytes().decode()
    assert written == learning.learned(learning.examples())


def test_what_sounds_like_it_is_for_a_person_with_the_words_that_counted_most() -> None:
    found = keywords(200, leave=900, please=10).classify("Please... LEAVE")
    assert (found.wish, found.rule, found.is_guess) == (Wish.REVIEW, "please leave", True)
    assert keywords(600, leave=900).classify("please leave").wish is Wish.NONE


def test_it_is_not_asked_where_a_row_knows_the_text_or_explains_it() -> None:
    eager = keywords(-200)
    assert eager.classify("stop texting").wish is Wish.OPT_OUT
    assert eager.classify("it is about my ex").wish is Wish.NONE
    assert eager.classify("it is about my dog").is_guess


def test_longer_texts_weigh_no_more_by_their_length() -> None:
    weights = Weights.read(table(200, leave=900))
    assert weights.sounds_like_it("leave")
    assert not weights.sounds_like_it("we leave the office at nine and come back after lunch, is that fine")


def test_no_text_and_no_words_sound_like_nothing() -> None:
    shipped = shipped_rulebook().keywords
    for text in ("", " ", "...", "👍", "\u200b"):
        assert not shipped.classify(text).is_guess


def test_of_ordinary_texts_it_hardly_asks_a_person_to_read_any() -> None:
    shipped = shipped_rulebook().keywords
    ordinary = [each.text for each in learning.examples() if each.wish == Wish.NONE]
    assert sum(shipped.classify(text).is_guess for text in ordinary) <= len(ordinary) / 200


@pytest.mark.parametrize("again", ["stop the ", "a", "a b ", "no me escriban ", "é", "👋 "])
def test_no_text_takes_long(again: str) -> None:
    weights = Weights.read(learning.WRITTEN.read_text(encoding="utf-8").splitlines())
    text = (again * 1_600)[:1_600]
    begun = time.process_time()
    weights.sounds_like_it(text)
    assert time.process_time() - begun < 0.2  # seconds; measured 0.006 at worst


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("0,17", "a place, a colon and a weight"),
        ("0,x:3", "'x': expected a whole number"),
        ("0,3:1.5", "'1.5': expected a whole number"),
        ("word,0:1", "'word': expected a whole number"),
        ("4090,9:1", "outside the 4096 buckets"),
        ("-9,0:1", "outside the 4096 buckets"),
        ("bias", "expected 2 values"),
        ("threshold,900", "there is a row 'threshold' already"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_by_its_line(row: str, why: str) -> None:
    with pytest.raises(BadTable, match=r"^line 5: ") as raised:
        Weights.read([*table(0), row])
    assert why in str(raised.value)


def test_a_setting_that_is_missing_is_named() -> None:
    with pytest.raises(BadTable, match="a row 'bias' is missing"):
        Weights.read([line for line in table(0) if not line.startswith("bias")])
