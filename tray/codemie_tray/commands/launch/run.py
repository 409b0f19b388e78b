"""`codemie-tray run [--profile P] -- CMD...`: runs CMD with one profile and its tokens, and no other.

CMD gets a private home whose configuration holds only P, and P's variables. On POSIX, the program *becomes*
CMD (exec): signals, the terminal and the exit code are CMD's own, and no process of ours remains that holds a
secret. No command line contains a token.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

from codemie_core import Config, ConfigLoader, Home, Profile, ProfileNotFound
from codemie_core.profiles.folder import Source, profile_in, working_folder
from codemie_core.profiles.tokens.handover.handover import Handover, Request, check, hand_over
from codemie_core.profiles.tokens.handover.private_home import PrivateHome
from codemie_core.profiles.tokens.handover.private_home_end import discard
from codemie_core.profiles.tokens.home_trust import check_trusted
from codemie_core.system.process.core_dumps import forbid_core_dumps
from codemie_core.system.process.foreign_environment import foreign_environment
from codemie_tray import PROGRAM
from codemie_tray.commands.console.output import print_error
from codemie_tray.commands.switching.names import resolve
from codemie_tray.text.exit_codes import ExitCode
from codemie_tray.text.plain_text import plain

_CANNOT_START = 126
_NOT_FOUND = 127


def run(
    home: Home,
    profile_name: str | None,
    argv: Sequence[str],
    *,
    allow_addresses: Sequence[str] = (),
    with_project: bool = False,
) -> int:
    """Start the program; returns only if it could not be started, or on Windows with its exit code.

    Args:
        home: the home.
        profile_name: the profile; None for the active one.
        argv: the program and its arguments, with or without a leading `--`.
        allow_addresses: addresses that the profile's credentials may be sent to from now on.
        with_project: accept harmless settings of the working folder's project.
    """
    command = list(argv[1:] if argv and argv[0] == "--" else argv)
    if not command:
        print_error(
            f"{PROGRAM} run: no program given. Put it after --, as in: {PROGRAM} run -- codemie-claude"
        )
        return ExitCode.USAGE
    check_trusted(home)
    config = ConfigLoader(home).load_and_keep()
    request = Request(
        profile_to_use(home, config, profile_name), command, working_folder(), with_project, allow_addresses
    )
    for note in check(home, request):
        print_error(f"{PROGRAM} run: {note}")
    allow_core_dumps = forbid_core_dumps()
    given = hand_over(config, home, request, foreign_environment(), before_secrets=_start_janitor)
    try:
        allow_core_dumps()  # the program would inherit the limit, and its dumps are the user's business
        return _start(command, given, home)
    finally:
        discard(given.private)


def profile_to_use(home: Home, config: Config, name: str | None) -> Profile:
    """Return the profile of this name; without a name, the one in effect in the working folder.

    Raises:
        ProfileNotFound: it does not exist.
    """
    if name is not None:
        return config.profile(resolve(config, name))
    chosen = profile_in(working_folder(), home, config)
    if chosen.source is Source.FOLDER and chosen.project.only_chooses and chosen.profile:
        print_error(
            f"{PROGRAM}: {plain(chosen.profile.name)} is the profile of this folder: "
            f"{chosen.project.config_path}"
        )
        return config.profile(chosen.profile.name)
    profile = config.active_profile
    if profile is None:
        raise ProfileNotFound(
            config.active or "", "No profile is active. Choose one with --profile, or `codemie-tray switch`."
        )
    return profile


def _start(command: list[str], given: Handover, home: Home) -> int:
    try:
        return _become(command, given, home)
    except FileNotFoundError:
        print_error(f"{PROGRAM} run: {command[0]}: not found. Check its name, or give its whole path.")
        return _NOT_FOUND
    except OSError as error:
        what = "Check that it is a program, and that you may run it."
        print_error(f"{PROGRAM} run: {command[0]}: {error.strerror}. {what}")
        return _CANNOT_START
    except ValueError as error:  # Windows, or a NUL
        print_error(f"{PROGRAM} run: {command[0]}: {error}")
        return _CANNOT_START


if sys.platform == "win32":
    import shutil
    import subprocess

    from codemie_core.profiles.tokens.handover.private_home import note_process
    from codemie_core.system.process.foreign_environment import in_foreign_environment
    from codemie_tray.commands.launch import batch_file

    def _start_janitor(private: PrivateHome) -> None:
        """Do nothing: on Windows this process stays, and removes the private home itself."""

    def _become(command: list[str], given: Handover, home: Home) -> int:
        line = _line(command, given.environment)
        # Windows has no exec that keeps the console. Ctrl-C is sent to the whole console group: the program
        # decides what it means, and we wait for it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with in_foreign_environment(), subprocess.Popen(line, env=given.environment) as process:
            if given.private is not None:
                note_process(given.private, home, (os.getpid(), process.pid))
            return process.wait()

    def _line(command: list[str], environment: dict[str, str]) -> str:
        # By a bare name, Windows itself finds only .exe files; npm installs batch files.
        found = shutil.which(command[0], path=environment.get("PATH"))
        if found is None:
            raise FileNotFoundError(command[0])
        if not found.lower().endswith(batch_file.ENDINGS):
            return subprocess.list2cmdline([found, *command[1:]])
        return batch_file.command_line(environment.get("COMSPEC", "cmd.exe"), found, command[1:])

else:
    from codemie_tray.commands.launch.home_janitor import start_janitor as _start_janitor

    def _become(command: list[str], given: Handover, home: Home) -> int:  # noqa: ARG001 - Windows' needs it
        sys.stdout.flush()
        sys.stderr.flush()
        if given.private is not None:
            os.set_inheritable(given.private.lock_fd, True)
        # Python ignores these two, and what is ignored stays ignored across exec.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        try:
            os.execvpe(command[0], command, foreign_environment(given.environment))  # noqa: S606 - no shell
        except PermissionError:
            import shutil  # here: it loads compression libraries

            # So it also exits if a folder in PATH can't be entered and no other has the program.
            if os.sep in command[0] or shutil.which(command[0], os.F_OK, given.environment.get("PATH")):
                raise
            raise FileNotFoundError(command[0]) from None
