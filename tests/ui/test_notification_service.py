"""Notifications over a real D-Bus, to a notification service of our own that clicks."""

import asyncio
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

if sys.platform != "linux" or shutil.which("dbus-daemon") is None:
    pytest.skip("needs dbus-daemon (Debian: dbus)", allow_module_level=True)

from dbus_fast.aio import MessageBus
from dbus_fast.constants import MessageType
from dbus_fast.message import Message

from mcdesk.ui.application import system_notifier
from mcdesk.ui.door import Door
from mcdesk.ui.notifications import Notifications
from mcdesk.ui.theme.look import Look
from mcdesk.ui.tray import Tray
from tests.ui.sample_office import ANA
from tests.ui.test_console import alert

SERVICE, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"

INTROSPECTION = """<node><interface name="org.freedesktop.Notifications">
<method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/>
<arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
<arg type="as" direction="in"/><arg type="a{sv}" direction="in"/><arg type="i" direction="in"/>
<arg type="u" direction="out"/></method>
<method name="CloseNotification"><arg type="u" direction="in"/></method>
<method name="GetCapabilities"><arg type="as" direction="out"/></method>
<method name="GetServerInformation"><arg type="s" direction="out"/><arg type="s" direction="out"/>
<arg type="s" direction="out"/><arg type="s" direction="out"/></method>
<signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
<signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
</interface></node>"""


@dataclass
class Service:
    """Answers `Notify`, remembers what is shown, and can click it."""

    address: str
    daemon: "subprocess.Popen[str]"
    shown: dict[int, str] = field(default_factory=dict)
    ready: threading.Event = field(default_factory=threading.Event)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    bus: MessageBus | None = None

    def run(self) -> None:
        self.loop.run_until_complete(self._serve())
        self.loop.run_forever()
        self.loop.close()

    async def _serve(self) -> None:
        self.bus = await MessageBus(bus_address=self.address).connect()
        self.bus.add_message_handler(self._answer)
        await self.bus.request_name(SERVICE)
        self.ready.set()

    def _answer(self, message: Message) -> Message | None:
        if message.member == "Introspect":
            return Message.new_method_return(message, "s", [INTROSPECTION])
        if message.interface != SERVICE or message.message_type is not MessageType.METHOD_CALL:
            return None
        match message.member:
            case "Notify":
                number = len(self.shown) + 1
                self.shown[number] = str(message.body[3])
                return Message.new_method_return(message, "u", [number])
            case "GetServerInformation":
                return Message.new_method_return(message, "ssss", ["pretend", "nobody", "1", "1.2"])
            case "GetCapabilities":
                return Message.new_method_return(message, "as", [["actions", "body"]])
            case _:
                return Message.new_method_return(message)

    def click(self, number: int) -> None:
        signal = Message.new_signal(PATH, SERVICE, "ActionInvoked", "us", [number, "default"])
        assert self.bus is not None
        self.loop.call_soon_threadsafe(self.bus.send, signal)

    def hang_up(self) -> None:
        """The bus goes; clients on it see the end of their sockets and close them."""
        self.daemon.terminate()
        self.daemon.wait(10)

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert daemon.stdout is not None
    address = daemon.stdout.readline().strip()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    made = Service(address, daemon)
    thread = threading.Thread(target=made.run)
    thread.start()
    assert made.ready.wait(10)
    yield made
    made.hang_up()
    made.stop()
    thread.join(10)
    daemon.stdout.close()


def test_a_click_on_a_real_notification_opens_the_conversation(
    service: Service, look: Look, loop: asyncio.AbstractEventLoop
) -> None:
    tray, door = Tray(look), Door(loop)
    notifications = Notifications(tray, door, system_notifier())
    wanted: list[int] = []
    notifications.lead_wanted.connect(wanted.append)

    async def story() -> None:
        notifications.show_alerts([])
        notifications.show_alerts([alert(1, ANA)])
        await door.idle()
        service.click(1)
        for _ in range(200):
            await asyncio.sleep(0.01)
            if wanted:
                break
        service.hang_up()
        await asyncio.sleep(0.2)

    loop.run_until_complete(story())
    tray.close()
    assert service.shown == {1: "A caller wrote back"}
    assert wanted == [ANA]
