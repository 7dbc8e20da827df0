/* SPDX-License-Identifier: BSD-2-Clause */
#include "privilege.h"

#include "fault.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOBODY 65534 /* where the user database has no "nobody": the kernel's overflow id */

struct identity {
	uid_t user;
	gid_t group;
};

bool privilege_can_probe(void)
{
	return capng_get_caps_process() == 0 && capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_RAW);
}

bool privilege_can_administer(void)
{
	return capng_get_caps_process() == 0 &&
		capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_ADMIN);
}

/* A positive decimal number from the environment; root (0) is not one to become. */
static bool number_from(const char *name, unsigned *out)
{
	const char *text = getenv(name);
	char *end = NULL;
	unsigned long value = 0;

	if (!text || *text < '0' || *text > '9')
		return false;
	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || *end || value == 0 || value >= UINT32_MAX)
		return false;
	*out = (unsigned)value;
	return true;
}

static bool invoking_user(struct identity *out)
{
	return number_from("SUDO_UID", &out->user) && number_from("SUDO_GID", &out->group);
}

static struct identity nobody(void)
{
	const struct passwd *entry = getpwnam("nobody");

	if (entry && entry->pw_uid != 0)
		return (struct identity){entry->pw_uid, entry->pw_gid};
	return (struct identity){NOBODY, NOBODY};
}

/* Who to become: sudo's user, a set-user-id program's real user, or nobody. */
static struct identity target_identity(void)
{
	struct identity identity;

	if (getuid() != 0)
		return (struct identity){getuid(), getgid()};
	return invoking_user(&identity) ? identity : nobody();
}

/* With what is selected in libcap-ng's state, and nothing else. */
static int become(const struct identity *identity, struct fault *why)
{
	int status = capng_change_id((int)identity->user, (int)identity->group,
		CAPNG_DROP_SUPP_GRP | CAPNG_CLEAR_BOUNDING);
	if (status == 0)
		return 0;
	return fault_set(why, FAULT_SYSTEM,
		"cannot become user %u: step %d of giving up root failed: %s",
		(unsigned)identity->user, -status, strerror(errno));
}

/* Without CAP_SETPCAP the bounding set stays; no_new_privs makes it idle. */
static int drop_capabilities(struct fault *why)
{
	capng_clear(CAPNG_SELECT_ALL);
	(void)capng_apply(CAPNG_SELECT_BOUNDS);
	if (capng_apply(CAPNG_SELECT_CAPS) != 0 || capng_apply(CAPNG_SELECT_AMBIENT) != 0)
		return fault_set(
			why, FAULT_SYSTEM, "cannot give up capabilities: %s", strerror(errno));
	return 0;
}

/* What was given up must not come back. */
static int confirm(struct fault *why)
{
	if (capng_get_caps_process() != 0 ||
		capng_have_capabilities(CAPNG_SELECT_CAPS) != CAPNG_NONE || setuid(0) == 0 ||
		geteuid() == 0)
		return fault_set(why, FAULT_SYSTEM, "rights that were given up are still there");
	return 0;
}

int privilege_drop(struct fault *why)
{
	struct identity identity = target_identity();

	capng_clear(CAPNG_SELECT_ALL);
	int outcome = geteuid() == 0 ? become(&identity, why) : drop_capabilities(why);

	if (outcome != 0)
		return -1;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return fault_set(
			why, FAULT_SYSTEM, "cannot forbid new privileges: %s", strerror(errno));
	return confirm(why);
}

int privilege_keep_net_admin(struct fault *why)
{
	struct identity identity = target_identity();
	capng_type_t kept = CAPNG_EFFECTIVE | CAPNG_PERMITTED | CAPNG_INHERITABLE;

	capng_clear(CAPNG_SELECT_ALL);
	if (capng_update(CAPNG_ADD, kept, CAP_NET_ADMIN) != 0)
		return fault_set(why, FAULT_SYSTEM, "cannot keep a capability");
	if (geteuid() == 0 ? become(&identity, why) != 0 : capng_apply(CAPNG_SELECT_CAPS) != 0)
		return -1;
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_ADMIN, 0, 0) != 0 ||
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return fault_set(
			why, FAULT_SYSTEM, "cannot hand a capability on: %s", strerror(errno));
	return 0;
}

/* CAP_SETPCAP is for the bounding set, which privilege_drop() empties. */
int privilege_keep_probing(struct fault *why)
{
	static const unsigned kept[] = {CAP_NET_RAW, CAP_SETUID, CAP_SETGID, CAP_SETPCAP};
	bool held[sizeof(kept) / sizeof(kept[0])];
	size_t count = sizeof(kept) / sizeof(kept[0]);

	if (capng_get_caps_process() != 0)
		return fault_set(
			why, FAULT_SYSTEM, "cannot read capabilities: %s", strerror(errno));
	for (size_t i = 0; i < count; i++)
		held[i] = capng_have_capability(CAPNG_EFFECTIVE, kept[i]) &&
			(geteuid() == 0 || kept[i] == CAP_NET_RAW);
	capng_clear(CAPNG_SELECT_CAPS);
	for (size_t i = 0; i < count; i++) {
		if (held[i])
			(void)capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, kept[i]);
	}
	if (capng_apply(CAPNG_SELECT_CAPS) == 0)
		return 0;
	return fault_set(why, FAULT_SYSTEM, "cannot give up capabilities: %s", strerror(errno));
}

/* Mode first: nobody else may have opened it by the time it changes hands. */
void privilege_give_to_user(int descriptor)
{
	struct identity identity;

	(void)fchmod(descriptor, S_IRUSR | S_IWUSR);
	if (geteuid() == 0 && invoking_user(&identity) &&
		fchown(descriptor, identity.user, identity.group) != 0)
		return; /* a file system without owners: the mode is all there is */
}
