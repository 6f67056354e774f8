"""Column types: instants as whole microseconds UTC, phone numbers as `Number`, documents as JSON text.

Must not: know tables.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, Text
from sqlalchemy.types import TypeDecorator

from mcdesk.domain.numbers import Number

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
#: Made once: `json.dumps` makes one for each call that asks for anything special.
_WRITTEN = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime. Naive ones are refused."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + timedelta(microseconds=value)


class PhoneNumber(TypeDecorator[Number]):
    """A `Number`, stored as E.164."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Number | None, dialect: Dialect) -> str | None:
        return None if value is None else value.e164

    def process_result_value(self, value: str | None, dialect: Dialect) -> Number | None:
        return None if value is None else Number(value)


class Document(TypeDecorator[dict[str, Any]]):
    """A small JSON object."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> str | None:
        return None if value is None else _WRITTEN(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, Any] | None:
        if value is None:
            return None
        document: dict[str, Any] = json.loads(value)
        return document
