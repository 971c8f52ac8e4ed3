"""Many trainings as one question: cross-validation, ablation."""
