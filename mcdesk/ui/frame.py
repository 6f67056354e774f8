"""What stands around the room: top bar, banner, foot, the lists under bell and stamp.

Must not: know the desk.
"""

from dataclasses import dataclass

from mcdesk.ui.health.alerts import AlertList
from mcdesk.ui.health.banner import Banner
from mcdesk.ui.health.connection_list import ConnectionList
from mcdesk.ui.health.foot import Foot
from mcdesk.ui.health.top_bar import TopBar


@dataclass(frozen=True, slots=True)
class Frame:
    """The parts of the window that are there before the desk is."""

    top: TopBar
    banner: Banner
    foot: Foot
    alerts: AlertList
    connections: ConnectionList
