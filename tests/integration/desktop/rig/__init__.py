"""A real Linux desktop without a screen: a private X server, bus, window manager, panel and notifications.

Nothing is imported here: `system_packages` must run on a bare Python, before the project's venv exists.
"""
