"""The configuration file: what it means, and what it says where it is wrong."""

import pytest

from mcdesk.app import read_office
from mcdesk.domain.numbers import Number
from mcdesk.domain.sections import BadConfiguration

FILE = """\
[office]
name = "Rivera & Cole"
timezone = "America/Los_Angeles"
profession = "law"
booking_link = "https://riveracole.example/book"
[office.hours]
monday = ["08:30-12:00", "13:00-17:30"]

[[lines]]
number = "+14155550100"
label = "Main line"
calls = "twilio"
texts = "twilio"
sequence = "law-4-24-72"

[[lines]]
number = "(212) 555-0100"
label = "New York"

[connections.twilio]
provider = "twilio"
account_sid = "AC00000000000000000000000000000000"
hook_secret = "s3cret-path"
poll_seconds = 10

[[templates]]
name = "first"
body = "{firm}: our own words. Reply STOP to opt out."
"""


def test_a_file_becomes_an_office() -> None:
    office = read_office(FILE)
    line = office.line(Number("+14155550100"))
    assert office.name == "Rivera & Cole"
    assert line is not None
    assert line.text_from == Number("+14155550100")
    assert office.line(Number("+12125550100")) is not None
    connection = office.connection("twilio")
    assert connection is not None
    assert connection.hook_secret == "s3cret-path"
    assert "hook_secret" not in connection.settings


def test_the_shipped_templates_and_sequences_are_there_unless_replaced() -> None:
    office = read_office(FILE)
    first, second = office.template("first", "en"), office.template("second", "en")
    assert first is not None
    assert second is not None
    assert "our own words" in first.body
    assert "STOP" in second.body
    sequence = office.sequence("law-4-24-72")
    assert sequence is not None
    assert [step.do for step in sequence.steps] == ["text", "text", "call-task", "close"]


def test_a_language_without_its_own_wording_falls_back_to_english() -> None:
    office = read_office(FILE)
    spanish, french = office.template("second", "es"), office.template("second", "fr")
    assert spanish is not None
    assert french is not None
    assert spanish.language == "es"
    assert french.language == "en"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('name = "Rivera & Cole"', "name = 7", r"line 2, office\.name: expected the firm's name"),
        ('timezone = "America', 'timezone = "Amerika', r"line 3, office\.timezone: .* is not a time zone"),
        ('profession = "law"', 'profession = "lwa"', r"line 4, office\.profession: expected one of law"),
        ("booking_link =", "bookinglink =", r"line 5, office\.bookinglink: is not a setting"),
        ('["08:30-12:00"', '["8-12"', r"line 7, office\.hours\.monday: '8-12' is not a span"),
        (
            'number = "+14155550100"',
            'number = "12"',
            r"line 10, lines\[0\]\.number: '12' is not a phone number",
        ),
        (
            'calls = "twilio"',
            'calls = "twillio"',
            r"line 12, lines\[0\]\.calls: there is no connection 'twillio'",
        ),
        ('sequence = "law-4', 'sequence = "lwa-4', r"line 14, lines\[0\]\.sequence: there is no sequence"),
        ('number = "(212) 555-0100"', 'number = "x"', r"line 17, lines\[1\]\.number"),
        (
            "poll_seconds = 10",
            "poll_seconds = 0.5",
            r"line 24, connections\.twilio\.poll_seconds: exp",
        ),
        ('provider = "twilio"\n', "", r"line 20, connections\.twilio\.provider: is missing"),
        ('provider = "twilio"', 'provider = "twillio"', r"connections\.twilio\.provider: expected one of"),
        ("account_sid", "acount_sid", r"connections\.twilio\.acount_sid: .* has no such setting"),
        ("{firm}: our", "{frim}: our", r"line 28, templates\[0\]\.body: \{frim\} is not a known blank"),
        ("[office]", "[office", r"not valid TOML.*line 1"),
    ],
)
def test_a_mistake_is_named_with_line_key_and_what_is_expected(old: str, new: str, expected: str) -> None:
    with pytest.raises(BadConfiguration, match=expected):
        read_office(FILE.replace(old, new, 1))


@pytest.mark.parametrize("seconds", ["nan", "-nan", "inf", "-inf", "1e300", "86401", "-1", "1" + "0" * 400])
def test_only_a_number_of_seconds_a_log_can_be_read_in_is_taken(seconds: str) -> None:
    with pytest.raises(BadConfiguration, match=r"line 24, connections\.twilio\.poll_seconds: expected"):
        read_office(FILE.replace("poll_seconds = 10", f"poll_seconds = {seconds}"))


@pytest.mark.parametrize("after", ["99999999999h", "3651d", "9" * 5000 + "s", "3650d 1s"])
def test_a_step_further_ahead_than_anybody_plans_is_no_step(after: str) -> None:
    steps = f'[[sequences]]\nname = "own"\nsteps = [{{after = "{after}", do = "call-task"}}]\n'
    expected = r"line 31, sequences\[0\]\.steps\[0\]\.after: expected at most 3650d"
    with pytest.raises(BadConfiguration, match=expected):
        read_office(f"{FILE}{steps}")


@pytest.mark.parametrize("value", ["1" * 5000, "[" * 5000])
def test_what_no_computer_reads_is_a_mistake_too(value: str) -> None:
    with pytest.raises(BadConfiguration, match="this is not valid TOML"):
        read_office(f"{FILE}more = {value}")


def test_a_secret_in_the_file_is_refused_with_the_command_to_use() -> None:
    with pytest.raises(BadConfiguration, match="mcdesk config set-secret twilio auth_token"):
        read_office(FILE.replace("poll_seconds = 10", 'auth_token = "abc"'))
