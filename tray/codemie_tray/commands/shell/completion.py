"""`codemie-tray completion SHELL`: a script for the shell, which shtab generates from the parser itself.

Profile names are data that anyone may have written into a file. No shell may expand them: bash reads them
line by line, compares them itself and prints them with `printf %q`; zsh and fish quote what they insert.
"""

from __future__ import annotations

import argparse

import shtab

from codemie_tray import PROGRAM
from codemie_tray.commands.console.output import print_text
from codemie_tray.commands.shell.names_function import NAMES_FUNCTION
from codemie_tray.text.exit_codes import ExitCode

_SHTAB_FUNCTION = f"_shtab_{PROGRAM.replace('-', '_')}"

_BASH = r"""
# Offers the profiles whose names begin with what was typed.
NAMES() {
  local name shown
  while IFS= read -r name; do
    [[ "$name" == "$1"* ]] || continue
    case $codemie_quote in
      '') printf -v shown %q "$name" ;;
      \") [[ "$name" == *\!* ]] && continue # history expansion, which no quoting stops there
          shown=${name//\\/\\\\} shown=${shown//\"/\\\"} shown=${shown//\$/\\\$} shown=${shown//\`/\\\`} ;;
      *) [[ "$name" == *\'* ]] && continue # single quotes know no way to write one
         shown=$name ;;
    esac
    [[ "$shown" == "$codemie_kept"* ]] && printf '%s\n' "${shown#"$codemie_kept"}"
  done < <(PROGRAM profiles --names 2>/dev/null)
}

# Splits the line up to the cursor into words as the shell would, and runs nothing of it. Bash's COMP_WORDS
# are raw, and split at colons as well.
_codemie_tray_words() {
  local line=${COMP_LINE:0:COMP_POINT} word='' char='' started='' i
  codemie_words=() codemie_quote='' codemie_head=''
  for ((i = 0; i < ${#line}; i++)); do
    char=${line:i:1}
    if [[ $codemie_quote == \' ]]; then
      if [[ $char == \' ]]; then codemie_quote=''; else word+=$char; fi
    elif [[ $codemie_quote == \" ]]; then
      if [[ $char == \" ]]; then
        codemie_quote=''
      elif [[ $char == \\ && ${line:i+1:1} == [\\\"\$\`] ]]; then
        ((i++))
        word+=${line:i:1}
      else
        word+=$char
      fi
    elif [[ $char == [\'\"] ]]; then
      codemie_quote=$char started=1
    elif [[ $char == \\ ]]; then
      ((i++))
      word+=${line:i:1} started=1
    elif [[ $char == [[:space:]] ]]; then
      [[ -n $started ]] && codemie_words+=("$word")
      word='' started='' codemie_head=''
    else
      word+=$char started=1
      # Readline replaces only what comes after such a character.
      [[ $char == [:=@] && $COMP_WORDBREAKS == *"$char"* ]] && codemie_head=$word
    fi
  done
  codemie_words+=("$word")
}

_codemie_tray_complete() {
  local -a codemie_words
  local codemie_quote codemie_head codemie_kept=''
  _codemie_tray_words
  [[ -z $codemie_quote && -n $codemie_head ]] && printf -v codemie_kept %q "$codemie_head"
  local -a COMP_WORDS=("${codemie_words[@]}")
  local COMP_CWORD=$((${#codemie_words[@]} - 1))
  SHTAB "$@"
}
"""

PREAMBLE = {
    "bash": _BASH.replace("NAMES", NAMES_FUNCTION)
    .replace("PROGRAM", PROGRAM)
    .replace("SHTAB", _SHTAB_FUNCTION),
    "zsh": f"""\
{NAMES_FUNCTION}() {{
  local -a names
  names=("${{(@f)$({PROGRAM} profiles --names 2>/dev/null)}}")
  compadd -a names
}}""",
    "fish": f"""\
function {NAMES_FUNCTION}
  {PROGRAM} profiles --names 2>/dev/null
end""",
}


def script(shell: str, parser: argparse.ArgumentParser) -> str:
    """Return the completion script for a shell, one of `everyday.SHELLS`, made from the parser."""
    text: str = shtab.complete(parser, shell, preamble=PREAMBLE[shell])
    if shell == "bash":
        before, registration, after = text.rpartition(f"-F {_SHTAB_FUNCTION} ")
        if not registration:
            raise AssertionError("shtab registers its function in another way now")
        text = f"{before}-F _codemie_tray_complete {after}"
    return text


def run(shell: str, parser: argparse.ArgumentParser) -> ExitCode:
    """Print the script."""
    print_text(script(shell, parser))
    return ExitCode.OK
