"""When an office is done with what there is to do now.

Must not: move time.
"""

import time

from tests.faults.scene import Scene, Stuck
from tests.faults.work_checks import wrong_with


def until_quiet(scene: Scene) -> None:
    """Until nothing is being done or due, and all that people did is known. Raises Stuck."""
    until = time.monotonic() + scene.quiet_within
    calm = 0
    asked = time.monotonic()
    while calm < 2:
        left = [*scene.rows.unsettled(scene.now()), *unheard(scene)]
        calm = 0 if left else calm + 1
        if time.monotonic() > until:
            raise Stuck(f"not done within {scene.quiet_within:g} s: " + "; ".join(left[:6]))
        if left and time.monotonic() - asked > 2.0:
            # As a person who presses Test, and no oftener.
            scene.ask("mended", connections=["twilio", "clio"])
            asked = time.monotonic()
        scene.rest(0.03)


def is_quiet(scene: Scene) -> bool:
    """At this moment, and a moment later."""
    for _ in range(2):
        if scene.rows.unsettled(scene.now()) or unheard(scene):
            return False
        scene.rest(0.03)
    return True


def unheard(scene: Scene) -> list[str]:
    """Calls and texts of the company that the office does not know, or not to their end, in words."""
    rows = {row["call_id"]: row for row in scene.rows.ask("SELECT * FROM calls")}
    read = {row["message_id"] for row in scene.rows.ask("SELECT message_id FROM messages")}
    company = scene.twilio.company
    calls = scene.twilio.ask(lambda: [(call, company.ledger.answered(call)) for call in company.calls()])
    replies = scene.twilio.ask(company.replies)
    found = [wrong_with(call, rows.get(call.sid), answered) for call, answered in calls if call.ended]
    texts = [f"text {reply.sid} of {reply.from_}" for reply in replies if reply.sid not in read]
    return [*filter(None, found), *texts]
