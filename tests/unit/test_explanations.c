/* SPDX-License-Identifier: BSD-2-Clause */
#include "explanations.h"
#include "rule_list.h"
#include "unit.h"

#include <string.h>

#define LINE 72 /* letters that a list has for a word's meaning */

static bool is_sentence(const char *text)
{
	return text != NULL && strlen(text) > 3;
}

static void explanations_leave_no_word_out(void **state)
{
	struct term term;

	(void)state;
	for (size_t i = 0; term_at(i, &term); i++) {
		const char *name = term_name(term);
		if (name == NULL)
			fail_msg("%s %u has no name", term_kind_name(term.kind), term.value);
		const struct explanation *about = term_explanation(term);
		if (!is_sentence(about->means) || !is_sentence(about->decided) ||
			!is_sentence(about->settles) || !is_sentence(about->acts))
			fail_msg("'%s' lacks a row, or a part of it, in explanations.c", name);
	}
}

static void explanations_begin_with_a_sentence_that_fits_a_line(void **state)
{
	struct term term;

	(void)state;
	for (size_t i = 0; term_at(i, &term); i++) {
		const char *means = term_explanation(term)->means;
		if (means != NULL && strcspn(means, ".") >= LINE)
			fail_msg("'%s': its meaning begins with too long a sentence",
				term_name(term));
	}
}

static void terms_count_every_word_of_the_contract(void **state)
{
	size_t count = 0;
	struct term term;

	(void)state;
	while (term_at(count, &term))
		count++;
	assert_int_equal(count, VERDICT_WORDS + VERDICT_PHASES + VERDICT_BYS - 1 + FINDING_IDS);
}

static bool comes_again(size_t index, const char *name)
{
	struct term other;

	while (term_at(++index, &other)) {
		if (strcmp(term_name(other), name) == 0)
			return true;
	}
	return false;
}

static void terms_have_names_of_their_own(void **state)
{
	struct term term;

	(void)state;
	for (size_t i = 0; term_at(i, &term); i++) {
		if (comes_again(i, term_name(term)))
			fail_msg("'%s' is two words", term_name(term));
	}
}

static bool leads(const struct rule_list *rules, struct term term)
{
	for (size_t i = 0; i < rules->count; i++) {
		if (term_follows(term, &rules->rows[i]))
			return true;
	}
	return false;
}

/* Judged without packets, there are no figures for a rule to look at. */
static bool is_told_without_a_rule(struct term term)
{
	return term.kind == TERM_FINDING && term.value == FINDING_SHALLOW;
}

static void every_word_has_a_rule_that_leads_to_it(void **state)
{
	struct rule_list rules;
	struct term term;

	(void)state;
	rule_list_fill(&rules);
	assert_true(rules.count < RULE_ROWS);
	for (size_t i = 0; term_at(i, &term); i++) {
		if (!leads(&rules, term) && !is_told_without_a_rule(term))
			fail_msg("no rule leads to '%s'", term_name(term));
	}
}

static void rules_of_a_word_are_those_that_name_it(void **state)
{
	const struct rule_row row = {
		"silence", VERDICT_DROPPED, PHASE_TLS, BY_PATH, FINDING_TLS_DEAD};

	(void)state;
	assert_true(term_follows((struct term){TERM_VERDICT, VERDICT_DROPPED}, &row));
	assert_true(term_follows((struct term){TERM_PHASE, PHASE_TLS}, &row));
	assert_true(term_follows((struct term){TERM_BY, BY_PATH}, &row));
	assert_true(term_follows((struct term){TERM_FINDING, FINDING_TLS_DEAD}, &row));
	assert_false(term_follows((struct term){TERM_VERDICT, VERDICT_OPEN}, &row));
	assert_false(term_follows((struct term){TERM_FINDING, FINDING_BAN}, &row));
}

/* Its word is whatever a rule gave. */
static void a_notice_leads_to_its_finding_alone(void **state)
{
	struct rule_list rules = {.count = 0};

	(void)state;
	rule_list_notice(&rules, FINDING_BAN);
	assert_true(term_follows((struct term){TERM_FINDING, FINDING_BAN}, &rules.rows[0]));
	assert_false(term_follows((struct term){TERM_VERDICT, VERDICT_OPEN}, &rules.rows[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(explanations_leave_no_word_out),
		cmocka_unit_test(explanations_begin_with_a_sentence_that_fits_a_line),
		cmocka_unit_test(terms_count_every_word_of_the_contract),
		cmocka_unit_test(terms_have_names_of_their_own),
		cmocka_unit_test(every_word_has_a_rule_that_leads_to_it),
		cmocka_unit_test(rules_of_a_word_are_those_that_name_it),
		cmocka_unit_test(a_notice_leads_to_its_finding_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
