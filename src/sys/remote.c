#include "sys/fs.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#define FUSE_MAGIC 0x65735546ul

const char *
fs_remote_name(unsigned long magic)
{
	static const struct {
		unsigned long magic;
		const char *name;
	} known[] = {
		{0x6969, "nfs"},
		{0x517b, "smb"},
		{0xff534d42, "cifs"},
		{0xfe534d42, "smb2"},
		{0x01021997, "9p"},
		{0x5346414f, "afs"},
		{0x6b414653, "afs"},
		{0x73757245, "coda"},
		{0x00c36400, "ceph"},
		{0x0bd00bd0, "lustre"},
		{0x47504653, "gpfs"},
		{0x19830326, "beegfs"},
		{0x7461636f, "ocfs2"},
		{0x01161970, "gfs2"},
		{0xaad7aaea, "panfs"},
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (known[i].magic == (magic & 0xffffffff))
			return known[i].name;
	return NULL;
}

/* FUSE carries everything from a local NTFS to sshfs: only the mount says what it is. */
static bool
fuse_is_remote(dev_t dev, char *type, size_t n)
{
	static const char *const remote[] = {"sshfs", "rclone", "s3fs", "gcsfuse", "glusterfs",
		"ceph", "ceph-fuse", "davfs", "curlftpfs", "smbnetfs", "goofys", "juicefs"};
	FILE *f = fopen("/proc/self/mountinfo", "re");
	char line[4096], want[32], at[32], fstype[64];
	bool found = false;

	if (!f)
		return false;
	snprintf(want, sizeof(want), "%u:%u", major(dev), minor(dev));
	while (!found && fgets(line, sizeof(line), f)) {
		const char *tail = strstr(line, " - ");
		if (!tail || sscanf(line, "%*s %*s %31s", at) != 1 || strcmp(at, want) != 0 ||
			sscanf(tail, " - %63s", fstype) != 1 || !str_starts(fstype, "fuse."))
			continue;
		for (size_t i = 0; i < ARRAY_LEN(remote); i++)
			found = found || strcmp(fstype + strlen("fuse."), remote[i]) == 0;
	}
	fclose(f);
	if (found)
		snprintf(type, n, "%s", fstype);
	return found;
}

bool
fs_is_remote(const char *path, char *type, size_t n)
{
	struct statfs fs;
	struct stat st;

	if (statfs(path, &fs) < 0 || stat(path, &st) < 0)
		return false;
	const char *name = fs_remote_name((unsigned long)fs.f_type);
	if (name) {
		snprintf(type, n, "%s", name);
		return true;
	}
	return ((unsigned long)fs.f_type & 0xffffffff) == FUSE_MAGIC &&
	       fuse_is_remote(st.st_dev, type, n);
}
