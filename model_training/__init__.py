"""Train, evaluate and export the networks that brainseg shows."""
