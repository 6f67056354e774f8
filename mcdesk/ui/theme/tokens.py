"""Every colour, size and time of the window, named by its role; one table per theme.

Must not: be bypassed: no colour value is written anywhere else in `ui` (a test looks).
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from types import MappingProxyType


class ThemeName(StrEnum):
    """Which table is in force."""

    LIGHT = "light"
    DARK = "dark"
    HIGH_CONTRAST = "high-contrast"


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """One theme. Red, amber, green mean urgency or health and nothing else; `accent` never means urgency."""

    canvas: str
    surface: str
    raised: str
    sunken: str
    hover: str
    selected: str
    hatch: str
    line: str
    line_strong: str
    text: str
    text_2: str
    text_3: str
    accent: str
    accent_hover: str
    on_accent: str
    accent_tint: str
    accent_text: str
    bubble_in: str
    late: str
    on_late: str
    late_tint: str
    late_text: str
    soon_tint: str
    soon_text: str
    soon_fill: str
    soon_line: str
    good: str
    good_tint: str
    note: str
    note_line: str
    note_text: str

    def roles(self) -> dict[str, str]:
        """Role to colour, for the style sheet."""
        return {name: str(value) for name, value in asdict(self).items()}


LIGHT = Colours(
    canvas="#F5F6F8", surface="#FFFFFF", raised="#FFFFFF", sunken="#EFF1F4", hover="#F4F5F8",
    selected="#ECF0FE", hatch="#D3D8E0", line="#E3E6EB", line_strong="#868E9C", text="#14171D",
    text_2="#454C5A", text_3="#5F6776", accent="#3150D2", accent_hover="#2943B5", on_accent="#FFFFFF",
    accent_tint="#ECF0FE", accent_text="#2943B5", bubble_in="#EFF1F4", late="#C0262C", on_late="#FFFFFF",
    late_tint="#FDEDEC", late_text="#AB1F24", soon_tint="#FFF0D9", soon_text="#854706", soon_fill="#C77A14",
    soon_line="#E9C58B", good="#1A6C40", good_tint="#E6F4EB", note="#FAF5E6", note_line="#CDBB85",
    note_text="#665116",
)  # fmt: skip

DARK = Colours(
    canvas="#0E1013", surface="#14171B", raised="#1E2229", sunken="#1B1F25", hover="#191D23",
    selected="#1D2644", hatch="#323843", line="#262B33", line_strong="#6B7484", text="#ECEEF2",
    text_2="#B4BBC8", text_3="#949CAB", accent="#4A66E6", accent_hover="#3150D2", on_accent="#FFFFFF",
    accent_tint="#1D2644", accent_text="#A5B6FF", bubble_in="#22272F", late="#CC3338", on_late="#FFFFFF",
    late_tint="#371A1C", late_text="#FF9C98", soon_tint="#35270F", soon_text="#F6BC65", soon_fill="#D9943A",
    soon_line="#6B4E1C", good="#74CF9A", good_tint="#15291D", note="#252114", note_line="#6E6036",
    note_text="#E3CC86",
)  # fmt: skip

HIGH_CONTRAST = Colours(
    canvas="#000000", surface="#000000", raised="#000000", sunken="#000000", hover="#1A1A1A",
    selected="#000000", hatch="#8C8C8C", line="#FFFFFF", line_strong="#FFFFFF", text="#FFFFFF",
    text_2="#FFFFFF", text_3="#E6E6E6", accent="#FFFF00", accent_hover="#FFFF00", on_accent="#000000",
    accent_tint="#000000", accent_text="#FFFF00", bubble_in="#000000", late="#FF8A80", on_late="#000000",
    late_tint="#000000", late_text="#FF8A80", soon_tint="#000000", soon_text="#FFD166", soon_fill="#FFD166",
    soon_line="#FFD166", good="#7CFFB2", good_tint="#000000", note="#000000", note_line="#FFE9A8",
    note_text="#FFE9A8",
)  # fmt: skip

THEMES = MappingProxyType(
    {ThemeName.LIGHT: LIGHT, ThemeName.DARK: DARK, ThemeName.HIGH_CONTRAST: HIGH_CONTRAST}
)


@dataclass(frozen=True, slots=True)
class TypeSize:
    """Pixel size, line height and weight of one kind of text."""

    size: int
    line: int
    weight: int


#: Sizes are logical pixels.
TYPE = MappingProxyType(
    {
        "caption": TypeSize(11, 16, 600),
        "meta": TypeSize(12, 16, 400),
        "body": TypeSize(13, 20, 400),
        "message": TypeSize(14, 20, 400),
        "title": TypeSize(16, 24, 600),
        "page": TypeSize(20, 28, 600),
        "display": TypeSize(28, 36, 600),
    }
)

#: Radii.
KEY, BADGE, SMALL, BUTTON, BOX, BUBBLE = 4, 5, 6, 8, 10, 12
#: Bars and panes.
TOP_BAR, FOOT_BAR, PANE_HEADER, SECTION_HEAD = 48, 28, 52, 28
VIEWS_WIDTH, RAIL_WIDTH = 208, 56
QUEUE_WIDTH, QUEUE_COMPACT_WIDTH, QUEUE_NARROW_WIDTH = 432, 376, 344
CARD_WIDTH, CARD_COMPACT_WIDTH = 296, 248
CONVERSATION_MINIMUM = 420
ROW, ROW_COMPACT = 76, 56
#: Window widths from which a layout holds.
WIDE_FROM, COMPACT_FROM, NARROW_FROM = 1360, 1200, 960
#: Under this height the foot hides.
LOW_BELOW = 560
