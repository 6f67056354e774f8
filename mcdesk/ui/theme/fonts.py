"""The type scale as fonts: Inter where it is shipped, the system's own face where it is not.

Must not: be asked for a font by family or point size; callers name a token.
"""

from functools import lru_cache
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF

from mcdesk.ui.theme.tokens import TYPE

FAMILIES = ("Inter", "Segoe UI", "Cantarell", "sans-serif")


def load_fonts(folder: Path) -> tuple[str, ...]:
    """Make the shipped faces known; the names of those that loaded."""
    loaded: list[str] = []
    for file in sorted(folder.glob("*.[to]tf")):
        face = QFontDatabase.addApplicationFont(str(file))
        if face >= 0:
            loaded.extend(QFontDatabase.applicationFontFamilies(face))
    return tuple(loaded)


@lru_cache(maxsize=64)
def font(token: str, *, weight: int | None = None, tabular: bool = False) -> QFont:
    """The font of a type token. `tabular` digits are for timers, counts and time stamps only."""
    kind = TYPE[token]
    made = QFont()
    made.setFamilies(list(FAMILIES))
    made.setPixelSize(kind.size)
    made.setWeight(QFont.Weight(weight or kind.weight))
    made.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 98.5 if token == "display" else 99.7)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    for feature in ("cv05", "ss03", *(("tnum",) if tabular else ())):
        made.setFeature(QFont.Tag(feature), 1)
    return made


@lru_cache(maxsize=64)
def metrics(token: str, *, weight: int | None = None, tabular: bool = False) -> QFontMetricsF:
    """How wide text is in that font."""
    return QFontMetricsF(font(token, weight=weight, tabular=tabular))
