"""Whatever our reading of a request takes, another reader takes too, and means the same by it.

Must not: open sockets.
"""

from dataclasses import dataclass

import h11
from hypothesis import given, settings
from hypothesis import strategies as st

from mcdesk.inbound.bodies import reader_of
from mcdesk.inbound.heads import BadRequest, read_head

LINES = [
    b"Host: a", b"Host:a", b"host: a, b", b"Content-Length: 5", b"Content-Length: 05", b"Content-Length: 0",
    b"content-length:\t5 ", b"Content-Length: 5, 5", b"Content-Length: 6", b"Transfer-Encoding: chunked",
    b"Transfer-Encoding: Chunked ", b"Transfer-Encoding: x, chunked", b"Connection: close", b"X: y", b" X: y",
    b"X : y", b"X", b"X: \x00", b"X: \xff", b"X: a\nY: b", b"X: a\rY: b", b": y", b"Expect: 100-continue",
]  # fmt: skip
FIRSTS = [
    b"POST /p HTTP/1.1", b"POST /p HTTP/1.0", b"GET /p?q=%20 HTTP/1.1", b"POST  /p HTTP/1.1", b"POST /p",
    b"POST http://x/p HTTP/1.1", b"P\x00ST /p HTTP/1.1", b"POST /\xc3\xa9 HTTP/1.1", b"POST /p HTTP/2.0",
    b" POST /p HTTP/1.1", b"POST\t/p HTTP/1.1", b"POST /p HTTP/1.1 ", b"",
]  # fmt: skip
BODIES = [
    b"hello", b"hell", b"0\r\n\r\n", b"5\r\nhello\r\n0\r\n\r\n", b"5;x=y\r\nhello\r\n0\r\n\r\n", b"",
    b"3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", b"5\nhello\n0\n\n", b"4\r\nhello\r\n0\r\n\r\n",
    b"00005\r\nhello\r\n0\r\n\r\n", b"5 \r\nhello\r\n0\r\n\r\n", b"0x5\r\nhello\r\n0\r\n\r\n",
    b"5\r\nhello\r\n0\r\nX: y\r\n\r\n",
]  # fmt: skip
BEHIND = [b"", b"POST /p HTTP/1.1\r\n", b"\r\n"]


@dataclass(frozen=True)
class Meaning:
    """What a reader makes of the first request, None where it is not whole, and what it leaves."""

    method: str
    target: bytes
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    rest: bytes


def ours(raw: bytes, pieces: int) -> Meaning | None:
    end = raw.find(b"\r\n\r\n")
    if end < 0:
        return None
    try:
        head = read_head(raw[:end], most_lines=100)
        reader, body, rest = reader_of(head.length), b"", raw[end + 4 :]
        while rest and not reader.is_done:
            part, left = reader.feed(rest[:pieces])
            body, rest = body + part, left + rest[pieces:]
    except BadRequest:
        return None
    target = head.path + (b"?" + head.query if head.query else b"")
    headers = tuple(sorted(head.headers.items()))
    return Meaning(head.method, target, headers, body if reader.is_done else None, rest)


def theirs(raw: bytes) -> Meaning | None:
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(raw)
    try:
        request = connection.next_event()
        if not isinstance(request, h11.Request):
            return None
        body = b""
        while isinstance(event := connection.next_event(), h11.Data):
            body += event.data
    except h11.RemoteProtocolError:
        return None
    headers = {name.decode(): value.decode("latin-1") for name, value in request.headers}
    whole = isinstance(event, h11.EndOfMessage)
    return Meaning(
        request.method.decode(), request.target, tuple(sorted(headers.items())),
        body if whole else None, connection.trailing_data[0],
    )  # fmt: skip


@settings(max_examples=1500, deadline=None)
@given(
    first=st.sampled_from(FIRSTS),
    lines=st.lists(st.sampled_from(LINES), max_size=4),
    has_host=st.booleans(),
    body=st.sampled_from(BODIES),
    behind=st.sampled_from(BEHIND),
    pieces=st.integers(1, 12),
)
def test_what_we_take_is_taken_by_others_and_means_the_same(
    first: bytes, lines: list[bytes], has_host: bool, body: bytes, behind: bytes, pieces: int
) -> None:
    head = b"\r\n".join([first, *([b"Host: a"] if has_host else []), *lines])
    raw = head + b"\r\n\r\n" + body + behind
    mine = ours(raw, pieces)
    if mine is None:
        return
    other = theirs(raw)
    assert other is not None
    assert lower(mine) == lower(other)


def lower(meaning: Meaning) -> tuple[object, ...]:
    """Codings are told in either case; of a body that is not whole nothing is known yet."""
    headers = [(name, value.lower()) for name, value in meaning.headers if name != "content-length"]
    lengths = [int(value) for name, value in meaning.headers if name == "content-length"]
    rest = meaning.rest if meaning.body is not None else b""
    return meaning.method, meaning.target, headers, lengths, meaning.body, rest


@settings(max_examples=500, deadline=None)
@given(raw=st.binary(max_size=200), pieces=st.integers(1, 50))
def test_no_bytes_do_more_than_being_refused(raw: bytes, pieces: int) -> None:
    for begin in (b"", b"POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"):
        ours(begin + raw, pieces)


def test_a_plain_hook_is_read() -> None:
    """Or the comparison above would prove nothing."""
    raw = b"POST /p?q HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloX"
    found = ours(raw, 2)
    assert found is not None
    assert (found.target, found.body, found.rest) == (b"/p?q", b"hello", b"X")
    assert found == theirs(raw)
