"""Patterns that anybody may write must end in good time."""

import pytest

from mcdesk.domain.patterns import BadPattern, compiled


@pytest.mark.parametrize(
    "source",
    [
        "(a+)+$",
        "(a|aa)+$",
        "(a|ab|ba)*",
        "(a*)*",
        "(.*a){20}",
        r"(\w+\s?)+$",
        "(a?){40}a{40}",
        "a*a*a*b",
        "(?=(a+)+$)",
        "(?:(a+)b)*",
    ],
)
def test_one_that_could_take_for_ever_is_refused(source: str) -> None:
    with pytest.raises(BadPattern, match="could take too long"):
        compiled(source)


@pytest.mark.parametrize("source", ["(a", "a{2,1}", "(?<=a+)b"])
def test_what_is_no_pattern_is_refused(source: str) -> None:
    with pytest.raises(BadPattern, match="is not a pattern"):
        compiled(source)


@pytest.mark.parametrize(
    "source",
    [
        r"\bfree (consult\w*|advice)\b",
        "[^.]{0,30}",
        r"(?:\d[ -]?){13,16}",
        "a+b+",
        "(?: all| any)*",
        "( the| these| this| a)*( me)?x",
    ],
)
def test_what_ends_soon_is_used_whatever_the_case(source: str) -> None:
    assert compiled(source).flags & 2
