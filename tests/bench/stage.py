"""The process that plays both ends: sends the hooks and takes the texts, so that one clock times both.

Must not: import the program under test. One JSON command a line on standard input, one answer a line.
"""

import asyncio
import gc
import json
import sys
import time
from collections.abc import Sequence

from tests.bench import calls
from tests.bench.load import Connections, Load, Sent
from tests.bench.plays import Outcome, Play
from tests.bench.provider import Provider
from tests.bench.reporting import Reporting

#: Plays of up to so many seconds are played without a collection of garbage in between.
SHORT = 60.0


class Stage:
    """One provider, and callers that are never used twice."""

    def __init__(self) -> None:
        self.provider = Provider()
        self._callers = calls.callers()
        self._ordinal = 0

    async def play(self, play: Play) -> Outcome:
        reports = self._reports(play)
        if not play.continues:
            self.provider.forget()
        self.provider.delay = play.delay
        self.provider.tells = play.logged
        reporting = Reporting(self.provider, play)
        connections = Connections(play.url, play.connections)
        load = Load(connections, lambda report: self.provider.called(report.call_sid, report.caller))
        gc.collect()
        gc.freeze()
        if play.per_second is None or play.hooks / play.per_second <= SHORT:
            gc.disable()
        try:
            async with asyncio.TaskGroup() as going_on:
                if play.trouble:
                    going_on.create_task(
                        self.provider.trouble(
                            play.trouble, after=play.trouble_after, seconds=play.trouble_seconds
                        )
                    )
                if play.per_second:
                    await load.at_rate(reports, play.per_second)
                else:
                    await load.at_once(reports, play.connections)
            await self._wait(reports, play)
        finally:
            gc.enable()
            connections.close()
            reporting.end()
        return self._outcome(reports, load.sent, reporting, play)

    def _reports(self, play: Play) -> list[calls.Report]:
        reports = []
        for _ in range(play.hooks):
            self._ordinal += 1
            reports.append(calls.missed(next(self._callers), self._ordinal, url=play.url))
        return reports

    async def _wait(self, reports: Sequence[calls.Report], play: Play) -> None:
        until = time.monotonic() + play.within
        missing = {each.caller for each in reports}
        while missing and time.monotonic() < until:
            await asyncio.sleep(0.05)
            missing -= self.provider.texts.keys()
        await asyncio.sleep(play.linger)

    def _outcome(
        self, reports: Sequence[calls.Report], sent: Sent, reporting: Reporting, play: Play
    ) -> Outcome:
        texts = {each.caller: self.provider.texts.get(each.caller, []) for each in reports}
        firsts = {caller: taken[0].at for caller, taken in texts.items() if taken}
        return Outcome(
            delays=[(at - sent.at[caller]) * 1000 for caller, at in firsts.items()],
            answers=[(at - sent.at[caller]) * 1000 for caller, at in sent.answered.items()],
            seconds=max(firsts.values(), default=0.0) - min(sent.at.values()),
            lost=len(texts) - len(firsts),
            doubled=sum(
                len(taken) - 1
                for taken in (self.provider.texts if play.continues else texts).values()
                if taken
            ),
            refused=len(reports) - sent.statuses[200] + reporting.refused,
            events=sent.statuses[200] + reporting.statuses[200],
            answered_in=max(sent.answered.values()) - min(sent.at.values()),
        )


async def main() -> None:
    stage = Stage()
    await stage.provider.start()
    loop = asyncio.get_running_loop()
    commands = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    _say({"ready": True, "url": stage.provider.url})
    while line := await commands.readline():
        outcome = await stage.play(Play(**json.loads(line)))
        _say(dict(outcome.written()))


def _say(told: dict[str, object]) -> None:
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
