"""`codemie-tray autostart on|off|status`: whether the tray starts at login."""

from __future__ import annotations

from codemie_tray import PROGRAM, __version__
from codemie_tray.commands.console.output import print_error, print_json, print_line
from codemie_tray.desktop.autostart import Autostart
from codemie_tray.desktop.autostart.backend import (
    AutostartFailed,
    LoginEntry,
    LoginState,
    differs,
    what_is_wrong,
)
from codemie_tray.desktop.autostart.lasting import why_it_will_not_last
from codemie_tray.desktop.autostart.program import login_command
from codemie_tray.text.exit_codes import ExitCode


def run(what: str, *, as_json: bool) -> ExitCode:
    """Turn it on or off, and print whether it is on."""
    autostart = Autostart()
    command = login_command()
    try:
        if what == "on":
            autostart.turn_on(command)
        elif what == "off":
            autostart.turn_off()
    except AutostartFailed as error:
        print_error(f"{PROGRAM}: {error}")
        return ExitCode.NOT_WRITTEN
    entry = autostart.read()
    wrong = what_is_wrong(entry, command, __version__)
    if as_json:
        print_json(
            {
                "state": entry.state.value,
                "entry": entry.place,
                "command": list(entry.command),
                "startsThisProgram": bool(entry.command) and not differs(entry, command),
                "problem": wrong,
                "disabledBy": entry.reason or None,
                "willNotLast": why_it_will_not_last(entry.command),
            }
        )
    else:
        for line in _lines(entry, command, wrong):
            print_line(line)
    return ExitCode.OK


def _lines(entry: LoginEntry, command: tuple[str, ...], wrong: str | None) -> list[str]:
    if entry.state is LoginState.OFF:
        return ["The tray does not start at login."]
    if entry.state is LoginState.DISABLED:
        reason = entry.reason or "it is disabled in the system settings"
        return [f"The tray does not start at login: {reason}.", f"Entry: {entry.place}"]
    lines = ["The tray starts at login: " + " ".join(entry.command), f"Entry: {entry.place}"]
    if wrong:
        lines.append(
            f"This entry is outdated: {wrong}. To fix it, start the tray or run `codemie-tray autostart on`."
        )
    elif differs(entry, command):
        lines.append("That is a different program. To use this one, run `codemie-tray autostart on`.")
    if short_lived := why_it_will_not_last(entry.command):
        lines.append(f"It will not last: {short_lived}.")
    return lines
