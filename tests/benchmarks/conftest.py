"""Benchmarks are run by `make bench`; pytest, which looks for doctests everywhere, leaves them."""

from __future__ import annotations

collect_ignore_glob = ["*"]
