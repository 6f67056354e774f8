"""Web addresses as people write them into settings."""

import pytest

from mcdesk.domain.addresses import check_base_address, check_page_address


@pytest.mark.parametrize(
    "text",
    [
        "https://api.twilio.com",
        "http://127.0.0.1:41234/",
        "http://[::1]:80/desk",
        "https://münchen.example/ü",
        "http://front_desk.example.",
        "https://example.com:65535",
    ],
)
def test_addresses_that_paths_can_be_put_behind(text: str) -> None:
    check_base_address(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("http://127.0.0.1:99999", "expected a port from 1 to 65535"),
        ("http://127.0.0.1:0", "expected a port from 1 to 65535"),
        ("http://127.0.0.1:desk", "expected a port from 1 to 65535"),
        ("api.twilio.com", "is not a web address; write it like"),
        ("ftp://example.com", "is not a web address"),
        ("http://", "is not a web address"),
        ("http://:80", "is not a web address"),
        ("http://[::1", "is not a web address"),
        ("https://two words.example", "is not a web address"),
        ("https://two..dots.example", "is not a web address"),
        ("https://back\\slash.example", "is not a web address"),
    ],
)
def test_an_address_nobody_can_go_to_is_refused_in_words(text: str, said: str) -> None:
    for check in (check_page_address, check_base_address):
        with pytest.raises(ValueError, match=said):
            check(text)


@pytest.mark.parametrize(
    "text", ["https://example.com/?a=b", "https://example.com?", "https://example.com/#top"]
)
def test_a_page_may_have_a_question_but_nothing_is_put_behind_it(text: str) -> None:
    check_page_address(text)
    with pytest.raises(ValueError, match=r"without \? and #"):
        check_base_address(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("https://192.0.2.7/book", "with a name, such as"),
        ("https://[2001:db8::1]/book", "with a name, such as"),
        ("https://3221225991/book", "with a name, such as"),
        ("https://localhost/book", "with a name, such as"),
        ("https://ann:hush@example.com/book", "without a name or password"),
    ],
)
def test_callers_are_sent_to_pages_with_a_name_and_no_password(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        check_page_address(text)


def test_a_password_in_an_address_is_refused_without_being_shown() -> None:
    with pytest.raises(ValueError, match="without a name or password") as refused:
        check_base_address("https://ann:hush@example.com/?a=b")
    assert "hush" not in str(refused.value)
