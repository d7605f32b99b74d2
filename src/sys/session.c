#include "session.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PASSES 50 /* against a session that forks while we look */

/* "pid (any name) S ppid pgrp session ..." */
static bool
belongs(int proc, const char *pid, pid_t leader)
{
	char path[32], buf[512];

	snprintf(path, sizeof(path), "%.16s/stat", pid);
	int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	ssize_t n = read(fd, buf, sizeof(buf) - 1);
	close(fd);
	buf[n > 0 ? n : 0] = '\0';
	char *p = strrchr(buf, ')');
	if (!p || strlen(p) < 5 || p[2] == 'Z' || p[2] == 'X')
		return false;
	strtol(p + 4, &p, 10);
	strtol(p, &p, 10);
	return strtol(p, NULL, 10) == leader;
}

void
session_kill(pid_t leader)
{
	bool found = true;

	for (int pass = 0; found && pass < PASSES; pass++) {
		DIR *dir = opendir("/proc");

		found = false;
		if (!dir)
			return;
		for (struct dirent *e; (e = readdir(dir));) {
			if (!isdigit((unsigned char)e->d_name[0]) ||
				!belongs(dirfd(dir), e->d_name, leader))
				continue;
			kill((pid_t)strtol(e->d_name, NULL, 10), SIGKILL);
			found = true;
		}
		closedir(dir);
		if (found)
			usleep(2000);
	}
}
