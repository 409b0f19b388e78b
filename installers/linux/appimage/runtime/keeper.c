/* The keeper: a process in the background that serves the mount (or holds the unpacked files), and removes everything
 * once the program has ended, however it ended. */

#define _GNU_SOURCE
#include "runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

bool wait_for_end(int pidfd, int pid, int milliseconds)
{
	if (pidfd >= 0) {
		struct pollfd event = {.fd = pidfd, .events = POLLIN};
		return poll(&event, 1, milliseconds) > 0;
	}
	/* Before Linux 5.3. */
	for (;;) {
		if (kill(pid, 0) != 0 && errno == ESRCH)
			return true;
		if (milliseconds >= 0)
			return false;
		poll(NULL, 0, LOOK_MILLISECONDS);
	}
}

static void say(char *why, size_t size, const char *base, const char *reason)
{
	size_t used = strlen(why);

	if (used < size)
		snprintf(why + used, size - used, "\n  %s: %s", base, reason);
}

/* Returns whether programs can be unpacked there; otherwise adds the reason. */
static bool suits(const char *base, unsigned long long needed, char *why, size_t size)
{
	struct statvfs status;
	char reason[120];

	if (statvfs(base, &status) != 0) {
		say(why, size, base, strerror(errno));
		return false;
	}
	unsigned long long free_bytes = (unsigned long long)status.f_bavail * status.f_frsize;
	if (status.f_flag & ST_NOEXEC) {
		say(why, size, base, "programs may not run there (it is mounted with noexec)");
		return false;
	}
	if (free_bytes < needed) {
		snprintf(reason, sizeof reason, "%llu MB needed, %llu MB free", needed / 1000000 + 1, free_bytes / 1000000);
		say(why, size, base, reason);
		return false;
	}
	return true;
}

static bool mount_somewhere(struct place *place, size_t offset)
{
	for (const char *const *base = place_bases(); *base != NULL; base++) {
		if (place_make(place, *base) != 0)
			continue;
		if (mount_image(place->content, offset) == 0)
			return true;
		place_remove(place);
		return false; /* There is no FUSE here, wherever it would be. */
	}
	return false;
}

static bool extract_somewhere(struct place *place, size_t offset)
{
	char why[1000] = "";
	unsigned long long needed = extract_size(offset);

	if (needed == 0) {
		complain_of_damage();
		return false;
	}
	for (const char *const *base = place_bases(); *base != NULL; base++) {
		if (!suits(*base, needed, why, sizeof why))
			continue;
		if (place_make(place, *base) != 0) {
			say(why, sizeof why, *base, strerror(errno));
			continue;
		}
		if (extract_image(place->content, offset) == 0)
			return true;
		int reason = errno;
		place_remove(place);
		if (reason == DAMAGED) {
			complain_of_damage();
			return false;
		}
		say(why, sizeof why, *base, strerror(reason));
	}
	complain("can't be mounted (FUSE) or unpacked here:%s\n"
		 "Install fuse3 (fusermount3), or set TMPDIR to a folder with enough space.",
		 why);
	return false;
}

/* Leaves nothing open that belongs to whoever started the program: a pipe, a terminal, a folder. */
static void let_go(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; null >= 0 && fd <= 2; fd++)
		if (dup2(null, fd) < 0)
			_exit(1);
}

static void close_inherited(const int *kept, size_t count)
{
	long limit = sysconf(_SC_OPEN_MAX);

	if (limit < 0 || limit > 65536)
		limit = 65536;
	for (int fd = 3; fd < limit; fd++) {
		bool keep = false;
		for (size_t at = 0; at < count; at++)
			keep = keep || kept[at] == fd;
		if (!keep)
			close(fd);
	}
}

static void __attribute__((noreturn)) keep(enum how how, size_t offset, int pidfd, int pid, int report)
{
	struct place place;
	const int kept[] = {pidfd, report};
	static const int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGUSR1, SIGUSR2};

	/* At the end of a session, the program gets SIGTERM and needs its files until it has ended. */
	for (size_t at = 0; at < sizeof ignored / sizeof *ignored; at++)
		signal(ignored[at], SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	umask(077);
	close_inherited(kept, sizeof kept / sizeof *kept);
	for (const char *const *base = place_bases(); *base != NULL; base++)
		place_remove_stale(*base);
	bool mounted = how == MOUNT_OR_EXTRACT && mount_somewhere(&place, offset);
	if (!mounted && !extract_somewhere(&place, offset))
		_exit(1);
	let_go();
	size_t length = strlen(place.content);
	if (chdir("/") != 0 || write(report, place.content, length) != (ssize_t)length)
		length = 0;
	close(report);
	if (mounted) {
		mount_serve(place.content, pidfd, pid);
	} else {
		wait_for_end(pidfd, pid, -1);
		while (place_is_used(place.folder))
			poll(NULL, 0, LOOK_MILLISECONDS);
	}
	place_remove(&place);
	_exit(0);
}

int keeper_start(enum how how, size_t offset, char *content, size_t size)
{
	int report[2], status;
	pid_t self = getpid();
	int pidfd = (int)syscall(SYS_pidfd_open, self, 0);

	if (pipe2(report, O_CLOEXEC) != 0) {
		complain("can't make a pipe: %s", strerror(errno));
		return -1;
	}
	pid_t child = fork();
	if (child == 0) {
		/* Twice, so that the program has no child that it does not know. */
		setsid();
		pid_t keeper = fork();
		if (keeper == 0)
			keep(how, offset, pidfd, self, report[1]);
		_exit(keeper < 0);
	}
	close(report[1]);
	if (pidfd >= 0)
		close(pidfd);
	if (child < 0) {
		complain("can't start a process: %s", strerror(errno));
		close(report[0]);
		return -1;
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	size_t used = 0;
	for (;;) {
		ssize_t got = read(report[0], content + used, size - 1 - used);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		used += (size_t)got;
	}
	close(report[0]);
	content[used] = '\0';
	return used > 0 ? 0 : -1; /* The keeper has said why. */
}
