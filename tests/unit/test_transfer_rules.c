/* SPDX-License-Identifier: BSD-2-Clause */
#include "figures.h"
#include "unit.h"
#include "verdict.h"

/* A port on which sessions work. */
static struct figures working(void)
{
	return (struct figures){.counts = {.probes = 3, .syn_acks = 3},
		.finished = true,
		.session = {.sound = 3, .ending = ENDING_SOUND, .count = 3},
		.transfer = {.connections = 3, .bytes = 3000000, .segments = 2000}};
}

static void expect(const struct figures *figures, enum verdict_word word, unsigned finding)
{
	struct verdict verdict = verdict_of(figures);

	assert_int_equal(verdict.word, word);
	if (finding == FINDING_IDS)
		assert_int_equal(verdict.finding_count, 0);
	else
		assert_true(verdict_has(&verdict, (enum finding_id)finding));
}

static void transfer_rules_say_nothing_of_what_works(void **state)
{
	struct figures figures = working();

	(void)state;
	expect(&figures, VERDICT_OPEN, FINDING_IDS);
}

static void transfer_rules_call_a_limit_throttled(void **state)
{
	struct figures policed = working(), shaped = working(), line = working();

	(void)state;
	policed.transfer.limit = (struct delivery_signs){LIMIT_POLICED, 75000, 0, 50};
	shaped.transfer.limit = (struct delivery_signs){LIMIT_SHAPED, 75000, 20, 0};
	line.transfer.limit = (struct delivery_signs){LIMIT_LINE, 75000, 20, 0};
	expect(&policed, VERDICT_THROTTLED, FINDING_POLICED);
	expect(&shaped, VERDICT_THROTTLED, FINDING_SHAPED);
	expect(&line, VERDICT_OPEN, FINDING_EVEN_RATE);
}

static void transfer_rules_let_a_failed_session_decide_first(void **state)
{
	struct figures figures = working();

	(void)state;
	figures.session.ending = ENDING_STRIPPED;
	figures.transfer.limit = (struct delivery_signs){LIMIT_POLICED, 75000, 0, 50};
	expect(&figures, VERDICT_INTERCEPTED, FINDING_POLICED);
}

static void transfer_rules_leave_losses_to_a_capture_that_lost_packets(void **state)
{
	struct figures figures = working();

	(void)state;
	figures.transfer.limit = (struct delivery_signs){LIMIT_POLICED, 75000, 0, 50};
	figures.capture_lost = 1;
	expect(&figures, VERDICT_OPEN, FINDING_CAPTURE_LOST);
}

static void transfer_rules_leave_a_closed_window_to_its_receiver(void **state)
{
	struct figures figures = working();

	(void)state;
	figures.transfer.stalled_s = 9;
	figures.transfer.delivered_s = 17;
	figures.transfer.limit = (struct delivery_signs){LIMIT_SHAPED, 75000, 20, 0};
	expect(&figures, VERDICT_OPEN, FINDING_WINDOW_CLOSED);
	figures.transfer = (struct transfer_signs){.stalled_s = .05, .delivered_s = .1};
	expect(&figures, VERDICT_OPEN, FINDING_IDS);
}

static void transfer_rules_note_what_is_sent_again(void **state)
{
	struct figures figures = working();

	(void)state;
	figures.transfer.repeats = 15;
	expect(&figures, VERDICT_OPEN, FINDING_IDS);
	figures.transfer.repeats = 40;
	expect(&figures, VERDICT_OPEN, FINDING_REPEATS);
	figures.transfer.repeats = 400;
	expect(&figures, VERDICT_OPEN, FINDING_MANY_REPEATS);
}

static void transfer_rules_call_a_reset_forged_where_it_was_often_contradicted(void **state)
{
	struct figures figures = working();

	(void)state;
	figures.transfer.reset = figures.transfer.contradicted = 2;
	expect(&figures, VERDICT_OPEN, FINDING_RESET_MIDWAY);
	figures.transfer.reset_is_foreign = true;
	expect(&figures, VERDICT_INTERCEPTED, FINDING_FOREIGN_RESET);
	figures.transfer.connections = 30;
	expect(&figures, VERDICT_OPEN, FINDING_FOREIGN_RESET);
	figures.transfer.reset = figures.transfer.contradicted = 1;
	expect(&figures, VERDICT_OPEN, FINDING_RESET_MIDWAY);
}

static void transfer_rules_call_starttls_refused_where_each_is_reset(void **state)
{
	struct figures figures = working();

	(void)state;
	figures.transfer.reset = figures.transfer.reset_at[TRIGGER_STARTTLS] = 3;
	expect(&figures, VERDICT_REFUSED, FINDING_STARTTLS_RESET);
	assert_int_equal(verdict_of(&figures).phase, PHASE_STARTTLS);
	figures.transfer.connections = 4;
	expect(&figures, VERDICT_OPEN, FINDING_RESET_MIDWAY);
	figures.transfer.connections = 1;
	figures.transfer.reset = figures.transfer.reset_at[TRIGGER_STARTTLS] = 1;
	expect(&figures, VERDICT_OPEN, FINDING_RESET_MIDWAY);
}

static void transfer_rules_call_large_packets_dropped_where_most_connections_hang(void **state)
{
	struct figures figures = working();

	(void)state;
	figures.transfer.untaken = 2;
	expect(&figures, VERDICT_DROPPED, FINDING_LARGE_UNTAKEN);
	figures.transfer.untaken = 1;
	expect(&figures, VERDICT_OPEN, FINDING_LARGE_UNTAKEN);
}

static void transfer_rules_note_what_a_rest_ended(void **state)
{
	struct figures figures = working();

	(void)state;
	figures.transfer.cut_silent = 1;
	expect(&figures, VERDICT_OPEN, FINDING_REST_CUT);
	figures.transfer.cut_silent = 0;
	figures.transfer.cut_reset = 1;
	expect(&figures, VERDICT_OPEN, FINDING_REST_RESET);
}

static void transfer_rules_note_a_change_of_hops_that_every_connection_shows(void **state)
{
	struct figures figures = working();

	(void)state;
	figures.transfer.hops_changed = 2;
	expect(&figures, VERDICT_OPEN, FINDING_HOPS_CHANGE);
	figures.transfer.hops_kept = 1;
	expect(&figures, VERDICT_OPEN, FINDING_IDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(transfer_rules_say_nothing_of_what_works),
		cmocka_unit_test(transfer_rules_call_a_limit_throttled),
		cmocka_unit_test(transfer_rules_let_a_failed_session_decide_first),
		cmocka_unit_test(transfer_rules_leave_losses_to_a_capture_that_lost_packets),
		cmocka_unit_test(transfer_rules_leave_a_closed_window_to_its_receiver),
		cmocka_unit_test(transfer_rules_note_what_is_sent_again),
		cmocka_unit_test(
			transfer_rules_call_a_reset_forged_where_it_was_often_contradicted),
		cmocka_unit_test(transfer_rules_call_starttls_refused_where_each_is_reset),
		cmocka_unit_test(
			transfer_rules_call_large_packets_dropped_where_most_connections_hang),
		cmocka_unit_test(transfer_rules_note_what_a_rest_ended),
		cmocka_unit_test(transfer_rules_note_a_change_of_hops_that_every_connection_shows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
