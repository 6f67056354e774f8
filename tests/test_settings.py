"""Folders, environment secrets and the office key: where it comes from, never by a silent way round.

Must not: touch this user's own keyring or data folder.
"""

import base64
import os
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from mcdesk import settings
from mcdesk.settings import Keyring, NoOfficeKey, create_key_file, office_key

KEY = bytes(range(32))
WORDS = base64.b64encode(KEY).decode()


class MemoryKeyring:
    """Keeps what it is given, as a system's keyring does."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


class ForgetfulKeyring(MemoryKeyring):
    """Takes everything and keeps nothing, as the null backend does."""

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class BrokenKeyring(MemoryKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError("no bus")


def no_keyring() -> Keyring | None:
    return None


def must_not_be_asked() -> Keyring | None:
    raise AssertionError("the keyring was asked")


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MCDESK_OFFICE_KEY", "MCDESK_DATA"):
        monkeypatch.delenv(name, raising=False)


def test_the_resources_are_found_in_a_checkout() -> None:
    assert (settings.resource_folder() / "compliance").is_dir()


def test_the_packaged_program_finds_its_resources(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert settings.resource_folder() == tmp_path / "resources"


def test_the_data_folder_is_the_given_one_else_the_environments_else_the_systems(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert settings.data_folder(None).name == "mcdesk"
    monkeypatch.setenv("MCDESK_DATA", str(tmp_path / "named"))
    assert settings.data_folder(None) == tmp_path / "named"
    assert settings.data_folder(tmp_path / "given") == tmp_path / "given"
    assert not (tmp_path / "given").exists()


def test_logs_are_kept_with_data_whose_folder_was_chosen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert settings.log_folder(tmp_path) == tmp_path / "logs"
    assert settings.log_folder(None) != settings.data_folder(None) / "logs" or sys.platform == "win32"


def test_a_secret_is_read_from_the_environment_by_connection_and_field(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MCDESK_SECRET_TWILIO_EAST_AUTH_TOKEN", "shh")
    assert settings.secret_from_environment("twilio-east", "auth_token") == "shh"
    assert settings.secret_from_environment("twilio", "auth_token") is None


def test_the_environments_key_counts_before_every_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    create_key_file(tmp_path, keyring=no_keyring)
    monkeypatch.setenv("MCDESK_OFFICE_KEY", WORDS)
    assert office_key(tmp_path, create=False, keyring=must_not_be_asked) == KEY


@pytest.mark.parametrize(
    "words", [WORDS, WORDS.rstrip("="), f" {WORDS}\n", base64.urlsafe_b64encode(KEY).decode()]
)
def test_a_key_is_read_in_every_spelling_of_base64(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: str
) -> None:
    monkeypatch.setenv("MCDESK_OFFICE_KEY", words)
    assert office_key(tmp_path, create=False, keyring=must_not_be_asked) == KEY


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (base64.b64encode(KEY[:16]).decode(), "it holds 16 bytes"),
        (base64.b64encode(KEY + KEY).decode(), "it holds 64 bytes"),
        ("correct horse battery staple!", "it is not base64"),
    ],
)
def test_a_wrong_key_in_the_environment_is_explained_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: str, found: str
) -> None:
    monkeypatch.setenv("MCDESK_OFFICE_KEY", words)
    sentence = f"MCDESK_OFFICE_KEY is not an office key: {found}, expected 32"
    with pytest.raises(NoOfficeKey, match=sentence) as told:
        office_key(tmp_path, create=True, keyring=must_not_be_asked)
    assert words not in str(told.value)


def test_the_keyring_draws_a_key_once_and_gives_it_again(tmp_path: Path) -> None:
    ring = MemoryKeyring()
    drawn = office_key(tmp_path, create=True, keyring=lambda: ring)
    assert len(drawn) == 32
    assert office_key(tmp_path, create=True, keyring=lambda: ring) == drawn
    assert office_key(tmp_path, create=False, keyring=lambda: ring) == drawn


def test_two_offices_on_one_pc_have_two_keys(tmp_path: Path) -> None:
    ring = MemoryKeyring()
    keys = {office_key(tmp_path / name, create=True, keyring=lambda: ring) for name in ("east", "west")}
    assert len(keys) == 2


@pytest.mark.parametrize(
    ("keyring", "create"),
    [(no_keyring, True), (MemoryKeyring, False), (ForgetfulKeyring, True), (BrokenKeyring, True)],
)
def test_without_a_key_both_ways_out_are_named_and_nothing_is_written(
    tmp_path: Path, keyring: Callable[[], Keyring | None], create: bool
) -> None:
    with pytest.raises(NoOfficeKey) as told:
        office_key(tmp_path, create=create, keyring=keyring)
    assert "mcdesk config make-key-file" in str(told.value)
    assert "MCDESK_OFFICE_KEY" in str(told.value)
    assert list(tmp_path.iterdir()) == []


def test_a_keyring_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(settings, "KEYRING_SECONDS", 0.05)
    over = threading.Event()

    def hang() -> Keyring | None:
        over.wait(10)
        return None

    with pytest.raises(NoOfficeKey, match="did not answer"):
        office_key(tmp_path, create=True, keyring=hang)
    over.set()


def test_a_key_file_is_made_once_for_this_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    path = create_key_file(folder, keyring=no_keyring)
    key = office_key(folder, create=False, keyring=must_not_be_asked)
    assert create_key_file(folder, keyring=must_not_be_asked) == path
    assert office_key(folder, create=False, keyring=must_not_be_asked) == key
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_key_file_takes_over_the_key_the_keyring_has(tmp_path: Path) -> None:
    ring = MemoryKeyring()
    key = office_key(tmp_path, create=True, keyring=lambda: ring)
    create_key_file(tmp_path, keyring=lambda: ring)
    assert office_key(tmp_path, create=False, keyring=no_keyring) == key


@pytest.mark.skipif(os.name != "posix", reason="rights of files are a POSIX matter")
def test_a_key_file_others_may_read_is_refused(tmp_path: Path) -> None:
    create_key_file(tmp_path, keyring=no_keyring).chmod(0o644)
    with pytest.raises(NoOfficeKey, match="chmod 600"):
        office_key(tmp_path, create=False, keyring=no_keyring)


def test_a_damaged_key_file_is_explained(tmp_path: Path) -> None:
    create_key_file(tmp_path, keyring=no_keyring).write_text("half a k")
    with pytest.raises(NoOfficeKey, match=r"office\.key is not an office key"):
        office_key(tmp_path, create=False, keyring=no_keyring)


@pytest.fixture
def plaintext_backend(tmp_path: Path) -> Path:
    (tmp_path / "plaintext_ring.py").write_text(
        "from keyring.backend import KeyringBackend\n"
        "class Keyring(KeyringBackend):\n"
        "    priority = 9\n"
        "    def get_password(self, service, username): return None\n"
        "    def set_password(self, service, username, password): open('leaked', 'w').write(password)\n"
    )
    return tmp_path


@pytest.mark.parametrize(
    "backend", ["plaintext_ring.Keyring", "keyring.backends.null.Keyring", "keyring.backends.fail.Keyring"]
)
def test_a_keyring_that_does_not_seal_is_refused(plaintext_backend: Path, backend: str) -> None:
    program = "from mcdesk.settings import system_keyring; print(system_keyring())"
    path = os.pathsep.join([str(plaintext_backend), str(Path.cwd())])
    environment = {**os.environ, "PYTHON_KEYRING_BACKEND": backend, "PYTHONPATH": path}
    found = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False
    )
    assert found.stdout.strip() == "None", found.stderr


#: A real keyring service of its own, unlocked, on a bus of its own.
UNLOCKED = """
printf pw | gnome-keyring-daemon --unlock --components=secrets --foreground >/dev/null 2>&1 &
daemon=$!
"$@"
status=$?
kill $daemon
exit $status
"""

ASK_TWICE = """
import sys, time
from pathlib import Path
from mcdesk.settings import NoOfficeKey, office_key, system_keyring
until = time.monotonic() + 10
while system_keyring() is None and time.monotonic() < until:
    time.sleep(0.1)
drawn = office_key(Path(sys.argv[1]), create=True)
assert office_key(Path(sys.argv[1]), create=False) == drawn
try:
    office_key(Path(sys.argv[1], "other"), create=False)
except NoOfficeKey:
    print(type(system_keyring()).__module__)
"""


@pytest.mark.skipif(
    not (shutil.which("gnome-keyring-daemon") and shutil.which("dbus-run-session")),
    reason="needs gnome-keyring and dbus-run-session",
)
def test_a_real_keyring_keeps_the_key(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir(mode=0o700)
    private = {"XDG_DATA_HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(run), "HOME": str(tmp_path)}
    environment = {**os.environ, **private, "PYTHONPATH": str(Path.cwd()), "GSETTINGS_BACKEND": "memory"}
    command = ["dbus-run-session", "--", "sh", "-c", UNLOCKED, "sh", sys.executable, "-c", ASK_TWICE]
    found = subprocess.run(
        [*command, str(tmp_path / "office")], env=environment, capture_output=True, text=True, check=False
    )
    assert found.stdout.strip() == "keyring.backends.SecretService", found.stderr
