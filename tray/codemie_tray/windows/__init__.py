"""The windows. Each runs in its own process; the tray never imports any of this.

`data` reads files into values, `pure` turns them into what is shown, and only the widgets above those know
Qt.
"""
