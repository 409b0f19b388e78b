/* Mounts the image through FUSE and answers the kernel's requests. */

#define _GNU_SOURCE
#include "runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FUSE_USE_VERSION 32
#include "squashfuse/ll.h"

#define OPTIONS "ro,nosuid,nodev,fsname=" PROGRAM_NAME ",subtype=appimage"

/* Names of the program that may mount without root: libfuse 3's and libfuse 2's. */
#define NAME "fusermount3"
static const char *const HELPERS[] = {NAME, "fusermount", NULL};

static struct fuse_session *session;

/* Starts one of the helpers, silently. Returns its process id, or -1 if there is none. */
static pid_t start_helper(char *const arguments[], const char *socket_name)
{
	posix_spawn_file_actions_t actions;
	pid_t pid = -1;

	if (socket_name != NULL ? setenv("_FUSE_COMMFD", socket_name, 1) : unsetenv("_FUSE_COMMFD"))
		return -1;
	if (posix_spawn_file_actions_init(&actions) != 0)
		return -1;
	if (posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0) {
		for (const char *const *name = HELPERS; *name != NULL; name++) {
			if (posix_spawnp(&pid, *name, &actions, NULL, arguments, environ) == 0)
				break;
			pid = -1;
		}
	}
	posix_spawn_file_actions_destroy(&actions);
	unsetenv("_FUSE_COMMFD");
	return pid;
}

static void wait_for_helper(pid_t pid)
{
	int status;

	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
}

/* Receives the descriptor of the mount from the helper; -1 if it could not mount. */
static int receive_descriptor(int from)
{
	char byte, control[CMSG_SPACE(sizeof(int))];
	struct iovec data = {.iov_base = &byte, .iov_len = 1};
	struct msghdr message = {
		.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
	ssize_t got;
	int fd = -1;

	do
		got = recvmsg(from, &message, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	struct cmsghdr *header = got > 0 ? CMSG_FIRSTHDR(&message) : NULL;
	if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
	    header->cmsg_len == CMSG_LEN(sizeof fd))
		memcpy(&fd, CMSG_DATA(header), sizeof fd);
	return fd;
}

static int mount_by_helper(const char *folder)
{
	char name[16], place[PATH_MAX];
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return -1;
	snprintf(place, sizeof place, "%s", folder);
	snprintf(name, sizeof name, "%d", ends[1]);
	char *arguments[] = {NAME, "-o", OPTIONS, "--", place, NULL};
	pid_t pid = fcntl(ends[1], F_SETFD, 0) == 0 ? start_helper(arguments, name) : -1;
	close(ends[1]);
	int fd = pid > 0 ? receive_descriptor(ends[0]) : -1;
	close(ends[0]);
	wait_for_helper(pid);
	return fd;
}

static pid_t start_unmount(const char *folder, const char *how)
{
	char option[8], place[PATH_MAX];

	snprintf(option, sizeof option, "%s", how);
	snprintf(place, sizeof place, "%s", folder);
	char *arguments[] = {NAME, option, "--", place, NULL};
	return start_helper(arguments, NULL);
}

/* Does not wait for the helper: while it looks at the mount point, this process must answer. */
static void unmount(const char *folder, const char *how)
{
	start_unmount(folder, how);
}

void mount_detach(const char *folder)
{
	wait_for_helper(start_unmount(folder, "-uz"));
}

int mount_image(const char *folder, size_t offset)
{
	static const struct fuse_lowlevel_ops operations = {
		.lookup = sqfs_ll_op_lookup,
		.forget = sqfs_ll_op_forget,
		.getattr = sqfs_ll_op_getattr,
		.readlink = sqfs_ll_op_readlink,
		.open = sqfs_ll_op_open,
		.read = sqfs_ll_op_read,
		.release = sqfs_ll_op_release,
		.opendir = sqfs_ll_op_opendir,
		.readdir = sqfs_ll_op_readdir,
		.releasedir = sqfs_ll_op_releasedir,
		.statfs = stfs_ll_op_statfs,
	};
	char program[] = PROGRAM_NAME, descriptor[32];
	char *arguments[] = {program, NULL};
	struct fuse_args options = FUSE_ARGS_INIT(1, arguments);
	sqfs_ll *image = calloc(1, sizeof *image);

	if (image == NULL || image_open(&image->fs, offset) != 0 || sqfs_ll_init(image) != SQFS_OK)
		return -1;
	session = fuse_session_new(&options, &operations, sizeof operations, image);
	int fd = session != NULL ? mount_by_helper(folder) : -1;
	if (fd < 0)
		return -1;
	/* libfuse takes over a descriptor that is given in this form. */
	snprintf(descriptor, sizeof descriptor, "/dev/fd/%d", fd);
	if (fuse_session_mount(session, descriptor) == 0)
		return 0;
	close(fd);
	mount_detach(folder);
	return -1;
}

/* Answers a request, if one arrives within some milliseconds (-1: no limit). Returns false once the folder is
 * unmounted; sets `ended` once the process behind `pidfd` has ended. */
static bool answer(struct fuse_buf *buffer, int pidfd, int milliseconds, bool *ended)
{
	/* poll() ignores an entry with a negative descriptor. */
	struct pollfd events[] = {{.fd = fuse_session_fd(session), .events = POLLIN}, {.fd = pidfd, .events = POLLIN}};
	int ready = poll(events, 2, milliseconds);

	*ended = ready > 0 && events[1].revents != 0;
	if (ready <= 0 || events[0].revents == 0)
		return true;
	int got = fuse_session_receive_buf(session, buffer);
	if (got == -EINTR || got == -EAGAIN)
		return true;
	if (got <= 0)
		return false;
	fuse_session_process_buf(session, buffer);
	return fuse_session_exited(session) == 0;
}

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

void mount_serve(const char *folder, int pidfd, int pid)
{
	enum { FIRST_PAUSE = 50, PROPERLY = 6, LAZILY = 8 };
	int attempts = 0;
	struct fuse_buf buffer = {.mem = NULL};
	bool ended = false;

	while (!ended) {
		if (!answer(&buffer, pidfd, pidfd >= 0 ? -1 : LOOK_MILLISECONDS, &ended))
			return;
		ended = ended || (pidfd < 0 && wait_for_end(pidfd, pid, 0));
	}
	/* A window of the program may stay open after the tray has ended: repeat until nobody is left. */
	signal(SIGCHLD, SIG_IGN); /* Nobody waits for the helpers. */
	for (int pause = FIRST_PAUSE;; pause = pause * 2 < LOOK_MILLISECONDS ? pause * 2 : LOOK_MILLISECONDS) {
		if (!place_is_used(folder)) {
			/* Nobody runs a program from it, but it may be someone's current folder; then detach it. */
			if (++attempts > LAZILY) {
				/* Ends the connection: whoever looks into the mount gets an error, and waits for nobody.
				 * If it is still mounted, the next start detaches it. */
				close(fuse_session_fd(session));
				return;
			}
			unmount(folder, attempts > PROPERLY ? "-uz" : "-u");
		}
		long long limit = now() + pause;
		for (long long left = pause; left > 0; left = limit - now())
			if (!answer(&buffer, -1, (int)left, &ended))
				return;
	}
}
