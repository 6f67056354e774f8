"""Writes the picture set of the window: python -m tests.screenshots [DIR].

Each picture is the real window over the sample office. Look at them after every change of `mcdesk/ui`.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import qasync
from PySide6.QtCore import QEvent
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from mcdesk.domain.leads import Stage
from mcdesk.domain.marks import MarkKind
from mcdesk.domain.queue import BlindPeriod, Next, NextWhat
from mcdesk.engine.silence import Silence, Why
from mcdesk.settings import resource_folder
from mcdesk.ui.conversation import reason_dialog
from mcdesk.ui.conversation.stop_dialog import StopDialog
from mcdesk.ui.conversation.tabs import Mode
from mcdesk.ui.dialogs import DefectDialog, QuitDialog
from mcdesk.ui.door import Door
from mcdesk.ui.main_window import MainWindow
from mcdesk.ui.theme.look import Look
from mcdesk.ui.theme.tokens import ThemeName
from tests.ui.rehearsed import RehearsedDesk, card
from tests.ui.sample_evidence import evidence, written
from tests.ui.sample_office import (
    ANA,
    GRACE,
    JAMES,
    REFUSED,
    UNKNOWN,
    WELL,
    ago,
    sample_desk,
    troubled_items,
)

VIP, SENSITIVE, NEVER, BLOCKED = MarkKind.VIP, MarkKind.SENSITIVE, MarkKind.NEVER, MarkKind.BLOCKED

Prepare = Callable[[RehearsedDesk], None]
Act = Callable[[MainWindow], QWidget | None]


def _as_is(desk: RehearsedDesk) -> None:
    """The sample office."""


def _empty(desk: RehearsedDesk) -> None:
    desk.leads = {lead: row for lead, row in desk.leads.items() if row.stage in (Stage.BOOKED, Stage.CLOSED)}
    desk.unread_alerts.clear()


def _first_ever(desk: RehearsedDesk) -> None:
    desk.leads.clear()
    desk.unread_alerts.clear()


def _trouble(desk: RehearsedDesk) -> None:
    desk.connections = (
        REFUSED,
        replace(REFUSED, name="clio", title="Clio", sentence="Clio does not answer."),
    )
    desk.texts_in_line = 3
    desk.stale_for = timedelta(minutes=7, seconds=24)
    desk.items[ANA] = troubled_items()


def _stopped(desk: RehearsedDesk) -> None:
    desk.leads[ANA] = replace(
        desk.leads[ANA], opted_out=True, stage=Stage.WAITING, next=Next(NextWhat.NOTHING), preview="STOP"
    )
    locked = (
        "Ana texted STOP at 10:21 and may not be texted. Call instead; only Ana's own START opens this again."
    )
    desk.cards[ANA] = card(desk.leads[ANA], locked=locked)


def _check(desk: RehearsedDesk) -> None:
    desk.leads[ANA] = replace(desk.leads[ANA], stage=Stage.CHECK, next=Next(NextWhat.CHECK))


def _undecided(desk: RehearsedDesk) -> None:
    desk.cards[ANA] = replace(
        card(desk.leads[ANA]), review_due=desk.at.replace(minute=0) + timedelta(days=1, hours=1)
    )


def _judged(desk: RehearsedDesk) -> None:
    desk.judged[ANA] = evidence()


def _judged_often(desk: RehearsedDesk) -> None:
    """A follow-up that was looked at again and again."""
    _judged(desk)
    *before, held, last = desk.judged[ANA]["decisions"]
    again = [{**held, "moment": "sent", "at": written(ago(20 - each))} for each in range(14)]
    desk.judged[ANA]["decisions"] = [*before, held, *again, {**last, "at": written(ago(4))}]


def _asks(desk: RehearsedDesk) -> None:
    desk.asks = (
        "It is quiet hours where they may be: the rule for FL allows texts from 8 am to 8 pm, Eastern time. "
        "Send it anyway?"
    )
    desk.cards[ANA] = replace(
        card(desk.leads[ANA]),
        may_text="Quiet hours till Tue 8:00 am",
        think_first="The rule for FL allows texts from 8 am to 8 pm, Eastern time. Think before you text.",
        in_texting_hours=False,
    )


def _marked(desk: RehearsedDesk) -> None:
    """Each kind of mark in the queue; the caller in hand has two."""
    for lead, kind in ((ANA, VIP), (JAMES, SENSITIVE), (UNKNOWN, NEVER), (GRACE, BLOCKED)):
        desk.leads[lead] = replace(desk.leads[lead], mark=kind)
    reasons = (
        (VIP, "Mayor's office: the managing partner calls back"),
        (SENSITIVE, "Family matter, shared phone"),
    )
    desk.cards[ANA] = replace(card(desk.leads[ANA]), marks=reasons)


def _blind(desk: RehearsedDesk) -> None:
    """A night without a connection, and a second engine that stands by."""
    night = desk.at.replace(hour=7, minute=10)
    desk.blind = (
        BlindPeriod(
            title="Twilio",
            began_at=night,
            ended_at=night + timedelta(minutes=31),
            why="This PC was asleep.",
            calls=3,
            too_late=1,
        ),
    )
    desk.worker_elsewhere = (
        "Another mcdesk (FRONT-DESK, process 4711) texts callers back. "
        "This one stands by, and takes over when that one ends."
    )
    clio = replace(WELL, last_success_at=desk.at, last_event_at=desk.at - timedelta(minutes=4))
    twilio = replace(clio, name="twilio", title="Twilio", sentence="Twilio works.", lag=timedelta(seconds=2))
    desk.connections = (twilio, replace(clio, sign_in_until=desk.at + timedelta(days=60)))


def _no_calls(desk: RehearsedDesk) -> None:
    _blind(desk)
    desk.blind = (replace(desk.blind[0], calls=0, too_late=0),)
    desk.worker_elsewhere = None
    desk.connections = (replace(WELL, sign_in_until=desk.at + timedelta(days=3)),)


def _stuck(desk: RehearsedDesk) -> None:
    desk.silent = Silence(Why.SILENT, desk.at - timedelta(minutes=8), "loop")
    desk.stale_for = timedelta(minutes=8)


def _failing(desk: RehearsedDesk) -> None:
    _trouble(desk)
    refused, clio = desk.connections
    desk.connections = (
        replace(
            refused,
            sentence="Twilio does not answer. Since 10:24.",
            wants_sign_in=False,
            next_try_at=desk.at + timedelta(seconds=5),
        ),
        clio,
    )


def _tick(window: MainWindow) -> None:
    window.tick()


def _connections(window: MainWindow) -> QWidget | None:
    window.frame.connections.open_under(window.frame.top.stamp)
    return window.frame.connections


def _nothing(window: MainWindow) -> None:
    """Nobody chose a row."""


def _open(window: MainWindow) -> None:
    window.open_lead(ANA)


def _write(window: MainWindow) -> None:
    assert window.attending is not None
    window.attending.room.conversation.box.write(Mode.TEXT)
    window.attending.room.conversation.box.editor.setPlainText(
        "Hi Ana, this is Maria at Rivera & Cole. A lawyer can call you at 10:45. Does that work?"
    )


def _note(window: MainWindow) -> None:
    assert window.attending is not None
    window.attending.room.conversation.box.write(Mode.NOTE)
    window.attending.room.conversation.box.editor.setPlainText(
        "Conflict check done, no match. Sam can take it."
    )


def _refused(window: MainWindow) -> None:
    _write(window)
    assert window.attending is not None
    window.attending.room.conversation.box.refused(
        ANA, "Ana wrote again while you were typing. Read it above, then send once more."
    )


def _close_menu(window: MainWindow) -> QWidget | None:
    assert window.attending is not None
    return window.attending.room.card.open_close_menu()


def _alerts(window: MainWindow) -> QWidget | None:
    window.frame.alerts.open_under(window.frame.top.bell, from_right=True)
    return window.frame.alerts


def _drawer(window: MainWindow) -> None:
    assert window.attending is not None
    window.attending.room.toggle_card()


def _quit(window: MainWindow) -> QWidget | None:
    dialog = QuitDialog(window.look, window, may_minimize=True)
    dialog.open()
    return dialog


def _other(window: MainWindow) -> QWidget | None:
    dialog = reason_dialog.close_as_other(window.look, "Ana Díaz", window)
    dialog.open()
    return dialog


def _block(window: MainWindow) -> QWidget | None:
    dialog = reason_dialog.block(window.look, "Ana Díaz", window)
    dialog.field.setText("Sells leads, calls every day")
    dialog.open()
    return dialog


def _do_block(window: MainWindow) -> None:
    assert window.attending is not None
    window.attending.actions.block(ANA, "Sells leads, calls every day")


def _send(window: MainWindow) -> None:
    assert window.attending is not None
    window.attending.room.conversation.box.send.click()


def _stop(window: MainWindow) -> QWidget | None:
    dialog = StopDialog(window.look, "Ana Díaz", window)
    dialog.open()
    return dialog


def _ask_why(window: MainWindow) -> None:
    assert window.attending is not None
    window.attending.room.card.why.click()


def _why(window: MainWindow) -> QWidget | None:
    return QApplication.activePopupWidget()


def _defect(window: MainWindow) -> QWidget | None:
    dialog = DefectDialog(window.look, "KeyError: 'zone'", "Traceback (most recent call last):\n  …", window)
    dialog.open()
    return dialog


def _turn_dark(window: MainWindow) -> None:
    window.look.choose(ThemeName.DARK)


@dataclass(frozen=True)
class Picture:
    """One state of the window."""

    name: str
    prepare: Prepare = _as_is
    acts: tuple[Act, ...] = (_open, _write)
    theme: ThemeName = ThemeName.LIGHT
    size: tuple[int, int] = (1440, 900)
    #: Whether the desk is there yet.
    attached: bool = True


PICTURES = (
    Picture("main-light"),
    Picture("main-dark", theme=ThemeName.DARK),
    Picture("main-high-contrast", theme=ThemeName.HIGH_CONTRAST),
    Picture("nothing-chosen", acts=(_nothing,)),
    Picture("compact-1280", size=(1280, 720)),
    Picture("narrow-960", size=(960, 540)),
    Picture("narrow-960-drawer", size=(960, 540), acts=(_open, _drawer)),
    Picture("empty", prepare=_empty, acts=(_nothing,)),
    Picture("empty-first-ever-dark", prepare=_first_ever, acts=(_nothing,), theme=ThemeName.DARK),
    Picture("trouble", prepare=_trouble, acts=(_open,)),
    Picture("trouble-dark", prepare=_trouble, acts=(_open,), theme=ThemeName.DARK),
    Picture("note", acts=(_open, _note)),
    Picture("note-dark", acts=(_open, _note), theme=ThemeName.DARK),
    Picture("refused", acts=(_open, _refused)),
    Picture("locked", prepare=_stopped, acts=(_open,)),
    Picture("check", prepare=_check, acts=(_open,)),
    Picture("close-menu", acts=(_open, _close_menu)),
    Picture("alerts", acts=(_open, _alerts)),
    Picture("quit", acts=(_open, _quit)),
    Picture("close-as-other", acts=(_open, _other)),
    Picture("asked-to-stop", acts=(_open, _stop)),
    Picture("asked-to-stop-dark", acts=(_open, _stop), theme=ThemeName.DARK),
    Picture("undecided", prepare=_undecided),
    Picture("undecided-dark", prepare=_undecided, theme=ThemeName.DARK),
    Picture("undecided-narrow", prepare=_undecided, acts=(_open,), size=(960, 540)),
    Picture("why", prepare=_judged, acts=(_open, _ask_why, _why)),
    Picture("why-dark", prepare=_judged, acts=(_open, _ask_why, _why), theme=ThemeName.DARK),
    Picture("why-narrow", prepare=_judged, acts=(_open, _drawer, _ask_why, _why), size=(960, 540)),
    Picture("why-never-texted", acts=(_open, _ask_why, _why)),
    Picture("why-often", prepare=_judged_often, acts=(_open, _ask_why, _why)),
    Picture("quiet-hours", prepare=_asks, acts=(_open, _write, _send)),
    Picture("quiet-hours-dark", prepare=_asks, acts=(_open, _write, _send), theme=ThemeName.DARK),
    Picture("quiet-hours-narrow", prepare=_asks, acts=(_open, _write, _send), size=(960, 540)),
    Picture("marks", prepare=_marked),
    Picture("marks-dark", prepare=_marked, theme=ThemeName.DARK),
    Picture("marks-high-contrast", prepare=_marked, theme=ThemeName.HIGH_CONTRAST),
    Picture("marks-compact", prepare=_marked, size=(1280, 720)),
    Picture("marks-narrow-drawer", prepare=_marked, acts=(_open, _drawer), size=(960, 540)),
    Picture("block", acts=(_open, _block)),
    Picture("block-dark", acts=(_open, _block), theme=ThemeName.DARK),
    Picture("blocked", acts=(_open, _do_block)),
    Picture("defect", acts=(_open, _defect), theme=ThemeName.DARK),
    Picture("turned-dark", acts=(_open, _turn_dark)),
    Picture("blind", prepare=_blind, acts=(_open,)),
    Picture("blind-narrow-dark", prepare=_blind, acts=(_open,), size=(960, 540), theme=ThemeName.DARK),
    Picture("blind-no-calls", prepare=_no_calls, acts=(_open,)),
    Picture("connections", prepare=_blind, acts=(_open, _connections)),
    Picture("connections-failing-dark", prepare=_failing, acts=(_open, _connections), theme=ThemeName.DARK),
    Picture("stuck", prepare=_stuck, acts=(_open, _tick)),
    Picture("stuck-narrow-dark", prepare=_stuck, acts=(_tick,), size=(960, 540), theme=ThemeName.DARK),
    Picture("stuck-high-contrast", prepare=_stuck, acts=(_open, _tick), theme=ThemeName.HIGH_CONTRAST),
    Picture("starting", attached=False, acts=()),
)


async def _settle(door: Door) -> None:
    for _ in range(4):
        await door.idle()
        await asyncio.sleep(0.02)


async def _take(picture: Picture, look: Look, folder: Path, *, suffix: str) -> None:
    look.choose(picture.theme)
    desk = sample_desk()
    picture.prepare(desk)
    door = Door(asyncio.get_running_loop())
    window = MainWindow(look, door)
    window.resize(*picture.size)
    window.show()
    window.activateWindow()
    if picture.attached:
        window.attach(desk)
    await _settle(door)
    popup: QWidget | None = None
    for act in picture.acts:
        popup = act(window) or popup
        await _settle(door)
    image = window.grab()
    if popup is not None:
        _add(image, popup, window)
    image.save(str(folder / f"{picture.name}{suffix}.png"))
    print(folder / f"{picture.name}{suffix}.png")
    if popup is not None:
        popup.close()
    window.let_close()
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _add(image: QPixmap, popup: QWidget, window: QWidget) -> None:
    """A popup is a window of its own; paint it where it stands."""
    painter = QPainter(image)
    painter.drawPixmap(
        popup.mapToGlobal(popup.rect().topLeft()) - window.mapToGlobal(window.rect().topLeft()), popup.grab()
    )
    painter.end()


async def _take_all(look: Look, folder: Path, names: frozenset[str], *, suffix: str) -> None:
    for picture in PICTURES:
        if not names or picture.name in names:
            await _take(picture, look, folder, suffix=suffix)


def main(folder: Path, names: frozenset[str]) -> None:
    """All pictures, or the named ones; QT_SCALE_FACTOR=2 makes the 200 % set."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication([])
    look = Look(resource_folder(), theme=ThemeName.LIGHT)
    look.wear(application)
    scale = round(application.devicePixelRatio() * 100)
    loop = qasync.QEventLoop(application)
    with loop:
        suffix = "" if scale == 100 else f"-{scale}"
        loop.run_until_complete(_take_all(look, folder, names, suffix=suffix))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("screenshots"), frozenset(sys.argv[2:]))
