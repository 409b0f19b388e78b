"""The windows. Each runs in a process of its own; the tray never imports any of this.

Files are read into values (`data`), pure functions make of them what is shown (`pure`), and only the widgets
above those know Qt.
"""
