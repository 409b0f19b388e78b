"""Options of `profile`."""

from __future__ import annotations

import argparse

from codemie_core import Home
from codemie_tray.commands.parser.base import (
    Parser,
    add_dry_run,
    add_json,
    add_yes,
    complete_profiles,
    handled_by,
)


def add(parser: argparse.ArgumentParser) -> None:
    """Add them."""
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    adding = what.add_parser("add", help="add a profile; asks for missing values on a terminal")
    adding.add_argument("name", metavar="NAME", nargs="?", help="the new profile's name")
    _add_fields(adding)
    token = adding.add_mutually_exclusive_group()
    token.add_argument("--token-stdin", action="store_true", help="read the token from standard input")
    token.add_argument("--no-token", action="store_true", help="add it without a token")
    _add_token_in_config(adding)
    adding.add_argument("--use", action="store_true", help="also switch to it")
    _add_note(adding)
    add_json(adding)
    handled_by(adding, _add)

    edit = what.add_parser("edit", help="change fields of a profile; without options, asks for them")
    _add_name(edit)
    _add_fields(edit)
    edit.add_argument(
        "--unset", metavar="FIELD", action="append", default=[], help="remove a field (can be repeated)"
    )
    _add_note(edit)
    add_json(edit)
    handled_by(edit, _edit)

    _add_list_changes(what)

    show = what.add_parser("show", help="show a profile's fields, with secrets hidden")
    _add_name(show, default="the one for this folder")
    add_json(show)
    handled_by(show, _show, only_reads=True)

    token_of = what.add_parser(
        "set-token", help="set a profile's token, typed at a hidden prompt or read from standard input"
    )
    _add_name(token_of)
    _add_token_in_config(token_of)
    token_of.add_argument(
        "--allow-address",
        metavar="ADDRESS",
        action="append",
        default=[],
        help="allow this address, even if the old token was stored for another one",
    )
    add_json(token_of)
    handled_by(token_of, _set_token)

    test = what.add_parser("test", help="check a profile for mistakes; nothing is sent anywhere")
    _add_name(test, default="the one for this folder")
    test.add_argument(
        "--connect",
        action="store_true",
        help="also check that its addresses answer, without sending a token",
    )
    add_json(test)
    handled_by(test, _test, only_reads=True)

    _add_files(what)


def _add_list_changes(what: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    rename = what.add_parser("rename", help="give a profile another name")
    _add_name(rename)
    rename.add_argument("new", metavar="NEW", help="the new name")
    add_json(rename)
    handled_by(rename, _rename)

    duplicate = what.add_parser("duplicate", help="add a copy of a profile")
    _add_name(duplicate)
    duplicate.add_argument("copy", metavar="COPY", help="the copy's name")
    add_json(duplicate)
    handled_by(duplicate, _duplicate)

    move = what.add_parser("move", help="change a profile's place in the menu and in lists")
    _add_name(move)
    where = move.add_mutually_exclusive_group(required=True)
    where.add_argument("--first", action="store_true", help="before all others")
    where.add_argument("--last", action="store_true", help="after all others")
    for option in ("before", "after"):
        complete_profiles(where.add_argument(f"--{option}", metavar="OTHER", help=f"{option} this profile"))
    add_json(move)
    handled_by(move, _move)

    delete = what.add_parser("delete", help="delete a profile; the history can bring it back")
    _add_name(delete)
    add_yes(delete)
    add_json(delete)
    handled_by(delete, _delete)


def _add_files(what: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    export = what.add_parser("export", help="write profiles, without their tokens, for another machine")
    names = export.add_argument("names", metavar="NAME", nargs="*", help="profiles (default: all)")
    complete_profiles(names)
    export.add_argument("--out", metavar="FILE", help="file to write (default: standard output)")
    handled_by(export, _export, only_reads=True)

    importing = what.add_parser("import", help="add the profiles that `export` wrote")
    importing.add_argument("file", metavar="FILE", help="file that `export` wrote; - for standard input")
    how = importing.add_mutually_exclusive_group()
    how.add_argument(
        "--replace", action="store_true", help="replace existing profiles, but keep their tokens"
    )
    how.add_argument("--skip", action="store_true", help="skip existing profiles")
    add_dry_run(importing)
    add_json(importing)
    handled_by(importing, _import)

    here = what.add_parser("use-here", help="use a profile in this folder, whichever is active elsewhere")
    _add_name(here, default="choose from a list")
    here.add_argument("--undo", action="store_true", help="use the active profile here again")
    add_json(here)
    handled_by(here, _use_here)


def _add_name(parser: argparse.ArgumentParser, *, default: str = "") -> None:
    """Add the name of an existing profile.

    Args:
        parser: the command's.
        default: what its absence means, for the help; empty if it is required.
    """
    name = parser.add_argument(
        "name",
        metavar="NAME",
        nargs="?" if default else None,
        help="the profile's name" + (f" (default: {default})" if default else ""),
    )
    complete_profiles(name)


def _add_fields(parser: argparse.ArgumentParser) -> None:
    if isinstance(parser, Parser):
        parser.details = _fields_of_providers
    parser.add_argument("--provider", metavar="P", help="such as ai-run-sso, anthropic, litellm or bedrock")
    parser.add_argument("--model", metavar="M", help="such as claude-4-5-sonnet")
    parser.add_argument("--base-url", metavar="URL", help="address of the service")
    parser.add_argument(
        "--set",
        metavar="FIELD=VALUE",
        action="append",
        default=[],
        help="any other field, such as awsRegion=eu-central-1 (can be repeated)",
    )


def _fields_of_providers() -> str:
    from codemie_core.profiles.providers import PROVIDERS

    width = max(len(one.key) for one in PROVIDERS)
    shown = [
        (
            one.key,
            [
                one_field.name if one_field.needed and not one_field.default else f"[{one_field.name}]"
                for one_field in one.fields
            ],
        )
        for one in PROVIDERS
    ]
    lines = [f"  {key:<{width}}  {', '.join(fields)}" for key, fields in shown]
    return "\n".join(["providers and their fields; those in brackets are optional:", *lines])


def _add_note(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--note",
        metavar="TEXT",
        help="a note for yourself, kept in CodeMie Tray's settings; empty removes it",
    )


def _add_token_in_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--token-in-config",
        action="store_true",
        help="write the token to the configuration in the clear, instead of the encrypted store",
    )


def _add(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.profile import add

    return add.run(home, options)


def _edit(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.profile import edit

    return edit.edit(home, options)


def _rename(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.profile import edit

    return edit.rename(home, options)


def _duplicate(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.profile import edit

    return edit.duplicate(home, options)


def _move(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.switching import move

    return move.run(home, options)


def _delete(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.profile import delete

    return delete.run(home, options)


def _show(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.profile import show

    return show.run(home, options)


def _set_token(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.profile import set_token

    return set_token.run(home, options)


def _test(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.profile import check

    return check.run(home, options)


def _export(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.profile import transfer

    return transfer.export(home, options)


def _import(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.profile import transfer

    return transfer.import_(home, options)


def _use_here(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.profile import use_here

    return use_here.run(home, options)
