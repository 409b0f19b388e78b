"""A healthy home, in which a test plants one problem."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from codemie_core import Home
from codemie_core.audit.finding import Finding
from codemie_core.audit.home_audit import audit_home
from codemie_core.credentials import CredentialStore, Secret
from codemie_core.profiles.tokens.cli_files import CliMachine

TOKEN = "sk-planted-0123456789abcdefghij"  # noqa: S105 - made up
NAME = "codemie-cli.config.json"
EDITOR = '"${EDITOR:-vi}" '


@dataclass(frozen=True)
class Scene:
    """A healthy home, in a folder that every user can reach."""

    place: Path
    environ: dict[str, str]

    @property
    def path(self) -> Path:
        return self.place / ".codemie"

    @property
    def home(self) -> Home:
        return Home(str(self.path))

    @property
    def config(self) -> Path:
        return self.path / NAME

    @property
    def project(self) -> Path:
        return self.place / "project"

    def write(self, name: str, text: str | bytes = "", mode: int = 0o600) -> Path:
        path = self.path / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        path.chmod(mode)
        return path

    def edit(self, profile: str, **fields: object) -> None:
        config = json.loads(self.config.read_text())
        config["profiles"].setdefault(profile, {}).update(fields)
        self.config.write_text(json.dumps(config))

    def store(self) -> CredentialStore:
        return CredentialStore(self.home)

    def findings(self) -> tuple[Finding, ...]:
        machine = CliMachine("host", "linux", "x64")
        return audit_home(
            self.store(), self.home, machine, environ=self.environ, folder=str(self.project)
        ).findings


@contextlib.contextmanager
def healthy_home() -> Iterator[Scene]:
    """Create the home, and remove it at the end."""
    place = Path(tempfile.mkdtemp(dir="/tmp"))
    try:
        place.chmod(0o755)
        scene = Scene(place, {"PATH": os.environ["PATH"], "HOME": str(place)})
        for folder in (scene.path, scene.project):
            folder.mkdir()
            folder.chmod(0o755)
        profiles = {
            "sso": {
                "provider": "ai-run-sso",
                "codeMieUrl": "https://a.example.com",
                "apiKey": "sso-provided",
            },
            "key": {"provider": "litellm", "baseUrl": "https://b.example.com", "apiKey": "credential:key"},
            "own": {"provider": "ollama", "baseUrl": "http://localhost:11434", "apiKey": "not-required"},
        }
        scene.write(NAME, json.dumps({"version": 2, "activeProfile": "key", "profiles": profiles}), 0o644)
        scene.store().set("key", Secret(TOKEN))
        scene.write("logs/debug-2026-01-01.log", "[INFO] started", 0o644)
        scene.write("sessions/3f2b8c1e-1d2a-4c55-9b7e-0a1b2c3d4e5f.json", "{}", 0o644)
        scene.write("sso-credentials.enc", "00:00:00")
        scene.write("proxy-daemon.json", json.dumps({"gatewayKey": TOKEN, "port": 4001}))
        scene.write("migrations.json", "{}", 0o644)
        scene.write("installation-id", "8d3f1c52-0000-4000-8000-000000000000", 0o644)
        (scene.project / ".env").write_text("EDITOR=vi\n# CODEMIE_API_KEY=no\n")
        yield scene
    finally:
        shutil.rmtree(place)
