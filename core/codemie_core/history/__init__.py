"""The history of the configuration: what was, so that it can be had back."""

from codemie_core.history.kept import Kept, Origin
from codemie_core.history.loss import Loss, loss_of, newest_with_profiles
from codemie_core.history.store import History

__all__ = ["History", "Kept", "Loss", "Origin", "loss_of", "newest_with_profiles"]
