"""The history of the configuration: what was, so that it can be had back."""

from codemie_core.config.history.losses import Fingerprints, Offer, loss_of, offer_of
from codemie_core.config.history.store import History
from codemie_core.config.history.version import Kept, Origin

__all__ = ["Fingerprints", "History", "Kept", "Offer", "Origin", "loss_of", "offer_of"]
