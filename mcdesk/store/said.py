"""What people said, word by word, apart from the chains of evidence, which have only its digest.

Must not: decide what is deleted.

The digest is made with a salt that goes with the words. Once both are deleted, nobody can find out by trying
whether somebody said this or that, and the chain can be followed as before.
"""

import hashlib
import json
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, TypeGuard

from sqlalchemy import Row, bindparam, delete, insert, select

from mcdesk.store.prepared import Prepared
from mcdesk.store.schema import said
from mcdesk.store.transaction import Tx

#: In a document of evidence: what stands here is kept apart, under this digest.
APART = "said"
#: What is shown where the words are gone.
DELETED = "[deleted]"
#: Digests asked about at once.
AT_ONCE = 500
_KEEP = Prepared(insert(said))
_FIND = select(said).where(said.c.digest.in_(bindparam("digests", expanding=True)))
_DELETE = delete(said).where(said.c.digest.in_(bindparam("digests", expanding=True)))


def salt() -> str:
    return secrets.token_hex(16)


def seal(salted: str, *words: str) -> str:
    """The digest of words."""
    return hashlib.sha256(json.dumps([salted, *words]).encode()).hexdigest()


def keep(tx: Tx, words: str) -> dict[str, str]:
    """What to write into a document of evidence in place of these words."""
    salted = salt()
    digest = seal(salted, words)
    tx.run(_KEEP, {"digest": digest, "salt": salted, "words": words})
    return {APART: digest}


def opened(tx: Tx, documents: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The documents with the words back in their places."""
    wanted = {digest for document in documents for digest in digests(document)}
    words = {row.digest: row.words for row in find(tx, wanted)}
    return [{name: _opened(value, words) for name, value in document.items()} for document in documents]


def digests(document: Mapping[str, Any]) -> Iterator[str]:
    """Of what a document of evidence has apart."""
    for value in document.values():
        for each in value if isinstance(value, list) else (value,):
            if _is_apart(each):
                yield each[APART]


def find(tx: Tx, wanted: Collection[str]) -> Iterator[Row[Any]]:
    """What is there of it."""
    for some in _parts(wanted):
        yield from tx.all(_FIND, {"digests": some})


def forget(tx: Tx, unwanted: Collection[str]) -> None:
    """Delete words and salts."""
    for some in _parts(unwanted):
        tx.run(_DELETE, {"digests": some})


def _parts(digests: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(digests)
    return (ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE))


def _opened(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_opened(each, words) for each in value]
    return words.get(value[APART], DELETED) if _is_apart(value) else value


def _is_apart(value: object) -> TypeGuard[dict[str, str]]:
    return isinstance(value, dict) and APART in value
