"""Windows without Windows: a Windows CPython under Wine, its tray on an X screen, and a hand that clicks it.

`python -m tests.integration.windows.rig` makes it from nothing; what is downloaded and built stays in
`build/windows`. What passes here was seen under Wine, which is not Windows: docs/platforms.md says what that
leaves open.
"""
