"""How well a network does on patients it was not trained on."""
