"""Reports on what readers and networks did: cohort, audit, case sheet; without a window."""
