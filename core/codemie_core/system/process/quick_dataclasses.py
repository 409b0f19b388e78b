"""Makes `dataclasses` quick to import and to use; import it first. The program starts about 30 ms sooner.

`dataclasses` imports `inspect`, and with it `ast`, `dis` and `tokenize`, to write the docstring of a class
that has none (Python 3.11, 3.12). Our classes have one; `inspect` is loaded only if another class needs it.

For each class it compiles the source of about six methods, which takes longer than everything else on the way
to the icon; most of them are never called. Here, a method is compiled when it is first called. Python 3.13
compiles those of a class in one go, by other functions; it is left as it is.
"""

from __future__ import annotations

import importlib
import sys

TYPE_CHECKING = False  # as `typing` has it, whose import every command would pay for
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def _import_dataclasses() -> None:
    if "dataclasses" in sys.modules:
        return
    stand_in = type(sys)("inspect")
    vars(stand_in)["__getattr__"] = _of_inspect
    if "inspect" in sys.modules:  # in a frozen program, or after PySide6, whose imports examine each module
        names = vars(importlib.import_module("dataclasses"))
        names["inspect"] = stand_in
    else:
        sys.modules["inspect"] = stand_in
        try:
            names = vars(importlib.import_module("dataclasses"))
        finally:
            del sys.modules["inspect"]  # everybody else gets the real one
    if sys.version_info < (3, 13) and "_create_fn" in names:
        names["_create_fn"] = _compiled_when_called(names["_create_fn"])


def _of_inspect(name: str) -> object:
    return _signature if name == "signature" else getattr(importlib.import_module("inspect"), name)


def _signature(cls: type) -> object:
    """Return the signature of a class that gets its docstring."""
    compiled = getattr(vars(cls).get("__init__"), "compiled", None)
    if compiled is not None:
        setattr(cls, "__init__", compiled())  # noqa: B010 - mypy: a method can't be assigned to
    return importlib.import_module("inspect").signature(cls)


def _compiled_when_called(create: Callable[..., Callable[..., Any]]) -> Callable[..., Callable[..., Any]]:
    """Return a `dataclasses._create_fn` whose methods replace themselves by the real ones when called."""

    def create_later(name: str, *source: Any, **options: Any) -> Callable[..., Any]:
        made: list[Callable[..., Any]] = []

        def compiled() -> Callable[..., Any]:
            if not made:
                made.append(create(name, *source, **options))
                made[0].__qualname__ = method.__qualname__
            return made[0]

        def method(self: Any, /, *given: Any, **named: Any) -> Any:
            real = compiled()
            for owner in type(self).__mro__:
                if vars(owner).get(name) is method:
                    setattr(owner, name, real)
            return real(self, *given, **named)

        method.__name__ = name
        vars(method)["compiled"] = compiled
        return method

    return create_later


_import_dataclasses()
