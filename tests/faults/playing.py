"""Makes a history's acts happen in its scene, one after another.

Must not: judge what the office makes of them.
"""

import signal
import time
from collections.abc import Callable
from datetime import timedelta

from mcdesk.simulator import CallPlan, Fault, FaultPlan, HookPlan, InThread, PretendClio, PretendTwilio
from tests.faults.acts import (
    Act,
    BadDay,
    Call,
    DieAt,
    Disk,
    Glitch,
    HookTrouble,
    Kill,
    Outage,
    Pause,
    Restart,
    SecondEngine,
    Settle,
    Sleep,
    Staff,
    Text,
    TimePasses,
    WrongAddress,
    WrongClock,
)
from tests.faults.quiet import is_quiet
from tests.faults.scene import Acted, Scene
from tests.walks.configured import LINE

#: Between two acts, real seconds.
BETWEEN = 0.05
#: The longest a request is held up: with the engines' patience shorter than what settles a doubt.
HELD_UP = 1.0
#: An engine that is told to leave finishes what is on the wire.
LEAVES_WITHIN = 12.0
PLANS = {
    "missed": CallPlan(),
    "hangs-up": CallPlan(hangs_up_after=4),
    "voicemail": CallPlan(voicemail=9),
    "answered": CallPlan(answers_after=2, talks_for=12),
}


class Player:
    """Plays one history. `calls` are the ways to wait for the calls under way."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._calls: list[Callable[[], object]] = []

    def play(self) -> None:
        self._scene.at_work()
        for act in self._scene.history.acts:
            self.do(act)
            self._scene.rest(BETWEEN)

    def hang_up(self) -> None:
        """All calls come to their end."""
        while self._calls:
            self._calls.pop()()

    def _all_told(self) -> None:
        """No call rings, and no hook is late, for hours: the companies' seconds are not the office's."""
        self.hang_up()
        account = self._scene.twilio.company.account
        self._scene.wait(lambda: account.under_way == 0, "the hooks under way")

    def do(self, act: Act) -> None:
        match act:
            case Call():
                self._call(act)
            case Text(who=who, words=words):
                self._text(who, words)
            case Staff():
                self._staff(act)
            case TimePasses(hours=hours):
                self._all_told()
                self._scene.pass_time(timedelta(hours=hours))
            case Sleep():
                self._sleep(act)
            case WrongClock(seconds=seconds):
                self._scene.set_clock(seconds)
            case BadDay() | Glitch() | HookTrouble() | Outage() | WrongAddress():
                self._network(act)
            case Kill() | DieAt() | Restart() | SecondEngine():
                self._engines(act)
            case Disk(kind=kind, seconds=seconds):
                self._disk(kind, seconds)
            case Pause(seconds=seconds):
                self._scene.rest(seconds)
            case Settle(seconds=seconds):
                self._settle(seconds)

    def _settle(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        self.hang_up()
        while time.monotonic() < until and not is_quiet(self._scene):
            self._scene.rest(0.05)

    # people

    def _call(self, act: Call) -> None:
        twilio = self._scene.twilio
        end = twilio.start(twilio.company.call, self._scene.number(act.who), LINE, plan=PLANS[act.how])
        if act.to_its_end:
            end()
        else:
            self._calls.append(end)

    def _text(self, who: int, words: str) -> None:
        twilio = self._scene.twilio
        self._calls.append(twilio.start(twilio.company.text, self._scene.number(who), words, to=LINE))

    def _staff(self, act: Staff) -> None:
        scene, number = self._scene, self._scene.number(act.who)
        engine = scene.at_work()
        lead = scene.rows.newest_lead(number)
        if lead is None:
            return
        began = time.time()
        said = scene.ask("desk", verb=act.verb, lead=lead, words=act.words)
        ok = None if said is None else bool(said["ok"])
        words = f"{said}" if said is not None else f"engine {engine.birth.life} died"
        scene.acted.append(Acted(act.verb, lead, number, act.words, began, time.time(), ok, words))

    # time

    def _sleep(self, act: Sleep) -> None:
        """Nobody answers hooks meanwhile; they are lost, as the company tries once."""
        scene = self._scene
        self._all_told()
        with scene.out_of_reach():
            scene.hold_still()
            if act.caller is not None:
                if act.words:
                    self._text(act.caller, act.words)
                else:
                    self._call(Call(act.caller, "hangs-up"))
                self.hang_up()
            scene.pass_time(timedelta(hours=act.hours), asleep=True)

    # networks

    def _network(self, act: BadDay | Glitch | HookTrouble | Outage | WrongAddress) -> None:
        scene = self._scene
        match act:
            case BadDay(company=company, rate=rate, seed=seed):
                plan = FaultPlan(seed, rate, seconds=HELD_UP) if rate else None
                faults = self._company(company).company.faults
                self._company(company).ask(lambda: setattr(faults, "plan", plan))
            case Glitch():
                self._glitch(act)
            case HookTrouble(rate=rate, seed=seed):
                account = scene.twilio.company.account
                account.hook_plan = HookPlan(seed, rate, seconds=HELD_UP) if rate else None
            case Outage():
                self._outage(act)
            case WrongAddress(how=how, seconds=seconds):
                wrong = {
                    "dns": "http://twilio.invalid",
                    "tls": scene.twilio.company.url.replace("http://", "https://"),
                }[how]
                scene.ask("configure", source=scene.source(twilio=wrong))
                scene.after(seconds, self.mend_address)

    def _glitch(self, act: Glitch) -> None:
        thread = self._company(act.company)
        fault = Fault(
            act.kind, path=act.path, method=act.method, count=act.count, seconds=act.seconds,
            status=act.status,
        )  # fmt: skip
        thread.ask(lambda: thread.company.faults.add(fault))

    def mend_address(self) -> bool:
        """Whether an engine lived to note it, and could."""
        said = self._scene.ask("configure", source=self._scene.source())
        return said is not None and bool(said["ok"])

    def _outage(self, act: Outage) -> None:
        thread = self._company(act.company)
        company = thread.company
        match act.how:
            case "refuse":
                thread.ask(lambda: company.refuse(act.seconds))
            case "drop":
                thread.ask(lambda: company.faults.outage(act.seconds))
            case "error":
                thread.ask(lambda: company.faults.outage(act.seconds, status=503))
            case "hang-up":
                fault = Fault("hang-up", count=None, lasts=act.seconds)
                thread.ask(lambda: company.faults.add(fault))

    def _company(self, name: str) -> InThread[PretendTwilio] | InThread[PretendClio]:
        return self._scene.twilio if name == "twilio" else self._scene.clio

    # machines

    def _engines(self, act: Kill | DieAt | Restart | SecondEngine) -> None:
        scene = self._scene
        match act:
            case Kill(engine="second"):
                if scene.second is not None:
                    scene.second.kill()
            case Kill(down=down):
                if scene.first is not None:
                    scene.first.kill(signal.SIGKILL)
                    scene.stay_down(down)
            case DieAt(kind=kind, number=number):
                scene.ask("doom", kind=kind, number=number)
            case Restart():
                engine = scene.at_work()
                scene.ask("leave")
                scene.wait(lambda: engine.is_dead, "an engine to leave in good order", seconds=LEAVES_WITHIN)
            case SecondEngine():
                if scene.second is None or scene.second.is_dead:
                    scene.start_second()

    def _disk(self, kind: str, seconds: float) -> None:
        scene = self._scene
        if kind == "locked":
            scene.lock()
            scene.after(seconds, scene.unlock)
            return
        engine = scene.at_work()
        scene.ask("disk", kind=kind)
        scene.after(seconds, lambda: None if engine.is_dead else self._mend_disk())

    def _mend_disk(self) -> None:
        self._scene.ask("disk", kind="well")
