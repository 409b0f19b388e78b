"""Options of the commands that pass a profile to other programs."""

from __future__ import annotations

import argparse

from codemie_core import Home
from codemie_tray.commands.parser.base import complete_profiles, handled_by

ENV_SHELLS = ("sh", "bash", "zsh", "fish", "powershell")


def _add_run(parser: argparse.ArgumentParser) -> None:
    # argparse writes only three dots for the rest of the line.
    parser.usage = "%(prog)s [-h] [--profile P] [--with-project] [--allow-address ADDRESS] -- CMD..."
    _add_profile(parser)
    _add_folder(parser)
    parser.add_argument(
        "argv", metavar="-- CMD...", nargs=argparse.REMAINDER, help="the program and its arguments"
    )
    handled_by(parser, _run)


def _run(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.launch import run

    return run.run(
        home,
        options.profile,
        options.argv,
        allow_addresses=options.allow_address,
        with_project=options.with_project,
    )


def _add_env(parser: argparse.ArgumentParser) -> None:
    _add_profile(parser)
    parser.add_argument(
        "--shell", choices=ENV_SHELLS, default="sh", help="write for this shell (default: sh)"
    )
    _add_folder(parser)
    handled_by(parser, _env)


def _env(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.launch import env

    return env.run(
        home,
        options.profile,
        options.shell,
        allow_addresses=options.allow_address,
        with_project=options.with_project,
    )


def _add_profile(parser: argparse.ArgumentParser) -> None:
    profile = parser.add_argument(
        "--profile", metavar="P", help="profile to use (default: the one for this folder)"
    )
    complete_profiles(profile)


def _add_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--with-project",
        action="store_true",
        help="accept this folder's .codemie settings, except addresses, accounts and hooks",
    )
    parser.add_argument(
        "--allow-address",
        metavar="ADDRESS",
        action="append",
        default=[],
        help="let the profile's stored tokens go to this address from now on, as in https://api.example.com",
    )


ADD = {"run": _add_run, "env": _add_env}
