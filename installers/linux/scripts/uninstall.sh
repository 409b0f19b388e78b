#!/bin/sh
# Removes what install.sh installed, and keeps the user's data.
set -eu

# @running.sh@

folder=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
if [ ! -f "$folder/installed" ]; then
    echo "Nothing is installed in $folder. Run the uninstall.sh of the installed program instead." >&2
    exit 1
fi
prefix=${folder%/lib/codemie-tray}
end_trays "$folder/codemie-tray"
while IFS= read -r file; do
    rm -f "$file"
    # Folders that were made for it go with it; those that others use are not empty.
    rmdir -p "$(dirname "$file")" 2>/dev/null || :
done <"$folder/installed"
rm -f "$prefix/bin/codemie-tray"
rm -rf "$folder"
rmdir "$prefix/bin" "$prefix/lib" 2>/dev/null || :
echo "Removed. Your profiles and settings are still in ${CODEMIE_HOME:-$HOME/.codemie}."
