"""What other programs removed, as the history shows it."""

from __future__ import annotations

import pytest
from tests.core.config.history.history_home import NOW, config, home, loader_of, write

from codemie_core import Home
from codemie_core.config.history import Origin, Version, loss_of
from codemie_core.config.model.layout import CLASSIC

__all__ = ["home"]


def states(
    *described: tuple[Origin, dict[str, bytes]],
) -> tuple[list[Version], dict[Version, dict[str, bytes]]]:
    """States, oldest first as given; returned newest first."""
    made = {
        Version(NOW + number, origin, CLASSIC, len(profiles), 1, f"{number:064x}"): profiles
        for number, (origin, profiles) in enumerate(described)
    }
    return list(reversed(made)), made


A, B, C = {"a": b"1"}, {"b": b"2"}, {"c": b"3"}


@pytest.mark.parametrize(
    ("described", "lost", "best"),
    [
        ([(Origin.OTHER, A | B)], (), None),
        ([(Origin.OTHER, A | B), (Origin.OTHER, {})], ("a", "b"), 0),
        ([(Origin.OWN, A | B), (Origin.OTHER, A)], ("b",), 0),
        ([(Origin.OWN, A | B), (Origin.OTHER, A), (Origin.OTHER, {})], ("a", "b"), 0),
        ([(Origin.OWN, A | B), (Origin.OTHER, A), (Origin.OTHER, C)], ("a", "b"), 0),
        ([(Origin.OTHER, A | B), (Origin.OWN, A)], (), None),
        ([(Origin.OTHER, A | B), (Origin.OWN, A), (Origin.OTHER, A)], (), None),
        ([(Origin.OTHER, A | B), (Origin.ACCEPTED, {}), (Origin.OTHER, C)], (), None),
        ([(Origin.OTHER, A | B), (Origin.OTHER, {}), (Origin.OTHER, A | B)], (), None),
        ([(Origin.OTHER, {"a": b"1"}), (Origin.OTHER, {"renamed": b"1"})], (), None),
        ([(Origin.OTHER, {"a": b"1", "twin": b"1"}), (Origin.OTHER, {"twin": b"1"})], ("a",), 0),
        ([(Origin.OTHER, {"a": b"1", "b": b"1"}), (Origin.OTHER, {"renamed": b"1"})], ("b",), 0),
        ([(Origin.OTHER, A | B), (Origin.BROKEN, {}), (Origin.OTHER, A)], ("b",), 0),
    ],
)
def test_profiles_that_others_removed_since_our_last_write_are_lost(
    described: list[tuple[Origin, dict[str, bytes]]], lost: tuple[str, ...], best: int | None
) -> None:
    entries, contents = states(*described)
    loss = loss_of(entries, contents.__getitem__)
    assert (loss.lost if loss else ()) == lost
    assert (loss.version if loss else None) == (None if best is None else list(reversed(entries))[best])


def test_an_accepted_loss_is_not_reported(home: Home) -> None:
    loader = loader_of(home)
    loader.keep_seen()
    write(home, config("work"))
    loader.keep_seen()
    offer = loader.offer(loader.load())
    assert offer is not None
    assert offer.lost == ("personal",)
    loader.accept()
    assert loader.offer(loader.load()) is None
    assert loader.history.entries()[0].origin is Origin.ACCEPTED
