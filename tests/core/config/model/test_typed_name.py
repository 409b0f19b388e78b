from __future__ import annotations

import unicodedata

import pytest

from codemie_core.config.model.typed_name import meant_by

ONE, TWO = (unicodedata.normalize(form, "café") for form in ("NFC", "NFD"))


@pytest.mark.parametrize(
    ("typed", "names", "meant"),
    [
        ("work", ["work", "home"], "work"),
        ("wrok", ["work", "home"], None),
        (ONE, ["work", TWO], TWO),
        (TWO, ["work", ONE], ONE),
        (ONE, [TWO, ONE], ONE),
        ("cafe", [ONE, TWO], None),
        # Neither is what was typed, but both look like it.
        ("q\u0323\u0307", ["q\u0307\u0323", "q\u0323\u0307"], "q\u0323\u0307"),
        ("\u212b", ["\u00c5", "A\u030a"], None),
    ],
)
def test_a_name_in_another_normal_form_matches_if_it_is_the_only_one(
    typed: str, names: list[str], meant: str | None
) -> None:
    assert meant_by(typed, names) == meant
