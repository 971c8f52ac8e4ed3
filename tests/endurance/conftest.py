"""What takes minutes is run by `make endurance`; `tests/review/storage/test_kill.py` runs a bit."""

from __future__ import annotations

collect_ignore_glob = ["*"]
