"""A loop of the door that fails begins again; one that ends or is ended, ends."""

import asyncio

import pytest

from mcdesk.inbound.unending import unending


def test_a_loop_that_fails_is_logged_and_begins_again(caplog: pytest.LogCaptureFixture) -> None:
    runs: list[int] = []

    async def run() -> None:
        runs.append(len(runs))
        if len(runs) < 3:
            raise ValueError("a bug")

    asyncio.run(unending("take-in", run, pause=0.01))
    assert runs == [0, 1, 2]
    assert [record.part for record in caplog.records] == ["take-in", "take-in"]  # type: ignore[attr-defined]


def test_a_loop_that_is_ended_ends() -> None:
    async def story() -> None:
        task = asyncio.create_task(unending("show-out", asyncio.Event().wait))  # type: ignore[arg-type]
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(story())
