/* What to do, as revsweep sent it. */
#ifndef EXEC_JOB_H
#define EXEC_JOB_H

#include "sys/exec_wire.h"

struct job {
	struct exec_job head;
	char *text; /* all strings below point in here */
	char *cwd;
	char **argv, **env, **writable; /* NULL-terminated */
	char *program;                  /* argv[0] as found in env's PATH */
};

/* Reads it from EXEC_CONTROL_FD. -1: what is there is not revsweep. */
int job_read(struct job *job);
/* job->program, sought from the working directory that the job will have. */
void job_find_program(struct job *job);
void job_done(struct job *job);

#endif
