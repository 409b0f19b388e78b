/* The runtime: the executable at the beginning of the AppImage, which makes the squashfs image behind it readable
 * as a folder and starts the program in it.
 *
 * It is linked statically, so it runs on a system with any C library. It starts no shell, and the only other program
 * it runs is fusermount3 (or fusermount), which alone may mount without root.
 */

#ifndef RUNTIME_H
#define RUNTIME_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define SELF "/proc/self/exe"

/* How often to look for what can't be waited for. */
#define LOOK_MILLISECONDS 2000

/* A private folder (mode 0700) that holds the mount point, or the unpacked files. */
struct place {
	char folder[PATH_MAX / 2];
	/* Folder inside it: what the program knows as APPDIR. */
	char content[PATH_MAX / 2 + 8];
	/* An open, locked descriptor of `folder`. The lock tells other starts that somebody takes care of it. */
	int lock;
};

/* main.c: to standard error, with the program's name before it and a line feed after it. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
void complain_of_damage(void);

/* place.c */

/* Folders that may hold a place, best first; NULL after the last. */
const char *const *place_bases(void);
/* Removes the places in `base` whose keeper was killed. */
void place_remove_stale(const char *base);
/* Makes a place. Returns 0, or -1 with errno. */
int place_make(struct place *place, const char *base);
/* Removes it and everything in it. */
void place_remove(const struct place *place);
/* Returns whether a process runs a program below the folder. */
bool place_is_used(const char *folder);

/* mount.c */

/* Mounts the image at `offset` of this file. Returns 0, or -1 if this system can't do it. */
int mount_image(const char *folder, size_t offset);
/* Answers the kernel's requests until the process behind `pidfd` and all users of the folder have ended and it is
 * unmounted. `pid` is used on kernels that have no pidfd. Also returns if it can't be unmounted. */
void mount_serve(const char *folder, int pidfd, int pid);
/* Detaches a mount whose keeper was killed. */
void mount_detach(const char *folder);

/* extract.c */

/* Value of errno if the image can't be read. */
#define DAMAGED EBADMSG

struct sqfs;
/* Opens the image, silently. Returns 0, or -1 with errno. */
int image_open(struct sqfs *fs, size_t offset);
/* Unpacks the image into an existing folder. Returns 0, or -1 with errno. */
int extract_image(const char *folder, size_t offset);
/* Returns how many bytes that takes, or 0 if the image can't be read. */
unsigned long long extract_size(size_t offset);

/* keeper.c */

enum how { MOUNT_OR_EXTRACT, EXTRACT_ONLY };
/* Makes the image readable, and starts a process in the background that removes everything once this one has ended.
 * Returns 0 and writes the folder to `content`, or -1 after it complained. */
int keeper_start(enum how how, size_t offset, char *content, size_t size);

/* Waits until a process has ended, at most for some milliseconds (-1: no limit). Returns whether it has. */
bool wait_for_end(int pidfd, int pid, int milliseconds);

#endif
