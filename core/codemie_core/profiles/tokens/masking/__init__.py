"""Shows configurations and their differences to users, with secrets hidden."""

from codemie_core.profiles.tokens.masking.difference import masked_difference
from codemie_core.profiles.tokens.masking.mask import Mask

__all__ = ["Mask", "masked_difference"]
