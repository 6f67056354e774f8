"""What holds for every inbound text: writing does not change the class, no text is too odd or takes long."""

import csv
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.domain.consent import Keywords, Wish
from mcdesk.settings import resource_folder

TABLE = resource_folder() / "compliance" / "optout_keywords.csv"
KEYWORDS = Keywords.read(TABLE.read_text(encoding="utf-8").splitlines())
with (Path(__file__).parent / "optout_adversarial.csv").open(encoding="utf-8", newline="") as labelled:
    LABELLED = [
        (row["text"], row["expected"])
        for row in csv.DictReader(line for line in labelled if not line.startswith("#"))
    ]
TEXTS = st.sampled_from([text for text, _ in LABELLED])
OPT_OUTS = [text for text, expected in LABELLED if expected == "opt_out"]
OTHERS = [text for text, expected in LABELLED if expected == "none" and any(map(str.isalpha, text))]
#: Words that many rows are about.
TELLING = [
    "stop",
    "do",
    "not",
    "no",
    "me",
    "my",
    "ex",
    "will",
    "texts",
    ".",
    ",",
    "the",
    "how",
    "i",
    "de",
    "que",
]
#: The longest text a provider hands over.
LONGEST = 1_600


def wish(text: str) -> Wish:
    return KEYWORDS.classify(text).wish


@given(TEXTS, st.sampled_from([str.upper, str.lower, str.swapcase, str.title]))
def test_case_never_changes_the_class(text: str, write: object) -> None:
    assert callable(write)
    assert wish(write(text)) == wish(text)


@given(TEXTS, st.text(" \t", min_size=1, max_size=3), st.text(" \n\t\u00a0", max_size=3))
def test_white_space_never_changes_the_class(text: str, between: str, around: str) -> None:
    assert wish(around + text.replace(" ", between) + around) == wish(text)


@given(TEXTS, st.text("\"“¡¿(*'…", max_size=3), st.text(".!?…,;:)*\"”'", max_size=4))
def test_punctuation_around_it_never_changes_the_class(text: str, before: str, after: str) -> None:
    assert wish(before + text + after) == wish(text)


@given(TEXTS, st.sets(st.sampled_from("aeiouAEIOU"), min_size=1), st.sampled_from("\u0301\u0300\u0308"))
def test_accents_never_change_the_class(text: str, letters: set[str], accent: str) -> None:
    accented = "".join(each + accent if each in letters else each for each in text)
    assert wish(unicodedata.normalize("NFC", accented)) == wish(text)


@given(
    st.sampled_from(OPT_OUTS),
    st.sampled_from(["", "Please ", "Hi, ", "Good morning. ", "Ok ", "Hola, ", "Por favor ", "Sir, "]),
    st.sampled_from(["", " please", ", thanks", ". Thank you!", " por favor", " gracias", " lol", " 🙏"]),
)
def test_politeness_keeps_an_opt_out_an_opt_out(text: str, before: str, after: str) -> None:
    assert wish(before + text + after) is Wish.OPT_OUT


@given(
    st.sampled_from(OTHERS),
    st.sampled_from([". ", "! ", "\n", ", "]),
    st.sampled_from(
        ["stop texting me", "STOP", "take me off your list", "unsubscribe", "no me escriban más"]
    ),
    st.booleans(),
)
def test_no_story_swallows_a_clear_opt_out(story: str, between: str, clear: str, first: bool) -> None:
    text = f"{clear}{between}{story}" if first else f"{story}{between}{clear}"
    assert wish(text) in {Wish.OPT_OUT, Wish.REVIEW}


@given(st.text(max_size=LONGEST))
def test_every_text_has_a_class(text: str) -> None:
    for opted_out in (False, True):
        assert KEYWORDS.classify(text, opted_out=opted_out).wish in Wish


@given(st.lists(st.sampled_from(TELLING)))
def test_every_heap_of_telling_words_has_a_class(words: list[str]) -> None:
    assert wish(" ".join(words)) in Wish


@pytest.mark.parametrize(
    "again",
    [
        *(
            "stop ",
            "s t o p ",
            "STOPPPP",
            "ok stop ",
            "any of the ",
            "my ex will not stop ",
            "no me escriban ",
        ),
        *(
            "do not want any more of the ",
            "how can i stop the ",
            "please ",
            "🛑",
            "{[(*",
            "'",
            "a",
            "i i i i ",
            "un sub scribe ",
            "stoptextingmenow",
            "no me escriban pero ",
            "n0 m3 m4nd3n ",
            "s*t*o*p",
        ),
    ],
)
def test_no_text_takes_long(again: str) -> None:
    text = (again * LONGEST)[:LONGEST]
    begun = time.process_time()
    wish(text)
    assert time.process_time() - begun < 0.5  # seconds; measured 0.035 at worst
