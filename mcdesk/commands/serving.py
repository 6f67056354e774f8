"""`mcdesk serve`: the engine without a window, until it is told to stop.

Must not: know what the engine does.
"""

import asyncio
import json
import logging
from pathlib import Path

import click

from mcdesk import app
from mcdesk.commands import files, logs
from mcdesk.commands.door import NotSo, chosen_folder
from mcdesk.commands.last_words import LastWords
from mcdesk.commands.signing_in import in_browser
from mcdesk.commands.stopping import Stopping
from mcdesk.engine.patience import Patience
from mcdesk.engine.silence import Silence, Why
from mcdesk.settings import log_folder

log = logging.getLogger(__name__)

#: Where not even the watching thread gets its turn, the process ends after so many times its patience.
LAST_RESORT = 1.5


def serve(
    folder: Path, *, config: Path | None, listen: str, speed: float, patience: Patience | None = None
) -> None:
    """Run until SIGTERM or Ctrl-C; what is on the wire is finished first."""
    logs.begin(log_folder(chosen_folder()), spoken=logging.INFO)
    patience = patience or Patience()
    words = LastWords(log_folder(chosen_folder()))
    try:
        asyncio.run(
            _serve(folder, words, config=config, listen=address(listen), speed=speed, patience=patience)
        )
    finally:
        words.close()


def address(text: str) -> tuple[str, int]:
    """HOST:PORT, or a bare port of this PC."""
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        raise click.BadParameter(f"{text!r} is not HOST:PORT, such as 127.0.0.1:8080.", param_hint="--listen")
    return host.strip("[]") or "127.0.0.1", int(port)


async def _serve(
    folder: Path,
    words: LastWords,
    *,
    config: Path | None,
    listen: tuple[str, int],
    speed: float,
    patience: Patience,
) -> None:
    stopping = Stopping()

    def give_up(silence: Silence | None) -> None:
        # a part that failed for good leaves the rest able to end in good order; see below
        if silence is not None and silence.why is not Why.BROKEN:
            words.end(stuck_sentence(silence))

    place = await asyncio.to_thread(app.open_place, folder, speed=speed)
    try:
        if config is not None:
            await asyncio.to_thread(files.apply, place, config)
        await asyncio.to_thread(lambda: app.refuse_speed(place, app.current_office(place), speed))
        async with app.run_office(
            place,
            listen=listen,
            sign_in=in_browser,
            patience=patience,
            asked_to_stop=stopping.asked,
            on_silence=give_up,
            each_beat=lambda: words.arm(patience.stall * LAST_RESORT),
        ) as running:
            if not stopping.asked.is_set():
                await _tell_ready(running)
            await _first_of(stopping.asked, running.engine.broken)
            log.info("Stopping; what is on the wire is finished first", extra={"action": "serve.stopping"})
        if running.engine.broken.is_set():
            raise NotSo(
                "A part of the engine failed again and again; the log says which. Start mcdesk again."
            )
    finally:
        await asyncio.to_thread(place.close)
        stopping.ended()


def stuck_sentence(silence: Silence) -> str:
    """For whoever runs the server."""
    since = f"{silence.since.astimezone():%H:%M:%S}"
    return (
        f"The text engine has given no sign of life since {since} ({silence.part}). "
        "mcdesk ends, so that it can be started again."
    )


async def _tell_ready(running: app.Running) -> None:
    ready = {"ready": True, "listen": running.listen, "hooks": running.hooks}
    elsewhere = (await running.desk.overview()).worker_elsewhere
    if elsewhere is not None:
        ready["standing_by"] = elsewhere
        log.info("%s", elsewhere, extra={"action": "serve.stands-by"})
    click.echo(json.dumps(ready))
    log.info("The engine runs", extra={"action": "serve.ready"})


async def _first_of(*events: asyncio.Event) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
