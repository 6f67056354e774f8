"""What may be in the tree and in the lock file: names at the top, addresses, hashes.

Must not: look into the program's modules; `test_shape` does.
"""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements.lock"

TOP_LEVEL = {
    "mcdesk", "resources", "tests", ".ci", "pyproject.toml", "requirements.lock", "mcdesk.spec", "Makefile",
    "README.md", "CHANGELOG.md", "LICENSE", ".gitignore",
}  # fmt: skip

# written so that this file does not find itself
REGISTRIES = re.compile(r"p[y]pi\.org|p[y]thonhosted\.org|n[p]mjs\.(org|com)|/p[y]pi/|find[-]links=")
MACHINE_PATHS = re.compile(r"(?<![\w.~}>-])/(work|root|home/\w+|opt/(wheels|pypi\w*))/")


def tracked() -> list[Path]:
    """Files git knows and files it would add."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in listed.splitlines() if (path := ROOT / name).is_file()]


def text_of(path: Path) -> str:
    """The file's text; nothing for fonts and pictures."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def locked() -> dict[str, list[str]]:
    """Requirement line → its hashes."""
    entries: dict[str, list[str]] = {}
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        if not line.startswith(" "):
            entries[line.removesuffix("\\").strip()] = []
        else:
            entries[list(entries)[-1]].append(line.removesuffix("\\").strip())
    return entries


def test_the_top_of_the_tree_holds_only_what_it_should() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} - TOP_LEVEL == set()


@pytest.mark.parametrize("pattern", [REGISTRIES, MACHINE_PATHS], ids=["registry hosts", "machine paths"])
def test_no_file_names_a_package_registry_or_a_place_on_one_machine(pattern: re.Pattern[str]) -> None:
    found = {str(path.relative_to(ROOT)): pattern.search(text_of(path)) for path in tracked()}
    assert {name: hit[0] for name, hit in found.items() if hit} == {}


def test_every_locked_package_has_hashes_and_an_exact_version() -> None:
    entries = locked()
    assert len(entries) > 50
    for requirement, hashes in entries.items():
        assert re.match(r"[a-z0-9-]+==\S+( ;|$)", requirement), requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", each) for each in hashes), requirement


def test_the_lock_names_no_address() -> None:
    assert re.search(r"://|index|find-links|@", LOCK.read_text(encoding="utf-8")) is None


def test_everything_the_project_asks_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    wanted = [*project["project"]["dependencies"], *groups["test"], *groups["build"]]
    names = {re.split(r"[=<>;\[ ]", requirement)[0].lower() for requirement in wanted}
    assert names - {requirement.split("==")[0] for requirement in locked()} == set()


def test_qt_is_locked_apart_for_python_3_11() -> None:
    qt = [requirement for requirement in locked() if requirement.startswith("pyside6-essentials")]
    assert qt[0] == "pyside6-essentials==6.11.3 ; python_full_version < '3.12'"
    assert re.fullmatch(r"pyside6-essentials==6\.12\.\d+ ; python_full_version >= '3\.12'", qt[1])
    assert len(qt) == 2
