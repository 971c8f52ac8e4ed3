"""Train and measure the network that corrects a mask where a reader clicks."""
