"""One stage for all tests of a module: what they do on it is undone.

Must not: hold tests.
"""

from collections.abc import Iterator

import pytest

from tests.engine.rehearsal import Stage
from tests.engine.rehearsal import stage as opened


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with opened(tmp_path_factory.mktemp("stage")) as made:
        yield made
