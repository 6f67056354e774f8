"""Web addresses as people write them into settings.

Must not: ask whether anybody answers there.
"""

import re
from urllib.parse import SplitResult, urlsplit


def check_base_address(text: str) -> None:
    """For an address that paths are put behind, such as a company's. Raises ValueError in words where no
    browser could go there."""
    parts = _split(text)
    if "@" in parts.netloc:
        raise ValueError("expected an address without a name or password in it")
    if "?" in text or "#" in text:
        raise ValueError(f"expected an address without ? and #, since paths are put behind it, not {text!r}")


def check_page_address(text: str) -> None:
    """For a page that callers are sent to: carriers filter an address without a name."""
    parts = _split(text)
    if "@" in parts.netloc:
        raise ValueError("expected an address without a name or password in it: callers would read it")
    if not re.search(r"\.[^\W\d]", parts.hostname or ""):
        raise ValueError(f'expected an address with a name, such as "https://example.com/book", not {text!r}')


def _split(text: str) -> SplitResult:
    no_address = f'{text!r} is not a web address; write it like "https://example.com"'
    if not re.fullmatch(r"https?://[^\s\x00-\x1f\x7f\\]+", text):
        raise ValueError(no_address)
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").removesuffix(".")
        host.encode("idna")
    except ValueError as error:
        raise ValueError(no_address) from error
    if not host:
        raise ValueError(no_address)
    _check_port(parts, text)
    return parts


def _check_port(parts: SplitResult, text: str) -> None:
    try:
        is_usable = parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable:
        raise ValueError(f"expected a port from 1 to 65535, or none, not {text!r}")
