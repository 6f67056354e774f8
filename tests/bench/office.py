"""The office under test with a profile of each of its threads, for finding out where time goes.

Must not: be used for figures: a profile makes everything slower. Those come from `mcdesk serve`.
"""

import argparse
import asyncio
import cProfile
import json
import signal
import threading
from collections.abc import Callable
from pathlib import Path

from mcdesk import app
from mcdesk.ports.signin import SignsIn


async def serve(folder: Path, configuration: str) -> None:
    place = await asyncio.to_thread(app.open_place, folder)
    app.apply_configuration(place, configuration, by="benchmark")
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stopping.set)
    async with app.run_office(place, sign_in=_nobody_signs_in) as running:
        print(json.dumps({"ready": True, "hooks": running.hooks}), flush=True)
        await stopping.wait()
    place.close()


async def _nobody_signs_in(provider: SignsIn) -> None:
    return


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--config", type=Path, required=True)
    arguments.add_argument("--profile", type=Path, required=True, help="folder for a profile of each thread")
    given = arguments.parse_args()
    configuration = given.config.read_text(encoding="utf-8")
    _profile_threads(given.profile)
    loop_profile = cProfile.Profile()
    loop_profile.runcall(asyncio.run, serve(given.data, configuration))
    loop_profile.dump_stats(given.profile / "loop.prof")


def _profile_threads(folder: Path) -> None:
    """Every thread started from here on writes its own profile when it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    run: Callable[[threading.Thread], None] = threading.Thread.run

    def profiled(thread: threading.Thread) -> None:
        profile = cProfile.Profile()
        try:
            profile.runcall(run, thread)
        finally:
            profile.dump_stats(folder / f"{thread.name}.prof")

    threading.Thread.run = profiled  # type: ignore[assignment, method-assign]


if __name__ == "__main__":
    main()
