#!/bin/sh
# Installs CodeMie Tray for the current user in ~/.local, or with --prefix for all users (as root).
# Replaces an older version; a running tray continues as the new one.
set -eu

usage() {
    echo "usage: ./install.sh [--prefix FOLDER] [--no-autostart]"
    echo "  --prefix FOLDER   install in FOLDER (default: ~/.local); as root, /usr/local installs for all users"
    echo "  --no-autostart    do not start the tray at login (turn it on later with: codemie-tray autostart on)"
}

# @running.sh@

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
prefix=$HOME/.local
login=yes
while [ $# -gt 0 ]; do
    case "$1" in
        --prefix) prefix=${2:?"--prefix needs a folder"} && shift ;;
        --no-autostart) login=no ;;
        -h | --help) usage && exit 0 ;;
        *) usage >&2 && exit 2 ;;
    esac
    shift
done
case "$prefix" in /*) ;; *) prefix=$PWD/$prefix ;; esac
case "$prefix" in
    "$HOME"/*) autostart=${XDG_CONFIG_HOME:-$HOME/.config}/autostart ;;
    *) autostart=/etc/xdg/autostart ;;
esac

folder=$prefix/lib/codemie-tray
command=$prefix/bin/codemie-tray
program=$folder/codemie-tray
mkdir -p "$prefix/lib" "$prefix/bin"

# The new version is complete beside the old one before it takes its place.
rm -rf "$folder.new" "$folder.old"
cp -R "$here/program" "$folder.new"
cp "$here/uninstall.sh" "$folder.new/"
(cd "$here/share" && find . -type f) | sed "s|^\./|$prefix/share/|" >"$folder.new/installed"
upgraded=no
if [ -d "$folder" ]; then
    # Its trays are found by the path they were started from, and notified once the new files are in place.
    upgraded=yes
    mv "$folder" "$folder.old"
fi
mv "$folder.new" "$folder"
ln -sf "$program" "$command"
if [ "$upgraded" = yes ]; then
    for pid in $(trays "$folder.old/codemie-tray"); do
        kill -USR1 "$pid" 2>/dev/null || :
    done
fi
rm -rf "$folder.old"

# put FROM TO: copies a file, with the installed command in place of the mark.
# Characters that are special to sed, or to the entry, are not expected in a prefix.
put() {
    mkdir -p "$(dirname "$2")"
    case "$1" in
        *.desktop) sed "s|@PROGRAM@|$command|" "$1" >"$2" ;;
        *) cp "$1" "$2" ;;
    esac
}
(cd "$here/share" && find . -type f) | while IFS= read -r file; do
    put "$here/share/${file#./}" "$prefix/share/${file#./}"
done
if [ "$login" = yes ]; then
    # If it was turned off before an upgrade, it stays off.
    if [ "$upgraded" = no ] || [ -e "$autostart/codemie-tray.desktop" ]; then
        if ! grep -qs '^Hidden=true' "$autostart/codemie-tray.desktop"; then
            put "$here/autostart/codemie-tray.desktop" "$autostart/codemie-tray.desktop"
        fi
    fi
fi
printf '%s\n' "$autostart/codemie-tray.desktop" >>"$folder/installed"

echo "Installed: $command"
case ":$PATH:" in *":$prefix/bin:"*) ;; *) echo "$prefix/bin is not in your PATH. Add it, or start CodeMie Tray from the applications menu." ;; esac
[ "$login" = no ] || echo "The tray starts at your next login. To start it now: $command &"
echo "To uninstall: $folder/uninstall.sh"
