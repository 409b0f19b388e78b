"""The AppImage: one file that runs without being installed. Format: type 2 of the AppImage specification."""

from installers.linux.appimage.compiler import parts
from installers.linux.appimage.image import file_name, pack

__all__ = ["file_name", "pack", "parts"]
