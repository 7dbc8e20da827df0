/* SPDX-License-Identifier: BSD-2-Clause */
#include "verification.h"

#include "fault.h"
#include "insight.h"
#include "resolve.h"
#include "trust.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>

#define NS_PER_S ((int64_t)1000000000)

/* Certificate usages, RFC 6698 section 2.1.1; not for SMTP below this, RFC 7672 section 3.1.3. */
#define USAGE_DANE_TA 2

/* One chain under examination. */
struct examination {
	struct verification *result;
	const struct trust *trust;
	uint8_t depths[VERIFY_WORDS]; /* where each problem was met first */
};

static void find(
	struct examination *examination, enum verify_word word, int depth, const char *reason)
{
	struct verification *result = examination->result;
	uint8_t bit = (uint8_t)(1U << word);

	if ((result->problems & bit) == 0)
		examination->depths[word] = (uint8_t)depth;
	result->problems |= bit;
	if (result->word != VERIFY_UNKNOWN && result->word <= word)
		return;
	result->word = word;
	result->depth = (uint8_t)depth;
	snprintf(result->reason, sizeof(result->reason), "%s", reason);
}

static enum verify_word word_for(int error)
{
	switch (error) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return VERIFY_EXPIRED;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return VERIFY_NOT_YET_VALID;
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
		return VERIFY_SELF_SIGNED;
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		return VERIFY_NAME_MISMATCH;
	default:
		return VERIFY_UNTRUSTED;
	}
}

/* That there is nobody to vouch for it says nothing where nobody is trusted. */
static bool is_for_want_of_anchors(int error)
{
	return error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT ||
		error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
		error == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE ||
		error == X509_V_ERR_CERT_UNTRUSTED || error == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN;
}

/* Every problem is noted, none ends the examination. */
static int note_problem(int good, X509_STORE_CTX *chain)
{
	struct examination *examination = X509_STORE_CTX_get_app_data(chain);
	int error = X509_STORE_CTX_get_error(chain);

	if (good == 1 || error == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE)
		return 1; /* the second only follows from a missing issuer */
	if (trust_anchors(examination->trust) == 0 && is_for_want_of_anchors(error))
		return 1;
	find(examination, word_for(error), X509_STORE_CTX_get_error_depth(chain),
		X509_verify_cert_error_string(error));
	return 1;
}

/* It comes without its issuer, but says where that one is to be had: servers are to send it
 * (RFC 8446 section 4.4.2). A chain that ends elsewhere ends at a stranger. */
static bool lacks_intermediate(const struct insight *insight, const X509_STORE_CTX *chain)
{
	const struct certificate *leaf = &insight->certificate;

	return (insight->verification.problems & 1U << VERIFY_UNTRUSTED) != 0 &&
		sk_X509_num(X509_STORE_CTX_get0_chain(chain)) == 1 && leaf->issuer_told &&
		!leaf->self_issued;
}

static X509_STORE_CTX *chain_of(X509 *leaf, STACK_OF(X509) * sent, const struct verify_wish *wish)
{
	X509_STORE_CTX *chain = X509_STORE_CTX_new();

	if (chain == NULL || X509_STORE_CTX_init(chain, trust_store(wish->trust), leaf, sent) != 1)
		fault_out_of_memory();
	(void)X509_STORE_CTX_set_default(chain, "ssl_server");
	X509_VERIFY_PARAM *rules = X509_STORE_CTX_get0_param(chain);

	X509_VERIFY_PARAM_set_auth_level(rules, 0); /* weak keys are no want of trust */
	X509_VERIFY_PARAM_set_time(rules, (time_t)(wish->now_ns / NS_PER_S));
	return chain;
}

static void examine_chain(
	struct insight *insight, X509 *leaf, STACK_OF(X509) * sent, const struct verify_wish *wish)
{
	struct examination examination = {.result = &insight->verification, .trust = wish->trust};
	X509_STORE_CTX *chain = chain_of(leaf, sent, wish);

	(void)X509_STORE_CTX_set_app_data(chain, &examination);
	X509_STORE_CTX_set_verify_cb(chain, note_problem);
	if (X509_verify_cert(chain) <= 0 && insight->verification.word == VERIFY_UNKNOWN)
		find(&examination, VERIFY_UNTRUSTED, 0,
			X509_verify_cert_error_string(X509_STORE_CTX_get_error(chain)));
	insight->verification.intermediate_missing = lacks_intermediate(insight, chain);
	X509_STORE_CTX_free(chain);
}

static bool is_for_name(X509 *leaf, const char *name)
{
	int address = X509_check_ip_asc(leaf, name, 0);

	if (address != -2)
		return address == 1;
	return X509_check_host(leaf, name, 0, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, NULL) == 1;
}

static void examine_name(struct insight *insight, X509 *leaf, const struct verify_wish *wish)
{
	struct examination examination = {.result = &insight->verification, .trust = wish->trust};

	if (wish->name[0] == '\0')
		return;
	insight->verification.name_checked = true;
	if (!is_for_name(leaf, wish->name))
		find(&examination, VERIFY_NAME_MISMATCH, 0,
			X509_verify_cert_error_string(X509_V_ERR_HOSTNAME_MISMATCH));
}

/* TLSA records. */

static size_t hand_over(SSL *connection, const struct verify_wish *wish)
{
	size_t usable = 0;

	for (size_t i = 0; i < wish->tlsa->count; i++) {
		const struct tlsa *record = &wish->tlsa->items[i];
		if (wish->smtp && record->usage < USAGE_DANE_TA)
			continue;
		if (SSL_dane_tlsa_add(connection, record->usage, record->selector, record->matching,
			    record->data, record->length) == 1)
			usable++;
	}
	return usable;
}

static enum dane_state match_records(
	SSL *connection, X509 *leaf, STACK_OF(X509) * sent, const struct verify_wish *wish)
{
	if (SSL_dane_enable(connection, wish->name) != 1)
		return DANE_UNUSABLE;
	(void)SSL_dane_set_flags(connection, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
	if (hand_over(connection, wish) == 0)
		return DANE_UNUSABLE;
	X509_STORE_CTX *chain = chain_of(leaf, sent, wish);

	X509_STORE_CTX_set0_dane(chain, SSL_get0_dane(connection));
	if (wish->name[0] != '\0')
		(void)X509_VERIFY_PARAM_set1_host(X509_STORE_CTX_get0_param(chain), wish->name, 0);
	bool matches = X509_verify_cert(chain) == 1;

	X509_STORE_CTX_free(chain);
	return matches ? DANE_MATCH : DANE_MISMATCH;
}

static enum dane_state examine_records(
	SSL *connection, X509 *leaf, STACK_OF(X509) * sent, const struct verify_wish *wish)
{
	if (wish->tlsa == NULL || wish->tlsa->state == TLSA_NONE)
		return DANE_NONE;
	if (wish->tlsa->state == TLSA_NOT_VALIDATED)
		return DANE_NOT_VALIDATED;
	return match_records(connection, leaf, sent, wish);
}

void verification_fill(
	struct insight *insight, struct ssl_st *connection, const struct verify_wish *wish)
{
	X509 *leaf = SSL_get0_peer_certificate(connection);
	STACK_OF(X509) *sent = SSL_get_peer_cert_chain(connection);

	if (leaf == NULL)
		return;
	insight->chain_length = (uint16_t)sk_X509_num(sent);
	certificate_take(&insight->certificate, leaf);
	examine_chain(insight, leaf, sent, wish);
	examine_name(insight, leaf, wish);
	if (insight->verification.word == VERIFY_UNKNOWN && trust_anchors(wish->trust) > 0)
		insight->verification.word = VERIFY_OK;
	insight->dane = examine_records(connection, leaf, sent, wish);
	ERR_clear_error();
}
