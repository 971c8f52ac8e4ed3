"""Train, evaluate and export the networks that brainseg shows."""

import brainseg_gui  # noqa: F401  (before any library: nothing is reported to anybody)
