"""The networks: what every architecture is built from, their parts, their form when handed over."""

from model_training.networks.registry import NETWORKS, Network, build_network, finished_form
from model_training.networks.shape import NetworkShape

__all__ = ["NETWORKS", "Network", "NetworkShape", "build_network", "finished_form"]
