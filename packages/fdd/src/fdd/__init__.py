"""FDD, the federated drug-discovery library: contracts, chemistry, learning and simulation."""

__version__ = "0.1.0"
__all__ = ["__version__"]
