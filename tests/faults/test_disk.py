"""A disk that really fills, a file system that really may not be written, a database another program holds:
a hook is answered 503 or kept, and all heals by itself.

Must not: wait for more than one trouble at a time (`test_histories` mixes them).
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mcdesk.simulator import CallPlan
from tests.faults.acts import History
from tests.faults.laboratory import Laboratory, judged
from tests.faults.playing import Player
from tests.faults.scene import Scene
from tests.walks.configured import LINE

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(120),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="engines are forked"),
]
needs_mounting = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or shutil.which("mount") is None,
    reason="a small disk is mounted, which only root may do",
)
STORY = History(start="", callers=("415", "212", "303"), acts=())
SMALL = "6m"


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of six megabytes."""
    folder.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", folder], check=False
    ).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        yield folder
    finally:
        subprocess.run(["mount", "-o", "remount,rw", folder], check=True)
        subprocess.run(["umount", "-l", folder], check=True)


@contextmanager
def story(lab: Laboratory, folder: Path | None = None) -> Iterator[tuple[Scene, Player]]:
    scene = lab.scene(STORY, folder=folder)
    scene.open()
    try:
        scene.at_work()
        yield scene, Player(scene)
    finally:
        scene.close()


def call(scene: Scene, who: int) -> None:
    """Somebody calls and is missed, to the end of the call."""
    scene.twilio.run(scene.twilio.company.call, scene.number(who), LINE, plan=CallPlan(hangs_up_after=4))


def fill(path: Path) -> None:
    """As large as it gets."""
    with path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def answers(scene: Scene) -> set[int | None]:
    """What the office said to hooks."""
    return {hook.status for hook in scene.twilio.ask(lambda: list(scene.twilio.company.hooks))}


def texted(scene: Scene, who: int) -> bool:
    return bool(scene.twilio.ask(lambda: scene.twilio.company.texts_to(scene.number(who))))


def healed(scene: Scene, player: Player) -> None:
    """Everyone gets their text without anybody doing anything, and nothing is lost or doubled."""
    for who in range(len(STORY.callers)):
        scene.wait(lambda who=who: texted(scene, who), f"the text to caller {who}", seconds=20)  # type: ignore[misc]
    _, found = judged(scene, player)
    assert found == []


@needs_mounting
def test_a_full_disk_refuses_hooks_and_heals_when_there_is_room(lab: Laboratory, tmp_path: Path) -> None:
    with small_disk(tmp_path / "small") as disk, story(lab, disk / "office") as (scene, player):
        call(scene, 0)
        scene.wait(lambda: texted(scene, 0), "the text before")
        filler = disk / "filler"
        with pytest.raises(OSError, match="No space"):
            fill(filler)
        for _ in range(20):
            call(scene, 1)
            if 503 in answers(scene):
                break
        assert 503 in answers(scene), "the disk was full, and every hook was taken"
        filler.unlink()
        call(scene, 2)
        healed(scene, player)


@pytest.mark.parametrize("trouble", ["full", "readonly"])
def test_a_database_that_cannot_be_written_refuses_hooks_and_heals(lab: Laboratory, trouble: str) -> None:
    """On machines where nothing can be mounted: SQLite itself is told so."""
    with story(lab) as (scene, player):
        call(scene, 0)
        scene.wait(lambda: texted(scene, 0), "the text before")
        scene.ask("disk", kind=trouble)
        call(scene, 1)
        assert 503 in answers(scene)
        scene.ask("disk", kind="well")
        call(scene, 2)
        healed(scene, player)


def test_a_database_another_program_holds_refuses_hooks_and_heals(lab: Laboratory) -> None:
    with story(lab) as (scene, player):
        call(scene, 0)
        scene.wait(lambda: texted(scene, 0), "the text before")
        scene.lock()
        call(scene, 1)
        assert 503 in answers(scene)
        scene.unlock()
        call(scene, 2)
        healed(scene, player)
