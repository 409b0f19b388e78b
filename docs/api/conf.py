"""Sphinx: the pages of `codemie_core`, made from its docstrings. `make docs` builds them into build/docs."""

from codemie_tray import __version__

project = "codemie_core"
author = "The CodeMie Tray contributors"
version = release = __version__
extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.doctest"]
html_theme = "alabaster"
html_title = f"codemie_core {version}"
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_default_options = {"members": True, "show-inheritance": True}
napoleon_use_rtype = False
