"""What a new configuration must not say, and what one in force may go on saying."""

import pytest

from mcdesk.app import read_office, shipped_rulebook
from mcdesk.domain.proofreading import proofread
from mcdesk.domain.sections import BadConfiguration
from tests.domain.test_configuration import FILE

RULES = shipped_rulebook()

SECOND_TIME = """
[[lines]]
number = "(415) 555-0100"
label = "The same once more"
"""


def test_an_ordinary_configuration_has_nothing_to_mend() -> None:
    proofread(FILE, read_office(FILE), RULES)
    bare = '[office]\nname = "Rivera & Cole"\n'
    proofread(bare, read_office(bare), RULES)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('timezone = "America/Los_Angeles"', 'timezone = ""', r"line 3, office\.timezone: is empty"),
        ('profession = "law"', 'reply_within = ""', r"line 4, office\.reply_within: is empty"),
        (
            'profession = "law"',
            'public_url = "https://desk.example/?a=b"',
            r"line 4, office\.public_url: expected an address without \?",
        ),
        (
            'profession = "law"',
            'public_url = "http://127.0.0.1:99999"',
            r"line 4, office\.public_url: expected a port",
        ),
        (
            "https://riveracole.example/book",
            "https://riveracole.example:0/book",
            r"line 5, office\.booking_link: expected a port",
        ),
        (
            'profession = "law"',
            'acknowledge_within = "19h"',
            r"line 4, office\.acknowledge_within: expected 30s to 18h, not 19h: a person phones then",
        ),
        (
            'profession = "law"',
            'acknowledge_within = "0s"',
            r"line 4, office\.acknowledge_within: expected 30s to 18h",
        ),
        (
            "\n[connections.twilio]",
            f"{SECOND_TIME}\n[connections.twilio]",
            r"line 21, lines\[2\]\.number: \(415\) 555-0100 is a line already \(lines\[0\]\)",
        ),
    ],
)
def test_what_means_something_else_than_it_says_is_named(old: str, new: str, expected: str) -> None:
    changed = FILE.replace(old, new, 1)
    assert changed != FILE
    office = read_office(changed)  # one in force is read
    with pytest.raises(BadConfiguration, match=expected):
        proofread(changed, office, RULES)
