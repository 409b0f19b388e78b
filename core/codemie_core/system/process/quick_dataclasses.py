"""Imports `dataclasses` without `inspect`; import it first. The program starts 8 ms sooner.

`dataclasses` imports `inspect`, and with it `ast`, `dis` and `tokenize`, to write the docstring of a class
that has none (Python 3.11, 3.12). Our classes have one; `inspect` is loaded only if another class needs it.
"""

from __future__ import annotations

import importlib
import sys


def _import_dataclasses() -> None:
    if "inspect" in sys.modules:
        return
    stand_in = type(sys)("inspect")
    vars(stand_in)["__getattr__"] = _of_inspect
    sys.modules["inspect"] = stand_in
    try:
        importlib.import_module("dataclasses")
    finally:
        del sys.modules["inspect"]  # everybody else gets the real one


def _of_inspect(name: str) -> object:
    return getattr(importlib.import_module("inspect"), name)


_import_dataclasses()
