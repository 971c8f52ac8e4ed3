"""What is measured on masks and predictions."""
