"""Tests of providers run on asyncio.

Must not: know a company.
"""

import pytest


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
