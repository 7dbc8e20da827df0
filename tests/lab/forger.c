/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A liar on the way: sees a client's SYNs pass an interface and answers them before the truth
 * arrives: with what must not be believed, or as the server would.
 *
 *     lab_forger INTERFACE MODE [PORT]
 *
 * With a port it lies about that one alone. What it answers goes on to the server all the same,
 * unless a filter of its machine's drops it.
 *
 * The modes are at the end of the file. What it sends goes back to where the SYN came from, past
 * this machine's own routes and filters. Writes "ready" to standard output once it listens, dies
 * with its parent, and is silent after PACKETS_MOST packets or LIFE_S seconds.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PACKETS_MOST 100000
#define LIFE_S       240

#define FLOOD_PER_MS 20
#define FLOOD_MS     3000
#define LATE_MS      20

#define PACKET_BYTES  1600
#define IPV4_BYTES    20 /* RFC 791 section 3.1 */
#define IPV6_BYTES    40 /* RFC 8200 section 3 */
#define TCP_BYTES     20 /* RFC 9293 section 3.1 */
#define QUOTE_BYTES   48 /* an IPv6 header and 8 bytes, an IPv4 header and 28 */
#define OPTIONS_WORDS 10 /* the longest IPv4 options */
#define HOP_LIMIT     61

enum { FIN = 0x01, SYN = 0x02, RST = 0x04, ACK = 0x10 };

/* A packet seen, IP and no link header. header: bytes before TCP. */
struct sight {
	unsigned char bytes[PACKET_BYTES];
	size_t length, header;
	struct sockaddr_ll from;
};

/* A packet being made: an IP header and what is put behind it. */
struct draft {
	unsigned char bytes[PACKET_BYTES];
	size_t length, header;
};

struct forger {
	int fd, onward; /* back to where SYNs come from, and on to where they go */
	unsigned sent;
	uint32_t chance;
	struct sockaddr_ll back;
	uint8_t hop_limit; /* of its segments; 0: the usual one */
	uint16_t port;     /* the only one that it lies about; 0: any */
};

struct segment {
	uint16_t server_port, client_port;
	uint32_t sequence, acknowledgement;
	uint8_t flags;
	uint16_t window;
};

static void die(const char *what)
{
	fprintf(stderr, "lab_forger: %s: %s\n", what, strerror(errno));
	exit(71); /* EX_OSERR */
}

/* xorshift32 (Marsaglia 2003); the same lies in every run. */
static uint32_t forger_draw(struct forger *forger)
{
	forger->chance ^= forger->chance << 13;
	forger->chance ^= forger->chance >> 17;
	forger->chance ^= forger->chance << 5;
	return forger->chance;
}

static uint16_t get16(const unsigned char *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t get32(const unsigned char *at)
{
	return (uint32_t)get16(at) << 16 | get16(at + 2);
}

static void put16(unsigned char *at, uint16_t value)
{
	at[0] = (unsigned char)(value >> 8);
	at[1] = (unsigned char)value;
}

static void put32(unsigned char *at, uint32_t value)
{
	put16(at, (uint16_t)(value >> 16));
	put16(at + 2, (uint16_t)value);
}

static bool sight_is_ipv4(const struct sight *sight)
{
	return sight->bytes[0] >> 4 == 4;
}

static const unsigned char *sight_tcp(const struct sight *sight)
{
	return sight->bytes + sight->header;
}

/* ---- making packets ---- */

static unsigned char *draft_add(struct draft *draft, const void *bytes, size_t length)
{
	unsigned char *at = draft->bytes + draft->length;

	if (draft->length + length > sizeof(draft->bytes))
		abort();
	if (bytes)
		memcpy(at, bytes, length);
	else
		memset(at, 0, length);
	draft->length += length;
	return at;
}

/* From the server that the SYN was for, to the client that sent it. */
static void draft_begin(struct draft *draft, const struct sight *sight, uint8_t protocol)
{
	unsigned char *ip = draft->bytes;

	draft->header = draft->length = sight_is_ipv4(sight) ? IPV4_BYTES : IPV6_BYTES;
	memset(ip, 0, draft->length);
	if (sight_is_ipv4(sight)) {
		ip[0] = 0x45;
		ip[8] = HOP_LIMIT;
		ip[9] = protocol;
		memcpy(ip + 12, sight->bytes + 16, 4);
		memcpy(ip + 16, sight->bytes + 12, 4);
		return;
	}
	ip[0] = 0x60;
	ip[6] = protocol;
	ip[7] = HOP_LIMIT;
	memcpy(ip + 8, sight->bytes + 24, 16);
	memcpy(ip + 24, sight->bytes + 8, 16);
}

static uint32_t sum_of(const unsigned char *bytes, size_t length)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < length; i += 2)
		sum += get16(bytes + i);
	return length % 2 ? sum + ((uint32_t)bytes[length - 1] << 8) : sum;
}

static uint16_t checksum(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* Lengths, and the checksums of all but the field at `place` in the payload, which gets the last.
 * Pseudo-headers: RFC 9293 section 3.1, RFC 8200 section 8.1; ICMP of IPv4 has none. */
static void draft_seal(struct draft *draft, size_t place)
{
	unsigned char *ip = draft->bytes, *payload = ip + draft->header;
	size_t length = draft->length - draft->header;
	bool is_ipv4 = ip[0] >> 4 == 4;
	uint8_t protocol = is_ipv4 ? ip[9] : ip[6];
	uint32_t sum = 0;

	if (is_ipv4) {
		put16(ip + 2, (uint16_t)draft->length);
		put16(ip + 10, 0);
		put16(ip + 10, checksum(sum_of(ip, draft->header)));
	} else {
		put16(ip + 4, (uint16_t)length);
	}
	if (protocol != IPPROTO_ICMP)
		sum = protocol + (uint32_t)length +
			(is_ipv4 ? sum_of(ip + 12, 8) : sum_of(ip + 8, 32));
	put16(payload + place, 0);
	put16(payload + place, checksum(sum + sum_of(payload, length)));
}

static void forger_send(struct forger *forger, const struct draft *draft)
{
	if (forger->sent++ < PACKETS_MOST)
		(void)sendto(forger->fd, draft->bytes, draft->length, 0,
			(struct sockaddr *)&forger->back, sizeof(forger->back));
}

static void send_segment(
	struct forger *forger, const struct sight *sight, const struct segment *segment)
{
	struct draft draft;

	draft_begin(&draft, sight, IPPROTO_TCP);
	if (forger->hop_limit)
		draft.bytes[sight_is_ipv4(sight) ? 8 : 7] = forger->hop_limit;
	unsigned char *tcp = draft_add(&draft, NULL, TCP_BYTES);

	put16(tcp, segment->server_port);
	put16(tcp + 2, segment->client_port);
	put32(tcp + 4, segment->sequence);
	put32(tcp + 8, segment->acknowledgement);
	tcp[12] = TCP_BYTES / 4 << 4;
	tcp[13] = segment->flags;
	put16(tcp + 14, segment->window);
	draft_seal(&draft, 16);
	forger_send(forger, &draft);
}

/* Of the two kinds of error that count as an answer, both. options: words of no-operation in the
 * IPv4 header (RFC 791 section 3.1). */
static void send_errors(
	struct forger *forger, const struct sight *sight, const struct draft *quote, size_t options)
{
	static const unsigned char kinds[2][2][2] = {{{3, 13}, {11, 0}}, {{1, 1}, {3, 0}}};
	bool is_ipv4 = sight_is_ipv4(sight);

	for (size_t i = 0; i < 2; i++) {
		struct draft draft;

		draft_begin(&draft, sight, is_ipv4 ? IPPROTO_ICMP : IPPROTO_ICMPV6);
		if (is_ipv4 && options > 0) {
			memset(draft_add(&draft, NULL, options * 4), 1, options * 4);
			draft.header = draft.length;
			draft.bytes[0] = (unsigned char)(0x40 | draft.header / 4);
		}
		unsigned char *icmp = draft_add(&draft, NULL, 8);
		memcpy(icmp, kinds[is_ipv4 ? 0 : 1][i], 2);
		draft_add(&draft, quote->bytes, quote->length);
		draft_seal(&draft, 2);
		forger_send(forger, &draft);
	}
}

/* ---- segments that answer nothing ---- */

static struct segment answer_to(const struct sight *sight, uint8_t flags)
{
	const unsigned char *tcp = sight_tcp(sight);

	return (struct segment){
		.server_port = get16(tcp + 2),
		.client_port = get16(tcp),
		.sequence = 0x51515151,
		.acknowledgement = get32(tcp + 4) + 1,
		.flags = flags,
		.window = 64240,
	};
}

/* How far a lie is from the right acknowledgement. One less, a SYN's own number, is left out: for
 * resets it is the habit of some stacks and believed. */
static const uint32_t off_by[] = {1, 77, 0x10000, 0x80000000, UINT32_MAX - 1};

static void send_wrong(struct forger *forger, const struct sight *sight, uint8_t flags)
{
	for (size_t i = 0; i < sizeof(off_by) / sizeof(off_by[0]); i++) {
		struct segment segment = answer_to(sight, flags);

		segment.acknowledgement += off_by[i];
		send_segment(forger, sight, &segment);
	}
}

static void forge_syn_acks(struct forger *forger, const struct sight *sight)
{
	send_wrong(forger, sight, SYN | ACK);
}

static void forge_resets(struct forger *forger, const struct sight *sight)
{
	send_wrong(forger, sight, RST | ACK);
}

static void forge_bare_resets(struct forger *forger, const struct sight *sight)
{
	struct segment segment = answer_to(sight, RST);

	send_segment(forger, sight, &segment);
	segment.sequence = 0;
	segment.flags = RST | FIN;
	send_segment(forger, sight, &segment);
}

/* Right acknowledgements, but from ports that were not asked, or to ports that did not ask. */
static void forge_unasked(struct forger *forger, const struct sight *sight)
{
	static const uint8_t flags[] = {SYN | ACK, RST | ACK, ACK, FIN | ACK};

	for (size_t i = 0; i < sizeof(flags); i++) {
		struct segment segment = answer_to(sight, flags[i]);

		segment.client_port ^= 1;
		send_segment(forger, sight, &segment);
		segment = answer_to(sight, flags[i]);
		segment.server_port ^= 0x4000;
		send_segment(forger, sight, &segment);
	}
}

/* Headers that contradict themselves or end too early: nothing in them is an answer. */
static void forge_malformed(struct forger *forger, const struct sight *sight)
{
	for (unsigned length = 0; length < TCP_BYTES + 8; length++) {
		const unsigned char *tcp = sight_tcp(sight);
		struct draft draft;

		draft_begin(&draft, sight, IPPROTO_TCP);
		unsigned char *forged = draft_add(&draft, NULL, TCP_BYTES + 8);
		memcpy(forged, tcp + 2, 2);
		memcpy(forged + 2, tcp, 2);
		put32(forged + 8, get32(tcp + 4) + 1);
		forged[12] = (unsigned char)(length < TCP_BYTES ? 0x50 : (length - TCP_BYTES) << 5);
		forged[13] = SYN | ACK;
		memset(forged + TCP_BYTES, 2, 8);
		if (forged[12] == 0x60) /* options that end in time are no contradiction */
			forged[12] = 0x40;
		draft_seal(&draft, 16);
		draft.length = draft.header + (length < TCP_BYTES ? length : TCP_BYTES + 8);
		draft_seal(&draft, 16);
		forger_send(forger, &draft);
	}
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* 20000 a second, once. */
static void forge_flood(struct forger *forger, const struct sight *sight)
{
	int64_t began = now_ms();

	if (forger->sent > 0)
		return;
	for (int64_t ms = 0; ms < FLOOD_MS; ms = now_ms() - began) {
		while (forger->sent < (ms + 1) * FLOOD_PER_MS) {
			struct segment segment = answer_to(sight, SYN | ACK);

			segment.client_port = (uint16_t)forger_draw(forger);
			segment.acknowledgement = forger_draw(forger);
			send_segment(forger, sight, &segment);
		}
		(void)poll(NULL, 0, 1);
	}
}

/* ---- answers as the server would give them, but from here ---- */

static void answer_as(
	struct forger *forger, const struct sight *sight, const struct segment *segment)
{
	forger->hop_limit = 64;
	send_segment(forger, sight, segment);
	forger->hop_limit = 0;
}

/* RFC 9293 section 3.10.7.1: as of a closed port. */
static void forge_refusal(struct forger *forger, const struct sight *sight)
{
	struct segment segment = answer_to(sight, RST | ACK);

	segment.sequence = 0;
	segment.window = 0;
	answer_as(forger, sight, &segment);
}

/* Beside the server's own answer, which is there by then. */
static void forge_late_refusal(struct forger *forger, const struct sight *sight)
{
	(void)poll(NULL, 0, LATE_MS);
	forge_refusal(forger, sight);
}

/* Sends the SYN on to the server as a router does, over IPv4: RFC 1812 section 5.3.1. */
static void pass_on(const struct forger *forger, const struct sight *sight)
{
	struct draft draft = {.header = sight->header};
	struct sockaddr_in server = {.sin_family = AF_INET};

	if (!sight_is_ipv4(sight) || sight->bytes[8] <= 1)
		return;
	draft_add(&draft, sight->bytes, sight->length);
	draft.bytes[8]--;
	draft_seal(&draft, 16);
	memcpy(&server.sin_addr, draft.bytes + 16, 4);
	(void)sendto(forger->onward, draft.bytes, draft.length, 0, (struct sockaddr *)&server,
		sizeof(server));
}

/* Before the server's own answer for sure: the server hears of the SYN only afterwards. A filter of
 * this machine's must stop the SYN itself. */
static void forge_early_refusal(struct forger *forger, const struct sight *sight)
{
	forge_refusal(forger, sight);
	pass_on(forger, sight);
}

static void forge_acceptance(struct forger *forger, const struct sight *sight)
{
	struct segment segment = answer_to(sight, SYN | ACK);

	answer_as(forger, sight, &segment);
}

/* Takes a connection, and nothing on it: the window of the TARPIT target of xtables-addons. */
static void forge_tarpit(struct forger *forger, const struct sight *sight)
{
	struct segment segment = answer_to(sight, SYN | ACK);

	segment.window = 5;
	answer_as(forger, sight, &segment);
}

/* ---- SYNs in the client's own name ---- */

static void forge_echoes(struct forger *forger, const struct sight *sight)
{
	struct draft draft = {.header = sight->header};

	draft_add(&draft, sight->bytes, sight->length);
	draft_seal(&draft, 16);
	for (int i = 0; i < 3; i++) {
		forger_send(forger, &draft);
		(void)poll(NULL, 0, 2);
	}
}

static void forge_questions(struct forger *forger, const struct sight *sight)
{
	struct draft draft = {.header = sight->header};
	unsigned char *tcp = draft.bytes + sight->header;

	draft_add(&draft, sight->bytes, sight->length);
	put16(tcp, get16(tcp) ^ 1);
	put32(tcp + 4, get32(tcp + 4) ^ 0x5555);
	draft_seal(&draft, 16);
	forger_send(forger, &draft);
}

/* ---- true answers, again ---- */

static void repeat_answer(struct forger *forger, const struct sight *sight)
{
	struct draft draft = {.header = sight->header};

	draft_add(&draft, sight->bytes, sight->length);
	draft_seal(&draft, 16); /* the sender may have left it to its hardware */
	for (int i = 0; i < 6; i++) {
		forger_send(forger, &draft);
		(void)poll(NULL, 0, i < 3 ? 0 : 2);
	}
}

/* ---- ICMP errors that quote what was never sent ---- */

static struct draft quote_of(const struct sight *sight)
{
	struct draft quote = {.header = sight->header};

	draft_add(&quote, sight->bytes, sight->length < QUOTE_BYTES ? sight->length : QUOTE_BYTES);
	return quote;
}

static unsigned char *quote_tcp(struct draft *quote)
{
	return quote->bytes + quote->header;
}

/* Linux takes the number after a SYN's own for its own, and fails the connect(). */
static void forge_icmp_sequence(struct forger *forger, const struct sight *sight)
{
	static const uint32_t off[] = {1, 2, 0x100, 0x80000000, UINT32_MAX};

	for (size_t i = 0; i < sizeof(off) / sizeof(off[0]); i++) {
		struct draft quote = quote_of(sight);
		unsigned char *sequence = quote_tcp(&quote) + 4;

		put32(sequence, get32(sequence) + off[i]);
		send_errors(forger, sight, &quote, 0);
	}
}

static void forge_icmp_ports(struct forger *forger, const struct sight *sight)
{
	for (unsigned byte = 0; byte < 4; byte++) {
		struct draft quote = quote_of(sight);

		quote_tcp(&quote)[byte] ^= 1;
		send_errors(forger, sight, &quote, 0);
	}
}

/* Other protocols' packets with the same first bytes, other addresses, and plain noise. */
static void forge_icmp_garbage(struct forger *forger, const struct sight *sight)
{
	size_t places[] = {sight_is_ipv4(sight) ? 9 : 6, sight_is_ipv4(sight) ? 19 : 39, 0};
	struct draft quote;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		quote = quote_of(sight);
		quote.bytes[places[i]] ^= 0x11;
		send_errors(forger, sight, &quote, 0);
	}
	quote = quote_of(sight);
	for (size_t i = 0; i < quote.length; i++)
		quote.bytes[i] = (unsigned char)forger_draw(forger);
	send_errors(forger, sight, &quote, 0);
}

/* Up to the last byte before the sequence number is whole. */
static void forge_icmp_short(struct forger *forger, const struct sight *sight)
{
	for (size_t length = 0; length < sight->header + 8; length++) {
		struct draft quote = quote_of(sight);

		quote.length = length;
		send_errors(forger, sight, &quote, 0);
	}
}

/* Header lengths that point elsewhere, at ports and a sequence that are right there, but for a
 * bit; total lengths that are too small and too large. */
static void forge_icmp_lengths(struct forger *forger, const struct sight *sight)
{
	static const uint16_t totals[] = {0, 1, IPV4_BYTES, UINT16_MAX};
	size_t total = sight_is_ipv4(sight) ? 2 : 4;

	for (unsigned char words = 0; words < 16; words++) {
		struct draft quote = quote_of(sight);

		quote.bytes[0] = (unsigned char)((quote.bytes[0] & 0xf0) | words);
		quote_tcp(&quote)[7] ^= 1;
		put16(quote.bytes + total, totals[words % 4]);
		send_errors(forger, sight, &quote, 0);
	}
}

/* Options around the error itself and within what it quotes, longer than what is there. */
static void forge_icmp_options(struct forger *forger, const struct sight *sight)
{
	struct draft quote = quote_of(sight);

	quote_tcp(&quote)[7] ^= 1;
	for (size_t words = 1; words <= OPTIONS_WORDS; words++) {
		if (sight_is_ipv4(sight))
			quote.bytes[0] = (unsigned char)(0x45 + words);
		else
			quote.bytes[6] = words % 2 ? IPPROTO_DSTOPTS : IPPROTO_HOPOPTS;
		send_errors(forger, sight, &quote, words);
	}
}

/* Behind a fragment's offset there are no ports, whatever the bytes look like. */
static void forge_icmp_fragments(struct forger *forger, const struct sight *sight)
{
	struct draft quote = quote_of(sight);
	unsigned char fragment[8] = {IPPROTO_TCP, 0, 0, 8, 0, 0, 0, 1}; /* RFC 8200 section 4.5 */

	if (sight_is_ipv4(sight)) {
		put16(quote.bytes + 6, 1);
	} else {
		quote.length = quote.header;
		quote.bytes[6] = IPPROTO_FRAGMENT;
		draft_add(&quote, fragment, sizeof(fragment));
		draft_add(&quote, sight_tcp(sight), 8);
	}
	send_errors(forger, sight, &quote, 0);
}

/* ---- listening ---- */

struct mode {
	const char *name;
	void (*forge)(struct forger *forger, const struct sight *sight);
	bool to_answers; /* to what the server answers instead of what the client asks */
};

static const struct mode modes[] = {
	{"syn-ack", forge_syn_acks, false},
	{"reset", forge_resets, false},
	{"bare-reset", forge_bare_resets, false},
	{"unasked", forge_unasked, false},
	{"malformed", forge_malformed, false},
	{"flood", forge_flood, false},
	{"refuse", forge_refusal, false},
	{"refuse-first", forge_early_refusal, false},
	{"refuse-late", forge_late_refusal, false},
	{"accept", forge_acceptance, false},
	{"tarpit", forge_tarpit, false},
	{"echo", forge_echoes, false},
	{"question", forge_questions, false},
	{"duplicate", repeat_answer, true},
	{"icmp-sequence", forge_icmp_sequence, false},
	{"icmp-ports", forge_icmp_ports, false},
	{"icmp-garbage", forge_icmp_garbage, false},
	{"icmp-short", forge_icmp_short, false},
	{"icmp-lengths", forge_icmp_lengths, false},
	{"icmp-options", forge_icmp_options, false},
	{"icmp-fragments", forge_icmp_fragments, false},
};

static const struct mode *mode_named(const char *name)
{
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(modes[i].name, name) == 0)
			return &modes[i];
	fprintf(stderr, "lab_forger: there is no mode %s\n", name);
	exit(64); /* EX_USAGE */
}

/* Neither client nor server sends IP options or extension headers. */
static bool sight_is_tcp(struct sight *sight)
{
	const unsigned char *ip = sight->bytes;

	if (sight->length >= IPV4_BYTES + TCP_BYTES && ip[0] == 0x45 && ip[9] == IPPROTO_TCP)
		sight->header = IPV4_BYTES;
	else if (sight->length >= IPV6_BYTES + TCP_BYTES && ip[0] >> 4 == 6 && ip[6] == IPPROTO_TCP)
		sight->header = IPV6_BYTES;
	else
		return false;
	return true;
}

static bool sight_matters(struct sight *sight, const struct forger *forger, const struct mode *mode)
{
	bool leaves = sight->from.sll_pkttype == PACKET_OUTGOING;

	if (leaves != mode->to_answers || !sight_is_tcp(sight))
		return false;
	if (forger->port && get16(sight_tcp(sight) + 2) != forger->port)
		return false;
	uint8_t flags = sight_tcp(sight)[13];

	return mode->to_answers ? flags & (SYN | RST) : (flags & (SYN | ACK)) == SYN;
}

/* A true answer is met on its way out, which does not tell the client's router by its address:
 * the SYNs before it did. */
static void look(struct forger *forger, const struct mode *mode)
{
	struct sight sight = {.header = 0};
	socklen_t size = sizeof(sight.from);
	ssize_t length = recvfrom(forger->fd, sight.bytes, sizeof(sight.bytes), 0,
		(struct sockaddr *)&sight.from, &size);

	if (length < 0)
		return;
	sight.length = (size_t)length < sizeof(sight.bytes) ? (size_t)length : 0;
	if (sight.from.sll_pkttype == PACKET_HOST)
		forger->back = sight.from;
	if (sight_matters(&sight, forger, mode))
		mode->forge(forger, &sight);
}

static int interface_open(const char *name)
{
	struct sockaddr_ll link = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)if_nametoindex(name),
	};
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || link.sll_ifindex == 0)
		die(name);
	if (bind(fd, (struct sockaddr *)&link, sizeof(link)) < 0)
		die(name);
	return fd;
}

static void die_with_parent(void)
{
	pid_t parent = getppid();

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		die("prctl");
	if (getppid() != parent)
		exit(0);
}

int main(int argc, char **argv)
{
	die_with_parent();
	if (argc != 3 && argc != 4) {
		fputs("lab_forger: expected INTERFACE MODE [PORT]\n", stderr);
		return 64; /* EX_USAGE */
	}
	const struct mode *mode = mode_named(argv[2]);
	struct forger forger = {.fd = interface_open(argv[1]),
		.onward = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW),
		.chance = 2463534242};

	if (forger.onward < 0)
		die("raw socket");

	if (argc == 4)
		forger.port = (uint16_t)strtoul(argv[3], NULL, 10);

	(void)alarm(LIFE_S);
	puts("ready");
	fflush(stdout);
	while (forger.sent < PACKETS_MOST)
		look(&forger, mode);
	pause();
	return 0;
}
