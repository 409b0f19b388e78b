"""The manual page, generated from the command line's own parser, so that they can't differ."""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Sequence

from codemie_tray.commands.parser import build_parser
from codemie_tray.commands.parser.base import Parser
from installers import product
from installers.linux.metadata import man_texts

_SubCommands = argparse._SubParsersAction


def text(*, epoch: int) -> str:
    """Return the page in roff; `epoch` is its date in seconds since 1970."""
    parser = build_parser()
    date = datetime.datetime.fromtimestamp(epoch, datetime.UTC).date().isoformat()
    name = product.PROGRAM_NAME
    lines = [
        f'.TH {name.upper()} 1 {date} "{product.NAME} {product.VERSION}" "User Commands"',
        ".SH NAME",
        f"{_plain(name)} \\- {_plain(product.SUMMARY[0].lower() + product.SUMMARY[1:])}",
        ".SH SYNOPSIS",
        f".B {_plain(name)}",
        *(_synopsis(name, command, sub) for command, sub, _ in commands(parser)),
        ".SH DESCRIPTION",
        _plain(parser.description or ""),
        ".SH OPTIONS",
        *_options(parser),
        ".SH COMMANDS",
    ]
    for command, sub, said in commands(parser):
        lines += [f".SS {_plain(command)}", _plain(sub.description or _sentence(said))]
        lines += _options(sub)
        if isinstance(sub, Parser) and sub.details is not None:
            lines += [".PP", ".nf", *map(_plain, sub.details().splitlines()), ".fi"]
    lines += [
        ".SH EXIT STATUS",
        *_paragraphs(parser.epilog or ""),
        ".SH ENVIRONMENT",
        *_listed(man_texts.ENVIRONMENT, "B"),
        ".SH FILES",
        *_listed(man_texts.FILES, "I"),
        ".SH EXAMPLES",
        *_examples(),
        ".SH SEE ALSO",
        product.HOMEPAGE,
    ]
    return "\n".join(line for line in lines if line) + "\n"


def _listed(rows: Sequence[tuple[str, str]], font: str) -> list[str]:
    return [line for name, said in rows for line in (".TP", f".{font} {_plain(name)}", _plain(said))]


def _examples() -> list[str]:
    lines = []
    for said, command in man_texts.EXAMPLES:
        lines += [
            ".PP",
            _plain(said),
            ".PP",
            ".nf",
            ".RS 4",
            *map(_plain, command.splitlines()),
            ".RE",
            ".fi",
        ]
    return lines[1:]  # no paragraph mark right below a heading


def _synopsis(name: str, command: str, parser: argparse.ArgumentParser) -> str:
    usage = " ".join(parser.format_usage().split())
    rest = usage.partition(f" {command} ")[2].replace("[-h]", "").removesuffix("[export] ...").strip()
    return f".br\n.B {_plain(name)} {_plain(command)}\n{_plain(rest)}".rstrip()


def _options(parser: argparse.ArgumentParser) -> list[str]:
    lines = []
    for action in parser._actions:
        if isinstance(action, _SubCommands) or action.help == argparse.SUPPRESS:
            continue
        if isinstance(action, argparse._HelpAction):
            continue
        names = ", ".join(f"\\fB{_plain(name)}\\fR" for name in action.option_strings)
        takes_value = action.nargs != 0
        value = f"\\fI{_plain(_value_name(action))}\\fR" if takes_value else ""
        said = action.help or ("show the version" if action.dest == "version" else "")
        lines += [".TP", f"{names} {value}".strip(), _plain(_sentence(said))]
    return lines


def _value_name(action: argparse.Action) -> str:
    if action.choices and not action.metavar:
        return " | ".join(map(str, action.choices))
    return str(action.metavar or action.dest.upper())


def commands(parser: argparse.ArgumentParser) -> list[tuple[str, argparse.ArgumentParser, str]]:
    """Return every command, including subcommands: words, parser, help line."""
    found: list[tuple[str, argparse.ArgumentParser, str]] = []
    for action in parser._actions:
        if isinstance(action, _SubCommands):
            # argparse has no public way to get a command's help line.
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for name, sub in action.choices.items():
                if name in helps:
                    below = commands(sub)
                    if not any(one.required for one in sub._actions if isinstance(one, _SubCommands)):
                        found.append((name, sub, helps[name]))  # `usage`, which also has `usage export`
                    found += [(f"{name} {words}", one, said) for words, one, said in below]
    return found


def _paragraphs(text: str) -> list[str]:
    return [_plain(" ".join(text.split())).replace("exit codes: ", "")]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if not text or text.endswith(".") else ".")


def _plain(text: str) -> str:
    """Return text escaped for roff."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("%%", "%")
    return "\\&" + escaped if escaped.startswith((".", "'")) else escaped
