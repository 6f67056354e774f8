"""What inbound texts ask for (rules O-1 to O-8)."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcdesk.domain.consent import Keywords, Wish
from mcdesk.settings import resource_folder

TABLE = resource_folder() / "compliance" / "optout_keywords.csv"
ADVERSARIAL = Path(__file__).parent / "optout_adversarial.csv"
OPEN = ADVERSARIAL.with_name("optout_open.csv")
EXAMPLES = Path(__file__).parents[3] / "shared" / "compliance" / "optout_examples.csv"


@pytest.fixture(scope="module")
def keywords() -> Keywords:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return Keywords.read(file)


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))


def mistaken(keywords: Keywords, path: Path) -> list[tuple[str, str, str]]:
    """Texts of a labelled table that are taken for something else than it says, with both."""
    return [
        (row["text"], row["expected"], found)
        for row in rows(path)
        if (found := keywords.classify(row["text"], opted_out="if_opted_out" in row["expected"]).wish.value)
        not in row["expected"].replace("opt_in_if_opted_out", "opt_in").split("|")
    ]


@pytest.mark.parametrize(
    ("word", "wish"),
    [
        (row["pattern"], row["action"])
        for row in rows(TABLE)
        if row["match_type"] == "exact" and row["action"] != "opt_in_if_opted_out"
    ],
)
def test_every_keyword_in_any_case_and_punctuation(keywords: Keywords, word: str, wish: str) -> None:
    for text in (word, f" {word.upper()}!! ", f"{word.capitalize()}."):
        assert keywords.classify(text).wish == wish


@pytest.mark.parametrize(
    ("word", "wish"),
    [
        ("STOP", Wish.OPT_OUT),
        ("UNSUBSCRIBE", Wish.OPT_OUT),
        ("END", Wish.OPT_OUT),
        ("QUIT", Wish.OPT_OUT),
        ("STOPALL", Wish.OPT_OUT),
        ("REVOKE", Wish.OPT_OUT),
        ("OPTOUT", Wish.OPT_OUT),
        ("CANCEL", Wish.OPT_OUT),
        ("START", Wish.OPT_IN),
        ("UNSTOP", Wish.OPT_IN),
        ("HELP", Wish.HELP),
        ("INFO", Wish.HELP),
    ],
)
def test_every_keyword_the_provider_acts_on(keywords: Keywords, word: str, wish: Wish) -> None:
    assert keywords.classify(word).wish is wish


def test_hard_texts_are_taken_for_what_they_mean(keywords: Keywords) -> None:
    assert mistaken(keywords, ADVERSARIAL) == []


def test_what_is_still_mistaken_is_known_and_a_person_reads_it(keywords: Keywords) -> None:
    known = mistaken(keywords, OPEN)
    assert len(known) == len(list(rows(OPEN)))
    assert {found for _, expected, found in known if expected == "none"} == {Wish.REVIEW}
    assert {found for _, expected, found in known if "opt_out" in expected} <= {
        Wish.REVIEW,
        Wish.WRONG_NUMBER,
    }


@pytest.mark.parametrize(
    "text",
    [
        "NEVER. CONTACT. ME. AGAIN.",
        "No. More. Texts.",
        "I said. Stop. Texting. Me.",
        "> Reply STOP to opt out.\nno more texts",
        "> Reply STOP to opt out\n> Rivera & Cole\n\nok stop then",
        "> STOP",
        "Stop -Ana",
        "STOP\nMaria",
    ],
)
def test_full_stops_quotes_and_signatures_hide_no_opt_out(keywords: Keywords, text: str) -> None:
    assert keywords.classify(text).wish is Wish.OPT_OUT


@pytest.mark.parametrize(
    "text", ["Ok. Sure. Tomorrow.", "> Reply STOP to opt out.\nSee you at 3", "> STOP?\nWhat"]
)
def test_what_they_quote_is_not_their_word(keywords: Keywords, text: str) -> None:
    assert keywords.classify(text).wish is Wish.NONE


def test_the_hard_texts_are_many_and_of_every_class() -> None:
    labels = [row["expected"].split("|")[0] for row in rows(ADVERSARIAL)]
    assert len(labels) >= 1_500
    assert {label for label in labels if labels.count(label) < 5} == {"opt_in_if_opted_out"}


@pytest.mark.skipif(not EXAMPLES.exists(), reason="the labelled examples are not beside this checkout")
def test_the_labelled_examples(keywords: Keywords) -> None:
    assert mistaken(keywords, EXAMPLES) == []


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("my ex won't stop calling me", Wish.NONE),
        ("stop calling me", Wish.OPT_OUT),
        ("Can I stop the foreclosure?", Wish.NONE),
        ("Stop texting me. How do I stop the foreclosure?", Wish.REVIEW),
        ("How do I stop the foreclosure? And please take me off your list", Wish.REVIEW),
        ("Stop texting me. I was hit at a stop sign.", Wish.OPT_OUT),
    ],
)
def test_o5_a_matter_of_law_is_no_opt_out_and_beside_one_goes_to_a_person(
    keywords: Keywords, text: str, wish: Wish
) -> None:
    assert keywords.classify(text).wish is wish


def test_the_words_tell_their_language(keywords: Keywords) -> None:
    assert keywords.classify("ALTO").language == "es"
    assert keywords.classify("no me manden más mensajes").language == "es"
    assert keywords.classify("unsubscribe").language == "en"
    assert keywords.classify("Hello").language is None


def test_words_that_our_spanish_texts_offer_too_tell_no_language(keywords: Keywords) -> None:
    assert keywords.classify("STOP").language is None
    assert keywords.classify("START").language is None


def test_what_was_found_says_by_which_row(keywords: Keywords) -> None:
    assert keywords.classify("Stop, please").rule == "stop"
    assert keywords.classify("Hello").rule == ""
    assert " beside " in keywords.classify("Unsubscribe me. My ex won't stop calling me.").rule


def test_o8_yes_only_opts_back_in_who_is_opted_out(keywords: Keywords) -> None:
    assert keywords.classify("YES").wish is Wish.NONE
    assert keywords.classify("YES", opted_out=True).wish is Wish.OPT_IN
    assert keywords.classify("Yes please call me", opted_out=True).wish is Wish.NONE


def test_an_opted_out_person_can_still_ask_for_other_things(keywords: Keywords) -> None:
    assert keywords.classify("STOP", opted_out=True).wish is Wish.OPT_OUT
    assert keywords.classify("wrong number", opted_out=True).wish is Wish.WRONG_NUMBER
