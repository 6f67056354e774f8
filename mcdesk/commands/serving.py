"""`mcdesk serve`: the engine without a window, until it is told to stop.

Must not: know what the engine does.
"""

import asyncio
import json
import logging
import signal
from pathlib import Path

import click

from mcdesk import app
from mcdesk.commands import files, logs
from mcdesk.commands.door import NotSo, chosen_folder
from mcdesk.commands.signing_in import in_browser
from mcdesk.settings import log_folder

log = logging.getLogger(__name__)


def serve(folder: Path, *, config: Path | None, listen: str, speed: float) -> None:
    """Run until SIGTERM or Ctrl-C; what is on the wire is finished first."""
    logs.begin(log_folder(chosen_folder()), spoken=logging.INFO)
    asyncio.run(_serve(folder, config=config, listen=address(listen), speed=speed))


def address(text: str) -> tuple[str, int]:
    """HOST:PORT, or a bare port of this PC."""
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        raise click.BadParameter(f"{text!r} is not HOST:PORT, such as 127.0.0.1:8080.", param_hint="--listen")
    return host.strip("[]") or "127.0.0.1", int(port)


async def _serve(folder: Path, *, config: Path | None, listen: tuple[str, int], speed: float) -> None:
    stopped = stop_signals()
    place = await asyncio.to_thread(app.open_place, folder, speed=speed)
    try:
        if config is not None:
            await asyncio.to_thread(files.apply, place, config)
        await asyncio.to_thread(lambda: app.refuse_speed(place, app.current_office(place), speed))
        async with app.run_office(place, listen=listen, sign_in=in_browser) as running:
            ready = {"ready": True, "listen": running.listen, "hooks": running.hooks}
            click.echo(json.dumps(ready))
            log.info("The engine is at work", extra={"action": "serve.ready"})
            await _first_of(stopped, running.engine.broken)
            log.info("Stopping; what is on the wire is finished first", extra={"action": "serve.stopping"})
        if running.engine.broken.is_set():
            raise NotSo(
                "A part of the engine failed again and again; the log says which. Start mcdesk again."
            )
    finally:
        await asyncio.to_thread(place.close)


def stop_signals() -> asyncio.Event:
    """Set when the program is asked to end. Call it on the running loop."""
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        # not loop.add_signal_handler: Windows has none
        signal.signal(each, lambda *_: loop.call_soon_threadsafe(stopped.set))
    return stopped


async def _first_of(*events: asyncio.Event) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
