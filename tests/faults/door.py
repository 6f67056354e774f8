"""A forked engine's door: whoever tells the story acts as its staff, its disk and its clock through it.

Must not: be used by the product, or look into it further than a person or an operating system could.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from mcdesk import app
from mcdesk.domain.leads import Disposition
from mcdesk.domain.queue import CallBack, Done
from mcdesk.store import configurations
from mcdesk.store.transaction import StoreTrouble, Tx
from tests.faults.disk import Disk
from tests.faults.doom import Doom

Asked = dict[str, Any]
CHANNELS = ("clock", "texts:twilio", "calls:twilio", "crm:clio")


class Door:
    """Answers one JSON line per question. `leave` is set by the order to end in good order."""

    def __init__(self, running: app.Running, place: app.Place, doom: Doom, disk: Disk) -> None:
        self._running = running
        self._place = place
        self._doom = doom
        self._disk_itself = disk
        self.leave = asyncio.Event()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async for line in reader:
                said = await self._said(json.loads(line))
                writer.write(json.dumps(said).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            # asyncio logs a cancelled one; an engine that ends has nothing to say about its door.
            return
        finally:
            writer.close()

    async def _said(self, asked: Asked) -> Asked:
        acts: dict[str, Callable[[Asked], Awaitable[Asked]]] = {
            "wake": self._wake,
            "mended": self._mended,
            "desk": self._desk,
            "disk": self._disk,
            "doom": self._arm,
            "configure": self._configure,
            "leave": self._leave,
        }
        try:
            return await acts[asked["do"]](asked)
        except StoreTrouble as trouble:
            return {"ok": False, "words": str(trouble), "trouble": True}
        except Exception as error:
            return {"ok": False, "words": repr(error), "bug": True}

    async def _wake(self, asked: Asked) -> Asked:
        """Everybody who waits for a time looks at the clock."""

        def work(tx: Tx) -> None:
            for channel in CHANNELS:
                tx.touched.work(channel, tx.now)

        await asyncio.wrap_future(self._place.database.write(work))
        return {"ok": True}

    async def _mended(self, asked: Asked) -> Asked:
        """What a person does who presses Test: what waits goes on."""
        for connection in asked["connections"]:
            await self._running.mended(connection)
        return {"ok": True}

    async def _desk(self, asked: Asked) -> Asked:
        desk, lead, words = self._running.desk, asked["lead"], asked.get("words", "")
        done: Done | CallBack
        match asked["verb"]:
            case "reply":
                seen = (await desk.conversation(lead)).last_seen
                done = await desk.reply(lead, words, last_seen=seen)
            case "note":
                done = await desk.note(lead, words)
            case "claim":
                done = await desk.claim(lead)
            case "close":
                done = await desk.close(lead, Disposition(words))
            case "call-back":
                done = await desk.call_back(lead)
            case "asked-to-stop":
                done = await desk.asked_to_stop(lead, words=words, channel="phone")
            case verb:
                raise ValueError(verb)
        return {"ok": done.ok if isinstance(done, Done) else True, "words": repr(done)}

    async def _disk(self, asked: Asked) -> Asked:
        self._disk_itself.becomes = asked["kind"]
        return {"ok": True}

    async def _arm(self, asked: Asked) -> Asked:
        self._doom.arm(asked["kind"], asked["number"])
        return {"ok": True}

    async def _configure(self, asked: Asked) -> Asked:
        source = asked["source"]
        await asyncio.wrap_future(
            self._place.database.write(lambda tx: configurations.apply(tx, source, by="story"))
        )
        return {"ok": True}

    async def _leave(self, asked: Asked) -> Asked:
        self.leave.set()
        return {"ok": True}
