"""The style sheet: sizes, and the few widgets that we want to look different from Fusion's."""

from __future__ import annotations

from codemie_tray.windows.look.palette import Colours


def style_sheet(colours: Colours) -> str:
    """Return Qt's style sheet for a set of colours."""
    c = colours
    return f"""
#window, #main {{ background: {c.window}; }}
#side, #foot {{ background: {c.card}; }}
#side {{ border-right: 1px solid {c.line}; }}
#foot {{ border-top: 1px solid {c.line}; }}
QScrollArea {{ border: 0; background: {c.window}; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle {{ background: {c.control}; border: 3px solid {c.window}; border-radius: 6px;
    min-height: 36px; min-width: 36px; }}
QScrollBar::handle:hover {{ background: {c.text}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QMenu {{ background: {c.card}; color: {c.text}; border: 1px solid {c.line}; padding: 5px; }}
QMenu::item {{ padding: 6px 24px 6px 14px; border-radius: 5px; }}
QMenu::item:selected {{ background: {c.selected}; }}
QMenu::item:disabled {{ color: {c.muted}; }}
QMenu::separator {{ height: 1px; background: {c.line}; margin: 5px 8px; }}
QLabel {{ background: transparent; }}
QLabel#heading {{ font-size: 21px; font-weight: 700; }}
QLabel#label {{ font-size: 13px; font-weight: 600; }}
QLabel#title {{ font-size: 14px; font-weight: 600; }}
QLabel#code {{ background: {c.field}; border: 1px solid {c.line}; border-radius: 8px; padding: 14px; }}
QLabel#hint {{ font-size: 13px; color: {c.muted}; }}
QLabel#message[severity="error"] {{ font-size: 13px; color: {c.bad}; }}
QLabel#message[severity="warning"] {{ font-size: 13px; color: {c.warning}; }}
QLabel#chip {{ font-size: 12px; font-weight: 600; color: {c.good}; border: 1px solid {c.good};
    border-radius: 9px; padding: 1px 9px; }}
QLineEdit {{ background: {c.field}; border: 1px solid {c.control}; border-radius: 6px; padding: 6px 9px;
    selection-background-color: {c.accent}; selection-color: {c.on_accent}; }}
QLineEdit:focus {{ border: 2px solid {c.accent}; padding: 5px 8px; }}
QLineEdit:read-only {{ background: {c.window}; color: {c.muted}; }}
QLineEdit[severity="error"] {{ border: 2px solid {c.bad}; padding: 5px 8px; }}
QComboBox {{ background: {c.field}; border: 1px solid {c.control}; border-radius: 6px; padding: 6px 9px; }}
QComboBox:focus {{ border: 2px solid {c.accent}; padding: 5px 8px; }}
QComboBox:!editable {{ padding-left: 11px; }}
QComboBox:!editable:focus {{ padding-left: 10px; }}
QComboBox:disabled {{ background: {c.window}; color: {c.muted}; }}
QComboBox::drop-down {{ border: 0; width: 24px; }}
QComboBox::down-arrow {{ image: none; }}
QComboBox QLineEdit, QComboBox QLineEdit:focus, QComboBox QLineEdit:read-only {{ border: 0; padding: 0;
    background: transparent; }}
QComboBox QAbstractItemView {{ background: {c.card}; border: 1px solid {c.line}; color: {c.text};
    selection-background-color: {c.selected}; selection-color: {c.text}; }}
QPushButton {{ background: {c.card}; border: 1px solid {c.control}; border-radius: 6px; padding: 6px 14px; }}
QPushButton:hover {{ border-color: {c.text}; }}
QPushButton:focus {{ border: 2px solid {c.accent}; padding: 5px 13px; }}
QPushButton:disabled {{ color: {c.muted}; }}
QPushButton#primary {{ background: {c.accent}; color: {c.on_accent}; border-color: {c.accent};
    font-weight: 600; }}
QPushButton#primary:focus {{ border: 2px solid {c.text}; }}
QPushButton#primary:disabled {{ background: {c.line}; color: {c.muted}; border-color: {c.line}; }}
QPushButton#quiet, QPushButton#danger {{ background: transparent; border-color: transparent;
    padding: 6px 8px; }}
QPushButton#quiet:hover, QPushButton#danger:hover {{ background: {c.selected}; }}
QPushButton#quiet:focus, QPushButton#danger:focus {{ border: 2px solid {c.accent}; padding: 5px 7px; }}
QPushButton#danger {{ color: {c.bad}; }}
QPushButton#danger:disabled {{ color: {c.muted}; }}
QPushButton#card {{ background: {c.card}; border: 1px solid {c.control}; border-radius: 10px;
    padding: 9px 12px;
    text-align: left; }}
QPushButton#card:checked {{ background: {c.selected}; border: 2px solid {c.accent}; padding: 8px 11px; }}
QPushButton#card:focus {{ border: 2px solid {c.text}; padding: 8px 11px; }}
QCheckBox::indicator, QRadioButton::indicator {{ width: 17px; height: 17px; }}
QFrame#panel {{ background: {c.card}; border: 1px solid {c.line}; border-radius: 10px; }}
QPlainTextEdit {{ background: {c.field}; border: 1px solid {c.control}; border-radius: 6px; padding: 4px; }}
QPlainTextEdit:focus {{ border: 2px solid {c.accent}; padding: 3px; }}
QProgressBar {{ border: 1px solid {c.control}; border-radius: 5px; background: {c.field};
    text-align: center; }}
QProgressBar::chunk {{ background: {c.accent}; border-radius: 4px; }}
QListView {{ background: {c.card}; border: 0; outline: 0; }}
QListWidget {{ background: {c.field}; border: 1px solid {c.control}; border-radius: 6px; padding: 2px; }}
QListWidget:focus {{ border: 2px solid {c.accent}; padding: 1px; }}
QListWidget::item {{ padding: 5px 8px; border: 2px solid transparent; border-radius: 6px; }}
QListWidget::item:selected {{ background: {c.selected}; color: {c.text}; }}
QListWidget#pages, QListWidget#pages:focus {{ background: {c.card}; border: 0; padding: 0; }}
QTableWidget {{ background: {c.window}; border: 1px solid {c.line}; border-radius: 6px; outline: 0; }}
QTableWidget::item {{ padding: 2px 10px; }}
QTableWidget:focus {{ border: 2px solid {c.accent}; }}
QHeaderView::section {{ background: {c.window}; border: 0; border-bottom: 1px solid {c.line};
    color: {c.muted}; font-weight: 600; padding: 5px 10px; }}
QFrame#notice {{ background: {c.notice}; border: 1px solid {c.line}; border-radius: 8px; }}
QFrame#toast {{ background: {c.text}; border-radius: 8px; }}
QFrame#toast QLabel {{ color: {c.window}; }}
QFrame#toast QPushButton {{ background: transparent; border: 1px solid {c.window}; color: {c.window}; }}
QFrame#toast QPushButton:focus {{ border: 2px solid {c.accent}; }}
"""
