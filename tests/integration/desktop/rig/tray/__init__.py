"""What a tray shows on a desktop: icons, menus, notifications."""
