"""The pretend companies as a process of their own: python -m mcdesk.simulator.
Prints one JSON line when they listen, then runs until told to stop."""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Sequence

from mcdesk.simulator.office import PretendOffice
from mcdesk.simulator.twilio.ledger import OfficeNumber


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mcdesk.simulator", description=__doc__)
    parser.add_argument("--twilio-port", type=int, default=0, help="0: any free port")
    parser.add_argument("--clio-port", type=int, default=0, help="0: any free port")
    parser.add_argument("--hooks", default="", metavar="URL", help="where calls and texts are reported")
    parser.add_argument("--number", action="append", default=[], help="a further office number; may repeat")
    parser.add_argument("--pace", type=float, default=1.0, help="the callers' story runs this much faster")
    parser.add_argument("--speed", type=float, default=1.0, help="how much faster the office's time runs")
    parser.add_argument("--grace", type=float, default=30.0, help="seconds a call may stay without text")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--delivery", type=float, default=0.6, help="seconds until delivered; below 0: never")
    parser.add_argument("--callers", action="store_true", help="let scripted callers call by themselves")
    parser.add_argument("--events", action="store_true", help="tell on stderr what happens")
    return parser.parse_args(given)


async def run(options: argparse.Namespace) -> None:
    office = PretendOffice(
        twilio_port=options.twilio_port, clio_port=options.clio_port, seed=options.seed, pace=options.pace,
        speed=options.speed, grace_seconds=options.grace, callers=options.callers,
        on_event=_told if options.events else _untold,
    )  # fmt: skip
    account = office.twilio.account
    account.delivery_seconds = None if options.delivery < 0 else options.delivery
    for number in options.number:
        account.ledger.numbers[number] = OfficeNumber(number)
    if options.hooks:
        office.twilio.point_hooks_at(options.hooks)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):  # loop.add_signal_handler is missing on Windows
        signal.signal(sign, lambda *_: loop.call_soon_threadsafe(stopped.set))
    async with office:
        _say(_ready(office))
        await stopped.wait()
        _say({**office.counts()})


def _ready(office: PretendOffice) -> dict[str, object]:
    account, sign_in = office.twilio.account, office.clio.sign_in
    token = office.clio.issue_token()
    return {
        "ready": True,
        "twilio": office.twilio.url,
        "clio": office.clio.url,
        "account_sid": account.sid,
        "auth_token": account.auth_token,
        "client_id": sign_in.client_id,
        "client_secret": sign_in.client_secret,
        "access_token": token["access_token"],
        "refresh_token": token["refresh_token"],
    }


def _say(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _told(kind: str, sentence: str) -> None:
    sys.stderr.write(f"{kind:>9}  {sentence}\n")
    sys.stderr.flush()


def _untold(kind: str, sentence: str) -> None:
    """Nobody asked for events."""


if __name__ == "__main__":
    asyncio.run(run(arguments()))
