/* The command line: options of the AppImage itself (--appimage-...), everything else for the program inside. */

#define _GNU_SOURCE
#include "runtime.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char HELP[] =
	"Options of the AppImage itself; all others are for the program (see --help):\n"
	"\n"
	"  --appimage-extract          unpack into the new folder squashfs-root\n"
	"  --appimage-extract-and-run  run from a temporary folder, without FUSE\n"
	"  --appimage-mount            mount, print where, and wait for Ctrl-C\n"
	"  --appimage-offset           print where the squashfs image begins, in bytes\n"
	"  --appimage-version          print the version of this AppImage\n"
	"  --appimage-help             print this\n"
	"\n"
	"The program needs no installation. Without FUSE (fusermount3), it is unpacked into a temporary\n"
	"folder while it runs. To remove it, run it with `autostart off` and delete this file.\n";

void complain(const char *format, ...)
{
	va_list values;

	va_start(values, format);
	fputs(PROGRAM_NAME ": ", stderr);
	vfprintf(stderr, format, values);
	fputc('\n', stderr);
	va_end(values);
}

void complain_of_damage(void)
{
	complain("this file is damaged or not complete; download it again");
}

/* Returns the size of the executable, which is where the image begins; 0 if the file can't be read. */
static size_t end_of_executable(void)
{
	Elf64_Ehdr header;
	int fd = open(SELF, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	ssize_t got = pread(fd, &header, sizeof header, 0);
	close(fd);
	/* The linker writes the section headers last. */
	return got == sizeof header ? header.e_shoff + (size_t)header.e_shnum * header.e_shentsize : 0;
}

static int extract_here(size_t offset)
{
	static const char name[] = "squashfs-root";

	if (mkdir(name, 0777) != 0) {
		complain(errno == EEXIST ? "%s exists already; remove it first" : "can't make the folder %s: %s", name,
			 strerror(errno));
		return 1;
	}
	if (extract_image(name, offset) != 0) {
		if (errno == DAMAGED)
			complain_of_damage();
		else
			complain("can't unpack into %s: %s", name, strerror(errno));
		struct place made = {.lock = -1};
		snprintf(made.folder, sizeof made.folder, "%s", name);
		place_remove(&made);
		return 1;
	}
	puts(name);
	return 0;
}

static int mount_and_wait(size_t offset)
{
	char folder[PATH_MAX];

	if (keeper_start(MOUNT_OR_EXTRACT, offset, folder, sizeof folder) != 0)
		return 1;
	puts(folder);
	if (fflush(stdout) != 0)
		return 1;
	for (;;)
		pause(); /* The keeper notices that a signal has ended this process. */
}

static int set_variable(const char *name, const char *value)
{
	if (setenv(name, value, 1) == 0)
		return 0;
	complain("can't set %s: %s", name, strerror(errno));
	return -1;
}

static int run(enum how how, size_t offset, char **arguments)
{
	char image[PATH_MAX], folder[PATH_MAX], program[PATH_MAX + 8], started_in[PATH_MAX];
	ssize_t length = readlink(SELF, image, sizeof image - 1);

	if (length < 0) {
		complain("can't read " SELF ": %s", strerror(errno));
		return 127;
	}
	image[length] = '\0';
	if (keeper_start(how, offset, folder, sizeof folder) != 0)
		return 127;
	if (getcwd(started_in, sizeof started_in) == NULL)
		snprintf(started_in, sizeof started_in, "/"); /* The current folder was removed. */
	if (set_variable("APPIMAGE", image) || set_variable("APPDIR", folder) || set_variable("OWD", started_in) ||
	    set_variable("ARGV0", arguments[0]))
		return 127;
	snprintf(program, sizeof program, "%s/AppRun", folder);
	arguments[0] = program;
	execv(program, arguments);
	complain("can't start %s: %s", program, strerror(errno));
	return 127;
}

int main(int count, char **arguments)
{
	static const char prefix[] = "--appimage-";
	size_t offset = end_of_executable();
	const char *option = count > 1 ? arguments[1] : "";
	const char *wish = getenv("APPIMAGE_EXTRACT_AND_RUN");

	if (count < 1)
		return 127;
	if (offset == 0) {
		complain("can't read " SELF ": %s. Is /proc mounted?", strerror(errno));
		return 127;
	}
	if (strncmp(option, prefix, sizeof prefix - 1) != 0)
		return run(wish != NULL && wish[0] != '\0' ? EXTRACT_ONLY : MOUNT_OR_EXTRACT, offset, arguments);
	option += sizeof prefix - 1;
	if (strcmp(option, "extract-and-run") == 0) {
		arguments[1] = arguments[0];
		return run(EXTRACT_ONLY, offset, arguments + 1);
	}
	if (strcmp(option, "extract") == 0)
		return extract_here(offset);
	if (strcmp(option, "mount") == 0)
		return mount_and_wait(offset);
	if (strcmp(option, "offset") == 0)
		return printf("%zu\n", offset) < 0;
	if (strcmp(option, "version") == 0)
		return puts(PROGRAM_NAME " " PROGRAM_VERSION) < 0;
	if (strcmp(option, "help") == 0)
		return fputs(HELP, stdout) < 0;
	if (strcmp(option, "updateinformation") == 0 || strcmp(option, "signature") == 0)
		return 0; /* There is none. */
	complain("unknown option %s; see --appimage-help", arguments[1]);
	return 2;
}
