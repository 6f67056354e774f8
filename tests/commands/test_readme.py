"""The README is true: its file can be imported, its commands exist, its map has every part.

Must not: judge its prose.
"""

import re
import tomllib
from pathlib import Path

from mcdesk.app import read_office
from mcdesk.commands.line import mcdesk

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", README, re.DOTALL)


def test_the_configuration_shown_can_be_used() -> None:
    (source,) = blocks("toml")
    office = read_office(source)
    assert (office.name, len(office.lines), len(office.connections)) == ("Rivera & Cole", 1, 2)


def test_every_command_named_exists_and_every_command_is_named() -> None:
    named = set(re.findall(r"`mcdesk ([a-z-]+)", README))
    assert named - set(mcdesk.commands) == set()
    for name, command in mcdesk.commands.items():
        assert command.hidden or re.search(rf"`(mcdesk )?{name}\b", README), name


def test_the_map_has_every_part_and_the_rule_is_the_one_checked() -> None:
    parts = {
        path.stem
        for path in (ROOT / "mcdesk").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    } - {"__init__"}
    assert parts == set(re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (layers,) = (
        each["layers"] for each in project["tool"]["importlinter"]["contracts"] if each["id"] == "layers"
    )
    rule = " → ".join(re.sub(r"[()]", "", layer) for layer in layers)
    assert rule in README


def test_its_picture_is_there_and_small() -> None:
    (picture,) = re.findall(r"!\[[^]]*\]\(([^)]+)\)", README)
    assert 10_000 < (ROOT / picture).stat().st_size < 400_000
