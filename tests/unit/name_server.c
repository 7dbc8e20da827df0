/* SPDX-License-Identifier: BSD-2-Clause */
#include "name_server.h"

#include "netns.h"

#include <netinet/in.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TYPE_RRSIG  46 /* RFC 4034 */
#define TYPE_DNSKEY 48
#define TYPE_TLSA   52
#define TTL         60
#define ALGORITHM   13 /* ECDSA with P-256 and SHA-256, RFC 6605 */
#define POINT       64 /* both coordinates; and both halves of a signature */
#define KEY_DATA    (4 + POINT)
#define MOST        1200
#define DAY_S       86400U

struct name_server {
	bool signs, forges;
	EVP_PKEY *key;
	uint8_t key_data[KEY_DATA]; /* of its DNSKEY record */
};

struct bytes {
	uint8_t at[MOST];
	size_t length;
};

static void put(struct bytes *out, const void *bytes, size_t length)
{
	memcpy(out->at + out->length, bytes, length);
	out->length += length;
}

static void put_u16(struct bytes *out, size_t value)
{
	const uint8_t bytes[] = {(uint8_t)(value >> 8), (uint8_t)value};

	put(out, bytes, sizeof(bytes));
}

static void put_u32(struct bytes *out, uint32_t value)
{
	put_u16(out, value >> 16);
	put_u16(out, value & 0xffff);
}

/* A record: owner in full, as it is signed (RFC 4034 section 3.1.8.1). */
static void put_record(struct bytes *out, const struct bytes *owner, unsigned type,
	const void *data, size_t length)
{
	put(out, owner->at, owner->length);
	put_u16(out, type);
	put_u16(out, 1);
	put_u32(out, TTL);
	put_u16(out, length);
	put(out, data, length);
}

/* RFC 4034 appendix B. */
static unsigned key_tag(const uint8_t *data)
{
	uint32_t sum = 0;

	for (unsigned i = 0; i < KEY_DATA; i++)
		sum += i & 1 ? data[i] : (uint32_t)data[i] << 8;
	return (sum + (sum >> 16)) & 0xffff;
}

static uint8_t labels_of(const struct bytes *owner)
{
	uint8_t labels = 0;

	for (size_t at = 0; owner->at[at] != 0; at += owner->at[at] + 1U)
		labels++;
	return labels;
}

/* OpenSSL gives two DER integers, DNS wants 32 bytes each. */
static void put_signature(struct bytes *out, EVP_PKEY *key, const struct bytes *message)
{
	uint8_t der[128], raw[POINT];
	size_t length = sizeof(der);
	const unsigned char *at = der;
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key);
	EVP_DigestSign(context, der, &length, message->at, message->length);
	EVP_MD_CTX_free(context);
	ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)length);

	BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw, POINT / 2);
	BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw + POINT / 2, POINT / 2);
	ECDSA_SIG_free(pair);
	put(out, raw, POINT);
}

static void answer(const struct name_server *server, struct bytes *out, const struct bytes *owner,
	unsigned type)
{
	static const uint8_t tlsa[] = {3, 1, 1, 1, 2, 3, 4};
	const void *data = type == TYPE_TLSA ? tlsa : server->key_data;
	size_t length = type == TYPE_TLSA ? sizeof(tlsa) : KEY_DATA;
	uint32_t now = (uint32_t)time(NULL);
	const uint8_t head[] = {0, (uint8_t)type, ALGORITHM, labels_of(owner)};
	struct bytes signature = {.length = 0};

	put_record(out, owner, type, data, length);
	if (!server->signs)
		return;
	put(&signature, head, sizeof(head));
	put_u32(&signature, TTL);
	put_u32(&signature, now + DAY_S);
	put_u32(&signature, now - DAY_S);
	put_u16(&signature, key_tag(server->key_data));
	put(&signature, "", 1); /* signed by the root */
	struct bytes message = signature;

	put_record(&message, owner, type, data, length);
	put_signature(&signature, server->key, &message);
	if (server->forges && type == TYPE_TLSA)
		signature.at[signature.length - 1] ^= 1;
	put_record(out, owner, TYPE_RRSIG, signature.at, signature.length);
}

/* Makes an answer of a question; false where it is none. */
static bool reply(const struct name_server *server, struct bytes *message, size_t length)
{
	static const uint8_t extension[] = {0, 0, 41, 0x10, 0, 0, 0, 0x80, 0, 0, 0}; /* RFC 6891 */
	struct bytes owner = {.length = 0};
	size_t end = 12;

	while (end < length && message->at[end] != 0)
		end += message->at[end] + 1U;
	if (length < 12 || end + 5 > length || end > 12 + 255)
		return false;
	put(&owner, message->at + 12, end + 1 - 12);
	unsigned type = message->at[end + 2];
	bool known = type == TYPE_TLSA || (type == TYPE_DNSKEY && server->signs);
	const uint8_t head[] = {
		0x81, 0x80, 0, 1, 0, known ? 1 + server->signs : 0, 0, 0, 0, server->signs};

	memcpy(message->at + 2, head, sizeof(head));
	message->length = end + 5;
	if (known)
		answer(server, message, &owner, type);
	if (server->signs)
		put(message, extension, sizeof(extension));
	return true;
}

static _Noreturn void serve(const struct name_server *server, int descriptor)
{
	struct sockaddr_in from;
	socklen_t room = sizeof(from);
	struct bytes message;
	ssize_t length;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	while ((length = recvfrom(descriptor, message.at, MOST / 2, 0, (struct sockaddr *)&from,
			&room)) >= 0) {
		if (reply(server, &message, (size_t)length))
			(void)sendto(descriptor, message.at, message.length, 0,
				(struct sockaddr *)&from, room);
	}
	_exit(0);
}

/* The address of the first IPv4 name server, made one of this namespace. */
static bool own_address(void)
{
	FILE *file = fopen("/etc/resolv.conf", "re");
	char line[256], address[64], command[128];
	bool owned = false;

	while (file != NULL && !owned && fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "nameserver %63[0-9.]", address) != 1)
			continue;
		(void)snprintf(
			command, sizeof(command), "ip addr add %s/32 dev lo || true", address);
		owned = netns_run(command);
	}
	if (file != NULL)
		(void)fclose(file);
	return owned;
}

/* Only this process and its children see the file. */
static bool trust_key(struct name_server *server)
{
	static const uint8_t head[] = {1, 1, 3, ALGORITHM}; /* a key that signs keys */
	uint8_t point[1 + POINT];
	char text[2 * KEY_DATA];
	size_t length;

	server->key = EVP_EC_gen("P-256");
	if (server->key == NULL || unshare(CLONE_NEWNS) != 0 ||
		!netns_run("mount --make-rprivate / && mount -t tmpfs none /var/lib && "
			   "mkdir /var/lib/unbound"))
		return false;
	EVP_PKEY_get_octet_string_param(server->key, "pub", point, sizeof(point), &length);
	memcpy(server->key_data, head, sizeof(head));
	memcpy(server->key_data + sizeof(head), point + 1, POINT);
	EVP_EncodeBlock((unsigned char *)text, server->key_data + sizeof(head), POINT);
	FILE *file = fopen("/var/lib/unbound/root.key", "we");

	if (file == NULL)
		return false;
	(void)fprintf(file, ". 60 IN DNSKEY 257 3 %d %s\n", ALGORITHM, text);
	return fclose(file) == 0;
}

pid_t name_server_start(bool signs, bool forges)
{
	struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(53)};
	struct name_server server = {.signs = signs, .forges = forges};
	int descriptor = -1;
	pid_t process = -1;

	if (netns_enter() && own_address() && (!signs || trust_key(&server)))
		descriptor = socket(AF_INET, SOCK_DGRAM, 0);
	if (descriptor >= 0 && bind(descriptor, (struct sockaddr *)&here, sizeof(here)) == 0)
		process = fork();
	if (process == 0)
		serve(&server, descriptor);
	if (descriptor >= 0)
		close(descriptor);
	EVP_PKEY_free(server.key);
	return process < 0 ? 0 : process;
}

void name_server_stop(pid_t server)
{
	(void)kill(server, SIGKILL);
	(void)waitpid(server, NULL, 0);
}
