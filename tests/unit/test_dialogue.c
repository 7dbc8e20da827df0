/* SPDX-License-Identifier: BSD-2-Clause */
#include "dialogue.h"
#include "hex_bytes.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct dialogue dialogue;
static struct transcript transcript;

static void say(enum session_side side, const char *text, size_t length)
{
	uint8_t *bytes = exact_copy((const uint8_t *)text, length);

	dialogue_take(&dialogue, &transcript, side, bytes, length);
	free(bytes);
}

/* "S:text" is the server's, "C:text" the client's; NULL ends them. */
static void play(uint16_t port, const char *const *lines)
{
	assert_true(transcript_begin(&transcript, port));
	dialogue_init(&dialogue, transcript.service);
	for (; *lines != NULL; lines++)
		say((*lines)[0] == 'S' ? SIDE_SERVER : SIDE_CLIENT, *lines + 2, strlen(*lines) - 2);
}

struct greeting_case {
	uint16_t port;
	const char *said;
	enum session_protocol speaks;
	enum greeting_kind greeting;
	unsigned code;
	const char *text;
};

static const struct greeting_case greetings[] = {
	{25, "S:220 mx ESMTP\r\n", PROTOCOL_SMTP, GREETING_WELCOME, 220, "220 mx ESMTP"},
	{25, "S:220-mx\r\n220 two\r\n", PROTOCOL_SMTP, GREETING_WELCOME, 220, "220-mx"},
	{25, "S:220\n", PROTOCOL_SMTP, GREETING_WELCOME, 220, "220"},
	{25, "S:421 4.3.2 no\r\n", PROTOCOL_SMTP, GREETING_REFUSAL, 421, "421 4.3.2 no"},
	{587, "S:554 no\r\n", PROTOCOL_SMTP, GREETING_REFUSAL, 554, "554 no"},
	{25, "S:250 ok\r\n", PROTOCOL_SMTP, GREETING_ODD, 250, "250 ok"},
	{143, "S:* OK ready\r\n", PROTOCOL_IMAP, GREETING_WELCOME, 0, "* OK ready"},
	{143, "S:* PREAUTH hello\r\n", PROTOCOL_IMAP, GREETING_WELCOME, 0, "* PREAUTH hello"},
	{143, "S:* BYE full\r\n", PROTOCOL_IMAP, GREETING_REFUSAL, 0, "* BYE full"},
	{110, "S:+OK pop\r\n", PROTOCOL_POP3, GREETING_WELCOME, 0, "+OK pop"},
	{110, "S:-ERR no\r\n", PROTOCOL_POP3, GREETING_REFUSAL, 0, "-ERR no"},
	{25, "S:+OK pop\r\n", PROTOCOL_POP3, GREETING_NONE, 0, ""},
	{25, "S:SSH-2.0-x\r\n", PROTOCOL_SSH, GREETING_NONE, 0, ""},
	{110, "S:HTTP/1.1 400\r\n", PROTOCOL_HTTP, GREETING_NONE, 0, ""},
	{587, "S:\x15\x03\x01\x02", PROTOCOL_TLS, GREETING_NONE, 0, ""},
	{587, "S:\x16\x03\x03\x10", PROTOCOL_TLS, GREETING_NONE, 0, ""},
	{110, "S:\xff\xff\xff\xff", PROTOCOL_OTHER, GREETING_NONE, 0, ""},
	{25, "S:22", PROTOCOL_UNDECIDED, GREETING_NONE, 0, ""},
	{25, "S:220 half a li", PROTOCOL_SMTP, GREETING_NONE, 0, ""},
	{25, "S:\r\n", PROTOCOL_OTHER, GREETING_NONE, 0, ""},
};

static void dialogue_knows_greetings_and_strangers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(greetings) / sizeof(greetings[0]); i++) {
		const struct greeting_case *test = &greetings[i];
		const char *const lines[] = {test->said, NULL};

		play(test->port, lines);
		assert_int_equal(transcript.speaks, test->speaks);
		assert_int_equal(transcript.greeting, test->greeting);
		assert_int_equal(transcript.greeting_code, test->code);
		assert_string_equal(transcript.greeting_text, test->text);
	}
}

static void dialogue_reads_the_same_byte_by_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(greetings) / sizeof(greetings[0]); i++) {
		const struct greeting_case *test = &greetings[i];

		transcript_begin(&transcript, test->port);
		dialogue_init(&dialogue, transcript.service);
		for (const char *at = test->said + 2; *at != '\0'; at++)
			say(SIDE_SERVER, at, 1);
		assert_int_equal(transcript.speaks, test->speaks);
		assert_string_equal(transcript.greeting_text, test->text);
	}
}

/* o offered, a asked, y accepted, n refused, u as unknown, t told, m keyword masked, r replaced,
 * M greeting masked */
static const char *starttls_marks(void)
{
	static char marks[12];

	snprintf(marks, sizeof(marks), "%s%s%s%s%s%s%s%s%s",
		transcript.capabilities_told ? "t" : "", transcript.starttls_offered ? "o" : "",
		transcript.starttls_asked ? "a" : "", transcript.starttls_accepted ? "y" : "",
		transcript.starttls_refused ? "n" : "", transcript.starttls_unknown ? "u" : "",
		transcript.starttls_masked ? "m" : "", transcript.starttls_replaced ? "r" : "",
		transcript.greeting_masked ? "M" : "");
	return marks;
}

#define EHLO "S:220 mx\r\n", "C:EHLO me\r\n"

static const struct {
	uint16_t port;
	const char *marks;
	enum dialogue_state state;
	const char *lines[8];
} upgrades[] = {
	{25, "toay", DIALOGUE_UPGRADED,
		{EHLO, "S:250-mx\r\n250-SIZE\r\n250 STARTTLS\r\n", "C:STARTTLS\r\n",
			"S:220 go\r\n"}},
	{587, "toan", DIALOGUE_TALKING,
		{EHLO, "S:250-mx\r\n250 starttls\r\n", "C:starttls\r\n", "S:454 not now\r\n"}},
	{25, "t", DIALOGUE_OVER, {EHLO, "S:250 mx\r\n", "C:MAIL FROM:<a@b>\r\n"}},
	{25, "t", DIALOGUE_TALKING, {EHLO, "S:250-mx\r\n250 XSTARTTLSX\r\n"}},
	{25, "", DIALOGUE_TALKING, {EHLO, "S:502 what?\r\n", "C:HELO me\r\n", "S:250 mx\r\n"}},
	{25, "tm", DIALOGUE_TALKING, {EHLO, "S:250-mx\r\n250-XXXXXXXA\r\n250 SIZE\r\n"}},
	{25, "tm", DIALOGUE_TALKING, {EHLO, "S:250-mx\r\n250 XXXXXXXX\r\n"}},
	{25, "t", DIALOGUE_TALKING, {EHLO, "S:250-mx\r\n250-XCLIENT NAME\r\n250 XXXAB\r\n"}},
	{25, "tr", DIALOGUE_TALKING, {EHLO, "S:250-mx\r\n250-STARTFOO\r\n250 SIZE\r\n"}},
	{25, "tr", DIALOGUE_TALKING, {EHLO, "S:250-mx\r\n250 STAR-TLS\r\n"}},
	{25, "t", DIALOGUE_TALKING, {EHLO, "S:250-mailhost\r\n250-8BITMIME\r\n250 CHUNKING\r\n"}},
	{25, "t", DIALOGUE_TALKING, {EHLO, "S:250-mx\r\n250-SMTPUTF8\r\n250 XFORWARD NAME\r\n"}},
	{25, "toanu", DIALOGUE_TALKING,
		{EHLO, "S:250-mx\r\n250 STARTTLS\r\n", "C:STARTTLS\r\n", "S:502 what?\r\n"}},
	{25, "am", DIALOGUE_TALKING, {"S:220 mx\r\n", "C:XXXX me\r\n", "C:STARTTLS\r\n"}},
	{25, "tM", DIALOGUE_TALKING, {"S:220 ********\r\n", "C:EHLO me\r\n", "S:250 mx\r\n"}},
	{25, "", DIALOGUE_OVER, {"C:EHLO me\r\nMAIL FROM:<a@b>\r\n", "S:220 mx\r\n"}},
	{143, "toay", DIALOGUE_UPGRADED,
		{"S:* OK hi\r\n", "C:a CAPABILITY\r\n",
			"S:* CAPABILITY IMAP4rev1 STARTTLS\r\na OK\r\n", "C:b STARTTLS\r\n",
			"S:b OK go\r\n"}},
	{143, "toay", DIALOGUE_UPGRADED,
		{"S:* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n", "C:. STARTTLS\r\n",
			"S:. OK go\r\n"}},
	{143, "anu", DIALOGUE_TALKING, {"S:* OK hi\r\n", "C:b STARTTLS\r\n", "S:b BAD what?\r\n"}},
	{143, "an", DIALOGUE_TALKING, {"S:* OK hi\r\n", "C:b STARTTLS\r\n", "S:b NO\r\n"}},
	{143, "tm", DIALOGUE_TALKING,
		{"S:* OK hi\r\n", "C:a CAPABILITY\r\n", "S:* CAPABILITY IMAP4rev1 XXXXXXXX\r\n"}},
	{110, "tm", DIALOGUE_TALKING,
		{"S:+OK hi\r\n", "C:CAPA\r\n", "S:+OK\r\nTOP\r\nXXXX\r\n.\r\n"}},
	{143, "", DIALOGUE_OVER, {"S:* OK hi\r\n", "C:a LOGIN u p\r\n"}},
	{110, "toay", DIALOGUE_UPGRADED,
		{"S:+OK hi\r\n", "C:CAPA\r\n", "S:+OK\r\nTOP\r\nSTLS\r\n.\r\n", "C:STLS\r\n",
			"S:+OK go\r\n"}},
	{110, "toay", DIALOGUE_UPGRADED,
		{"S:+OK hi\r\n", "C:CAPA\r\nSTLS\r\n", "S:+OK\r\nSTLS\r\n", "S:.\r\n+OK go\r\n"}},
	{110, "an", DIALOGUE_TALKING,
		{"S:+OK hi\r\n", "C:AUTH\r\n", "S:-ERR\r\n", "C:STLS\r\n", "S:-ERR no\r\n"}},
	{110, "", DIALOGUE_OVER, {"S:+OK hi\r\n", "C:USER me\r\n"}},
};

static void dialogue_follows_starttls(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(upgrades) / sizeof(upgrades[0]); i++) {
		play(upgrades[i].port, upgrades[i].lines);
		if (strcmp(starttls_marks(), upgrades[i].marks) != 0 ||
			dialogue.state != upgrades[i].state)
			fail_msg("case %zu: \"%s\", state %d", i, starttls_marks(), dialogue.state);
	}
}

static void dialogue_leaves_the_bytes_after_an_upgrade(void **state)
{
	static const char reply[] = "220 go\r\n\x16\x03\x01";
	const char *const lines[] = {EHLO, "S:250 STARTTLS\r\n", "C:STARTTLS\r\n", NULL};

	(void)state;
	play(25, lines);
	assert_int_equal(dialogue_take(&dialogue, &transcript, SIDE_SERVER, (const uint8_t *)reply,
				 sizeof(reply) - 1),
		8);
}

static void dialogue_cuts_a_line_without_end(void **state)
{
	static char endless[10 * DIALOGUE_LINE];
	const char *const start[] = {"S:220 ", NULL};

	(void)state;
	memset(endless, 'x', sizeof(endless));
	play(25, start);
	say(SIDE_SERVER, endless, sizeof(endless));
	say(SIDE_SERVER, "\r\n", 2);
	assert_int_equal(transcript.greeting, GREETING_WELCOME);
	assert_int_equal(strlen(transcript.greeting_text), GREETING_TEXT - 1);
}

static void dialogue_shows_what_stands_behind_a_nul(void **state)
{
	static const char line[] = "554 a\0b\r\n";

	(void)state;
	transcript_begin(&transcript, 25);
	dialogue_init(&dialogue, transcript.service);
	say(SIDE_SERVER, line, sizeof(line) - 1);
	assert_string_equal(transcript.greeting_text, "554 a?b");
}

static void dialogue_waits_for_a_greeting_whatever_the_client_pipelines(void **state)
{
	const char *const greeting[] = {"S:220 mx\r\n", NULL};

	(void)state;
	transcript_begin(&transcript, 25);
	dialogue_init(&dialogue, transcript.service);
	for (int i = 0; i < 10 * DIALOGUE_PIPELINE; i++)
		say(SIDE_CLIENT, "NOOP\r\n", 6);
	say(SIDE_SERVER, greeting[0] + 2, strlen(greeting[0]) - 2);
	assert_int_equal(transcript.greeting, GREETING_WELCOME);
	assert_int_equal(dialogue.state, DIALOGUE_OVER);
}

static const struct {
	uint16_t port;
	unsigned replies;
	bool positive, unasked;
	const char *refusal;
	const char *lines[8];
} replies[] = {
	{25, 1, true, false, "", {"S:220-mx\r\n220 mx\r\n"}},
	{25, 0, false, false, "", {"S:220-mx\r\n220-mx\r\n"}},
	{25, 1, false, false, "", {"S:554 no\r\n"}},
	{25, 2, true, false, "", {EHLO, "S:250-mx\r\n250 SIZE\r\n"}},
	{25, 2, false, false, "502 no", {EHLO, "S:502-no\r\n502 no\r\n"}},
	{25, 1, true, true, "", {"S:220 mx\r\n250 mx\r\n"}},
	{143, 1, true, false, "", {"S:* OK\r\n* CAPABILITY X\r\n"}},
	{143, 2, true, false, "", {"S:* OK\r\n", "C:a NOOP\r\n", "S:* 1\r\na OK\r\n"}},
	{143, 2, false, false, "a BAD", {"S:* OK\r\n", "C:a NOOP\r\n", "S:a BAD\r\n"}},
	{143, 2, true, true, "", {"S:* OK\r\n", "C:a NOOP\r\n", "S:a OK\r\na OK\r\n"}},
	{143, 1, false, false, "", {"S:* BYE\r\n"}},
	{110, 1, true, false, "", {"S:+OK\r\n", "C:CAPA\r\n", "S:+OK\r\nTOP\r\n"}},
	{110, 2, true, false, "", {"S:+OK\r\n", "C:CAPA\r\n", "S:+OK\r\nTOP\r\n.\r\n"}},
	{110, 2, false, false, "-ERR no", {"S:+OK\r\n", "C:STLS\r\n", "S:-ERR no\r\n"}},
	{110, 1, true, true, "", {"S:+OK\r\n+OK\r\n"}},
};

static void dialogue_counts_whole_replies(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		play(replies[i].port, replies[i].lines);
		if (dialogue.replies != replies[i].replies ||
			dialogue.positive != replies[i].positive ||
			dialogue.unasked != replies[i].unasked ||
			strcmp(dialogue.refusal, replies[i].refusal) != 0)
			fail_msg("case %zu: %u replies, \"%s\"", i, dialogue.replies,
				dialogue.refusal);
	}
}

static void dialogue_notes_when_a_greeting_is_whole(void **state)
{
	(void)state;
	assert_true(transcript_begin(&transcript, 25));
	dialogue_init(&dialogue, transcript.service);
	transcript.now_ns = 1;
	say(SIDE_SERVER, "220-mx\r\n", 8);
	assert_int_equal(transcript.greeted_ns, 0);
	transcript.now_ns = 7;
	say(SIDE_SERVER, "220 mx\r\n", 8);
	assert_int_equal(transcript.greeting_ns, 1);
	assert_int_equal(transcript.greeted_ns, 7);
}

static void transcript_stripped_where_starttls_works_unoffered(void **state)
{
	const char *const lines[] = {EHLO, "S:250 mx\r\n", "C:STARTTLS\r\n", "S:220 go\r\n", NULL};
	const char *const untold[] = {"S:220 mx\r\n", "C:STARTTLS\r\n", "S:220 go\r\n", NULL};

	(void)state;
	play(25, lines);
	assert_true(transcript_stripped(&transcript));
	play(25, untold);
	assert_false(transcript_stripped(&transcript));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dialogue_knows_greetings_and_strangers),
		cmocka_unit_test(dialogue_reads_the_same_byte_by_byte),
		cmocka_unit_test(dialogue_follows_starttls),
		cmocka_unit_test(dialogue_leaves_the_bytes_after_an_upgrade),
		cmocka_unit_test(dialogue_cuts_a_line_without_end),
		cmocka_unit_test(dialogue_shows_what_stands_behind_a_nul),
		cmocka_unit_test(dialogue_waits_for_a_greeting_whatever_the_client_pipelines),
		cmocka_unit_test(dialogue_counts_whole_replies),
		cmocka_unit_test(dialogue_notes_when_a_greeting_is_whole),
		cmocka_unit_test(transcript_stripped_where_starttls_works_unoffered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
