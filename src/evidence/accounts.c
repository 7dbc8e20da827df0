/* SPDX-License-Identifier: BSD-2-Clause */
#include "accounts.h"

#include "account.h"
#include "evidence.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct weighing {
	struct session_signs signs;
	const struct session_account *failure; /* the first, and its like */
	unsigned like_it;
	const struct session_account *best; /* of the sound ones, or of those that tell nothing */
};

static void add_usual(struct weighing *weighing, const struct session_account *account)
{
	enum ending ending = account_ending(account);

	if (ending_is_failure(ending)) {
		weighing->signs.failed++;
		if (weighing->failure == NULL)
			weighing->failure = account;
		weighing->like_it += account_ending(weighing->failure) == ending;
		return;
	}
	weighing->signs.sound += ending == ENDING_SOUND;
	if (weighing->best == NULL || account_reached(account) > account_reached(weighing->best))
		weighing->best = account;
}

static void add(struct weighing *weighing, const struct session_account *account)
{
	if (account->variant == VARIANT_USUAL)
		add_usual(weighing, account);
	else if (account->insight.tls_complete)
		weighing->signs.retries[account->variant] = RETRY_WORKED;
	else if (weighing->signs.retries[account->variant] == RETRY_NONE)
		weighing->signs.retries[account->variant] = RETRY_FAILED;
}

/* Who was silent to a client that waited, and speaks once it is spoken to, shows what it is. */
static enum ending spoken_to(const struct session_account *account)
{
	switch (account->transcript.speaks) {
	case PROTOCOL_TLS:
		return ENDING_EARLY_TLS;
	case PROTOCOL_HTTP:
	case PROTOCOL_SSH:
	case PROTOCOL_OTHER:
		return ENDING_FOREIGN;
	case PROTOCOL_UNDECIDED:
	case PROTOCOL_SMTP:
	case PROTOCOL_IMAP:
	case PROTOCOL_POP3:
		break;
	}
	return account_met_tls(account) ? ENDING_EARLY_TLS : ENDING_SILENT;
}

static void decide(struct session_signs *signs, const struct session_account *account)
{
	signs->account = account;
	signs->transcript = &account->transcript;
	signs->reached = account_reached(account);
}

static void look_behind_silence(struct session_signs *signs, const struct endpoint *endpoint)
{
	for (size_t i = 0; i < endpoint->account_count; i++) {
		const struct session_account *account = &endpoint->accounts[i];
		enum ending ending =
			account->variant == VARIANT_TLS_FIRST ? spoken_to(account) : ENDING_SILENT;
		if (ending == ENDING_SILENT)
			continue;
		signs->ending = ending;
		signs->count = 1;
		decide(signs, account);
	}
}

/* With the other ports of the same server, by its greeting. */
static void look_elsewhere(
	struct session_signs *signs, const struct host *host, const struct endpoint *endpoint)
{
	for (size_t e = 0; e < host->endpoint_count && signs->transcript != NULL; e++) {
		const struct endpoint *other = &host->endpoints[e];
		for (size_t i = 0; other != endpoint && i < other->account_count; i++)
			session_signs_compare(signs, &other->accounts[i].transcript);
	}
}

struct session_signs accounts_weigh(const struct host *host, const struct endpoint *endpoint)
{
	struct weighing weighing = {.signs = {.ending = ENDING_UNKNOWN}};
	struct session_signs *signs = &weighing.signs;

	for (size_t i = 0; i < endpoint->account_count; i++)
		add(&weighing, &endpoint->accounts[i]);
	if (signs->failed > signs->sound) {
		signs->ending = account_ending(weighing.failure);
		signs->count = weighing.like_it;
		decide(signs, weighing.failure);
	} else if (weighing.best != NULL) {
		signs->ending = account_ending(weighing.best);
		signs->count = signs->sound;
		decide(signs, weighing.best);
	}
	if (signs->ending == ENDING_SILENT)
		look_behind_silence(signs, endpoint);
	look_elsewhere(signs, host, endpoint);
	return *signs;
}
