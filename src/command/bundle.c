/* SPDX-License-Identifier: BSD-2-Clause */
#include "bundle.h"

#include "fault.h"
#include "packer.h"
#include "privilege.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NS_PER_S INT64_C(1000000000)
#define SUFFIX   ".part-XXXXXX" /* of mkdtemp(3) */

static const char *const names[BUNDLE_PARTS] = {
	[BUNDLE_TICKET] = "ticket.txt",
	[BUNDLE_HTML] = "report.html",
	[BUNDLE_JSON] = "report.json",
	[BUNDLE_EVIDENCE] = "evidence.pcapng",
	[BUNDLE_COMPARED] = "compared.json",
	[BUNDLE_SUMS] = "SHA256SUMS",
	[BUNDLE_SEEN] = ".seen.pcapng",
	[BUNDLE_KEY] = ".key",
	[BUNDLE_ZIP] = ".zip",
};

struct part {
	char *path; /* for now */
	FILE *file;
};

struct bundle {
	struct bundle_options options;
	char *directory; /* the final name, without a slash at its end */
	char *working;   /* the folder's name for now */
	bool made;
	struct part parts[BUNDLE_PARTS];
};

const char *bundle_name(enum bundle_part part)
{
	return names[part];
}

FILE *bundle_file(const struct bundle *bundle, enum bundle_part part)
{
	return bundle->parts[part].file;
}

const char *bundle_path(const struct bundle *bundle, enum bundle_part part)
{
	return bundle->parts[part].path;
}

static char *joined(const char *one, const char *joint, const char *other)
{
	size_t size = strlen(one) + strlen(joint) + strlen(other) + 1;
	char *text = fault_allocate(size, 1);

	snprintf(text, size, "%s%s%s", one, joint, other);
	return text;
}

/* ---- what is there already ---- */

static bool is_ours(const char *name)
{
	for (int part = BUNDLE_TICKET; part <= BUNDLE_SUMS; part++) {
		if (strcmp(names[part], name) == 0)
			return true;
	}
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* A folder with anything in it that no ticket has is nobody's to throw away. */
static bool holds_a_ticket_alone(const char *path)
{
	DIR *directory = opendir(path);
	bool alone = directory != NULL;
	struct dirent *entry = NULL;

	while (alone && (entry = readdir(directory)) != NULL)
		alone = is_ours(entry->d_name);
	if (directory != NULL)
		closedir(directory);
	return alone;
}

static int refuse_existing(const char *path, bool force, bool folder, struct fault *why)
{
	struct stat status;

	if (lstat(path, &status) != 0)
		return 0;
	if (!force)
		return fault_set(why, FAULT_CANNOT_CREATE,
			"%.300s is there already: --force replaces it, or name another", path);
	if (folder ? S_ISDIR(status.st_mode) && holds_a_ticket_alone(path)
		   : S_ISREG(status.st_mode))
		return 0;
	return fault_set(why, FAULT_CANNOT_CREATE,
		"%.300s is there already, and is more than what --force replaces: name another",
		path);
}

static int check(const struct bundle *bundle, struct fault *why)
{
	const struct bundle_options *options = &bundle->options;

	if (refuse_existing(bundle->directory, options->force, true, why) < 0)
		return -1;
	if (options->key != NULL && refuse_existing(options->key, options->force, false, why) < 0)
		return -1;
	if (options->zip == NULL)
		return 0;
	if (!packer_present())
		return fault_set(why, FAULT_SYSTEM,
			"--zip needs libarchive, which this mailsonde was built without; pack "
			"the folder with zip(1) instead");
	return refuse_existing(options->zip, options->force, false, why);
}

/* ---- making ---- */

static int cannot_create(const char *path, struct fault *why)
{
	return fault_set(
		why, FAULT_CANNOT_CREATE, "cannot create %.300s: %s", path, strerror(errno));
}

static int adopt(struct part *part, int descriptor, char *path, struct fault *why)
{
	part->path = path;
	if (descriptor < 0)
		return cannot_create(path, why);
	privilege_give_to_user(descriptor);
	part->file = fdopen(descriptor, "w+b");
	return part->file == NULL ? cannot_create(path, why) : 0;
}

static int make_part(struct bundle *bundle, enum bundle_part which, struct fault *why)
{
	char *path = joined(bundle->working, "/", names[which]);
	int descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	return adopt(&bundle->parts[which], descriptor, path, why);
}

static int make_beside(
	struct bundle *bundle, enum bundle_part which, const char *final, struct fault *why)
{
	if (final == NULL)
		return 0;
	char *path = joined(final, "", SUFFIX);
	int descriptor = mkostemp(path, O_CLOEXEC);

	return adopt(&bundle->parts[which], descriptor, path, why);
}

static int make_folder(struct bundle *bundle, struct fault *why)
{
	bundle->working = joined(bundle->directory, "", SUFFIX);
	if (mkdtemp(bundle->working) == NULL)
		return cannot_create(bundle->directory, why);
	bundle->made = true;
	int descriptor = open(bundle->working, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (descriptor >= 0) {
		privilege_give_to_user(descriptor);
		(void)fchmod(descriptor, S_IRWXU);
		close(descriptor);
	}
	for (int part = BUNDLE_TICKET; part <= BUNDLE_SEEN; part++) {
		if (part == BUNDLE_COMPARED && !bundle->options.compared)
			continue;
		if (make_part(bundle, (enum bundle_part)part, why) < 0)
			return -1;
	}
	return 0;
}

struct bundle *bundle_open(const struct bundle_options *options, struct fault *why)
{
	struct bundle *bundle = fault_allocate(1, sizeof(*bundle));
	size_t length = strlen(options->directory);

	bundle->options = *options;
	bundle->directory = joined(options->directory, "", "");
	while (length > 1 && bundle->directory[length - 1] == '/')
		bundle->directory[--length] = '\0';
	if (check(bundle, why) == 0 && make_folder(bundle, why) == 0 &&
		make_beside(bundle, BUNDLE_KEY, options->key, why) == 0 &&
		make_beside(bundle, BUNDLE_ZIP, options->zip, why) == 0)
		return bundle;
	bundle_close(bundle);
	return NULL;
}

/* ---- sealing ---- */

static int cannot_write(const struct bundle *bundle, enum bundle_part part, struct fault *why)
{
	return fault_set(why, FAULT_IO, "cannot write %.200s/%s: %s", bundle->directory,
		names[part], strerror(errno));
}

int bundle_digest(const struct bundle *bundle, enum bundle_part part,
	char out[static BUNDLE_DIGEST], struct fault *why)
{
	FILE *file = bundle->parts[part].file;
	unsigned char digest[EVP_MAX_MD_SIZE], piece[4096];
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned size = 0;
	size_t length = 0;

	if (context == NULL || EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1)
		fault_out_of_memory();
	if (fflush(file) != 0 || fseek(file, 0, SEEK_SET) != 0) {
		EVP_MD_CTX_free(context);
		return cannot_write(bundle, part, why);
	}
	while ((length = fread(piece, 1, sizeof(piece), file)) > 0)
		EVP_DigestUpdate(context, piece, length);
	EVP_DigestFinal_ex(context, digest, &size);
	EVP_MD_CTX_free(context);
	for (unsigned i = 0; i < size; i++)
		snprintf(out + 2 * (size_t)i, 3, "%02x", digest[i]);
	return 0;
}

static int write_sums(const struct bundle *bundle, struct fault *why)
{
	char digest[BUNDLE_DIGEST];

	for (int part = BUNDLE_TICKET; part < BUNDLE_SUMS; part++) {
		if (bundle->parts[part].file == NULL)
			continue;
		if (bundle_digest(bundle, (enum bundle_part)part, digest, why) < 0)
			return -1;
		fprintf(bundle->parts[BUNDLE_SUMS].file, "%s  %s\n", digest, names[part]);
	}
	return 0;
}

/* Its last part is the folder's name, as far as that is plain. */
static void name_folder(const struct bundle *bundle, char *out, size_t size)
{
	const char *slash = strrchr(bundle->directory, '/');
	const char *name = slash == NULL ? bundle->directory : slash + 1;

	snprintf(out, size, "%s", name[0] == '\0' || name[0] == '.' ? "ticket" : name);
	for (char *letter = out; *letter != '\0'; letter++) {
		if (*letter < 0x21 || *letter > 0x7e || *letter == '\\')
			*letter = '_';
	}
}

static int write_zip(const struct bundle *bundle, int64_t time_ns, struct fault *why)
{
	struct packer_entry entries[BUNDLE_SUMS + 1];
	size_t count = 0;
	char paths[BUNDLE_SUMS + 1][256];
	char folder[200];
	FILE *zip = bundle->parts[BUNDLE_ZIP].file;

	if (zip == NULL)
		return 0;
	name_folder(bundle, folder, sizeof(folder));
	for (int part = BUNDLE_TICKET; part <= BUNDLE_SUMS; part++) {
		if (bundle->parts[part].file == NULL)
			continue;
		snprintf(paths[part], sizeof(paths[part]), "%s/%s", folder, names[part]);
		entries[count++] = (struct packer_entry){paths[part], bundle->parts[part].file};
	}
	const struct packer packer = {fileno(zip), bundle->options.zip, time_ns / NS_PER_S};

	return packer_write(&packer, entries, count, why);
}

static int settle(const struct bundle *bundle, enum bundle_part part, struct fault *why)
{
	FILE *file = bundle->parts[part].file;

	if (file == NULL)
		return 0;
	if (fflush(file) != 0 || ferror(file))
		return cannot_write(bundle, part, why);
	/* EINVAL, EROFS: what knows no disk. */
	if (fsync(fileno(file)) != 0 && errno != EINVAL && errno != EROFS)
		return cannot_write(bundle, part, why);
	return 0;
}

int bundle_seal(struct bundle *bundle, int64_t time_ns, struct fault *why)
{
	/* What did not fit must not be summed up as if it were whole. */
	for (int part = BUNDLE_TICKET; part < BUNDLE_SUMS; part++) {
		if (settle(bundle, (enum bundle_part)part, why) < 0)
			return -1;
	}
	if (write_sums(bundle, why) < 0 || settle(bundle, BUNDLE_SUMS, why) < 0 ||
		write_zip(bundle, time_ns, why) < 0)
		return -1;
	if (settle(bundle, BUNDLE_KEY, why) < 0)
		return -1;
	return settle(bundle, BUNDLE_ZIP, why);
}

/* ---- names ---- */

/* Takes away a folder and what of ours is in it. */
static void remove_folder(const char *path)
{
	for (int part = BUNDLE_TICKET; part <= BUNDLE_SEEN; part++) {
		char *file = joined(path, "/", names[part]);
		unlink(file);
		free(file);
	}
	rmdir(path);
}

/* A folder cannot be renamed onto one that is not empty: the two change places. */
static int replace_folder(const struct bundle *bundle)
{
	if (rename(bundle->working, bundle->directory) == 0)
		return 0;
	if (errno != EEXIST && errno != ENOTEMPTY)
		return -1;
	if (!bundle->options.force || !holds_a_ticket_alone(bundle->directory))
		return -1;
	if (renameat2(AT_FDCWD, bundle->working, AT_FDCWD, bundle->directory, RENAME_EXCHANGE) != 0)
		return -1;
	remove_folder(bundle->working);
	return 0;
}

static int give_name(
	struct bundle *bundle, enum bundle_part part, const char *final, struct fault *why)
{
	struct part *one = &bundle->parts[part];

	if (final == NULL)
		return 0;
	if (!bundle->options.force &&
		renameat2(AT_FDCWD, one->path, AT_FDCWD, final, RENAME_NOREPLACE) == 0)
		goto named;
	if (!bundle->options.force && errno != EINVAL)
		return cannot_create(final, why);
	if (rename(one->path, final) != 0)
		return cannot_create(final, why);
named:
	free(one->path);
	one->path = NULL;
	return 0;
}

int bundle_commit(struct bundle *bundle, struct fault *why)
{
	unlink(bundle->parts[BUNDLE_SEEN].path);
	/* The key first: without it nobody could read the rest again. */
	if (give_name(bundle, BUNDLE_KEY, bundle->options.key, why) < 0)
		return -1;
	if (replace_folder(bundle) < 0)
		return cannot_create(bundle->directory, why);
	bundle->made = false;
	return give_name(bundle, BUNDLE_ZIP, bundle->options.zip, why);
}

void bundle_close(struct bundle *bundle)
{
	if (bundle == NULL)
		return;
	for (int part = 0; part < BUNDLE_PARTS; part++) {
		struct part *one = &bundle->parts[part];
		if (one->file != NULL)
			fclose(one->file);
		if (part > BUNDLE_SEEN && one->path != NULL)
			unlink(one->path);
		free(one->path);
	}
	if (bundle->made)
		remove_folder(bundle->working);
	free(bundle->working);
	free(bundle->directory);
	free(bundle);
}
