"""Colours stand in one place, can be read, and every picture the window asks for is shipped."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

import mcdesk.ui
from mcdesk.settings import resource_folder
from mcdesk.ui.theme.fonts import font
from mcdesk.ui.theme.icons import Icons
from mcdesk.ui.theme.look import Look
from mcdesk.ui.theme.style import style_sheet
from mcdesk.ui.theme.tokens import THEMES, ThemeName

UI = Path(mcdesk.ui.__file__).parent

TEXT_PAIRS = """
text surface|text canvas|text selected|text_2 surface|text_2 canvas|text_2 sunken|text_2 selected
text_3 surface|text_3 canvas|text_3 sunken|text_3 selected|text_3 raised|on_accent accent|accent_text surface
accent_text accent_tint|accent_text canvas|on_late late|late_text late_tint|late_text surface
late_text selected|soon_text soon_tint|soon_text surface|good surface|good selected|good good_tint
good canvas|text note
note_text note|text_2 note|text_3 note|text bubble_in|text accent_tint|text_3 bubble_in|text_2 late_tint
text late_tint|note_text surface|accent_text selected|accent_text note|on_accent accent_hover|text soon_tint
text_2 soon_tint
"""
SHAPE_PAIRS = """
line_strong surface|line_strong canvas|late surface|late selected|accent surface|accent canvas|accent selected
soon_fill surface|good surface
"""
#: A pill whose words inside are above 5:1 and carry it.
KNOWN_BELOW = {(ThemeName.DARK, "late", "selected")}


def pairs(table: str) -> list[tuple[str, str]]:
    found = [entry.split() for line in table.split("\n") for entry in line.split("|") if entry.strip()]
    return [(front, back) for front, back in found]


def luminance(colour: str) -> float:
    def part(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    made = QColor(colour)
    return 0.2126 * part(made.redF()) + 0.7152 * part(made.greenF()) + 0.0722 * part(made.blueF())


def contrast(theme: ThemeName, front: str, back: str) -> float:
    colours = THEMES[theme].roles()
    light, dark = sorted((luminance(colours[front]), luminance(colours[back])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ThemeName)
@pytest.mark.parametrize(("front", "back"), pairs(TEXT_PAIRS))
def test_text_can_be_read(theme: ThemeName, front: str, back: str) -> None:
    assert contrast(theme, front, back) >= 4.5


@pytest.mark.parametrize("theme", ThemeName)
@pytest.mark.parametrize(("front", "back"), pairs(SHAPE_PAIRS))
def test_shapes_can_be_seen(theme: ThemeName, front: str, back: str) -> None:
    assert contrast(theme, front, back) >= (2.9 if (theme, front, back) in KNOWN_BELOW else 3.0) - 0.005


def test_no_colour_value_stands_outside_the_tokens() -> None:
    value = re.compile(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b|\brgba?\(|QColor\(\s*\d")
    strays = [
        f"{file.relative_to(UI)}: {found.group()}"
        for file in UI.rglob("*.py")
        if file.name != "tokens.py"
        for found in value.finditer(file.read_text("utf-8"))
    ]
    assert strays == []


@pytest.mark.parametrize("theme", ThemeName)
def test_the_style_sheet_has_every_role_filled(theme: ThemeName) -> None:
    assert "$" not in style_sheet(THEMES[theme])


def test_every_icon_the_window_names_is_shipped(qapp: QApplication) -> None:
    icons = Icons(resource_folder() / "icons")
    shipped = {file.stem for file in icons.folder.glob("*.svg")}
    asked = re.compile(r"icon=\"([a-z-]+)\"|Icon\(look, \"([a-z-]+)\"|show_icon\(\"([a-z-]+)\"")
    named = {
        name
        for file in UI.rglob("*.py")
        for groups in asked.findall(file.read_text("utf-8"))
        for name in groups
        if name
    }
    assert len(named) > 15
    assert named <= shipped


def test_an_icon_is_drawn_once_per_size_colour_and_screen(qapp: QApplication) -> None:
    icons = Icons(resource_folder() / "icons")
    first = icons.pixmap("phone", 16, "black", ratio=2.0)
    assert first is icons.pixmap("phone", 16, "black", ratio=2.0)
    assert first.width() == 32
    assert icons.pixmap("phone", 16, "white", ratio=2.0) is not first


def test_an_unknown_icon_is_an_empty_picture_and_no_error(qapp: QApplication) -> None:
    assert Icons(resource_folder() / "icons").pixmap("no-such-drawing", 16, "black").width() == 16


def test_digits_are_tabular_only_where_asked(qapp: QApplication) -> None:
    tag = type(font("meta")).Tag("tnum")
    assert font("meta", tabular=True).isFeatureSet(tag)
    assert not font("meta").isFeatureSet(tag)


def test_without_a_wish_the_theme_follows_the_system(qapp: QApplication) -> None:
    dark = [False]
    look = Look(resource_folder(), system_is_dark=lambda: dark[0])
    told: list[ThemeName] = []
    look.changed.connect(lambda: told.append(look.theme))
    for state in (True, False):
        dark[0] = state
        qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark if state else Qt.ColorScheme.Light)
    assert told == [ThemeName.DARK, ThemeName.LIGHT]


def test_a_chosen_theme_stays_whatever_the_system_does(qapp: QApplication) -> None:
    look = Look(resource_folder(), theme=ThemeName.HIGH_CONTRAST, system_is_dark=lambda: True)
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert look.theme is ThemeName.HIGH_CONTRAST
