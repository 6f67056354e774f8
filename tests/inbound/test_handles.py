"""How many files may be open: asked for at the start, and what that leaves for connections.

Must not: change the limit of the test run itself.
"""

import subprocess
import sys

import pytest

from mcdesk.inbound import handles

pytest.importorskip("resource")

RAISES = """
import resource
from mcdesk.inbound import handles
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
print(handles.raise_limit(), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.parametrize(("soft", "hard", "after"), [(100, 400, 400), (400, 400, 400)])
def test_as_many_files_may_be_open_as_the_system_allows(soft: int, hard: int, after: int) -> None:
    said = subprocess.run(
        [sys.executable, "-c", RAISES.format(soft=soft, hard=hard)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.split() == [str(after), str(after)]


def test_handles_are_left_for_everything_else() -> None:
    assert handles.for_connections(1024, most=6000) == 768
    assert handles.for_connections(100, most=6000) == handles.FEWEST
    assert handles.for_connections(65_536, most=6000) == 6000
    assert handles.for_connections(None, most=6000) == 6000
