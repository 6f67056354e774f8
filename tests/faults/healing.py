"""After a history all troubles end, and time goes forward until nothing is left to happen.

Must not: mend anything of the office by hand: it must heal by itself.
"""

from datetime import timedelta

from tests.faults.playing import Player
from tests.faults.quiet import until_quiet
from tests.faults.scene import Scene, Stuck

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
        scene.wait(lambda: scene.ask("disk", kind="well") is not None, "an engine with a disk that is well")
        scene.wait(player.mend_address, "the companies' right addresses")
        scene.ask("mended", connections=["twilio", "clio"])
        until_quiet(scene)
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
        until_quiet(scene)
    raise Stuck(f"{MOST_STEPS} times something was due, and there is always more")
