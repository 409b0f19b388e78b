"""Windows without Windows: a Windows CPython under Wine, with its tray on an X screen and simulated clicks.

`python -m tests.integration.windows.rig` builds it from nothing, in `build/windows`. What passes here was
seen under Wine, which is not Windows: docs/platforms.md says what that leaves open.
"""
