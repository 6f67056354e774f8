"""What the desk asks of providers right now: ring back, try a connection, sign in. Runs on the engine's loop.

Must not: be needed for anything that must happen (that is a row).
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from mcdesk.domain.numbers import Number
from mcdesk.domain.queue import CallBack, Done
from mcdesk.engine.connections import Connections
from mcdesk.engine.health import Health, Purpose
from mcdesk.engine.house import House
from mcdesk.ports.phone import Bridge
from mcdesk.ports.provider import Provider, ProviderError
from mcdesk.ports.signin import SignsIn

T = TypeVar("T")
#: Signs in through the browser (`wire/oauth`, handed over by `app`).
SignIn = Callable[[SignsIn], Awaitable[None]]


class Errands:
    """Made on the engine's loop; its coroutines may be awaited from any loop through `run`."""

    def __init__(
        self,
        *,
        house: Callable[[], House],
        connections: Callable[[], Connections],
        health: Health,
        sign_in: SignIn,
        mended: Callable[[str], Awaitable[None]],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._house = house
        self._connections = connections
        self._health = health
        self._sign_in = sign_in
        self._mended = mended

    async def run(self, errand: Coroutine[Any, Any, T]) -> T:
        """Do it on the engine's loop, whichever loop waits for it."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(errand, self._loop))

    async def bridge(self, client: Number, line: Number | None) -> CallBack:
        """Ring the office's phone and connect it with the client, where the phone system can."""
        office = self._house().office
        found = office.line(line)
        phone = self._connections().phones().get(found.calls) if found and found.calls else None
        by_hand = CallBack(f"Dial {client.spoken} on your phone.", tel=f"tel:{client.e164}")
        if phone is None or found is None or office.staff_phone is None:
            return by_hand
        try:
            await phone.place_call(Bridge(staff=office.staff_phone, client=client, line=found.number))
        except ProviderError as error:
            return CallBack(f"{error.why} Dial {client.spoken} on your phone.", tel=by_hand.tel)
        return CallBack(f"Your phone {office.staff_phone.spoken} rings; answer it to be connected.")

    async def check(self, name: str) -> Done:
        """Try a connection again now."""
        live = self._connections().get(name)
        if live is None:
            return Done(False, f"There is no connection {name!r} any more.")
        try:
            checks = await live.provider.check()
        except ProviderError as error:
            await self._health.trouble(name, error, purpose=Purpose.TRYING)
            return Done(False, error.why)
        failed = next((check for check in checks if check.result == "fail"), None)
        if failed is not None:
            # It answers all the same: what waited for the sign-in need not wait for the rest to be mended.
            await self._mended(name)
            return Done(False, f"{failed.detail} {failed.fix}".strip())
        await self._health.mended(name)
        await self._mended(name)
        return Done(True, f"{live.title} works.")

    async def sign_in(self, name: str) -> Done:
        """Open the browser at the company and wait for the person to come back."""
        live = self._connections().get(name)
        provider: Provider | None = live.provider if live else None
        if live is None or not isinstance(provider, SignsIn):
            return Done(
                False, "This connection does not sign in through the browser. Set its secrets instead."
            )
        try:
            await self._sign_in(provider)
        except ProviderError as error:
            return Done(False, error.why)
        await self._health.mended(name)
        await self._mended(name)
        return Done(True, f"Signed in to {live.title}.")
