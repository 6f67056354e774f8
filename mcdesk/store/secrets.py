"""Provider secrets, each a row sealed with the office key.

Must not: know where the office key comes from, or show a secret anywhere.
"""

import logging
import os
import secrets as random
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import ColumnElement, delete, insert, select, update

from mcdesk.store import schema
from mcdesk.store.database import Database
from mcdesk.store.transaction import StoreTrouble, Tx

#: First byte of what is sealed: says how, so that a later way can be told apart.
WAY = b"\x01"
NONCE_BYTES = 12
#: Field names of what mcdesk keeps by itself; a dash, so that no provider's field has one of them.
HOOK_SECRET = "hook-secret"

log = logging.getLogger(__name__)


class KeyTrouble(StoreTrouble):
    """The office key is missing, or is not the one that sealed what is stored."""


class Vault:
    """Secrets by connection and field. Methods block (disk, at first the keyring): call them off the loop,
    and never inside a unit of work.

    `key` gives the office key; `new_key`, asked only while nothing is sealed yet, may draw one. Both raise
    LookupError in words where there is none, and neither is asked before a secret is read or written.
    """

    def __init__(
        self, database: Database, key: Callable[[], bytes], *, new_key: Callable[[], bytes] | None = None
    ) -> None:
        self._database = database
        self._key = key
        self._new_key = new_key or key
        self._cipher: AESGCM | None = None
        #: What was to be stored (old, new) by a `swap` the disk refused, by connection and field.
        self.unsaved: dict[tuple[str, str], tuple[str, str]] = {}

    def get(self, connection: str, field: str) -> str | None:
        """The secret in the clear; None where there is none. Raises KeyTrouble."""
        sealed = self._database.read(lambda tx: _sealed(tx, connection, field)).result()
        return None if sealed is None else self._open(self._ready(), sealed, connection, field)

    def set(self, connection: str, field: str, value: str) -> None:
        """Seal and store it, on disk when this returns. Raises KeyTrouble."""
        cipher = self._ready()

        def store(tx: Tx) -> None:
            self._check_key(tx, cipher)
            _put(tx, connection, field, _seal(cipher, value, connection, field))

        self._database.write(store).result()

    def keep_first(self, connection: str, field: str, value: str) -> str:
        """Store it unless there is one already, and say which counts: several processes may draw at once."""
        cipher = self._ready()

        def store(tx: Tx) -> str:
            there = _sealed(tx, connection, field)
            if there is not None:
                return self._open(cipher, there, connection, field)
            self._check_key(tx, cipher)
            _put(tx, connection, field, _seal(cipher, value, connection, field))
            return value

        return self._database.write(store).result()

    def swap(self, connection: str, field: str, *, old: str, new: str) -> bool:
        """Store `new` where `old` is still stored; whether it was."""
        cipher = self._ready()

        def store(tx: Tx) -> bool:
            there = _sealed(tx, connection, field)
            if there is None or self._open(cipher, there, connection, field) != old:
                return False
            _put(tx, connection, field, _seal(cipher, new, connection, field))
            return True

        return self._database.write(store).result()

    def delete(self, connection: str, field: str) -> None:
        gone = delete(schema.secrets).where(*_row(connection, field))
        self._database.write(lambda tx: tx.run(gone).rowcount).result()

    def names(self, connection: str) -> tuple[str, ...]:
        """Which fields have a secret; needs no key."""
        table = schema.secrets
        question = select(table.c.field).where(table.c.connection == connection).order_by(table.c.field)
        return tuple(row.field for row in self._database.read(lambda tx: tx.all(question)).result())

    def forget_all(self) -> int:
        """Delete every secret of the office, and how many: the way out when the office key is lost."""
        self._cipher = None
        self.unsaved.clear()
        return self._database.write(_forget_all).result()

    def hook_secret(self, connection: str, configured: str | None) -> str:
        """What keeps a connection's hook address from being guessed: the configured, the stored or a new one.

        An office without a key gets one per start: its address changes with each, and polling fills the gap.
        """
        if configured:
            return configured
        drawn = random.token_urlsafe(24)
        try:
            return self.get(connection, HOOK_SECRET) or self.keep_first(connection, HOOK_SECRET, drawn)
        except KeyTrouble:
            log.warning(
                "The hook address of %s changes with each start: there is no office key to store it with. "
                "Set hook_secret in the configuration, or make a key: mcdesk config make-key-file",
                connection,
                extra={"action": "hook-secret.not-kept"},
            )
            return drawn

    def _ready(self) -> AESGCM:
        if self._cipher is None:
            give = self._key if self._has_sealed() else self._new_key
            try:
                self._cipher = AESGCM(give())
            except LookupError as error:
                raise KeyTrouble(str(error)) from error
        return self._cipher

    def _has_sealed(self) -> bool:
        question = select(schema.secrets.c.field).limit(1)
        return self._database.read(lambda tx: tx.first(question)).result() is not None

    def _check_key(self, tx: Tx, cipher: AESGCM) -> None:
        """Nothing is sealed with a second key beside the first: half of it would be lost whichever stays."""
        row = tx.first(select(schema.secrets).limit(1))
        if row is not None:
            self._open(cipher, row.sealed, row.connection, row.field)

    def _open(self, cipher: AESGCM, sealed: bytes, connection: str, field: str) -> str:
        if not sealed.startswith(WAY):
            raise KeyTrouble(f"A newer mcdesk sealed the secret {field} of {connection}. Install that one.")
        nonce, rest = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, rest, _label(connection, field)).decode("utf-8")
        except (InvalidTag, ValueError):  # the latter where even its length is wrong
            # Asked for again next time: the right key may have been put in place meanwhile.
            self._cipher = None
            raise KeyTrouble(
                f"The secret {field} of {connection} was sealed with another office key than this PC has. "
                "Bring the old key back (MCDESK_OFFICE_KEY, office.key or the keyring), "
                "or enter all secrets anew after: mcdesk config forget-secrets"
            ) from None


def _seal(cipher: AESGCM, value: str, connection: str, field: str) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return WAY + nonce + cipher.encrypt(nonce, value.encode("utf-8"), _label(connection, field))


def _label(connection: str, field: str) -> bytes:
    """What a seal is bound to: a row moved to another place does not open."""
    return f"{connection}\0{field}".encode()


def _row(connection: str, field: str) -> tuple[ColumnElement[bool], ...]:
    return (schema.secrets.c.connection == connection, schema.secrets.c.field == field)


def has(tx: Tx, connection: str, field: str) -> bool:
    """Whether there is such a secret; needs no key."""
    return _sealed(tx, connection, field) is not None


def _forget_all(tx: Tx) -> int:
    """With them go the sign-ins, and what is known of their ends."""
    table = schema.connections
    ending = tx.all(select(table.c.name).where(table.c.sign_in_until.is_not(None)))
    tx.run(update(table).values(sign_in_until=None))
    tx.touched.connections.update(row.name for row in ending)
    return tx.run(delete(schema.secrets)).rowcount


def _sealed(tx: Tx, connection: str, field: str) -> bytes | None:
    row = tx.first(select(schema.secrets.c.sealed).where(*_row(connection, field)))
    return None if row is None else bytes(row.sealed)


def _put(tx: Tx, connection: str, field: str, sealed: bytes) -> None:
    values = {"sealed": sealed, "at": tx.now}
    if not tx.run(update(schema.secrets).where(*_row(connection, field)).values(values)).rowcount:
        tx.run(insert(schema.secrets).values(connection=connection, field=field, **values))
