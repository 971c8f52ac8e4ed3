"""The loop: stages, batches, schedule, devices."""
