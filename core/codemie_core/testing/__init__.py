"""A separate home for each test of a program that uses `codemie_core`.

With pytest, ask for the fixture; it comes with the package and needs no import:

    def test_a_profile_is_saved(codemie_home):
        loader = ConfigLoader(codemie_home)
        loader.save_profile("test", {"provider": "anthropic", "model": "claude-sonnet-4-5"})
        assert loader.load().profile("test").model == "claude-sonnet-4-5"

Anywhere else, use the context manager:

    with isolated_home() as home:
        ConfigLoader(home).save_profile("test", {"provider": "anthropic"})

Both set `$CODEMIE_HOME` to an empty folder, for programs that the test starts, too, and remove it afterwards.
"""

from codemie_core.testing.isolation import isolated_home

__all__ = ["isolated_home"]
