"""The table of inbound words is data: what its rows can say, and what is wrong with one it cannot use."""

from pathlib import Path

import pytest

from mcdesk.domain.consent import Keywords, Wish
from mcdesk.domain.tables import BadTable

HEADER = "pattern,match_type,language,action"
OLDER = Path(__file__).parents[3] / "shared" / "compliance" / "optout_keywords.csv"


def table(*rows: str) -> Keywords:
    return Keywords.read([HEADER, *rows])


def test_a_phrase_stands_anywhere_a_sentence_by_itself_a_keyword_alone() -> None:
    keywords = table(
        "stop it,phrase,en,opt_out",
        "go away,sentence,en,opt_out",
        "bye,exact,en,opt_out",
        "hi,words,en,polite",
    )
    assert keywords.classify("I say stop it now").wish is Wish.OPT_OUT
    assert keywords.classify("No, go away, you").wish is Wish.OPT_OUT
    assert keywords.classify("birds go away now").wish is Wish.NONE
    assert keywords.classify("Hi. Bye").wish is Wish.OPT_OUT
    assert keywords.classify("Good. Bye").wish is Wish.NONE


@pytest.mark.parametrize(
    ("pattern", "said", "not_said"),
    [
        ("stop|quit texting", "quit texting", "texting quit"),
        ("stop all? texts", "stop texts", "stop all all texts"),
        ("stop all* texts", "stop all all texts", "stop the texts"),
        ("very+ rude", "very very rude", "rude"),
        ("stop ~2 texts", "stop all those texts", "stop all of those texts"),
        ("i am text_ing", "i am text ing", "i am texting"),
        ("no abogad%", "no abogados", "no aboga"),
        ("not {who}", "not my boss", "not my dog"),
        ("^ stop", "please, stop texting", "we stop texting"),
        ("stop $", "please stop. Thanks", "stop texting"),
    ],
)
def test_the_signs_of_a_phrase(pattern: str, said: str, not_said: str) -> None:
    keywords = table("who: my boss|your boss,words,en,list", f"{pattern},phrase,en,opt_out")
    assert keywords.classify(said).wish is Wish.OPT_OUT
    assert keywords.classify(not_said).wish is Wish.NONE


def test_a_phrase_does_not_go_past_the_end_of_a_sentence() -> None:
    keywords = table("stop ~3 texting,phrase,en,opt_out")
    assert keywords.classify("stop this texting").wish is Wish.OPT_OUT
    assert keywords.classify("I had to stop. Then texting began").wish is Wish.NONE


def test_words_are_told_however_they_are_written() -> None:
    keywords = table(
        "unsubscribe: ~|unsub,words,en,spelling", "do not: dont,words,en,spelling", "damn,words,en,filler"
    )
    assert keywords.classify("unsubscribe").wish is Wish.NONE
    keywords = table(
        "unsubscribe: ~|unsub|🚫,words,en,spelling",
        "do not: dont,words,en,spelling",
        "damn,words,en,filler",
        "unsubscribe,exact,en,opt_out",
        "do not write,exact,en,opt_out",
    )
    for text in (
        "unsub",
        "unsubscrbie",
        "unsubcribe",
        "unsubscribw",
        "UNSUBSCRIBEEE",
        "u n s u b s c r i b e",
        "🚫",
    ):
        assert keywords.classify(text).wish is Wish.OPT_OUT
    for text in ("don't write", "Dont damn write", "do not write"):
        assert keywords.classify(text).wish is Wish.OPT_OUT
    assert keywords.classify("subscribe").wish is Wish.NONE


@pytest.mark.parametrize(
    "text",
    [
        *("unsbscrb", "unsubscribbe", "unsubxscribe", "un5ub$cr1be", "uns*bscribe", "u n s u b s c r i b e"),
        *("un subscribe", "un-subscribe", "pleaseunsubscribe", "unsubscribeme", "U.N.S.U.B.S.C.R.I.B.E"),
        *("\u0455\u0442\u043e\u0440", "\U0001f182\U0001f183\U0001f17e\U0001f17f", "s\u200btop", "\uff53top"),
    ],
)
def test_a_word_is_told_torn_run_together_and_in_other_letters(text: str) -> None:
    keywords = table(
        "unsubscribe: ~,words,en,spelling",
        "stop: ~,words,en,spelling",
        "me|please,words,en,polite",
        "unsubscribe,exact,en,opt_out",
        "stop,exact,en,opt_out",
    )
    assert keywords.classify(text).wish is Wish.OPT_OUT


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("kitenme", Wish.OPT_OUT),
        ("quitemen", Wish.OPT_OUT),
        ("buelban a yamar", Wish.WRONG_NUMBER),
        ("kites", Wish.NONE),
        ("kite", Wish.NONE),
    ],
)
def test_spanish_is_told_by_ear_but_not_where_the_word_is_another(text: str, wish: Wish) -> None:
    keywords = table(
        "itself: kite,words,en,list",
        "quitenme,exact,es,opt_out",
        "quite,exact,es,opt_out",
        "vuelvan a llamar,phrase,es,wrong_number",
    )
    assert keywords.classify(text).wish is wish


def test_a_guard_explains_what_begins_within_it_and_an_aside_too() -> None:
    stop, sign = "stop texting,phrase,en,opt_out", "traffic stop,phrase,en,aside"
    keywords = table(stop, "she will not stop,phrase,en,guard", sign)
    assert keywords.classify("she will not stop texting").wish is Wish.NONE
    assert keywords.classify("stop texting").wish is Wish.OPT_OUT
    assert keywords.classify("stop texting, she will not stop").wish is Wish.REVIEW
    assert keywords.classify("stop texting, traffic stop").wish is Wish.OPT_OUT


def test_a_wish_that_begins_first_covers_a_guard() -> None:
    keywords = table("you will not stop texting,phrase,en,opt_out", "will not stop,phrase,en,guard")
    assert keywords.classify("you will not stop texting").wish is Wish.OPT_OUT


def test_a_guard_stays_on_its_side_of_a_comma_unless_it_has_one() -> None:
    stop = "stop,phrase,en,opt_out"
    assert table(stop, "told him stop,phrase,en,guard").classify("I told him, stop").wish is Wish.OPT_OUT
    assert table(stop, '"told him , stop",phrase,en,guard').classify("I told him, stop").wish is Wish.NONE


def test_a_pause_parts_a_text_as_a_comma_does() -> None:
    rows = ("stop,phrase,en,opt_out", "told him ~3 stop,phrase,en,guard")
    assert table(*rows).classify("I told him but stop").wish is Wish.NONE
    assert table("but,words,en,pause", *rows).classify("I told him but stop").wish is Wish.OPT_OUT


def test_a_doubt_counts_where_nothing_else_does() -> None:
    keywords = table(
        "not ~2 texts,phrase,en,doubt",
        "not wanting texts,phrase,en,opt_out",
        "not get,phrase,en,aside",
    )
    assert keywords.classify("not your texts").wish is Wish.REVIEW
    assert keywords.classify("not wanting texts").wish is Wish.OPT_OUT
    assert keywords.classify("I did not get texts").wish is Wish.NONE
    assert keywords.classify("not now, texts").wish is Wish.NONE


def test_of_rows_alike_the_more_exact_counts_then_the_wish() -> None:
    assert table("not %e $,phrase,en,guard", "not % $,phrase,en,opt_out").classify("not me").wish is Wish.NONE
    assert table("not %,phrase,en,opt_out", "not me,phrase,en,guard").classify("not me").wish is Wish.NONE
    assert table("not me,phrase,en,guard", "not me,phrase,en,opt_out").classify("not me").wish is Wish.OPT_OUT


def test_an_office_may_bring_expressions_instead() -> None:
    keywords = table(
        r"\bdon't (text|call)\b,regex,en,opt_out", r"\bmy ex\b,regex,en,guard", "[🖐✋],regex_raw,any,opt_out"
    )
    assert keywords.classify("Please DON'T text").wish is Wish.OPT_OUT
    assert keywords.classify("Please don't text my ex").wish is Wish.REVIEW
    assert keywords.classify("✋ no").wish is Wish.OPT_OUT
    assert keywords.classify("✋ hello there").wish is Wish.NONE


@pytest.mark.skipif(not OLDER.exists(), reason="the first table is not beside this checkout")
def test_the_first_table_can_still_be_read() -> None:
    with OLDER.open(encoding="utf-8", newline="") as file:
        keywords = Keywords.read(file)
    assert keywords.classify("please stop texting me").wish is Wish.OPT_OUT
    assert keywords.classify("Yo no llamé").wish is Wish.WRONG_NUMBER


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("stop,exact,en,optout", "action 'optout'"),
        ("stop,exact,en,polite", "action 'polite'"),
        ("stop,somewhere,en,opt_out", "match_type 'somewhere'"),
        ("stop,exact,fr,opt_out", "language 'fr'"),
        (",exact,en,opt_out", "the pattern is empty"),
        ("stop,exact,en", "expected 4 values"),
        ("(stop,regex,en,opt_out", "is not a pattern"),
        ("[,regex_raw,any,opt_out", "is not a pattern"),
        ("yes,phrase,en,opt_in_if_opted_out", "exact only"),
        ("[a],regex_raw,en,doubt", "phrase, sentence only"),
        ("but|!,words,en,pause", "a pause without letters"),
        ("[a],regex_raw,en,guard", "phrase, sentence, regex only"),
        ("stop {nobody},phrase,en,opt_out", "no list 'nobody'"),
        ("stop it!,phrase,en,opt_out", "'it!' is not a word"),
        ("stop a||b,phrase,en,opt_out", "a choice is empty"),
        ("~2 stop,phrase,en,opt_out", "begin with a word"),
        ("% stop,phrase,en,opt_out", "begin with a word"),
        ("stop? it?,sentence,en,opt_out", "no word of it must be there"),
        ("who my boss,words,en,list", "a colon"),
        ("Who: my boss,words,en,list", "small letters"),
        ("do not: ~,words,en,spelling", "one word for one word"),
        ("stop: stop it,words,en,spelling", "one word for one word"),
        ("hi||ho,words,en,polite", "a choice is empty"),
        ("oh|!,words,en,filler", "a filler without letters"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_by_its_line(row: str, why: str) -> None:
    with pytest.raises(BadTable, match=r"^line 4: ") as raised:
        Keywords.read(["# what this is", HEADER, "end,exact,en,opt_out", row])
    assert why in str(raised.value)


def test_rows_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(BadTable, match="line 3: 'Stop!' is opt_out already"):
        table("stop,exact,en,opt_out", "Stop!,exact,en,help")
    with pytest.raises(BadTable, match="line 3: there is a list 'who' already"):
        table("who: me,words,en,list", "who: you,words,en,list")
    with pytest.raises(BadTable, match="line 3: 'oh' has no word but fillers"):
        table("oh,words,en,filler", "oh,exact,en,help")


def test_a_missing_column_is_named() -> None:
    with pytest.raises(BadTable, match="line 1: the column 'action' is missing"):
        Keywords.read(["pattern,match_type,language", "stop,exact,en"])
