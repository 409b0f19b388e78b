/* The private folder that holds the mount point, or the unpacked files: made, found again after a kill, removed. */

#define _GNU_SOURCE
#include "runtime.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Tools that know AppImages recognize the beginning. */
#define PREFIX ".mount_CodeMi"

/* XDG_RUNTIME_DIR counts only if it belongs to us: `su` keeps the variable of the user before. */
static bool is_private(const char *folder)
{
	struct stat status;

	return stat(folder, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == geteuid() &&
	       (status.st_mode & 077) == 0;
}

const char *const *place_bases(void)
{
	static const char *bases[5];
	const char *runtime = getenv("XDG_RUNTIME_DIR"), *temporary = getenv("TMPDIR");
	size_t count = 0;

	if (runtime != NULL && runtime[0] == '/' && is_private(runtime))
		bases[count++] = runtime;
	if (temporary != NULL && temporary[0] == '/')
		bases[count++] = temporary;
	bases[count++] = "/tmp";
	bases[count++] = "/var/tmp";
	bases[count] = NULL;
	return bases;
}

static bool looks_used(const char *folder)
{
	size_t length = strlen(folder);
	DIR *processes = opendir("/proc");
	bool used = false;

	if (processes == NULL)
		return true;
	for (struct dirent *entry; !used && (entry = readdir(processes)) != NULL;) {
		char link[300], program[PATH_MAX];
		if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
			continue;
		snprintf(link, sizeof link, "/proc/%s/exe", entry->d_name);
		ssize_t got = readlink(link, program, sizeof program);
		used = got > (ssize_t)length && memcmp(program, folder, length) == 0 && program[length] == '/';
	}
	closedir(processes);
	return used;
}

bool place_is_used(const char *folder)
{
	/* While a process replaces its program, Linux hides which one it runs from all but root (it can't be dumped yet), and a process that starts while we look can be overlooked. */
	for (int look = 0; look < 3; look++) {
		if (looks_used(folder))
			return true;
		poll(NULL, 0, 50);
	}
	return false;
}

/* Locks a folder of ours. Returns the descriptor, or -1 if it is somebody else's, locked, or replaced meanwhile. */
static int lock_folder(const char *folder)
{
	struct stat opened, named;
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return -1;
	if (fstat(fd, &opened) == 0 && opened.st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0 &&
	    lstat(folder, &named) == 0 && named.st_ino == opened.st_ino && named.st_dev == opened.st_dev)
		return fd;
	close(fd);
	return -1;
}

static int name_parts(struct place *place, const char *base, const char *name)
{
	int length = snprintf(place->folder, sizeof place->folder, "%s/%s", base, name);

	if (length < 0 || (size_t)length >= sizeof place->folder) {
		errno = ENAMETOOLONG;
		return -1;
	}
	snprintf(place->content, sizeof place->content, "%s/app", place->folder);
	return 0;
}

int place_make(struct place *place, const char *base)
{
	for (int attempt = 0; attempt < 8; attempt++) {
		if (name_parts(place, base, PREFIX "XXXXXX") != 0 || mkdtemp(place->folder) == NULL)
			return -1;
		snprintf(place->content, sizeof place->content, "%s/app", place->folder);
		place->lock = lock_folder(place->folder);
		if (place->lock >= 0 && mkdir(place->content, 0700) == 0)
			return 0;
		/* Another start took it for one that was left behind. */
		int why = errno;
		place_remove(place);
		errno = why;
	}
	return -1;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
	(void)status;
	(void)kind;
	(void)where;
	remove(path); /* What can't be removed stays; the next start tries again. */
	return 0;
}

void place_remove(const struct place *place)
{
	nftw(place->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	if (place->lock >= 0)
		close(place->lock);
}

void place_remove_stale(const char *base)
{
	DIR *folder = opendir(base);

	if (folder == NULL)
		return;
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		struct place stale;
		struct stat status;
		if (strncmp(entry->d_name, PREFIX, sizeof PREFIX - 1) != 0 || name_parts(&stale, base, entry->d_name) != 0)
			continue;
		stale.lock = lock_folder(stale.folder);
		if (stale.lock < 0)
			continue;
		if (place_is_used(stale.folder)) {
			close(stale.lock);
			continue;
		}
		if (stat(stale.content, &status) != 0 && errno == ENOTCONN)
			mount_detach(stale.content);
		place_remove(&stale);
	}
	closedir(folder);
}
