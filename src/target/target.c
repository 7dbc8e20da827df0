/* SPDX-License-Identifier: BSD-2-Clause */
#include "target.h"

#include "fault.h"
#include "port_list.h"

#include <ctype.h>
#include <string.h>

#define NAME_MAX_LENGTH  253 /* RFC 1035 section 2.3.4, without the root's dot */
#define LABEL_MAX_LENGTH 63
#define TARGET_MAX       320 /* a name, brackets, a port */

#define LETTERS_DIGITS                                                                             \
	"abcdefghijklmnopqrstuvwxyz"                                                               \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ"                                                               \
	"0123456789"

/* RFC 1123 section 2.1; the underscore is no host name's, but DNS has such names. */
static bool is_label(const char *label, size_t length)
{
	return length >= 1 && length <= LABEL_MAX_LENGTH && label[0] != '-' &&
		label[length - 1] != '-' && strspn(label, LETTERS_DIGITS "-_") >= length;
}

static bool is_name(const char *name)
{
	if (strlen(name) > NAME_MAX_LENGTH)
		return false;
	for (;;) {
		size_t length = strcspn(name, ".");
		if (!is_label(name, length))
			return false;
		if (name[length] == '\0')
			return true;
		name += length + 1;
	}
}

/* No top-level domain is all digits (RFC 1123 section 2.1): this was meant to be an address. */
static bool ends_in_number(const char *name)
{
	const char *dot = strrchr(name, '.');
	const char *last = dot == NULL ? name : dot + 1;

	return strspn(last, "0123456789") == strlen(last);
}

static bool has_foreign_letters(const char *name)
{
	for (; *name != '\0'; name++) {
		if ((unsigned char)*name >= 0x80)
			return true;
	}
	return false;
}

static int name_fault(const char *name, struct fault *why)
{
	if (strstr(name, "://") != NULL || strchr(name, '/') != NULL)
		return fault_set(why, FAULT_USAGE,
			"'%.100s' looks like a URL: name the host alone, as in mail.example.com",
			name);
	if (strchr(name, '@') != NULL)
		return fault_set(why, FAULT_USAGE,
			"'%.100s' looks like a mail address: name its domain, with --mx", name);
	if (has_foreign_letters(name))
		return fault_set(why, FAULT_USAGE,
			"'%.100s' is not in ASCII: write an international name in its xn-- form",
			name);
	return fault_set(why, FAULT_USAGE, "'%.100s' is neither a host name nor an address", name);
}

static int take_name(struct target *out, char *name, struct fault *why)
{
	size_t length = strlen(name);

	if (length > 1 && name[length - 1] == '.')
		name[length - 1] = '\0'; /* the root, RFC 1034 section 3.1 */
	if (!is_name(name))
		return name_fault(name, why);
	if (ends_in_number(name))
		return fault_set(why, FAULT_USAGE, "'%.100s' is not an IPv4 address", name);
	memcpy(out->name, name, strlen(name) + 1);
	return 0;
}

static int take_port(struct target *out, const char *port, const char *text, struct fault *why)
{
	if (port_parse(&out->port, port))
		return 0;
	return fault_set(why, FAULT_USAGE,
		"'%.100s': '%.40s' is not a port: ports are numbers from 1 to 65535", text, port);
}

static int take_bracketed(struct target *out, char *text, struct fault *why)
{
	char *close = strchr(text, ']');

	if (close == NULL || (close[1] != '\0' && close[1] != ':'))
		return fault_set(
			why, FAULT_USAGE, "'%.100s' is not of the form [IPv6 address]:port", text);
	if (close[1] == ':' && take_port(out, close + 2, text, why) < 0)
		return -1;
	*close = '\0';
	if (address_parse(&out->address, text + 1) && out->address.family == ADDRESS_IPV6)
		return 0;
	return fault_set(why, FAULT_USAGE, "'%.100s' in brackets is not an IPv6 address", text + 1);
}

static int take_with_port(struct target *out, char *text, struct fault *why)
{
	char *colon = strchr(text, ':');

	if (strchr(colon + 1, ':') != NULL)
		return fault_set(why, FAULT_USAGE,
			"'%.100s' is not an IPv6 address; with a port, write [address]:port", text);
	if (take_port(out, colon + 1, text, why) < 0)
		return -1;
	*colon = '\0';
	return address_parse(&out->address, text) ? 0 : take_name(out, text, why);
}

static int take_text(struct target *out, const char *text, struct fault *why)
{
	char copy[TARGET_MAX];

	if (text[0] == '\0')
		return fault_set(why, FAULT_USAGE, "an empty target: name a host or an address");
	if (strlen(text) >= sizeof(copy))
		return fault_set(why, FAULT_USAGE, "'%.60s...' is too long for a host name", text);
	memcpy(copy, text, strlen(text) + 1);
	if (strchr(copy, '%') != NULL)
		return fault_set(why, FAULT_USAGE,
			"'%.100s' names a zone: give the address alone, and --interface", text);
	if (strstr(copy, "://") != NULL)
		return name_fault(text, why);
	if (copy[0] == '[')
		return take_bracketed(out, copy, why);
	if (address_parse(&out->address, copy))
		return 0;
	return strchr(copy, ':') != NULL ? take_with_port(out, copy, why)
					 : take_name(out, copy, why);
}

/* An IPv4 address in IPv6 clothes (RFC 4291 section 2.5.5.2) never travels as IPv6. */
static void unmap(struct address *address)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	if (address->family == ADDRESS_IPV6 && memcmp(address->bytes, mapped, sizeof(mapped)) == 0)
		*address = address_ipv4(address->bytes + sizeof(mapped));
}

/* "This network" and multicast and the limited broadcast address (RFC 1122 section 3.2.1.3), the
 * unspecified address and multicast (RFC 4291 sections 2.5.2 and 2.7). */
static bool is_no_hosts(const struct address *address)
{
	static const uint8_t unspecified[16] = {0};
	static const uint8_t everybody[4] = {255, 255, 255, 255};
	uint8_t first = address->bytes[0];

	switch (address->family) {
	case ADDRESS_IPV4:
		return first == 0 || (first & 0xf0) == 224 ||
			memcmp(address->bytes, everybody, sizeof(everybody)) == 0;
	case ADDRESS_IPV6:
		return first == 0xff ||
			memcmp(address->bytes, unspecified, sizeof(unspecified)) == 0;
	default:
		return false;
	}
}

int target_parse(struct target *out, const char *text, struct fault *why)
{
	*out = (struct target){.port = 0};
	if (take_text(out, text, why) < 0)
		return -1;
	unmap(&out->address);
	if (is_no_hosts(&out->address))
		return fault_set(why, FAULT_USAGE, "'%.100s' is not the address of one host", text);
	return 0;
}
