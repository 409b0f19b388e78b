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
        "LSUIElement": True,
        "LSMinimumSystemVersion": product.MINIMUM_MACOS,
        "LSApplicationCategoryType": "public.app-category.developer-tools",
        "NSHighResolutionCapable": True,
        # A second start is answered by the first; macOS would else bring up a copy in silence.
        "LSMultipleInstancesProhibited": False,
        "NSHumanReadableCopyright": product.COPYRIGHT,
    }
