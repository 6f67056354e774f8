"""A signed-in firm for every test here."""

from collections.abc import AsyncIterator

import pytest

from mcdesk.simulator import PretendClio
from tests.providers.clio.office import Office


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def office(anyio_backend: str) -> AsyncIterator[Office]:
    async with PretendClio() as pretend:
        firm = Office(pretend)
        firm.sign_in()
        yield firm
        await firm.close()
