"""An office updates mcdesk: the engine goes on where the released version left its database.

Must not: check rows; `tests/store/test_released` does.
"""

import asyncio
from pathlib import Path

import pytest

from mcdesk import app
from mcdesk.domain.queue import Conversation, QueueRow, View
from mcdesk.store.opening import FILE_NAME
from tests.store import released
from tests.walks.office import nobody_signs_in


@pytest.mark.parametrize("revision", list(released.RELEASED))
def test_the_engine_goes_on_with_what_a_released_version_left(
    tmp_path: Path, secrets: None, revision: str
) -> None:
    released.leave(tmp_path / FILE_NAME, revision)

    async def look(place: app.Place) -> tuple[tuple[QueueRow, ...], Conversation]:
        async with app.run_office(place, sign_in=nobody_signs_in, person="Maria") as running:
            return await running.desk.queue(View.OPEN), await running.desk.conversation(1)

    place = app.open_place(tmp_path)
    try:
        (row,), conversation = asyncio.run(look(place))
    finally:
        place.close()
    assert (row.who, row.owner, row.unread, row.preview) == ("Ana Díaz", "Maria", 1, "10:45 works")
    assert {"Sorry we missed your call.", "Conflict check done."} <= {
        item.text for item in conversation.items
    }
    assert conversation.card.crm_name == "Ana Díaz"
