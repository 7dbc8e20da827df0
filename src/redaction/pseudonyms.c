/* SPDX-License-Identifier: BSD-2-Clause */
#include "pseudonyms.h"

#include "fault.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Of one kind of address: originals within `of` go to networks within `to`. */
struct kind {
	uint8_t family;
	uint8_t of_bits;
	uint8_t of[4]; /* the first bytes; the kinds' prefixes are no longer */
	uint8_t to[6]; /* the first bytes of a pseudonym, before the network's number */
};

/* The first that holds; the last of each family always does. IPv4 networks are numbered in the
 * third byte, IPv6 ones in the fourth 16 bits. */
static const struct kind kinds[] = {
	{ADDRESS_IPV4, 8, {127}, {127, 77}}, /* loopback, RFC 1122 */
	{ADDRESS_IPV4, 8, {10}, {10, 77}},   /* RFC 1918, as the next two */
	{ADDRESS_IPV4, 12, {172, 16}, {10, 77}}, {ADDRESS_IPV4, 16, {192, 168}, {10, 77}},
	{ADDRESS_IPV4, 10, {100, 64}, {100, 77}},       /* carrier NAT, RFC 6598 */
	{ADDRESS_IPV4, 16, {169, 254}, {169, 254}},     /* link-local, RFC 3927 */
	{ADDRESS_IPV4, 0, {0}, {198, 18}},              /* benchmarks, RFC 2544 */
	{ADDRESS_IPV6, 10, {0xfe, 0x80}, {0xfe, 0x80}}, /* link-local, RFC 4291 */
	{ADDRESS_IPV6, 7, {0xfc}, {0xfd, 0x77}},        /* unique local, RFC 4193 */
	{ADDRESS_IPV6, 0, {0}, {0x3f, 0xff}},           /* documentation, RFC 9637 */
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

struct prefix {
	uint8_t family, bits;
	uint8_t bytes[4];
};

/* Not public: IANA's special-purpose address registries (RFC 6890), as far as they say "globally
 * reachable: false" or the block is only for documentation or benchmarks. */
static const struct prefix special[] = {
	{ADDRESS_IPV4, 8, {0}},
	{ADDRESS_IPV4, 8, {10}},
	{ADDRESS_IPV4, 10, {100, 64}},
	{ADDRESS_IPV4, 8, {127}},
	{ADDRESS_IPV4, 16, {169, 254}},
	{ADDRESS_IPV4, 12, {172, 16}},
	{ADDRESS_IPV4, 24, {192, 0, 0}},
	{ADDRESS_IPV4, 24, {192, 0, 2}},
	{ADDRESS_IPV4, 16, {192, 168}},
	{ADDRESS_IPV4, 15, {198, 18}},
	{ADDRESS_IPV4, 24, {198, 51, 100}},
	{ADDRESS_IPV4, 24, {203, 0, 113}},
	{ADDRESS_IPV4, 3, {224}}, /* multicast, and what is reserved */
	{ADDRESS_IPV6, 23, {0x20, 0x01, 0x00}},
	{ADDRESS_IPV6, 32, {0x20, 0x01, 0x0d, 0xb8}},
	{ADDRESS_IPV6, 20, {0x3f, 0xff, 0x00}},
};

#define NETWORKS 256 /* of one kind */
#define HOSTS    254 /* in one network */

struct network {
	const struct kind *kind;
	uint8_t original[8]; /* the first three bytes of IPv4, eight of IPv6 */
	uint8_t family;
	unsigned number, hosts;
};

struct moved {
	struct address from, to;
};

enum word_kind {
	WORD_LABEL,
	WORD_TEXT,
	WORD_DIGEST,
};
#define WORD_KINDS 3

struct word {
	enum word_kind kind;
	unsigned number;
	char *original;
};

struct pseudonyms {
	struct address *noticed;
	size_t noticed_count;
	struct address *own;
	size_t own_count;
	struct moved *moved;
	size_t moved_count;
	struct network *networks;
	size_t network_count;
	struct word *words;
	size_t word_count;
	unsigned word_numbers[WORD_KINDS];
	char **names;
	size_t name_count;
};

/* Gives array room for one more than count, which is doubled when it is a power of two. */
static void *grown(void *array, size_t count, size_t size)
{
	if ((count & (count - 1)) != 0)
		return array;
	return fault_resize(array, count == 0 ? 1 : count * 2, size);
}

struct pseudonyms *pseudonyms_new(void)
{
	return fault_allocate(1, sizeof(struct pseudonyms));
}

void pseudonyms_free(struct pseudonyms *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->word_count; i++)
		free(p->words[i].original);
	for (size_t i = 0; i < p->name_count; i++)
		free(p->names[i]);
	free(p->names);
	free(p->words);
	free(p->networks);
	free(p->moved);
	free(p->own);
	free(p->noticed);
	free(p);
}

static char *copy_of(const char *text)
{
	char *copy = strdup(text);

	if (copy == NULL)
		fault_out_of_memory();
	return copy;
}

/* ---- addresses ---- */

static bool begins_with(const uint8_t *bytes, const uint8_t *prefix, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	return memcmp(bytes, prefix, whole) == 0 &&
		(rest == 0 || (bytes[whole] ^ prefix[whole]) >> (8 - rest) == 0);
}

static bool is_public(const struct address *address)
{
	for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++) {
		if (special[i].family == address->family &&
			begins_with(address->bytes, special[i].bytes, special[i].bits))
			return false;
	}
	/* IPv6 hands out 2000::/3 alone, RFC 4291 section 2.4. */
	return address->family == ADDRESS_IPV4 || address->bytes[0] >> 5 == 1;
}

static bool is_own(const struct pseudonyms *p, const struct address *address)
{
	unsigned bits = address->family == ADDRESS_IPV4 ? 24 : 48;

	for (size_t i = 0; i < p->own_count; i++) {
		if (p->own[i].family == address->family &&
			begins_with(address->bytes, p->own[i].bytes, bits))
			return true;
	}
	return false;
}

static bool is_known(const struct address *list, size_t count, const struct address *address)
{
	for (size_t i = 0; i < count; i++) {
		if (address_equal(&list[i], address))
			return true;
	}
	return false;
}

void pseudonyms_notice(struct pseudonyms *p, const struct address *address)
{
	if (address->family == ADDRESS_NONE || is_known(p->noticed, p->noticed_count, address))
		return;
	p->noticed = grown(p->noticed, p->noticed_count, sizeof(*p->noticed));
	p->noticed[p->noticed_count++] = *address;
}

void pseudonyms_own(struct pseudonyms *p, const struct address *address)
{
	pseudonyms_notice(p, address);
	if (address->family == ADDRESS_NONE || is_known(p->own, p->own_count, address))
		return;
	p->own = grown(p->own, p->own_count, sizeof(*p->own));
	p->own[p->own_count++] = *address;
}

bool pseudonyms_is_own(const struct pseudonyms *p, const struct address *address)
{
	return is_known(p->own, p->own_count, address);
}

/* Groups and placeholders are nobody's. A solicited-node group holds the end of an address. */
static bool says_nothing(const struct address *address)
{
	static const uint8_t zeros[15];
	bool ipv6 = address->family == ADDRESS_IPV6;

	if (address->family == ADDRESS_NONE)
		return true;
	if (ipv6)
		return memcmp(address->bytes, zeros, 15) == 0 && address->bytes[15] <= 1;
	return address->bytes[0] >= 224 || memcmp(address->bytes, zeros, 4) == 0;
}

static size_t network_length(uint8_t family)
{
	return family == ADDRESS_IPV4 ? 3 : 8;
}

static const struct kind *kind_of(const struct address *address)
{
	const struct kind *kind = kinds;

	while (kind->family != address->family ||
		!begins_with(address->bytes, kind->of, kind->of_bits))
		kind++;
	return kind;
}

static struct address place(const struct kind *kind, unsigned network, unsigned host)
{
	struct address out = {.family = kind->family};

	if (kind->family == ADDRESS_IPV4) {
		memcpy(out.bytes, kind->to, 2);
		out.bytes[2] = (uint8_t)network;
		out.bytes[3] = (uint8_t)host;
		return out;
	}
	memcpy(out.bytes, kind->to, sizeof(kind->to));
	out.bytes[6] = (uint8_t)(network >> 8);
	out.bytes[7] = (uint8_t)network;
	out.bytes[14] = (uint8_t)(host >> 8);
	out.bytes[15] = (uint8_t)host;
	return out;
}

static bool is_taken(const struct pseudonyms *p, const struct kind *kind, unsigned number)
{
	struct address first = place(kind, number, 0);
	size_t length = network_length(kind->family);

	for (size_t i = 0; i < p->noticed_count; i++) {
		if (p->noticed[i].family == kind->family &&
			memcmp(p->noticed[i].bytes, first.bytes, length) == 0)
			return true;
	}
	for (size_t i = 0; i < p->network_count; i++) {
		if (p->networks[i].number == number &&
			memcmp(p->networks[i].kind->to, kind->to, sizeof(kind->to)) == 0)
			return true;
	}
	return false;
}

static struct network *add_network(struct pseudonyms *p, const struct address *address)
{
	const struct kind *kind = kind_of(address);
	unsigned number = 0;

	while (number < NETWORKS && is_taken(p, kind, number))
		number++;
	if (number == NETWORKS)
		return NULL;
	p->networks = grown(p->networks, p->network_count, sizeof(*p->networks));
	struct network *network = &p->networks[p->network_count++];

	*network = (struct network){.kind = kind, .family = address->family, .number = number};
	memcpy(network->original, address->bytes, network_length(address->family));
	return network;
}

static struct network *network_of(struct pseudonyms *p, const struct address *address)
{
	size_t length = network_length(address->family);

	for (size_t i = 0; i < p->network_count; i++) {
		struct network *network = &p->networks[i];
		if (network->family == address->family && network->hosts < HOSTS &&
			memcmp(network->original, address->bytes, length) == 0)
			return network;
	}
	return add_network(p, address);
}

/* Where a kind has no network left, the address is left out: nothing is told, and the evidence is
 * too much for a ticket. */
static struct address move(struct pseudonyms *p, const struct address *address)
{
	struct network *network = network_of(p, address);
	struct address to = {.family = ADDRESS_NONE};

	if (network != NULL)
		to = place(network->kind, network->number, ++network->hosts);
	p->moved = grown(p->moved, p->moved_count, sizeof(*p->moved));
	p->moved[p->moved_count++] = (struct moved){*address, to};
	return to;
}

struct address pseudonyms_address(struct pseudonyms *p, const struct address *address)
{
	static const struct address group = {ADDRESS_IPV6, {0xff, 0x02, [15] = 1}};

	if (says_nothing(address))
		return *address;
	if (address->family == ADDRESS_IPV6 && address->bytes[0] == 0xff)
		return group;
	if (is_public(address) && !is_own(p, address))
		return *address;
	for (size_t i = 0; i < p->moved_count; i++) {
		if (address_equal(&p->moved[i].from, address) ||
			address_equal(&p->moved[i].to, address))
			return p->moved[i].to;
	}
	return move(p, address);
}

/* ---- words ---- */

static unsigned number_of(struct pseudonyms *p, enum word_kind kind, const char *original)
{
	for (size_t i = 0; i < p->word_count; i++) {
		if (p->words[i].kind == kind && strcasecmp(p->words[i].original, original) == 0)
			return p->words[i].number;
	}
	p->words = grown(p->words, p->word_count, sizeof(*p->words));
	struct word *word = &p->words[p->word_count++];

	*word = (struct word){kind, ++p->word_numbers[kind], copy_of(original)};
	return word->number;
}

void pseudonyms_notice_name(struct pseudonyms *p, const char *name)
{
	if (name[0] == '\0')
		return;
	for (size_t i = 0; i < p->name_count; i++) {
		if (strcasecmp(p->names[i], name) == 0)
			return;
	}
	p->names = grown(p->names, p->name_count, sizeof(*p->names));
	p->names[p->name_count++] = copy_of(name);
}

/* The label that begins at name, and where the next one does; NULL: it is the last. */
static const char *take_label(const char *name, char out[static PSEUDONYM_NAME])
{
	size_t length = strcspn(name, ".");

	if (length >= PSEUDONYM_NAME)
		length = PSEUDONYM_NAME - 1;
	memcpy(out, name, length);
	out[length] = '\0';
	name += strcspn(name, ".");
	return *name == '.' && name[1] != '\0' ? name + 1 : NULL;
}

/* The last label becomes .invalid, which never is a name (RFC 2606). */
const char *pseudonyms_name(struct pseudonyms *p, const char *name, char out[static PSEUDONYM_NAME])
{
	char label[PSEUDONYM_NAME];
	struct address address;
	size_t used = 0;
	const char *next = name;

	out[0] = '\0';
	if (name[0] == '\0')
		return out;
	if (address_parse(&address, name)) {
		address = pseudonyms_address(p, &address);
		return address_print(&address, out);
	}
	do {
		bool alone = next == name;
		next = take_label(next, label);
		if (next == NULL && !alone)
			break;
		int length = strcmp(label, "*") == 0
			? snprintf(out + used, PSEUDONYM_NAME - used, "*.")
			: snprintf(out + used, PSEUDONYM_NAME - used, "n%u.",
				  number_of(p, WORD_LABEL, label));
		used += (size_t)length;
	} while (next != NULL && used < PSEUDONYM_NAME - 32);
	snprintf(out + used, PSEUDONYM_NAME - used, "invalid");
	return out;
}

static size_t digits_at(const char *text)
{
	return strspn(text, "0123456789");
}

/* "5.7.1" of RFC 3463 section 2, with the blank before it; 0: none. */
static size_t enhanced_length(const char *text)
{
	size_t used = 2;

	if ((text[0] != ' ' && text[0] != '-') || strchr("245", text[1]) == NULL || text[1] == '\0')
		return 0;
	for (int part = 0; part < 2; part++) {
		size_t digits = text[used] == '.' ? digits_at(text + used + 1) : 0;
		if (digits == 0 || digits > 3)
			return 0;
		used += 1 + digits;
	}
	return used;
}

/* How much of a reply is its code alone. */
static size_t code_length(const char *text)
{
	static const char *const words[] = {"+OK", "-ERR", "* OK", "* BYE", "* PREAUTH", NULL};

	if (digits_at(text) == 3)
		return 3 + enhanced_length(text + 3);
	for (size_t i = 0; words[i] != NULL; i++) {
		if (strncasecmp(text, words[i], strlen(words[i])) == 0)
			return strlen(words[i]);
	}
	return 0;
}

const char *pseudonyms_text(struct pseudonyms *p, const char *text, char out[static PSEUDONYM_TEXT])
{
	size_t code = code_length(text);

	out[0] = '\0';
	if (text[0] == '\0')
		return out;
	if (text[code] == '\0')
		snprintf(out, PSEUDONYM_TEXT, "%.*s", (int)code, text);
	else
		snprintf(out, PSEUDONYM_TEXT, "%.*s%s[text %u]", (int)code, text,
			code == 0 ? "" : " ", number_of(p, WORD_TEXT, text));
	return out;
}

void pseudonyms_digest(struct pseudonyms *p, uint8_t digest[static PSEUDONYM_DIGEST])
{
	char text[2 * PSEUDONYM_DIGEST + 1];

	for (size_t i = 0; i < PSEUDONYM_DIGEST; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
	unsigned number = number_of(p, WORD_DIGEST, text);

	memset(digest, 0, PSEUDONYM_DIGEST);
	digest[PSEUDONYM_DIGEST - 2] = (uint8_t)(number >> 8);
	digest[PSEUDONYM_DIGEST - 1] = (uint8_t)number;
}

/* ---- within texts ---- */

static bool is_of_name(char letter)
{
	return isalnum((unsigned char)letter) || strchr(".:-_", letter) != NULL;
}

static bool is_noticed_name(const struct pseudonyms *p, const char *token)
{
	for (size_t i = 0; i < p->name_count; i++) {
		if (strcasecmp(p->names[i], token) == 0)
			return true;
	}
	return false;
}

/* What stands for a token: itself, mostly. A sentence's punctuation is no part of a name. */
static void replace(struct pseudonyms *p, char token[static PSEUDONYM_NAME])
{
	char tail[PSEUDONYM_NAME] = "", whole[PSEUDONYM_NAME];
	struct address address;
	size_t length = strlen(token);

	while (length > 0 && strchr(".:", token[length - 1]) != NULL)
		length--;
	memcpy(tail, token + length, strlen(token + length) + 1);
	token[length] = '\0';
	if (address_parse(&address, token)) {
		address = pseudonyms_address(p, &address);
		address_print(&address, token);
	} else if (is_noticed_name(p, token)) {
		memcpy(token, pseudonyms_name(p, token, whole), sizeof(whole));
	}
	length = strlen(token);
	snprintf(token + length, PSEUDONYM_NAME - length, "%.8s", tail);
}

size_t pseudonyms_within(struct pseudonyms *p, const char *text, char *out, size_t size)
{
	char token[PSEUDONYM_NAME];
	size_t used = 0;

	while (*text != '\0' && used + 1 < size) {
		size_t length = 0;
		while (text[length] != '\0' && is_of_name(text[length]) &&
			length + 1 < sizeof(token))
			length++;
		if (length == 0) {
			out[used++] = *text++;
			continue;
		}
		memcpy(token, text, length);
		token[length] = '\0';
		replace(p, token);
		int written = snprintf(out + used, size - used, "%s", token);
		used += (size_t)written < size - used ? (size_t)written : size - used - 1;
		text += length;
	}
	out[used] = '\0';
	return used;
}

bool pseudonyms_write(const struct pseudonyms *p, FILE *out)
{
	char from[ADDRESS_TEXT], to[ADDRESS_TEXT];

	fputs("# What stands for what in the redacted ticket. Keep this file to yourself.\n", out);
	for (size_t i = 0; i < p->moved_count; i++)
		fprintf(out, "address\t%s\t%s\n", address_print(&p->moved[i].from, from),
			address_print(&p->moved[i].to, to));
	for (size_t i = 0; i < p->word_count; i++) {
		const struct word *word = &p->words[i];
		if (word->kind == WORD_LABEL)
			fprintf(out, "label\t%s\tn%u\n", word->original, word->number);
		else if (word->kind == WORD_TEXT)
			fprintf(out, "text\t%s\t[text %u]\n", word->original, word->number);
		else
			fprintf(out, "sha256\t%s\t%064x\n", word->original, word->number);
	}
	return !ferror(out);
}
