/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A Postfix log as a busy relay writes it, in the shape of syslog: generate_log MEGABYTES. Each
 * message comes in, is queued, and goes out to one of a few thousand servers, most to a few; one in
 * twelve fails, and for an hour on the second day nothing gets through port 25.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define MESSAGES_PER_S 8
#define SERVERS        4000

static uint64_t state = 88172645463325252ULL;

/* xorshift64*, Vigna 2016: the same log each time. */
static uint32_t chance(uint32_t below)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (uint32_t)((state * 2685821657736338717ULL) >> 33) % below;
}

struct stamp {
	char text[16];
};

static struct stamp stamp_of(uint64_t second)
{
	static const char *const months[] = {"Sep", "Oct", "Nov"};
	struct stamp stamp;
	unsigned day = (unsigned)(second / 86400);

	snprintf(stamp.text, sizeof(stamp.text), "%s %2u %02u:%02u:%02u", months[day / 30 % 3],
		day % 30 + 1, (unsigned)(second / 3600 % 24), (unsigned)(second / 60 % 60),
		(unsigned)(second % 60));
	return stamp;
}

static void come_in(const struct stamp *at, uint32_t id, uint32_t client)
{
	unsigned a = client >> 8 & 255, b = client & 255;

	printf("%s relay postfix/smtpd[%u]: connect from host%u.example.org[198.51.%u.%u]\n",
		at->text, 2000 + client % 90, client, a, b);
	printf("%s relay postfix/smtpd[%u]: %08X: client=host%u.example.org[198.51.%u.%u]\n",
		at->text, 2000 + client % 90, id, client, a, b);
	printf("%s relay postfix/cleanup[%u]: %08X: message-id=<%08x.%u@host%u.example.org>\n",
		at->text, 3000 + client % 40, id, id * 2654435761u, client, client);
	printf("%s relay postfix/qmgr[1200]: %08X: from=<user%u@example.org>, size=%u, nrcpt=1 (queue active)\n",
		at->text, id, client, 900 + chance(90000));
	printf("%s relay postfix/smtpd[%u]: disconnect from host%u.example.org[198.51.%u.%u] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5\n",
		at->text, 2000 + client % 90, client, a, b);
}

static void fail(const struct stamp *at, uint32_t id, uint32_t server)
{
	unsigned a = server >> 8, b = server & 255;

	printf("%s relay postfix/smtp[%u]: connect to mx%u.example.com[203.0.%u.%u]:25: Connection timed out\n",
		at->text, 4000 + server % 90, server, a, b);
	printf("%s relay postfix/smtp[%u]: %08X: to=<someone%u@example.com>, relay=none, delay=30, delays=0.1/0/30/0, dsn=4.4.1, status=deferred (connect to mx%u.example.com[203.0.%u.%u]:25: Connection timed out)\n",
		at->text, 4000 + server % 90, id, id, server, a, b);
}

static void bounce(const struct stamp *at, uint32_t id, uint32_t server)
{
	unsigned a = server >> 8, b = server & 255;

	printf("%s relay postfix/smtp[%u]: %08X: to=<someone%u@example.com>, relay=mx%u.example.com[203.0.%u.%u]:25, delay=1.2, delays=0.1/0/0.5/0.6, dsn=5.1.1, status=bounced (host mx%u.example.com[203.0.%u.%u] said: 550 5.1.1 <someone%u@example.com>: Recipient address rejected: User unknown (in reply to RCPT TO command))\n",
		at->text, 4000 + server % 90, id, id, server, a, b, server, a, b, id);
}

static void go_out(const struct stamp *at, uint32_t id, uint32_t server)
{
	unsigned a = server >> 8, b = server & 255;

	printf("%s relay postfix/smtp[%u]: %08X: to=<someone%u@example.com>, relay=mx%u.example.com[203.0.%u.%u]:25, delay=1.2, delays=0.1/0/0.5/0.6, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as %08X)\n",
		at->text, 4000 + server % 90, id, id, server, a, b, id ^ 0x5a5a5a5au);
	printf("%s relay postfix/qmgr[1200]: %08X: removed\n", at->text, id);
}

int main(int argc, char **argv)
{
	uint64_t bytes = argc > 1 ? strtoull(argv[1], NULL, 10) * 1000000 : 0;
	static char buffer[1 << 20];

	(void)setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	for (uint64_t message = 0; (uint64_t)ftello(stdout) < bytes; message++) {
		uint64_t second = message / MESSAGES_PER_S;
		struct stamp at = stamp_of(second);
		uint32_t id = (uint32_t)message * 2654435761u;
		uint32_t server = (uint32_t)((uint64_t)chance(SERVERS) * chance(SERVERS) / SERVERS *
			chance(SERVERS) / SERVERS);
		come_in(&at, id, chance(60000));
		uint32_t luck = chance(100);
		if (luck < 4 || second / 3600 == 34)
			fail(&at, id, server);
		else if (luck < 8)
			bounce(&at, id, server);
		else
			go_out(&at, id, server);
	}
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
