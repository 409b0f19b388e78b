"""What tokens cost: a table that ships with the program, and the user's own."""

from codemie_core.sessions.usage.prices.table import (
    PRICES_NAME,
    Price,
    PriceTable,
    model_name,
    price_table,
    priced_name,
)

__all__ = ["PRICES_NAME", "Price", "PriceTable", "model_name", "price_table", "priced_name"]
