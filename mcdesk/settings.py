"""Where things are on this PC, and the office key that seals the office's secrets.

Must not: read the office's configuration, or keep the key anywhere the user did not agree to.
"""

import base64
import binascii
import contextlib
import logging
import os
import queue
import secrets
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from platformdirs import user_data_dir, user_log_dir

T = TypeVar("T")
PROGRAM = "mcdesk"
KEY_FILE = "office.key"
KEY_BYTES = 32
#: How long the keyring may take; it asks other programs, which may hang or wait for a person.
KEYRING_SECONDS = 5.0
#: Keyrings that seal what they are given. Whatever else is installed (plain files, null) is refused.
TRUSTED_KEYRINGS = frozenset({"SecretService", "libsecret", "kwallet", "macOS", "Windows"})

_WAYS_OUT = (
    "Keep the key in a file only this user may read: mcdesk config make-key-file. "
    "Or give it as MCDESK_OFFICE_KEY (32 bytes in base64)."
)

log = logging.getLogger(__name__)


class NoOfficeKey(LookupError):
    """There is no office key to seal or open secrets with. The message names the ways out."""


class Keyring(Protocol):
    """What we ask of the system's keyring."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...


def resource_folder() -> Path:
    """The shipped tables, templates, fonts and icons: beside the package, or inside it."""
    package = Path(__file__).resolve().parent
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        return Path(frozen) / "resources"
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"


def data_folder(given: Path | None = None) -> Path:
    """The office's data on this PC; not made here."""
    chosen = given or _environment_folder()
    return chosen.expanduser().absolute() if chosen else Path(user_data_dir(PROGRAM, appauthor=False))


def log_folder(given: Path | None = None) -> Path:
    """Where logs go: with the data where its folder was chosen, else where this system keeps logs."""
    if given or _environment_folder():
        return data_folder(given) / "logs"
    return Path(user_log_dir(PROGRAM, appauthor=False))


def database_url() -> str | None:
    """A shared office's database server, from MCDESK_DATABASE_URL; None where the folder holds the office.

    It has a password in it: never shown.
    """
    return os.environ.get("MCDESK_DATABASE_URL", "").strip() or None


def secret_from_environment(connection: str, field: str) -> str | None:
    """A provider secret from MCDESK_SECRET_<CONNECTION>_<FIELD>; None where that is not set or empty."""
    name = f"MCDESK_SECRET_{connection}_{field}".replace("-", "_").replace(" ", "_").upper()
    return os.environ.get(name) or None


def system_keyring() -> Keyring | None:
    """The keyring of this system; None where it has none that seals."""
    # A sixth of a second to import: not paid by a start that needs no secret.
    import keyring.core
    from keyring.backends.chainer import ChainerBackend

    keyring.core.init_backend(limit=lambda each: isinstance(each, ChainerBackend) or _is_trusted(each))
    found = keyring.core.get_keyring()
    if isinstance(found, ChainerBackend):
        return found if found.backends else None
    return found if _is_trusted(found) else None


def office_key(
    folder: Path, *, create: bool, keyring: Callable[[], Keyring | None] = system_keyring
) -> bytes:
    """The 32 bytes that seal the secrets of the office in `folder`; may take KEYRING_SECONDS.

    From MCDESK_OFFICE_KEY; else from the key file, which exists only where a user asked for it; else from the
    keyring, where `create` draws one if there is none. Raises NoOfficeKey.
    """
    if given := os.environ.get("MCDESK_OFFICE_KEY", "").strip():
        return _decoded(given, "MCDESK_OFFICE_KEY")
    if (folder / KEY_FILE).exists():
        return _read_key_file(folder / KEY_FILE)
    return _within_limit(lambda: _keyring_key(folder, create=create, keyring=keyring))


def create_key_file(folder: Path, *, keyring: Callable[[], Keyring | None] = system_keyring) -> Path:
    """Keep the office key in a file only this user may read; call it when the user asked for that.

    A key this PC has already (environment, keyring) is the one written: what it sealed stays readable.
    """
    path = folder / KEY_FILE
    if path.exists():
        _read_key_file(path)
        return path
    try:
        key = office_key(folder, create=False, keyring=keyring)
    except NoOfficeKey:
        if os.environ.get("MCDESK_OFFICE_KEY", "").strip():
            raise
        key = secrets.token_bytes(KEY_BYTES)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(_encoded(key) + "\n")
    return path


def _environment_folder() -> Path | None:
    named = os.environ.get("MCDESK_DATA", "").strip()
    return Path(named) if named else None


def _is_trusted(backend: object) -> bool:
    package, _, module = type(backend).__module__.rpartition(".")
    return (package, module) in {("keyring.backends", name) for name in TRUSTED_KEYRINGS}


def _keyring_key(folder: Path, *, create: bool, keyring: Callable[[], Keyring | None]) -> bytes:
    found = keyring()
    if found is None:
        raise NoOfficeKey(f"This PC has no keyring that seals what it keeps. {_WAYS_OUT}")
    # One entry per data folder: two offices on one PC have two keys.
    account = os.path.normcase(folder.expanduser().resolve())
    kept = found.get_password(PROGRAM, account)
    if kept is None and create:
        found.set_password(PROGRAM, account, _encoded(secrets.token_bytes(KEY_BYTES)))
        # Read back: some keyrings take a password without keeping it.
        kept = found.get_password(PROGRAM, account)
    if kept is None:
        raise NoOfficeKey(f"The keyring has no office key for {folder}. {_WAYS_OUT}")
    return _decoded(kept, "The office key in the keyring")


def _within_limit(work: Callable[[], T]) -> T:
    """Do `work` on a thread of its own that is left behind when it takes too long or the program ends."""
    answers: queue.SimpleQueue[tuple[T | None, Exception | None]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put((work(), None))
        except Exception as error:
            answers.put((None, error))

    threading.Thread(target=ask, name="mcdesk-keyring", daemon=True).start()
    try:
        result, error = answers.get(timeout=KEYRING_SECONDS)
    except queue.Empty:
        raise NoOfficeKey(
            f"The keyring did not answer within {KEYRING_SECONDS:g} seconds. "
            f"If it waits to be unlocked, unlock it and start mcdesk again. {_WAYS_OUT}"
        ) from None
    if isinstance(error, NoOfficeKey):
        raise error
    if error is not None:
        log.warning("The keyring failed (%s)", type(error).__name__, extra={"action": "keyring.failed"})
        raise NoOfficeKey(f"The keyring cannot be used ({type(error).__name__}). {_WAYS_OUT}") from error
    assert result is not None
    return result


def _read_key_file(path: Path) -> bytes:
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise NoOfficeKey(f"Other users may read {path}. Take that right away: chmod 600 '{path}'")
        return _decoded(path.read_text(encoding="ascii").strip(), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise NoOfficeKey(f"{path} cannot be read ({type(error).__name__}). Allow this user to.") from error


def _encoded(key: bytes) -> str:
    return base64.b64encode(key).decode("ascii")


def _decoded(words: str, where: str) -> bytes:
    """The key in `words`, in either alphabet of base64, padded or not."""
    key = b""
    with contextlib.suppress(binascii.Error, ValueError):
        plain = words.rstrip("=").replace("-", "+").replace("_", "/")
        key = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    if len(key) == KEY_BYTES:
        return key
    found = f"it holds {len(key)} bytes" if key else "it is not base64"
    raise NoOfficeKey(
        f"{where} is not an office key: {found}, expected {KEY_BYTES} bytes in base64 (44 characters). "
        "Give the key that sealed this office's secrets."
    )
