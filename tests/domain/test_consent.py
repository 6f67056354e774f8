"""What inbound texts ask for (rules O-1 to O-8)."""

import csv
from pathlib import Path

import pytest

from mcdesk.domain.consent import Keywords, Wish
from mcdesk.settings import resource_folder

TABLE = resource_folder() / "compliance" / "optout_keywords.csv"
EXAMPLES = Path(__file__).parents[3] / "shared" / "compliance" / "optout_examples.csv"


@pytest.fixture(scope="module")
def keywords() -> Keywords:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return Keywords.read(file)


def exact_rows() -> list[tuple[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return [
            (row["pattern"], row["action"])
            for row in rows
            if row["match_type"] == "exact" and row["action"] != "opt_in_if_opted_out"
        ]


@pytest.mark.parametrize(("word", "wish"), exact_rows())
def test_every_keyword_in_any_case_and_punctuation(keywords: Keywords, word: str, wish: str) -> None:
    for text in (word, f" {word.upper()}!! ", f"{word.capitalize()}."):
        assert keywords.classify(text).wish == wish


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("please stop texting me", Wish.OPT_OUT),
        ("Dejen de enviar textos", Wish.OPT_OUT),
        ("No me escriba más", Wish.OPT_OUT),
        ("🛑", Wish.OPT_OUT),
        ("Alto por favor", Wish.OPT_OUT),
        ("wrong number", Wish.WRONG_NUMBER),
        ("Yo no llamé", Wish.WRONG_NUMBER),
        ("nevermind", Wish.REVIEW),
        ("Can someone call me?", Wish.NONE),
        ("Can I stop the foreclosure?", Wish.NONE),
        ("I want to quit my job", Wish.NONE),
        ("Please cancel my 3pm and call me Monday", Wish.NONE),
        ("Necesito parar una deportación", Wish.NONE),
        ("", Wish.NONE),
    ],
)
def test_free_wording(keywords: Keywords, text: str, wish: Wish) -> None:
    assert keywords.classify(text).wish is wish


def test_o5_a_matter_of_law_meeting_an_opt_out_phrase_goes_to_a_person(keywords: Keywords) -> None:
    assert keywords.classify("my ex won't stop calling me").wish is Wish.REVIEW


def test_the_words_tell_their_language(keywords: Keywords) -> None:
    assert keywords.classify("ALTO").language == "es"
    assert keywords.classify("stop").language == "en"
    assert keywords.classify("Hello").language is None


def test_o8_yes_only_opts_back_in_who_is_opted_out(keywords: Keywords) -> None:
    assert keywords.classify("YES").wish is Wish.NONE
    assert keywords.classify("YES", opted_out=True).wish is Wish.OPT_IN
    assert keywords.classify("Yes please call me", opted_out=True).wish is Wish.NONE


@pytest.mark.skipif(not EXAMPLES.exists(), reason="the labelled examples are not beside this checkout")
def test_the_labelled_examples(keywords: Keywords) -> None:
    with EXAMPLES.open(encoding="utf-8", newline="") as file:
        wrong = [
            (row["text"], row["expected"], found)
            for row in csv.DictReader(file)
            if (found := keywords.classify(row["text"], opted_out=row["text"] == "YES").wish.value)
            not in row["expected"].replace("opt_in_if_opted_out", "opt_in").split("|")
        ]
    assert wrong == []
