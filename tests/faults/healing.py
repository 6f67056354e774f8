"""After a history all troubles end, and time goes forward until nothing is left to happen.

Must not: mend anything of the office by hand: it must heal by itself.
"""

import time
from datetime import timedelta

from tests.faults.playing import Player
from tests.faults.scene import Scene, Stuck
from tests.faults.work_checks import wrong_with

#: The longest sequence ends after three days; what comes later is not waited for.
AHEAD = timedelta(days=6)
MOST_STEPS = 80


def heal(scene: Scene, player: Player) -> list[str]:
    """Troubles end; whatever stays unsettled, in words."""
    scene.end_all()
    for thread in (scene.twilio, scene.clio):
        thread.ask(thread.company.faults.clear)
    scene.twilio.company.account.hook_plan = None
    scene.set_clock(0.0)
    try:
        player.hang_up()
        player.mend_address()
        scene.ask("disk", kind="well")
        scene.ask("mended", connections=["twilio", "clio"])
        _until_quiet(scene)
        _until_nothing_comes(scene)
    except Stuck as stuck:
        return [str(stuck)]
    return []


def _until_nothing_comes(scene: Scene) -> None:
    """Follow-ups, escalations, held texts: each at its time, until none is due within days."""
    until = scene.now() + AHEAD
    for _ in range(MOST_STEPS):
        due = scene.rows.next_due()
        if due is None or due > until:
            if not scene.rows.unsettled(scene.now()):
                return
        elif due > scene.now():
            scene.pass_time(due - scene.now() + timedelta(milliseconds=20))
        else:
            scene.wake()
        _until_quiet(scene)
    raise Stuck(f"{MOST_STEPS} times something was due, and there is always more")


def _until_quiet(scene: Scene) -> None:
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
