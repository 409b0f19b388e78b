"""Migrations of the classic configuration; the parts are imported where they are used."""
