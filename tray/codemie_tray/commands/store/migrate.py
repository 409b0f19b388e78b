"""`codemie-tray migrate`: shows the schema version of `config.json`, and migrates it. Never shows a token."""

from __future__ import annotations

from codemie_core import ConfigLoader, Home
from codemie_core.config.migrations.runner import MigrationRunner, Plan
from codemie_core.config.migrations.schema import SCHEMA_KEY
from codemie_core.files.json.document import JsonValue
from codemie_core.profiles.tokens.masking import masked_difference
from codemie_tray.commands.console.output import print_json, print_line, print_text, warn_if_not_kept
from codemie_tray.text.exit_codes import ExitCode


def status(home: Home, *, as_json: bool) -> ExitCode:
    """Print the file's schema version, and the pending migrations."""
    loader = ConfigLoader(home)
    runner = MigrationRunner(loader)
    config = loader.load_and_keep()
    if config.layout.name == "cli":
        if as_json:
            print_json({"config": config.path, "layout": "cli", "version": None, "pending": []})
        else:
            print_line(f"{config.path} belongs to the CLI, which migrates it itself. There is nothing to do.")
        return ExitCode.OK
    version, pending = runner.version(), runner.pending()
    if as_json:
        steps: list[JsonValue] = [{"version": m.version, "description": m.description} for m in pending]
        print_json(
            {
                "config": config.path,
                "layout": "classic",
                "version": version,
                "latest": runner.latest,
                "pending": steps,
            }
        )
        return ExitCode.OK
    newest = ", the newest" if version == runner.latest else f" of {runner.latest}"
    print_line(f"{config.path} has schema version {version}{newest} ({SCHEMA_KEY}).")
    if config.document.root.find("version") is not None:
        print_line('Its "version" field belongs to the CLI and does not count migrations.')
    for migration in pending:
        print_line(f"pending  {migration.version}  {migration.description}")
    if pending:
        print_line("To apply them, run `codemie-tray migrate up`; to see the changes first, add --dry-run.")
    return ExitCode.OK


def run(home: Home, to_version: int | None, *, up: bool, dry_run: bool, as_json: bool) -> ExitCode:
    """Migrate, or show what that would change.

    Args:
        home: which home.
        to_version: the target; default: the newest.
        up: the requested direction; does nothing if the target is in the other one.
        dry_run: only show.
        as_json: print JSON.
    """
    loader = ConfigLoader(home)
    runner = MigrationRunner(loader)
    wanted = runner.latest if to_version is None else to_version
    now = runner.version()
    if now < wanted <= runner.latest if not up else 0 <= wanted < now:
        wanted = now
    plan = runner.plan(wanted) if dry_run else runner.run(wanted)
    lines = masked_difference(
        plan.before.document,
        plan.after.document,
        names=(f"schema version {plan.from_version}", f"schema version {plan.to_version}"),
    )
    if as_json:
        print_json(_as_json(plan, lines, dry_run=dry_run))
    elif not plan.steps:
        print_line(f"{plan.before.path} already has schema version {plan.from_version}.")
    elif dry_run:
        print_text("\n".join(lines))
    else:
        for step in plan.steps:
            print_line(f"{step.version}  {step.description}{'' if up else ' (undone)'}")
        print_line(
            f"{plan.after.path} now has schema version {plan.to_version}. The previous version is in the "
            "history."
        )
    warn_if_not_kept(loader)
    return ExitCode.OK


def _as_json(plan: Plan, lines: list[str], *, dry_run: bool) -> dict[str, JsonValue]:
    return {
        "config": plan.before.path,
        "from": plan.from_version,
        "to": plan.to_version,
        "steps": [step.version for step in plan.steps],
        "dryRun": dry_run,
        "difference": list(lines),
    }
