"""Requests as they arrived that are about one person: they name the number, a call of theirs or a text.

Must not: understand a request.
"""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote_to_bytes

from sqlalchemy import ColumnElement, select

from mcdesk.domain.numbers import Number
from mcdesk.store.on_record import texts_of
from mcdesk.store.schema import calls, hooks, messages
from mcdesk.store.transaction import Tx

#: Requests looked through at a time.
PAGE = 1000
_NAME = re.compile(rb"[\w-]+")


def names_of(tx: Tx, number: Number, of: Sequence[int]) -> frozenset[bytes]:
    """What providers call their calls, recordings and texts; `of`: their leads. The report of a recording
    names its call, not who called."""
    rung = select(calls.c.call_id, calls.c.recording_url).where(calls_of(number, of))
    texted = select(messages.c.message_id).where(texts_of(number) | messages.c.lead.in_(of))
    told = [text for row in tx.all(rung) for text in (row.call_id, _last(row.recording_url))]
    told += [row.message_id for row in tx.all(texted)]
    return frozenset(each.encode() for each in told if each)


def calls_of(number: Number, of: Sequence[int]) -> ColumnElement[bool]:
    return (calls.c.caller == number) | calls.c.lead.in_(of)


def naming(tx: Tx, number: Number, names: frozenset[bytes], *, new: bool) -> Iterator[int]:
    """Those nobody has understood yet (`new`), or all others."""
    digits, last = number.e164[-10:].encode(), 0
    is_new = hooks.c.state == "new" if new else hooks.c.state != "new"
    page = select(hooks.c.id, hooks.c.url, hooks.c.body).where(is_new).order_by(hooks.c.id).limit(PAGE)
    while rows := tx.all(page.where(hooks.c.id > last)):
        last = rows[-1].id
        for row in rows:
            told = unquote_to_bytes(row.body) + b" " + unquote_to_bytes(row.url)
            if digits in told or not names.isdisjoint(_NAME.findall(told)):
                yield row.id


def _last(url: str | None) -> str:
    return url.rpartition("/")[2].partition(".")[0] if url else ""
