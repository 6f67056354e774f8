"""Signing in to companies in this PC's browser.

Must not: know a company.
"""

import asyncio
import threading
import webbrowser
from pathlib import Path

import click

from mcdesk import app
from mcdesk.commands import configuring
from mcdesk.commands.door import NotSo
from mcdesk.engine.connections import Connections
from mcdesk.ports.provider import Provider
from mcdesk.ports.signin import SignsIn
from mcdesk.wire import oauth


async def in_browser(provider: SignsIn) -> None:
    """Let a person sign in. Raises BadLogin."""
    await oauth.sign_in(provider, _open)


def sign_in_now(folder: Path, connection: str) -> str:
    """Sign in without an engine; what to tell the person."""
    with configuring.opened(folder) as place:
        office = app.current_office(place)
        connections = app.make_connections(place, office, listen=None, holder="sign-in")
        return asyncio.run(_sign_in(place, connections, connection))


async def _sign_in(place: app.Place, connections: Connections, name: str) -> str:
    live = connections.get(name)
    provider: Provider | None = live.provider if live else None
    try:
        if live is None:
            there = ", ".join(each.name for each in connections) or "none"
            raise NotSo(f"There is no connection {name!r}; there are: {there}.")
        if not isinstance(provider, SignsIn):
            fix = f"Set its secrets instead: mcdesk config set-secret {name} FIELD"
            raise NotSo(f"{live.title} does not sign in through the browser. {fix}")
        await in_browser(provider)
    finally:
        await connections.close()
    await asyncio.to_thread(configuring.tell_engines, place)
    return f"Signed in to {live.title}."


def _open(address: str) -> None:
    click.echo(f"Your browser opens. If it does not, go to:\n{address}", err=True)
    # some browsers hold up whoever opens them
    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
