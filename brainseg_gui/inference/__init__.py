"""Networks at work: the model card, the engines and the process that owns them. No Qt."""
