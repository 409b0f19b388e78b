/* Unpacks the image. */

#define _GNU_SOURCE
#include "runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "squashfuse/squashfuse.h"

static int write_all(int fd, const char *data, size_t size)
{
	while (size > 0) {
		ssize_t done = write(fd, data, size);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return -1;
		data += done;
		size -= (size_t)done;
	}
	return 0;
}

static int extract_file(sqfs *fs, sqfs_inode *inode, const char *path, mode_t mode)
{
	static char buffer[256 * 1024];
	uint64_t size = inode->xtra.reg.file_size;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);

	if (fd < 0)
		return -1;
	for (uint64_t done = 0; done < size;) {
		sqfs_off_t length = sizeof buffer;
		if (sqfs_read_range(fs, inode, (sqfs_off_t)done, &length, buffer) != SQFS_OK || length <= 0) {
			close(fd);
			errno = DAMAGED;
			return -1;
		}
		if (write_all(fd, buffer, (size_t)length) != 0) {
			int why = errno;
			close(fd);
			errno = why;
			return -1;
		}
		done += (uint64_t)length;
	}
	return close(fd);
}

static int extract_link(sqfs *fs, sqfs_inode *inode, const char *path)
{
	char target[PATH_MAX];
	size_t size = sizeof target;

	if (sqfs_readlink(fs, inode, target, &size) != SQFS_OK) {
		errno = DAMAGED;
		return -1;
	}
	return symlink(target, path);
}

static int extract_entry(sqfs *fs, sqfs_dir_entry *entry, const char *path)
{
	sqfs_inode inode;

	if (sqfs_inode_get(fs, &inode, sqfs_dentry_inode(entry)) != SQFS_OK) {
		errno = DAMAGED;
		return -1;
	}
	mode_t mode = inode.base.mode & 0755;
	if (S_ISDIR(inode.base.mode))
		return mkdir(path, mode | 0700);
	if (S_ISREG(inode.base.mode))
		return extract_file(fs, &inode, path, mode);
	if (S_ISLNK(inode.base.mode))
		return extract_link(fs, &inode, path);
	errno = EINVAL; /* The image has nothing else. */
	return -1;
}

int image_open(sqfs *fs, size_t offset)
{
	sqfs_fd_t fd = open(SELF, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	memset(fs, 0, sizeof *fs);
	if (sqfs_init(fs, fd, offset) == SQFS_OK)
		return 0;
	close(fd);
	errno = DAMAGED;
	return -1;
}

static void close_image(sqfs *fs)
{
	int fd = fs->fd;

	sqfs_destroy(fs);
	close(fd);
}

int extract_image(const char *folder, size_t offset)
{
	sqfs fs;
	sqfs_traverse walk;
	sqfs_err wrong = SQFS_OK;
	int result = 0;

	if (image_open(&fs, offset) != 0)
		return -1;
	if (sqfs_traverse_open(&walk, &fs, sqfs_inode_root(&fs)) != SQFS_OK) {
		close_image(&fs);
		errno = DAMAGED;
		return -1;
	}
	while (result == 0 && sqfs_traverse_next(&walk, &wrong)) {
		char path[PATH_MAX];
		if (walk.dir_end)
			continue;
		int length = snprintf(path, sizeof path, "%s/%s", folder, walk.path);
		if (length < 0 || (size_t)length >= sizeof path) {
			errno = ENAMETOOLONG;
			result = -1;
		} else {
			result = extract_entry(&fs, &walk.entry, path);
		}
	}
	if (result == 0 && wrong != SQFS_OK) {
		errno = DAMAGED;
		result = -1;
	}
	int why = errno;
	sqfs_traverse_close(&walk);
	close_image(&fs);
	errno = why;
	return result;
}

unsigned long long extract_size(size_t offset)
{
	enum { BLOCK = 4096 };
	sqfs fs;
	sqfs_traverse walk;
	sqfs_err wrong = SQFS_OK;
	unsigned long long total = 0;

	if (image_open(&fs, offset) != 0)
		return 0;
	if (sqfs_traverse_open(&walk, &fs, sqfs_inode_root(&fs)) == SQFS_OK) {
		while (sqfs_traverse_next(&walk, &wrong)) {
			sqfs_inode inode;
			if (walk.dir_end || sqfs_inode_get(&fs, &inode, sqfs_dentry_inode(&walk.entry)) != SQFS_OK)
				continue;
			total += BLOCK;
			if (S_ISREG(inode.base.mode))
				total += (inode.xtra.reg.file_size + BLOCK - 1) / BLOCK * BLOCK;
		}
		sqfs_traverse_close(&walk);
	}
	close_image(&fs);
	return wrong == SQFS_OK ? total : 0;
}
