"""The application's Info.plist: a menu-bar program, without an icon in the Dock."""

from __future__ import annotations

from installers import product


def values() -> dict[str, object]:
    """Return the keys that PyInstaller adds to its own."""
    return {
        "CFBundleName": product.NAME,
        "CFBundleDisplayName": product.NAME,
        "CFBundleShortVersionString": product.VERSION,
        "CFBundleVersion": product.VERSION,
        "CFBundleDevelopmentRegion": "en",
        # Without these, macOS would offer the app only English, and its preferred languages would say so.
        "CFBundleLocalizations": ["en", "de", "es", "fr", "pl", "uk", "ja", "zh_CN"],
        "LSUIElement": True,
        "LSMinimumSystemVersion": product.MINIMUM_MACOS,
        "LSApplicationCategoryType": "public.app-category.developer-tools",
        "NSHighResolutionCapable": True,
        # The first instance answers a second start; otherwise macOS would silently start a copy.
        "LSMultipleInstancesProhibited": False,
        "NSHumanReadableCopyright": product.COPYRIGHT,
    }
