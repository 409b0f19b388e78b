"""Decides which names of fields, variables and query parameters announce a secret, word by word.

A name is split into its words (`geminiToken`, `GITHUB_PAT`, `x-api-key`), so `pat` is found in `gitlab_pat`
but not in `path`, and `key` not in `keyboard` or `monkey`. The last word may mean that it is something else:
`tokenEnvVar` names a variable, `tokenUrl` an address, `maxOutputTokens` a number.
"""

from __future__ import annotations

import functools
import itertools
import re
from enum import IntEnum

REMEMBERED = 1 << 15
"""Size of each cache in this package: more entries than the largest configuration has values."""


class Naming(IntEnum):
    """How certain a name is about its value."""

    ABOUT_ONE = 0
    """It names something about a secret, or that sounds like one: `tokenEnvVar`, `maxOutputTokens`."""
    PLAIN = 1
    PERHAPS = 2
    """A secret if the value looks like one: `key`, `auth`, `session`."""
    SECRET = 3


_WORD = re.compile(r"[A-Z]+(?![^\W\d_A-Z])|[A-Z]?[^\W\d_A-Z]+|\d+")

_SURE = frozenset(
    (
        *("token", "secret", "password", "passwd", "passphrase", "passcode", "passwort"),
        *("kennwort", "pwd", "pat", "sas", "jwt", "otp", "totp", "hotp", "pin", "psk", "bearer"),
        *("authorization", "authorisation", "cookie", "credential", "cred", "creds", "apikey"),
        *("appkey", "accesskey", "accountkey", "secretkey", "privatekey", "sharedkey", "masterkey"),
        *("signingkey", "encryptionkey", "licensekey", "sessionkey", "seckey", "privkey"),
        *("authkey", "mnemonic", "keytab", "sessionid", "csrf", "xsrf", "hmac", "contraseña"),
        *("contrasena", "senha", "motdepasse", "parola", "haslo", "hasło", "heslo", "wachtwoord"),
        *("lösenord", "пароль", "токен", "секрет", "密码", "密碼", "口令", "令牌", "密钥"),
        *("パスワード", "비밀번호"),
    )
)
_SURE_ENDINGS = ("token", "secret", "password", "passwd", "passphrase", "apikey", "secretkey", "accesskey")
_KEYS_OF = frozenset(
    (
        *("api", "app", "access", "account", "secret", "private", "shared", "master", "signing"),
        *("sign", "signature", "encryption", "encrypt", "crypt", "license", "session", "auth"),
        *("service", "admin", "root", "host", "integration", "subscription", "storage", "gateway"),
        *("deploy", "ssh", "pgp", "gpg", "rsa", "hmac", "aes", "wrapping", "recovery", "primary"),
        *("secondary", "write", "read", "ingest", "server", "client"),
    )
)
"""Words before `key` that mean that it opens something."""
_PERHAPS = frozenset(
    (
        *("key", "auth", "authentication", "session", "sid", "sig", "signature", "pass", "dsn"),
        *("connection", "conn", "webhook", "salt", "seed", "nonce", "cert", "certificate", "pem"),
        *("pfx", "keystore", "login", "header"),
    )
)
_SOMETHING_ELSE = frozenset(
    (
        *("env", "var", "variable", "name", "url", "uri", "endpoint", "host", "type", "kind"),
        *("count", "counts", "limit", "limits", "budget", "path", "file", "filename", "dir"),
        *("folder", "expiry", "expires", "expired", "expiration", "expire", "timeout", "ttl"),
        *("policy", "helper", "length", "len", "size", "usage", "used", "domain", "format"),
        *("version", "enabled", "disabled", "required", "optional", "field", "provider", "method"),
        *("mode", "max", "min", "seconds", "minutes", "hours", "days", "ms", "percent", "pct"),
        *("price", "cost", "rate", "bits", "algorithm", "alg", "issuer", "audience", "scope"),
        *("scopes", "prefix", "location", "store", "at", "vault", "manager", "source", "exists"),
        *("present", "per", "config", "settings", "options", "status"),
    )
)
"""Words at the end of a name that mean that it is about a secret, but not one itself."""
_COUNTED = frozenset(
    (
        *("max", "min", "maximum", "minimum", "num", "number", "n", "total", "input", "output"),
        *("prompt", "context", "completion", "thinking", "reasoning", "cached", "cache", "limit"),
        *("count", "budget", "per", "used"),
    )
)
"""Words before `tokens` that mean the tokens of a model's text."""


@functools.lru_cache(maxsize=REMEMBERED)
def naming_of(name: str) -> Naming:
    """Return what a name says about its value."""
    words = [word.lower() for word in _WORD.findall(name)] if len(name) <= _LONGEST else []
    while words and words[-1].isdigit():  # `token2`
        words.pop()
    if not words:
        return Naming.PLAIN
    if words[-1] in _SOMETHING_ELSE or (words[-1] == "tokens" and _COUNTED.intersection(words[:-1])):
        return Naming.ABOUT_ONE
    singular = [_singular(word) for word in words]
    if not _SURE.isdisjoint(singular) or any(
        word.endswith(_SURE_ENDINGS) for word in singular if len(word) >= _SHORTEST_ENDING
    ):
        return Naming.SECRET
    if not _SECOND.isdisjoint(singular):
        for before, word in itertools.pairwise(singular):
            if (word == "key" and before in _KEYS_OF) or (before, word) in _PAIRS:
                return Naming.SECRET
    return Naming.PLAIN if _PERHAPS.isdisjoint(singular) else Naming.PERHAPS


_LONGEST = 200
"""In characters; anything longer is not a name."""
_PAIRS = frozenset(
    (("pass", "word"), ("pass", "phrase"), ("pass", "code"), ("mot", "passe"), ("de", "passe"))
)
_SECOND = frozenset(("key", *(second for _, second in _PAIRS)))
_SHORTEST_ENDING = min(map(len, _SURE_ENDINGS))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] != "s" else word
