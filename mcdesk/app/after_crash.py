"""What is looked at before an engine starts on data that nobody closed.

Must not: mend anything.
"""

import logging
from datetime import datetime

from mcdesk.app.place import Place
from mcdesk.engine import holders
from mcdesk.store import leases, soundness
from mcdesk.store.transaction import StoreTrouble

log = logging.getLogger(__name__)


def refuse_damaged(place: Place) -> None:
    """Look through the database where the last engine did not end in good order. Raises StoreTrouble.

    Not while another engine works on it: that one has looked, and the file is never quiet.
    """
    if place.file is None:
        return
    try:
        left = place.database.read(leases.engines).result()
    except StoreTrouble:
        soundness.refuse_damaged(place.file)
        raise
    now = place.clock.now()
    if any(not _is_gone(holder, until, now) for holder, until in left.items()):
        return
    if left or place.was_left_open:
        log.warning(
            "mcdesk was not ended in good order; its data is looked through", extra={"action": "data.looking"}
        )
        soundness.refuse_damaged(place.file)
        log.info("The data is whole", extra={"action": "data.whole"})


def _is_gone(holder: str, until: datetime, now: datetime) -> bool:
    return until <= now or holders.is_surely_gone(holder)
