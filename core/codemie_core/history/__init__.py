"""The history of the configuration: what was, so that it can be had back."""

from codemie_core.history.kept import Kept, Origin
from codemie_core.history.loss import Offer, loss_of, offer_of
from codemie_core.history.store import History

__all__ = ["History", "Kept", "Offer", "Origin", "loss_of", "offer_of"]
