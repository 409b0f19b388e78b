# Finds the running trays of an installation; part of every package's scripts.
#
# trays PROGRAM [deleted]: prints the process ids of trays whose executable is PROGRAM, or was it before it was
# replaced ("deleted": only those). Commands such as `codemie-tray switch` are not among them: a tray has no
# argument, or the one that a login gives it.
trays() {
    for link in /proc/[0-9]*/exe; do
        case "$(readlink "$link" 2>/dev/null)" in
            "$1 (deleted)") ;;
            "$1") [ "${2-}" != deleted ] || continue ;;
            *) continue ;;
        esac
        pid=${link#/proc/}
        pid=${pid%/exe}
        arguments=$(tr '\0\n' '\n ' <"/proc/$pid/cmdline" 2>/dev/null | sed 1d)
        case "$arguments" in
            "" | --background) echo "$pid" ;;
        esac
    done
}

# The trays start again in their own place, as the program that is there now.
renew_trays() {
    for pid in $(trays "$1" deleted); do
        kill -USR1 "$pid" 2>/dev/null || :
    done
}

# The trays end, and have a few seconds for it.
end_trays() {
    waited=0
    while [ -n "$(trays "$1")" ] && [ "$waited" -lt 50 ]; do
        for pid in $(trays "$1"); do
            kill -TERM "$pid" 2>/dev/null || :
        done
        sleep 0.1
        waited=$((waited + 1))
    done
}
