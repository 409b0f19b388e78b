"""The configuration's history: earlier versions that can be restored."""

from codemie_core.config.history.losses import Fingerprints, Offer, loss_of, offer_of
from codemie_core.config.history.store import History
from codemie_core.config.history.version import Origin, Version

__all__ = ["Fingerprints", "History", "Offer", "Origin", "Version", "loss_of", "offer_of"]
