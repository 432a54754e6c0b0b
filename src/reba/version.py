"""The version of the engine, recorded in every assessment."""

from typing import Final

__all__ = ["__version__"]

__version__: Final = "0.1.0"
