"""Translates what the core says: its errors, its checks of a form, the table of providers.

The core writes English and knows no languages. Here a text is recognized by its template. One that is not in this
list, such as the reason that an operating system gives, stays English; a test looks up each template in the sources.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from codemie_tray.text.language.message import Message

if TYPE_CHECKING:
    from codemie_tray.text.language.catalogue import Catalogue


def N_(text: str) -> str:  # noqa: N802 - gettext's usual name
    """Mark a text for translation without translating it."""
    return text


TEMPLATES = (
    # Fields and providers
    N_("Model"),
    N_("API key"),
    N_("Address"),
    N_("Address of your CodeMie"),
    N_("Address of its API"),
    N_("AWS region"),
    N_("AWS profile"),
    N_("Project"),
    N_("Variable that holds the token"),
    N_("Access key id"),
    N_("Secret access key"),
    N_("Token"),
    N_("JSON Web Token"),
    N_("CodeMie, signed in with SSO"),
    N_("CodeMie, with a JSON Web Token"),
    N_("LiteLLM gateway"),
    N_("AWS Bedrock, with a profile of the AWS CLI"),
    N_("AWS Bedrock, with an access key"),
    N_("Ollama on this machine"),
    N_("Claude subscription"),
    N_("Kimi subscription"),
    # Checks of a form
    N_("{field} is required."),
    N_("{field} must not contain control characters."),
    N_("{field} can have at most {count} characters."),
    N_("{field} looks like a token. Tokens can't be arguments; use `profile set-token`."),
    N_("{field} must begin with https:// or http:// and name a host."),
    N_("{field} must be {form}."),
    N_("a region such as eu-central-1"),
    N_("a variable name such as CODEMIE_JWT_TOKEN"),
    N_("an id such as AKIAIOSFODNN7EXAMPLE"),
    N_("The token is empty."),
    N_("The token contains a space or a line break, probably copied by mistake."),
    N_("The token contains a control character."),
    N_("This is a placeholder, not a token."),
    N_("A profile needs a name."),
    N_("A profile can't be named -, which stands for the previous profile."),
    N_("A profile's name must not begin or end with a space."),
    N_("A profile's name can have at most 200 characters."),
    N_("A profile's name must not contain control characters."),
    N_("There is no profile named {name}."),
    N_("There is already a profile named {name}."),
    N_("The note contains a token, and notes are not encrypted."),
    N_("its name is empty, which the CLI treats as no profile"),
    # The configuration and other files
    N_("can't be written, nothing was changed: {reason}"),
    N_("can't be written: {reason}"),
    N_("can't be read: {reason}"),
    N_("there is no configuration yet"),
    N_("the configuration must be a JSON object"),
    N_("profiles must be a JSON object"),
    N_("not UTF-8 text"),
    N_("saved as UTF-16; save it as UTF-8"),
    N_("is a link that loops back to itself"),
    N_("Remove the link, or point it at the file."),
    N_("Put the file back, or remove the link."),
    N_("Close that program and try again."),
    N_("Update CodeMie Tray."),
    N_("another program keeps changing it; nothing was changed; try again"),
    N_("uses the old single-provider format, without profiles; nothing was changed"),
    N_("{path} can't be read ({reason}); the defaults apply"),
    N_("settings.json {problem}; the defaults apply until it is fixed"),
    N_("settings.json: {problem}; the default applies"),
    N_("is not valid JSON: line {line}, column {column}"),
    N_("is not valid JSON"),
    N_("is not a JSON object"),
    # Credentials and the keyring
    N_("{keyring} is locked. Unlock it (or answer its prompt) and try again."),
    N_("{keyring} refused access to this program. Allow it there and try again."),
    N_("No keyring is available. Log in to the desktop, or start its keyring, and try again."),
    N_("{keyring} did not answer in time. Restart it, or log out and in again, and try again."),
    N_("{keyring} is set up as the keyring, but is not known to keep secrets safe. It was not used."),
    N_("{keyring} failed ({detail})."),
    N_(
        "{path} is locked to another machine or another user. Open it there, or use the recovery code: {command}"
    ),
    N_("{path} can be opened only with its recovery code: {command}"),
    N_("other programs keep changing it; try again"),
    # Starting at login, opening files
    N_("it starts {program}, which no longer exists"),
    N_("it starts version {version}, in {program}"),
    N_("it was written by another version of this program"),
    N_("{path} does not exist."),
    N_("No program was found to open {path}."),
    N_("Windows has no program to open {path}."),
)
"""With named fields, like all texts; a field may be in this list itself."""


def from_core(text: str) -> Message:
    """Return a text of the core in the chosen language, if it is in the list."""
    return Message.of(lambda catalogue: text if catalogue is None else _translated(text, catalogue))


def _translated(text: str, catalogue: Catalogue) -> str:
    if text in TEMPLATES:
        return catalogue.gettext(text)
    for template, pattern in _patterns():
        if match := pattern.fullmatch(text):
            fields = {name: _translated(value, catalogue) for name, value in match.groupdict().items()}
            try:
                return catalogue.gettext(template).format(**fields)
            except (LookupError, ValueError):
                return text
    return text


@lru_cache(1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the templates with fields, those with more words first, and what recognizes each."""
    found = sorted((one for one in TEMPLATES if "{" in one), key=_words, reverse=True)
    return tuple((one, re.compile(_pattern(one), re.DOTALL)) for one in found)


def _words(template: str) -> int:
    return len(re.sub(r"\{\w+\}", "", template))


def _pattern(template: str) -> str:
    parts = re.split(r"\{(\w+)\}", template)
    return "".join(f"(?P<{part}>.+)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
