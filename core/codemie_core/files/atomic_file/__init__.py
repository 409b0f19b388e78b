"""Reads whole files, and replaces them completely and durably, or not at all."""

from codemie_core.files.atomic_file.atomic_replace import replace_whole
from codemie_core.files.atomic_file.durability import make_durable, sync_file, sync_folder
from codemie_core.files.atomic_file.held_file import HeldFile
from codemie_core.files.atomic_file.temporaries import sweep_temporaries
from codemie_core.files.atomic_file.version import ANY_VERSION, FileVersion, TargetChanged, version_of
from codemie_core.files.atomic_file.whole_file import has_content, opened_patiently, read_all, read_whole

__all__ = [
    "ANY_VERSION",
    "FileVersion",
    "HeldFile",
    "TargetChanged",
    "has_content",
    "make_durable",
    "opened_patiently",
    "read_all",
    "read_whole",
    "replace_whole",
    "sweep_temporaries",
    "sync_file",
    "sync_folder",
    "version_of",
]
