"""The icon in the form that hosts need: pixels, drawn once and stored."""
