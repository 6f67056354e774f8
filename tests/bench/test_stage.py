"""What the stage counts, played against a small program that forgets and repeats on purpose.

Must not: look at times; those are what the benchmarks are for.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator

from tests.bench import calls, wire
from tests.bench.load import Connections
from tests.bench.plays import Outcome, Play
from tests.bench.stage import Stage

ANSWER = wire.answer(200, b"<Response/>", content_type="text/xml")


class Program:
    """Texts each caller once, but for the one it forgets and the one it texts twice."""

    def __init__(self, provider: str, *, forgets: int, repeats: int, refuses: int) -> None:
        self._texts = Connections(provider, 10)
        self._provider = provider
        self._odd = {forgets: 0, repeats: 2}
        self._refuses = refuses
        self._heard = 0
        self._sending: set[asyncio.Task[int]] = set()
        self.statuses: list[str] = []
        self.answers: list[str] = []

    def take(self, asked: wire.Asked) -> bytes:
        form = dict(parse_qsl(asked.body.decode()))
        if "MessageStatus" in form:
            self.statuses.append(form["MessageStatus"])
            return ANSWER
        if "Body" in form:
            self.answers.append(form["From"])
            return ANSWER
        self._heard += 1
        if self._heard == self._refuses:
            return wire.answer(503, b"")
        for _ in range(self._odd.get(self._heard, 1)):
            self._send(form["From"])
        return ANSWER

    def _send(self, to: str) -> None:
        body = f"To=%2B{to[1:]}&From=%2B14155550100&Body=Sorry".encode()
        written = wire.request("POST", "/Accounts/x/Messages.json", body, host="x", headers={})
        task = asyncio.create_task(self._texts.ask(written))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)


@asynccontextmanager
async def playing(*, forgets: int = 0, repeats: int = 0, refuses: int = 0) -> AsyncIterator[
    tuple[Stage, Program, str]
]:  # fmt: skip
    stage = Stage()
    await stage.provider.start()
    program = Program(stage.provider.url, forgets=forgets, repeats=repeats, refuses=refuses)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: wire.Answering(program.take, set(), delay=lambda: 0.0), "127.0.0.1", 0
    )
    try:
        yield stage, program, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hooks/x"
    finally:
        server.close()
        stage.provider.stop()


def play(what: Play, *, forgets: int = 0, repeats: int = 0, refuses: int = 0) -> tuple[Outcome, Program]:
    async def whole() -> tuple[Outcome, Program]:
        async with playing(forgets=forgets, repeats=repeats, refuses=refuses) as (stage, program, url):
            told = {**what.written(), "url": url}
            return await stage.play(Play(**told)), program

    return asyncio.run(whole())


def test_lost_doubled_and_refused_are_counted_apart() -> None:
    what = Play(url="", hooks=30, connections=5, within=0.5, linger=0.1)
    outcome, _ = play(what, forgets=3, repeats=7, refuses=9)
    assert (outcome.lost, outcome.doubled, outcome.refused) == (2, 1, 1)
    assert len(outcome.delays) == 28


def test_hooks_at_a_rate_take_their_time_and_arrive_each_once() -> None:
    outcome, _ = play(Play(url="", hooks=20, per_second=100, within=2, linger=0.05))
    assert (outcome.lost, outcome.doubled, outcome.refused, len(outcome.delays)) == (0, 0, 0, 20)
    assert outcome.seconds >= 0.19


def test_two_delivery_reports_follow_each_text() -> None:
    _, program = play(Play(url="", hooks=4, callbacks=True, within=2, linger=0.6))
    assert sorted(program.statuses) == ["delivered"] * 4 + ["sent"] * 4


def test_every_second_text_is_answered_and_all_hooks_are_counted() -> None:
    what = Play(url="", hooks=4, callbacks=True, answered_every=2, within=2, linger=1.6)
    outcome, program = play(what)
    assert len(set(program.answers)) == 2
    assert outcome.events == 4 + 8 + 2


def test_a_text_doubled_after_its_play_counts_in_a_play_that_continues() -> None:
    async def both() -> tuple[Outcome, Outcome]:
        async with playing() as (stage, program, url):
            first = await stage.play(Play(url=url, hooks=3, within=2, linger=0.05))
            program._send(next(iter(stage.provider.texts)))
            return first, await stage.play(Play(url=url, hooks=3, continues=True, within=2, linger=0.3))

    first, second = asyncio.run(both())
    assert (first.doubled, second.doubled) == (0, 1)


def test_what_fails_at_the_provider_is_lost_where_nobody_tries_again() -> None:
    what = Play(
        url="", hooks=30, per_second=100, trouble="fails", trouble_after=0.0, trouble_seconds=0.15,
        within=0.3, linger=0.05,
    )  # fmt: skip
    outcome, _ = play(what)
    assert 5 <= outcome.lost < 30


def test_the_signature_is_the_one_the_company_publishes_a_checker_for() -> None:
    url = "http://127.0.0.1:1/hooks/x"
    report = calls.missed("+14155550142", 1, url=url)
    head, body = report.written.split(wire.END)
    signature = head.decode().partition("X-Twilio-Signature: ")[2].partition("\r\n")[0]
    assert RequestValidator(calls.TOKEN).validate(url, dict(parse_qsl(body.decode())), signature)


def test_no_two_callers_are_the_same_and_all_are_fictional() -> None:
    numbers = list(calls.callers())
    assert len(set(numbers)) == len(numbers) > 30_000
    assert all(number[5:10] == "55501" and number != calls.LINE for number in numbers)
