# Everything sets itself up: `make run`, `make test`, `make check`, `make bench`.
# On Windows and macOS, use the commands in README.md.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ARTIFACTS := artifacts
RIG := tests.integration.desktop.rig
# Many tests wait for other processes: one worker more than processors. WORKERS=0 runs them one by one.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1) + 1)
SIDE_BY_SIDE := -n $(WORKERS) --dist loadgroup

.DEFAULT_GOAL := help
.PHONY: help setup compiled run docs test coverage test-fast test-windows test-windows-python test-windows-program \
	windows test-desktops pictures pictures-linux pictures-qt pictures-windows test-spark check installer \
	test-installed test-installers bench bench-ratios lock clean types-linux types-darwin types-win32

help:
	@echo "make run     set up and start the tray (without a screen: in a virtual desktop, with pictures)"
	@echo "make test    set up and run all tests"
	@echo "make coverage   the same, and which lines no test reaches"
	@echo "make test-fast   the inner loop: what needs no screen, keyring or other process"
	@echo "make test-windows   the same for Windows, under Wine, on Linux"
	@echo "make test-desktops   the tray on GNOME Shell, KDE Plasma, MATE and Cinnamon"
	@echo "make pictures   take the pictures for README and docs: the menu on each desktop, and the windows"
	@echo "make check   lint, and types for Linux, macOS and Windows"
	@echo "make docs    the pages of the package codemie_core, into build/docs"
	@echo "make installer  pack the program for this system, into dist/"
	@echo "make test-installed   every command and the window of the installed program (Linux, as root)"
	@echo "make test-installers  install, use, upgrade and remove those packages"
	@echo "make test-spark   read exported usage with Spark"
	@echo "make bench   measure, side by side with what others do"
	@echo "make bench-ratios   a few of those ratios: fails if one has fallen"
	@echo "make lock    rewrite requirements/*.txt from pyproject.toml"

setup: $(READY)

$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null \
		|| { echo "Python's venv is missing; on Debian: sudo apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: $(READY)
	@if $(BIN)/python -m $(RIG).real_screen; then \
		exec $(BIN)/codemie-tray; \
	else \
		echo "There is no screen here: the tray is shown in a virtual desktop."; \
		$(PYTHON) -m $(RIG).system_packages --install --parts x11 xfce \
		&& $(BIN)/python -m $(RIG).demo --artifacts $(ARTIFACTS)/run -- $(CURDIR)/$(BIN)/codemie-tray; \
	fi

# Where Python is told to write no bytecode, thousands of tests would start a program that compiles all it imports.
compiled: $(READY)
	@$(BIN)/python -m compileall -q -j 0 core tray tests

# Tests are skipped if the program they need can't be installed here; the summary names them.
test: compiled
	@$(PYTHON) -m $(RIG).system_packages --install \
		|| echo "Going on without: the tests that need them are skipped, by name."
	$(BIN)/python -m pytest -m "not installers" $(SIDE_BY_SIDE) $(TESTS)

# Like `make test`, but reports the lines and branches that no test reaches; includes child processes.
coverage: compiled
	$(BIN)/python -m pytest -m "not installers" $(SIDE_BY_SIDE) --cov --cov-report=term:skip-covered --cov-report=html $(TESTS)
	@echo "htmlcov/index.html"

# GNOME Shell, KDE Plasma, MATE and Cinnamon, whose packages `make test` does not install; and kwalletd6, in a Debian 13
# that the first run installs into build/roots.
test-desktops: $(READY)
	@$(PYTHON) -m $(RIG).system_packages --install --parts x11 gnome plasma plasma-wayland mate cinnamon keyring kwallet systems
	CODEMIE_TEST_DESKTOPS=1 $(BIN)/python -m pytest $(addprefix tests/integration/desktop/hosts/test_,gnome.py plasma.py mate.py cinnamon.py prompts.py) \
		tests/integration/keyring/test_kwallet6.py

# All pictures for README and docs. Tests fail if they no longer show what the program shows.
pictures: pictures-linux pictures-qt pictures-windows

# The menu on GNOME, Plasma, Xfce and MATE, light and dark; half a minute.
pictures-linux: $(READY)
	@$(PYTHON) -m $(RIG).system_packages --install --parts x11 gnome plasma xfce mate
	$(BIN)/python -m $(RIG).pictures docs/images

# The windows, light and dark; no screen is needed.
pictures-qt: $(READY)
	$(BIN)/python -m tests.integration.windows_qt.rig.pictures docs/images

# The menu under Wine, on a light and a dark taskbar. Builds the Windows of test-windows first, if it is not there.
pictures-windows: $(READY)
	@$(PYTHON) -m tests.integration.windows.rig.system_packages --install
	$(BIN)/python -m tests.integration.windows.rig.pictures docs/images

# Values in, values out: the tests that need no screen, keyring or other process.
FAST := tests/repository/test_architecture.py tests/repository/test_openers.py \
	$(addprefix tests/core/,$(addsuffix .py,config/test_settings config/model/test_config_limits \
		config/model/test_single_provider config/model/test_typed_name config/secret_detection/test_secret_detection \
		credentials/file/test_seal files/json/test_json_document profiles/tokens/handover/test_environment \
		public/test_home public/test_public_names retention/test_clock_guard sessions/jsonl/test_jsonl_reading \
		sessions/usage/test_usage_days sessions/usage/test_usage_selection)) \
	$(addprefix tests/tray/,$(addsuffix .py,background/test_mailbox text/test_labels text/test_wording \
		tray_icon/test_icon_drawing view/test_menu_of_history view/test_menu_of_state))
test-fast: $(READY)
	$(BIN)/python -m pytest -q $(FAST)

# The Windows side, under Wine.
test-windows:
	@$(MAKE) --no-print-directory test-windows-python
	@$(MAKE) --no-print-directory test-windows-program

# Builds a Windows Python, and copies it twice: what needs one can run side by side (build/windows, build/windows-*).
windows: $(READY)
	@$(PYTHON) -m tests.integration.windows.rig.system_packages --install
	@$(BIN)/python -m tests.integration.windows.rig --build

# Runs the tests of the core in one Windows, those of the tray in another. In each, they run one by one: its server is
# one process, and programs can hang if many start at once.
test-windows-python: windows
	$(BIN)/python -m tests.integration.windows.rig $(TESTS)

# Clicks with a mouse there; freezes, packs and installs the program, tries every command, upgrades and removes it.
test-windows-program: windows
	$(BIN)/python -m pytest $(if $(filter tests/%,$(TESTS)),,tests/integration/windows) $(TESTS)

# Checks the program for three systems, its tests and the virtual desktop only for this one.
check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@$(MAKE) --no-print-directory -j 3 types-linux types-darwin types-win32

# In parallel, each with its own cache: mypy starts from scratch if its last run was for another system.
types-linux: $(READY)
	$(BIN)/mypy --cache-dir .mypy_cache/linux --platform linux
types-darwin types-win32: types-%: $(READY)
	$(BIN)/mypy --cache-dir .mypy_cache/$* --platform $* core tray

# API pages of codemie_core, from its docstrings; tests/core/public/test_api_pages.py runs their examples.
docs: $(READY)
	$(BIN)/sphinx-build -q -W --keep-going docs/api build/docs
	@echo "build/docs/index.html"

# Builds this system's packages, with checksums and a bill of materials, in dist/.
installer: $(READY)
	$(BIN)/python -m installers $(OPTIONS)

# Part of the next target: freezes, builds the Debian package and the AppImage, and tries them in a bare system: every
# command in docs/commands.md, the window on X and on Wayland, the first run by mouse, and the AppImage's tray. About six
# minutes.
test-installed: $(READY)
	@$(PYTHON) -m $(RIG).system_packages --install --parts systems appimage x11 xfce wayland windows \
		|| echo "Going on without: the tests that need them are skipped, by name."
	$(BIN)/python -m installers --formats deb appimage --out build/installed
	CODEMIE_PACKAGES=build/installed $(BIN)/python -m pytest -m installers $(if $(filter tests/%,$(TESTS)),,\
		tests/installers/test_every_command.py tests/installers/linux/test_installed_window.py \
		tests/installers/linux/test_first_run.py tests/installers/linux/appimage) $(TESTS)

# Freezes, packs, installs into bare systems, clicks, upgrades, removes. Takes minutes, and needs root.
test-installers: $(READY)
	@$(PYTHON) -m $(RIG).system_packages --install --parts x11 xfce wayland windows packages appimage systems \
		|| echo "Going on without: the tests that need them are skipped, by name."
	$(BIN)/python -m pytest -m installers tests/installers

# Has Spark (450 MB, in build/spark) read what `usage export` writes; needs Java (Debian: openjdk-17-jre-headless).
test-spark: $(READY)
	@test -x build/spark/bin/python || $(PYTHON) -m venv build/spark
	build/spark/bin/python -m pip install --quiet --disable-pip-version-check "pyspark>=4"
	CODEMIE_SPARK_PYTHON=$(CURDIR)/build/spark/bin/python $(BIN)/python -m pytest tests/core/sessions/usage/test_usage_export.py -k spark

bench: $(READY)
	$(BIN)/python -m benchmarks $(OPTIONS)

# A few ratios of processor time; fails if one has fallen. Less than a minute.
bench-ratios: $(READY)
	$(BIN)/python -m benchmarks --ratios

lock: $(READY)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--quiet --custom-compile-command "make lock" --output-file requirements/run.txt
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --quiet --custom-compile-command "make lock" --output-file requirements/dev.txt
	uv pip compile pyproject.toml --group freeze --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --quiet --custom-compile-command "make lock" --output-file requirements/freeze.txt

clean:
	rm -rf $(VENV) $(ARTIFACTS) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
