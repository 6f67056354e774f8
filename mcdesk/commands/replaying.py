"""`mcdesk replay`: what a captured request means, without storing or sending anything.

Must not: read anything into a request that its provider's file does not.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from mcdesk import app
from mcdesk.commands import configuring, printing
from mcdesk.commands.door import NotSo
from mcdesk.domain.events import BookingEvent, CallEvent, Event, TextReceived, TextStatus, Unknown
from mcdesk.domain.office import Connection
from mcdesk.ports.hooks import Hook, Hooked
from mcdesk.ports.provider import Provider, Setup
from mcdesk.providers import discover

FORM, JSON = "application/x-www-form-urlencoded", "application/json"


def replay(
    folder: Path,
    name: str,
    body: bytes,
    *,
    headers: Iterable[str],
    method: str,
    content_type: str | None,
) -> None:
    """Print one JSON object per event; NotSo where one is not understood."""
    provider = provider_called(folder, name)
    if not isinstance(provider, Hooked):
        raise NotSo(f"{provider.title} sends no requests; there is nothing to replay.")
    hook = captured(name, body, headers=headers, method=method, content_type=content_type)
    events = provider.parse(hook) or [Unknown(why="nothing happened, as far as this request says")]
    for event in events:
        click.echo(json.dumps(event_object(event), ensure_ascii=False))
    if any(isinstance(event, Unknown) for event in events):
        raise NotSo(
            "Not understood. If it should be, report it with this request's type (never its content)."
        )


def provider_called(folder: Path, name: str) -> Provider:
    """The office's connection of this name, or any provider with nothing set."""
    known = discover()
    setup = _configured(folder, name)
    if setup is not None:
        return known[setup[0].provider](setup[1])
    if name not in known:
        there = ", ".join(known)
        raise click.BadParameter(
            f"there is no provider or connection {name!r}; there are: {there}.", param_hint="--provider"
        )
    values = {field.name: field.default for field in known[name].fields}
    return known[name](Setup(connection=name, settings=values))


def _configured(folder: Path, name: str) -> tuple[Connection, Setup] | None:
    """The connection with its settings and lines, without its secrets; None where there is no such one."""
    if not app.is_there(folder):
        return None
    with configuring.opened(folder) as place:
        try:
            office = app.current_office(place)
        except app.NoOffice:
            return None
    connection = office.connection(name)
    if connection is None:
        return None
    fields = discover()[connection.provider].fields
    values = {field.name: connection.settings.get(field.name, field.default) for field in fields}
    lines = [line for line in office.lines if name in (line.calls, line.texts)]
    numbers = tuple(dict.fromkeys(number for line in lines for number in (line.number, line.text_from)))
    return connection, Setup(connection=name, settings=values, lines=numbers, firm=office.name)


def captured(
    name: str, body: bytes, *, headers: Iterable[str], method: str, content_type: str | None
) -> Hook:
    """The request as it would have arrived."""
    given: dict[str, str] = {}
    for header in headers:
        key, colon, value = header.partition(":")
        if not colon:
            raise click.BadParameter(f"{header!r} is not 'Name: value'.", param_hint="--header")
        given[key.strip().lower()] = value.strip()
    kind = content_type or given.get("content-type") or _guessed(body)
    # editors end a file with a line break that no provider sent
    body = body.rstrip(b"\r\n") if kind.startswith(FORM) else body
    return Hook(
        method=method.upper(),
        url=f"http://127.0.0.1/hooks/{name}/replay",
        headers={**given, "content-type": kind},
        body=body,
    )


def _guessed(body: bytes) -> str:
    return JSON if body.lstrip()[:1] in (b"{", b"[") else FORM


def event_object(event: Event) -> Mapping[str, object]:
    """An event for scripts; its keys are relied on."""
    kind = {"event": type(event).__name__}
    zulu, number = printing.zulu, printing.number
    match event:
        case CallEvent():
            return kind | {
                "call_id": event.call_id,
                "caller": number(event.caller),
                "line": number(event.line),
                "direction": event.direction,
                "started_at": zulu(event.started_at),
                "ended_at": zulu(event.ended_at),
            }
        case TextReceived():
            return kind | {
                "message_id": event.message_id,
                "from": number(event.sender) or event.sender_text,
                "to": number(event.to),
                "body": event.body,
                "at": zulu(event.at),
                "media": event.media,
                "provider_opt_out": event.provider_opt_out,
            }
        case TextStatus():
            return kind | {"message_id": event.message_id, "status": str(event.status), "code": event.code}
        case BookingEvent():
            return kind | {
                "booking_id": event.booking_id,
                "starts_at": zulu(event.starts_at),
                "ends_at": zulu(event.ends_at),
                "phone": number(event.phone),
                "email": event.email,
                "name": event.name,
                "lead": event.lead,
            }
        case Unknown():
            return kind | {"why": event.why}
