"""What a benchmark needs around it: a stage, a relay and an office, each in its own process, in one folder.

Must not: measure.
"""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.bench import calls, programs
from tests.bench.plays import Outcome, Play
from tests.bench.programs import Program

CONFIGURATION = """
[office]
name = "Rivera & Cole"
timezone = "America/Los_Angeles"
booking_link = "https://riveracole.example/book"

[[lines]]
number = "{line}"
label = "Main line"
practice_area = "personal injury"
calls = "twilio"
texts = "twilio"
sequence = "law-4-24-72"

[connections.twilio]
provider = "twilio"
account_sid = "{account}"
base_url = "{url}"
lookup_url = "{url}"
hook_secret = "{secret}"
poll_seconds = 10
ring = "+14155550111"
"""
ENVIRONMENT = {
    "MCDESK_OFFICE_KEY": base64.b64encode(bytes(32)).decode(),
    "MCDESK_SECRET_TWILIO_AUTH_TOKEN": calls.TOKEN,
}


def configuration(provider: str) -> str:
    """An office whose provider is at this address."""
    return CONFIGURATION.format(line=calls.LINE, account=calls.ACCOUNT, url=provider, secret=calls.SECRET)


class Stage:
    """The process with both ends."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self.url = str(program.ready["url"])

    async def play(self, play: Play) -> Outcome:
        return Outcome.read(await self._program.ask(play.written(), seconds=play.longest))


@asynccontextmanager
async def stage(folder: Path) -> AsyncIterator[Stage]:
    async with programs.running("stage", ["-m", "tests.bench.stage"], logs=folder) as program:
        yield Stage(program)


@asynccontextmanager
async def relay(folder: Path, provider: str) -> AsyncIterator[Program]:
    """Its `ready` tells `hook`, the address."""
    arguments = ["-m", "tests.bench.relay", "--provider", provider, "--database", str(folder / "relay.db")]
    async with programs.running("relay", arguments, logs=folder) as program:
        yield program


@asynccontextmanager
async def office(
    folder: Path,
    provider: str,
    *,
    name: str = "office",
    data: Path | None = None,
    profile: Path | None = None,
) -> AsyncIterator[Program]:
    """mcdesk without a window, everything on. Its `ready` tells `hooks`. `data`: an office that is there."""
    config = folder / f"{name}.toml"
    config.write_text(configuration(provider), encoding="utf-8")
    options = ["--data", str(data or folder / name), "--config", str(config)]
    if profile is None:
        arguments = ["-m", "mcdesk", "serve", *options]
    else:
        arguments = ["-m", "tests.bench.office", *options, "--profile", str(profile)]
    async with programs.running(name, arguments, logs=folder, environment=ENVIRONMENT) as program:
        yield program


def hook_of(office: Program) -> str:
    return str(office.ready["hooks"]["twilio"])
