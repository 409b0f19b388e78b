"""Configurations and their differences as a person may be shown them, secrets hidden."""

from codemie_core.profiles.tokens.masking.difference import masked_difference
from codemie_core.profiles.tokens.masking.mask import Mask

__all__ = ["Mask", "masked_difference"]
