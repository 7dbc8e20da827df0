/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mailsonde-bounce: takes messages apart for `mailsonde bounce`, over standard input and output, as
 * letter_form.h describes it. Gives up all rights before it reads the first byte: user, files,
 * network, memory; whoever called it sees to the time.
 */
#include "letter_form.h"

#include <errno.h>
#include <gmime/gmime.h>
#include <grp.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define NOBODY       65534
#define MEMORY_BYTES ((rlim_t)512 * 1024 * 1024)

/* ---- rights ---- */

static bool become_nobody(void)
{
	if (geteuid() == 0 && (setgroups(0, NULL) < 0 || setgid(NOBODY) < 0 || setuid(NOBODY) < 0))
		return false;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

static bool limit(void)
{
	static const struct {
		int what;
		rlim_t most;
	} limits[] = {
#ifndef __SANITIZE_ADDRESS__ /* which maps terabytes that it does not use */
		{RLIMIT_AS, MEMORY_BYTES},
#endif
		{RLIMIT_CORE, 0},
		{RLIMIT_FSIZE, 0},
		{RLIMIT_NPROC, 0},
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct rlimit limit = {limits[i].most, limits[i].most};
		if (setrlimit((__rlimit_resource_t)limits[i].what, &limit) < 0)
			return false;
	}
	return true;
}

/* Memory, the two pipes, and the end; every other call is refused. */
static bool confine(void)
{
	static const int calls[] = {SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(mmap),
		SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(mprotect), SCMP_SYS(madvise),
		SCMP_SYS(brk), SCMP_SYS(futex), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask),
		SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(getpid), SCMP_SYS(gettid),
		SCMP_SYS(tgkill), SCMP_SYS(sigaltstack), SCMP_SYS(exit), SCMP_SYS(exit_group)};
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	bool well = filter != NULL;

	for (size_t i = 0; well && i < sizeof(calls) / sizeof(calls[0]); i++)
		well = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0) == 0;
	well = well && seccomp_load(filter) == 0;
	seccomp_release(filter);
	return well;
}

/* ---- the pipes ---- */

static bool read_all(void *out, size_t size)
{
	char *next = out;

	while (size > 0) {
		ssize_t got = read(STDIN_FILENO, next, size);
		if (got <= 0)
			return false;
		next += got;
		size -= (size_t)got;
	}
	return true;
}

static void write_all(const void *bytes, size_t size)
{
	const char *next = bytes;

	while (size > 0) {
		ssize_t gone = write(STDOUT_FILENO, next, size);
		if (gone <= 0)
			_exit(EXIT_FAILURE);
		next += gone;
		size -= (size_t)gone;
	}
}

/* What is told of one message. */
struct telling {
	unsigned pieces;
};

static void tell(struct telling *telling, enum letter_kind kind, int depth, GByteArray *bytes)
{
	uint8_t head[LETTER_HEAD] = {(uint8_t)kind, (uint8_t)depth};
	uint32_t length = bytes == NULL          ? 0
		: bytes->len < LETTER_PIECE_MOST ? bytes->len
						 : LETTER_PIECE_MOST;

	if (kind != LETTER_END && ++telling->pieces >= LETTER_PIECES)
		return;
	memcpy(head + 2, &length, sizeof(length));
	write_all(head, sizeof(head));
	if (length > 0)
		write_all(bytes->data, length);
}

static void tell_text(struct telling *telling, enum letter_kind kind, int depth, const char *text)
{
	GByteArray *bytes = g_byte_array_new();

	g_byte_array_append(bytes, (const guint8 *)text, (guint)strlen(text));
	tell(telling, kind, depth, bytes);
	g_byte_array_unref(bytes);
}

/* ---- messages ---- */

static void tell_headers(struct telling *telling, GMimeMessage *message, int depth)
{
	static const char *const names[] = {"From", "Subject", "X-Failed-Recipients",
		"Auto-Submitted", "Return-Path", "X-Mailer", "X-MS-Exchange-Message-Is-Ndr",
		"X-SES-Outgoing", "X-Mailgun-Sid", "Reporting-MTA"};
	char line[1024];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = g_mime_object_get_header(GMIME_OBJECT(message), names[i]);
		if (value == NULL)
			continue;
		g_snprintf(line, sizeof(line), "%s: %s", names[i], value);
		tell_text(telling, LETTER_HEADER, depth, line);
	}
	GDateTime *date = g_mime_message_get_date(message);

	if (date == NULL)
		return;
	g_snprintf(line, sizeof(line), "%lld", (long long)g_date_time_to_unix(date));
	tell_text(telling, LETTER_DATE, depth, line);
}

/* The bytes of a part with their transfer encoding undone; their character set is left as it is:
 * what is looked for is ASCII in all that mail uses. */
static void tell_content(struct telling *telling, enum letter_kind kind, int depth, GMimePart *part)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);

	if (content == NULL)
		return;
	GMimeStream *stream = g_mime_stream_mem_new();
	GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));

	g_mime_data_wrapper_write_to_stream(content, stream);
	tell(telling, kind, depth, bytes);
	g_object_unref(stream);
}

static void tell_message(struct telling *telling, GMimeMessage *message, int depth);

static void tell_part(struct telling *telling, GMimeObject *object, int depth)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);

	if (GMIME_IS_MULTIPART(object)) {
		GMimeMultipart *multipart = GMIME_MULTIPART(object);
		int count = g_mime_multipart_get_count(multipart);
		for (int i = 0; i < count && i < LETTER_PIECES; i++)
			tell_part(telling, g_mime_multipart_get_part(multipart, i), depth);
	} else if (GMIME_IS_MESSAGE_PART(object)) {
		GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
		if (inner != NULL && depth + 1 < LETTER_DEPTH)
			tell_message(telling, inner, depth + 1);
	} else if (!GMIME_IS_PART(object)) {
		return;
	} else if (g_mime_content_type_is_type(type, "message", "delivery-status") ||
		g_mime_content_type_is_type(type, "message", "global-delivery-status")) {
		tell_content(telling, LETTER_REPORT, depth, GMIME_PART(object));
	} else if (g_mime_content_type_is_type(type, "text", "plain") ||
		g_mime_content_type_is_type(type, "text", "html")) {
		tell_content(telling, LETTER_TEXT, depth, GMIME_PART(object));
	}
}

static void tell_message(struct telling *telling, GMimeMessage *message, int depth)
{
	GMimeObject *body = g_mime_message_get_mime_part(message);

	tell_headers(telling, message, depth);
	if (body != NULL)
		tell_part(telling, body, depth);
}

static void take_apart(const char *bytes, size_t length)
{
	struct telling telling = {.pieces = 0};
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, length);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);

	if (message != NULL) {
		tell_message(&telling, message, 0);
		g_object_unref(message);
	}
	tell(&telling, LETTER_END, 0, NULL);
	g_object_unref(parser);
	g_object_unref(stream);
}

int main(void)
{
	uint32_t length = 0;

	g_mime_init();
	if (!become_nobody() || !limit() || !confine())
		return EXIT_FAILURE;
	while (read_all(&length, sizeof(length)) && length <= LETTER_MOST) {
		char *bytes = g_malloc(length + 1);
		if (!read_all(bytes, length))
			return EXIT_FAILURE;
		take_apart(bytes, length);
		g_free(bytes);
	}
	return EXIT_SUCCESS;
}
