"""`codemie-tray run [--profile P] -- CMD...`: CMD with the profile's environment, its tokens put in.

On POSIX the program *becomes* CMD (exec): signals, the terminal and the exit code are CMD's own, and no
process of ours stays that holds a secret. Tokens are in CMD's environment alone, which other users can't
read (`/proc/PID/environ` is the owner's), and on no command line.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

from codemie_core import Config, ConfigLoader, Home, Profile, ProfileNotFound
from codemie_core.credentials.secret import Secret
from codemie_core.system.foreign_environment import foreign_environment
from codemie_core.tokens.environment import environment_of, unsupported
from codemie_core.tokens.home_trust import check_trusted
from codemie_core.tokens.reference import token_fields_of, tokens_of
from codemie_tray import PROGRAM
from codemie_tray.commands.output import print_error
from codemie_tray.text.exit_codes import ExitCode

_CAN_NOT_START = 126
_NOT_FOUND = 127


def run(home: Home, profile_name: str | None, argv: Sequence[str]) -> int:
    """Start the program; returns only where it could not be started, or on Windows with its exit code."""
    command = list(argv[1:] if argv and argv[0] == "--" else argv)
    if not command:
        print_error(f"{PROGRAM} run: which program? Put it behind --, as in: {PROGRAM} run -- codemie-claude")
        return ExitCode.USAGE
    check_trusted(home)
    profile = _profile(ConfigLoader(home).load_and_keep(), profile_name)
    for field in unsupported(profile):
        print_error(f"{PROGRAM}: {field} can't be passed on: no variable of the CLI carries it")
    secrets: dict[str, Secret] = {}
    if any(token.reference is not None for token in token_fields_of(profile)):
        from codemie_core.credentials import CredentialStore  # cryptography, where it is used

        secrets = CredentialStore(home).get_all()
    tokens = {path: secret.reveal() for path, secret in tokens_of(profile, secrets).items()}
    environment = environment_of(profile, tokens, foreign_environment())
    try:
        return _become(command, environment)
    except FileNotFoundError:
        print_error(f"{PROGRAM} run: {command[0]}: not found")
        return _NOT_FOUND
    except OSError as error:
        print_error(f"{PROGRAM} run: {command[0]}: {error.strerror}")
        return _CAN_NOT_START
    except ValueError as error:  # Windows, or a NUL
        print_error(f"{PROGRAM} run: {command[0]}: {error}")
        return _CAN_NOT_START


def _profile(config: Config, name: str | None) -> Profile:
    if name is not None:
        return config.profile(name)
    profile = config.active_profile
    if profile is None:
        raise ProfileNotFound(config.active or "", "No profile is active: choose one, or give --profile.")
    return profile


if sys.platform == "win32":
    import shutil
    import subprocess

    from codemie_core.system.foreign_environment import in_foreign_environment
    from codemie_tray.commands import batch_file

    def _become(command: list[str], environment: dict[str, str]) -> int:
        line = _line(command, environment)
        # There is no exec on Windows that keeps the console. Ctrl-C goes to the whole console group: the
        # program decides what it means, and we wait for it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with in_foreign_environment():
            return subprocess.call(line, env=environment)

    def _line(command: list[str], environment: dict[str, str]) -> str:
        # Windows itself finds only .exe by a bare name; what npm installs is a batch file.
        found = shutil.which(command[0], path=environment.get("PATH"))
        if found is None:
            raise FileNotFoundError(command[0])
        if not found.lower().endswith(batch_file.ENDINGS):
            return subprocess.list2cmdline([found, *command[1:]])
        return batch_file.command_line(environment.get("COMSPEC", "cmd.exe"), found, command[1:])

else:

    def _become(command: list[str], environment: dict[str, str]) -> int:
        sys.stdout.flush()
        sys.stderr.flush()
        # Python ignores these two, and what is ignored stays ignored across exec.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        os.execvpe(command[0], command, foreign_environment(environment))  # noqa: S606 - no shell is what we want
