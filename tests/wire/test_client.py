"""The one way out: sockets used again, limits kept, and every failure one of ours."""

import asyncio
import email.utils
import gzip
import time
from datetime import UTC, datetime, timedelta

import pytest

from mcdesk.ports.provider import BadLogin, Busy, ProviderError, Refused, Unreachable, Unsure
from mcdesk.wire.client import Client, Timeouts
from mcdesk.wire.pool import IDLE_SECONDS, SOCKETS, tls_context
from tests.providers.answering import Asked, Reply, answering, told

pytestmark = pytest.mark.anyio
QUICK = Timeouts(connect=0.5, silence=0.2, socket=1.0, whole=0.6)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def asked_once(reply: Reply, *, method: str = "POST", repeatable: bool | None = None) -> object:
    async with answering(lambda _: reply) as company:
        client = Client("Acme", base_url=company.url, timeouts=QUICK)
        try:
            return await client.request(method, "/x", repeatable=repeatable)
        except ProviderError as error:
            return error
        finally:
            await client.close()


async def test_a_request_carries_its_form_its_sign_in_and_its_question() -> None:
    async with answering(lambda _: told({"ok": 1})) as company:
        client = Client("Acme", base_url=company.url + "/api/", auth=("ann", "p:ü"))
        answer = await client.request("POST", "/x", params={"q>": "a b"}, form={"Body": "ñ & +1"})
        await client.request("PUT", "/y", json={"a": [1]}, headers={"authorization": "Bearer t"})
        await client.close()
    first, second = company.asked
    assert (answer.status, answer.data) == (200, {"ok": 1})
    assert (first.path, first.query, first.form) == ("/api/x", {"q>": "a b"}, {"Body": "ñ & +1"})
    assert first.headers["authorization"] == "Basic YW5uOnA6w7w="
    assert (second.headers["authorization"], second.body) == ("Bearer t", b'{"a":[1]}')


async def test_a_socket_is_used_again_and_a_closed_one_is_not() -> None:
    async with answering(lambda _: told({})) as company:
        client = Client("Acme", base_url=company.url)
        for _ in range(5):
            await client.request("GET", "/")
        assert company.sockets == 1
        company.hang_up()
        await asyncio.sleep(0.05)
        await client.request("POST", "/")
        assert company.sockets == 2
        await client.close()


async def test_requests_at_once_open_no_more_sockets_than_are_allowed() -> None:
    async with answering(lambda _: told({})) as company:
        client = Client("Acme", base_url=company.url)
        await asyncio.gather(*(client.request("GET", "/") for _ in range(SOCKETS * 3)))
        await client.close()
    assert company.sockets <= SOCKETS
    assert len(company.asked) == SOCKETS * 3


async def test_a_canceled_request_gives_its_place_back() -> None:
    async with answering(lambda asked: Reply(hang=True) if asked.path == "/slow" else told({})) as company:
        client = Client("Acme", base_url=company.url)
        slow = [asyncio.create_task(client.request("GET", "/slow")) for _ in range(SOCKETS)]
        await asyncio.sleep(0.2)
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        assert (await client.request("GET", "/")).status == 200
        await client.close()


async def test_waiting_for_a_socket_too_long_is_safe_to_repeat() -> None:
    async with answering(lambda _: Reply(hang=True)) as company:
        client = Client("Acme", base_url=company.url, timeouts=Timeouts(silence=2.0, socket=0.2))
        slow = [asyncio.create_task(client.request("POST", "/")) for _ in range(SOCKETS)]
        await asyncio.sleep(0.1)
        with pytest.raises(Unreachable):
            await client.request("POST", "/")
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        await client.close()


@pytest.mark.parametrize(
    "reply", [Reply(500), Reply(hang=True), Reply(drop=True), Reply(200, b"{"), Reply(302)]
)
async def test_a_lost_answer_is_in_doubt_unless_asking_twice_does_no_harm(reply: Reply) -> None:
    assert type(await asked_once(reply)) is Unsure
    assert type(await asked_once(reply, repeatable=True)) is Unreachable
    assert type(await asked_once(reply, method="GET")) is Unreachable


async def test_a_server_that_drips_is_given_up() -> None:
    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while not writer.is_closing():
                writer.write(b" ")
                await asyncio.sleep(0.05)
        finally:
            writer.close()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    client = Client("Acme", base_url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", timeouts=QUICK)
    began = time.monotonic()
    with pytest.raises(Unsure):
        await client.request("POST", "/")
    assert time.monotonic() - began < 3
    await client.close()
    server.close()
    await asyncio.sleep(0.1)


async def test_an_answer_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcdesk.wire.pool.LONGEST_ANSWER", 1000)
    assert type(await asked_once(Reply(200, b'"' + b"x" * 2000 + b'"'), method="GET")) is Unreachable


@pytest.mark.parametrize(
    ("reply", "expected", "seconds"),
    [
        (Reply(429, b"{}", {"Retry-After": "2.5"}), Busy, 2.5),
        (Reply(429, b"{}", {"Retry-After": "-3"}), Busy, 0.0),
        (Reply(429, b"{}", {"Retry-After": "nan"}), Busy, None),
        (Reply(429, b"{}", {"Retry-After": "1e99"}), Busy, 86_400.0),
        (Reply(429, b"{}", {"Retry-After": "Sun, 01 Mar 2020 00:00:00 GMT"}), Busy, 0.0),
        (Reply(429, b"{}"), Busy, None),
        (Reply(503, b"", {"Retry-After": "5"}), Unsure, None),
        (Reply(401), BadLogin, None),
        (Reply(403), BadLogin, None),
        (Reply(422), Refused, None),
    ],
)
async def test_what_an_error_answer_means(reply: Reply, expected: type, seconds: float | None) -> None:
    error = await asked_once(reply)
    assert type(error) is expected
    assert getattr(error, "seconds", None) == seconds


async def test_a_company_that_is_down_for_a_moment_says_when_to_ask_again() -> None:
    error = await asked_once(Reply(503, b"", {"Retry-After": "5"}), method="GET")
    assert isinstance(error, Busy)
    assert error.seconds == 5


async def test_the_sign_in_goes_to_no_other_company() -> None:
    client = Client("Acme", base_url="https://api.acme.example", auth=("a", "b"))
    for address in (
        "https://evil.example/x",
        "https://api.acme.example.evil.example/",
        "http://api.acme.example/",
    ):
        with pytest.raises(Refused):
            await client.request("GET", address)
    await client.close()


async def test_a_header_that_cannot_be_sent_is_not_shown() -> None:
    async with answering(lambda _: told({})) as company:
        client = Client("Acme", base_url=company.url)
        for secret in ("Bearer hush\r\nX: 1", "Bearer hush\u2028"):
            with pytest.raises(Refused) as caught:
                await client.request("GET", "/", headers={"authorization": secret})
            assert "hush" not in str(caught.value)
        await client.close()


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:99999", "https://127.0.0.1:99999", "http://127.0.0.1:-1", "api.acme.example"],
)
async def test_an_address_that_cannot_be_is_a_fault_of_the_settings(address: str) -> None:
    client = Client("Acme", base_url=address)
    for method in ("GET", "POST"):
        with pytest.raises(Refused, match=r"What is set for Acme cannot be used .*\. Check its address"):
            await client.request(method, "/")
    await client.close()


async def test_a_zipped_answer_is_read() -> None:
    answer = await asked_once(
        Reply(200, gzip.compress(b'{"a": 1}'), {"Content-Encoding": "gzip"}), method="GET"
    )
    assert getattr(answer, "data", None) == {"a": 1}


async def test_a_company_explains_its_own_refusals_and_nothing_else() -> None:
    def explain(status: int, data: object) -> ProviderError | None:
        return Refused(f"{status} {data}", code="7") if status == 400 else None

    def answer(asked: Asked) -> Reply:
        return told({"n": 1}, status=int(asked.path.removeprefix("/")))

    async with answering(answer) as company:
        client = Client("Acme", base_url=company.url, explain=explain)
        with pytest.raises(Refused, match=r"400 \{'n': 1\}"):
            await client.request("POST", "/400")
        with pytest.raises(Refused, match="error 404"):
            await client.request("POST", "/404")
        await client.close()


def test_encryption_is_checked_against_names_and_known_roots() -> None:
    context = tls_context()
    assert context.check_hostname
    assert context.cert_store_stats()["x509_ca"] > 50
    assert tls_context() is context
    assert 0 < IDLE_SECONDS < 5


@pytest.mark.parametrize(
    ("date", "minutes"), [("ahead", -20), ("behind", 20), ("", None), ("yesterday, I think", None)]
)
async def test_a_wrong_clock_is_known_by_the_time_of_an_answer(date: str, minutes: int | None) -> None:
    theirs = datetime.now(UTC) - timedelta(minutes=minutes or 0)
    written = email.utils.format_datetime(theirs, usegmt=True) if minutes else date
    async with answering(lambda _: Reply(headers={"Date": written} if written else {})) as company:
        client = Client("Acme", base_url=company.url)
        await client.request("GET", "/")
        await client.close()
    off = client.clock_off
    if minutes is None:
        assert off is None
    else:
        assert off is not None
        assert abs(off - timedelta(minutes=minutes)) < timedelta(seconds=10)
