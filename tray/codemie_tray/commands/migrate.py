"""`codemie-tray migrate`: which form `config.json` has, and bringing it to another. Never a token."""

from __future__ import annotations

from codemie_core import ConfigLoader, Home
from codemie_core.config.migrations.runner import MigrationRunner, Plan
from codemie_core.files.json_document import JsonValue
from codemie_core.tokens.masking import masked_difference
from codemie_tray.commands.output import print_json, print_line, print_masked, warn_if_not_kept
from codemie_tray.text.exit_codes import ExitCode


def status(home: Home, *, as_json: bool) -> ExitCode:
    """Print the version the file has reached and what is pending."""
    loader = ConfigLoader(home)
    runner = MigrationRunner(loader)
    config = loader.load()
    if config.layout.name == "cli":
        if as_json:
            print_json({"config": config.path, "layout": "cli", "version": None, "pending": []})
        else:
            print_line(f"{config.path} is the CLI's own, which migrates it itself. Nothing to do here.")
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
    print_line(f"{config.path} has version {version}; the newest is {runner.latest}.")
    for migration in pending:
        print_line(f"pending  {migration.version}  {migration.description}")
    return ExitCode.OK


def run(home: Home, to_version: int | None, *, up: bool, dry_run: bool, as_json: bool) -> ExitCode:
    """Migrate, or show what that would change.

    Args:
        home: which home.
        to_version: where to; the newest unless given.
        up: the direction that was asked for; nothing is done in the other one.
        dry_run: only show.
        as_json: for programs.
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
        names=(f"version {plan.from_version}", f"version {plan.to_version}"),
    )
    if as_json:
        print_json(_as_json(plan, lines, dry_run=dry_run))
    elif not plan.steps:
        print_line(f"{plan.before.path} has version {plan.from_version} already.")
    elif dry_run:
        print_masked(lines)
    else:
        for step in plan.steps:
            print_line(f"{step.version}  {step.description}{'' if up else ' (undone)'}")
        print_line(f"{plan.after.path} has version {plan.to_version} now. What was there before is kept.")
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
