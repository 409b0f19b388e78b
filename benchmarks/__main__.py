"""All measurements, one after the other: `python -m benchmarks [--size-mb 1000]`."""

from __future__ import annotations

import sys

from benchmarks import jsonl, usage

jsonl.main(sys.argv[1:])
usage.main(sys.argv[1:])
