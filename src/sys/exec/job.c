#include "job.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEXT_MAX (64u << 20) /* far above what the kernel lets an exec have */

static int
read_all(void *to, size_t n)
{
	char *p = to;

	while (n) {
		ssize_t k = read(EXEC_CONTROL_FD, p, n);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return -1;
		p += k;
		n -= (size_t)k;
	}
	return 0;
}

/* The next n texts, NULL-terminated; *at moves on. */
static char **
take(char **at, const char *end, uint32_t n)
{
	char **list = calloc((size_t)n + 1, sizeof(*list));

	for (uint32_t i = 0; list && i < n; i++) {
		if (*at >= end) {
			free(list);
			return NULL;
		}
		list[i] = *at;
		*at += strlen(*at) + 1;
	}
	return list;
}

int
job_read(struct job *job)
{
	struct exec_job *head = &job->head;

	/* The command must not hold any of these. */
	for (int fd = EXEC_CONTROL_FD; fd <= EXEC_STDERR_FD; fd++)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	if (read_all(head, sizeof(*head)) < 0 || head->magic != EXEC_MAGIC)
		return -1;
	if (!head->text_size || head->text_size > TEXT_MAX || !head->n_argv)
		return -1;
	job->text = malloc(head->text_size);
	if (!job->text || read_all(job->text, head->text_size) < 0)
		return -1;
	char *at = job->text, *end = at + head->text_size;
	if (end[-1] != '\0' || head->n_argv > head->text_size || head->n_env > head->text_size ||
		head->n_writable > head->text_size)
		return -1;
	job->cwd = at;
	at += strlen(at) + 1;
	job->argv = take(&at, end, head->n_argv);
	job->env = take(&at, end, head->n_env);
	job->writable = take(&at, end, head->n_writable);
	return job->argv && job->env && job->writable ? 0 : -1;
}

static const char *
search_path(const struct job *job)
{
	for (char **e = job->env; *e; e++)
		if (strncmp(*e, "PATH=", 5) == 0)
			return *e + 5;
	return "/usr/local/bin:/usr/bin:/bin";
}

static bool
is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

void
job_find_program(struct job *job)
{
	const char *name = job->argv[0], *p = search_path(job);

	if (!strchr(name, '/') && name[0]) {
		while (*p) {
			size_t n = strcspn(p, ":");

			free(job->program);
			if (asprintf(&job->program, "%.*s%s%s", (int)n, p, n ? "/" : "./", name) <
				0)
				abort();
			if (is_program(job->program))
				return;
			p += n + (p[n] == ':');
		}
	}
	/* As it is: the exec says what is wrong with it. */
	free(job->program);
	job->program = strdup(strchr(name, '/') ? name : "");
	if (!job->program)
		abort();
}

void
job_done(struct job *job)
{
	free(job->argv);
	free(job->env);
	free(job->writable);
	free(job->program);
	free(job->text);
}
