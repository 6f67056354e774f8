"""Draws the architecture: who may import what, which names and files may exist.

Must not: look at behaviour; that is tested beside its module.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "mcdesk"

#: Outside library → the only parts of mcdesk that import it.
ONLY_IN = {
    "PySide6": {"ui", "app"},
    "shiboken6": {"ui", "app"},
    "qasync": {"ui", "app"},
    "httpx": {"wire", "simulator"},  # the simulator stands for outside companies and may not import wire
    "httpcore": {"wire"},
    "sqlalchemy": {"store", "engine", "app"},
    "alembic": {"store"},
}

BANNED_NAMES = {"utils", "util", "common", "helpers", "misc", "base", "core", "manager", "service"}


def modules(folder: Path = PACKAGE) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def part_of(module: Path) -> str:
    """The first name under mcdesk: a package or a single module."""
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(module: Path) -> Iterator[str]:
    """Full names of everything a module imports, wherever in the file the import stands."""
    package = list(module.relative_to(ROOT).parent.parts)
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            source = ".".join(filter(None, (start, node.module)))
            yield from (f"{source}.{name.name}" for name in node.names)


def is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def test_imports_go_one_way_and_providers_do_not_know_each_other() -> None:
    linter = str(Path(sys.executable).parent / "lint-imports")
    command = [linter, "--config", "pyproject.toml", "--no-cache"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr


def test_importing_the_package_alone_imports_nothing() -> None:
    assert list(imports(PACKAGE / "__init__.py")) == []


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_imported_only_where_it_belongs(library: str) -> None:
    strays = [
        str(module.relative_to(ROOT))
        for module in modules()
        if part_of(module) not in ONLY_IN[library]
        and any(is_within(name, library) for name in imports(module))
    ]
    assert strays == []


def test_the_simulator_imports_nothing_of_the_program() -> None:
    strays = [
        f"{module.relative_to(ROOT)}: {name}"
        for module in modules(PACKAGE / "simulator")
        for name in imports(module)
        if is_within(name, "mcdesk") and not is_within(name, "mcdesk.simulator")
    ]
    assert strays == []


def test_no_import_is_made_for_type_checkers_only() -> None:
    flag = "TYPE_" + "CHECKING"
    assert [str(m) for m in modules() if flag in m.read_text(encoding="utf-8")] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    named = [path for path in PACKAGE.rglob("*") if path.suffix in {"", ".py"}]
    assert [str(path) for path in named if path.stem in BANNED_NAMES] == []


@pytest.mark.parametrize("folder", ["mcdesk", "tests"])
def test_every_module_says_what_lives_in_it(folder: str) -> None:
    silent = [
        str(module.relative_to(ROOT))
        for module in modules(ROOT / folder)
        if (tree := ast.parse(module.read_text(encoding="utf-8"))).body and not ast.get_docstring(tree)
    ]
    assert silent == []


def test_nothing_is_mocked() -> None:
    strays = [
        str(module.relative_to(ROOT))
        for folder in ("mcdesk", "tests")
        for module in modules(ROOT / folder)
        if any(is_within(name, "unittest.mock") or is_within(name, "mock") for name in imports(module))
    ]
    assert strays == []
