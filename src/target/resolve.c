/* SPDX-License-Identifier: BSD-2-Clause */
#include "resolve.h"

#include "fault.h"
#include "wire.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unbound.h>
#include <unistd.h>

#define CLASS_IN      1 /* RFC 1035 section 3.2.4 */
#define TYPE_A        1 /* RFC 1035 section 3.2.2 */
#define TYPE_MX       15
#define TYPE_AAAA     28 /* RFC 3596 section 2.1 */
#define TYPE_TLSA     52 /* RFC 6698 section 7.1 */
#define CODE_NO_ERROR 0  /* RFC 1035 section 4.1.1 */
#define CODE_NO_NAME  3
#define IPV4_BYTES    4
#define IPV6_BYTES    16
#define LABEL_MAX     63 /* RFC 1035 section 2.3.4 */

/* The keys of the root that IANA publishes (data.iana.org/root-anchors): of 2017 and of 2024. */
static const char *const root_keys[] = {
	". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D",
	". IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16",
};

/* Where this machine keeps them itself, it knows better. */
static const char *const root_key_files[] = {
	"/var/lib/unbound/root.key",
	"/usr/share/dns/root.key",
};

#define QUESTION_NAME (TARGET_NAME + 16) /* with "_65535._tcp." before and a dot behind */

struct resolver {
	struct ub_ctx *context;
	struct ub_ctx *validator; /* the same with DNSSEC; NULL until it is needed */
	double patience_s;
};

/* One question on its way; answer is NULL until it is there, and stays so if it failed. */
struct question {
	int type;
	int id;
	bool ended;
	struct ub_result *answer;
};

static int setup(struct ub_ctx *context)
{
	/* Without resolv.conf the server is on this machine, resolv.conf(5); otherwise libunbound
	 * would ask the root servers by itself. */
	int error = ub_ctx_resolvconf(context, NULL);

	if (error != 0)
		error = ub_ctx_set_fwd(context, "127.0.0.1");
	if (error == 0)
		ub_ctx_hosts(context, NULL); /* a machine without /etc/hosts has none */
	if (error == 0)                      /* private addresses have names in private networks */
		error = ub_ctx_set_option(context, "unblock-lan-zones:", "yes");
	if (error == 0)
		error = ub_ctx_async(context, 1);
	return error;
}

struct resolver *resolver_open(double patience_s, struct fault *why)
{
	struct ub_ctx *context = ub_ctx_create();

	if (context == NULL) {
		fault_set(why, FAULT_SYSTEM, "cannot start the resolver");
		return NULL;
	}
	int error = setup(context);

	if (error != 0) {
		fault_set(why, FAULT_SYSTEM, "cannot set up the resolver: %s", ub_strerror(error));
		ub_ctx_delete(context);
		return NULL;
	}
	struct resolver *resolver = fault_allocate(1, sizeof(*resolver));

	*resolver = (struct resolver){.context = context, .patience_s = patience_s};
	return resolver;
}

void resolver_close(struct resolver *resolver)
{
	if (resolver == NULL)
		return;
	ub_ctx_delete(resolver->context);
	ub_ctx_delete(resolver->validator);
	free(resolver);
}

static void on_answer(void *context, int error, struct ub_result *answer)
{
	struct question *question = context;

	question->ended = true;
	question->answer = error == 0 ? answer : NULL;
}

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool all_ended(const struct question *questions, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!questions[i].ended)
			return false;
	}
	return true;
}

static void wait_for(
	struct ub_ctx *context, double patience_s, struct question *questions, size_t count)
{
	double end_s = now_s() + patience_s;
	struct pollfd ready = {.fd = ub_fd(context), .events = POLLIN};

	while (!all_ended(questions, count)) {
		double left_s = end_s - now_s();
		if (left_s <= 0 || poll(&ready, 1, (int)(left_s * 1000) + 1) < 0)
			break;
		if (ready.revents != 0 && ub_process(context) != 0)
			break;
	}
	for (size_t i = 0; i < count; i++) {
		if (!questions[i].ended)
			ub_cancel(context, questions[i].id);
	}
}

/* Asks all at once and waits for all; each ends with an answer or without. */
static void ask_through(struct ub_ctx *context, double patience_s, const char *name,
	struct question *questions, size_t count)
{
	/* A trailing dot: no search list is ever tried. */
	char absolute[QUESTION_NAME];

	snprintf(absolute, sizeof(absolute), "%s.", name);
	for (size_t i = 0; i < count; i++) {
		int error = ub_resolve_async(context, absolute, questions[i].type, CLASS_IN,
			&questions[i], on_answer, &questions[i].id);
		questions[i].ended = error != 0;
	}
	wait_for(context, patience_s, questions, count);
}

static void ask(
	struct resolver *resolver, const char *name, struct question *questions, size_t count)
{
	ask_through(resolver->context, resolver->patience_s, name, questions, count);
}

static void forget(struct question *questions, size_t count)
{
	for (size_t i = 0; i < count; i++)
		ub_resolve_free(questions[i].answer);
}

static void take_addresses(struct address_list *out, const struct question *question)
{
	const struct ub_result *answer = question->answer;
	int length = question->type == TYPE_A ? IPV4_BYTES : IPV6_BYTES;

	if (answer == NULL || !answer->havedata)
		return;
	for (size_t i = 0; answer->data[i] != NULL; i++) {
		const uint8_t *bytes = (const uint8_t *)answer->data[i];
		if (answer->len[i] != length || out->count == RESOLVE_ADDRESSES)
			continue;
		out->items[out->count++] =
			length == IPV4_BYTES ? address_ipv4(bytes) : address_ipv6(bytes);
	}
}

static bool says_no_name(const struct question *question)
{
	return question->answer != NULL && question->answer->rcode == CODE_NO_NAME;
}

static bool says_anything(const struct question *question)
{
	return question->answer != NULL && question->answer->rcode == CODE_NO_ERROR;
}

static int no_address(const char *name, const struct question *questions, size_t count,
	enum address_family family, struct fault *why)
{
	bool answered = true;

	if (says_no_name(&questions[0]))
		return fault_set(why, FAULT_NO_HOST, "there is no host called %.255s", name);
	for (size_t i = 0; i < count; i++)
		answered = answered && says_anything(&questions[i]);
	if (!answered)
		return fault_set(why, FAULT_NO_HOST,
			"no address for %.255s: the name servers of this machine give no answer",
			name);
	return fault_set(why, FAULT_NO_HOST, "%.255s has no %saddress", name,
		family == ADDRESS_IPV4           ? "IPv4 "
			: family == ADDRESS_IPV6 ? "IPv6 "
						 : "");
}

int resolver_addresses(struct resolver *resolver, const char *name, enum address_family family,
	struct address_list *out, struct fault *why)
{
	struct question both[] = {{.type = TYPE_A}, {.type = TYPE_AAAA}};
	struct question *questions = family == ADDRESS_IPV6 ? both + 1 : both;
	size_t count = family == ADDRESS_NONE ? 2 : 1;

	*out = (struct address_list){.count = 0};
	ask(resolver, name, questions, count);
	for (size_t i = 0; i < count; i++)
		take_addresses(out, &questions[i]);
	int outcome = out->count > 0 ? 0 : no_address(name, questions, count, family, why);

	forget(questions, count);
	return outcome;
}

/* Labels that a host name cannot have are refused: they would be printed and asked for. */
static bool is_plain_label(const char *label, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (label[i] <= ' ' || label[i] > '~' || label[i] == '.')
			return false;
	}
	return true;
}

static bool take_label(struct wire *wire, struct exchanger *out, size_t *used, uint8_t length)
{
	if (length > LABEL_MAX || *used + length + 2 > sizeof(out->name))
		return false;
	if (*used > 0)
		out->name[(*used)++] = '.';
	wire_copy(wire, (uint8_t *)out->name + *used, length);
	if (!wire_whole(wire) || !is_plain_label(out->name + *used, length))
		return false;
	*used += length;
	return true;
}

bool exchanger_parse(struct exchanger *out, const uint8_t *data, size_t length)
{
	struct wire wire = wire_over(data, length);
	size_t used = 0;

	out->preference = wire_u16(&wire);
	for (;;) {
		uint8_t label = wire_u8(&wire);
		if (!wire_whole(&wire))
			return false;
		if (label == 0)
			break;
		if (!take_label(&wire, out, &used, label))
			return false;
	}
	out->name[used] = '\0';
	return true;
}

static int by_preference(const void *a, const void *b)
{
	const struct exchanger *one = a;
	const struct exchanger *other = b;

	return (one->preference > other->preference) - (one->preference < other->preference);
}

static void take_exchangers(struct exchanger_list *out, const struct ub_result *answer)
{
	for (size_t i = 0; answer->data[i] != NULL && out->count < RESOLVE_EXCHANGERS; i++) {
		const uint8_t *data = (const uint8_t *)answer->data[i];
		if (exchanger_parse(&out->items[out->count], data, (size_t)answer->len[i]))
			out->count++;
	}
	qsort(out->items, out->count, sizeof(out->items[0]), by_preference);
}

static bool takes_no_mail(const struct exchanger_list *list)
{
	return list->count == 1 && list->items[0].name[0] == '\0'; /* RFC 7505 section 3 */
}

static void use_domain_itself(struct exchanger_list *out, const char *domain)
{
	snprintf(out->items[0].name, sizeof(out->items[0].name), "%s", domain);
	out->items[0].preference = 0;
	out->count = 1;
}

int resolver_exchangers(struct resolver *resolver, const char *domain, struct exchanger_list *out,
	struct fault *why)
{
	struct question question = {.type = TYPE_MX};
	int outcome = 0;

	*out = (struct exchanger_list){.count = 0};
	ask(resolver, domain, &question, 1);
	if (says_no_name(&question))
		outcome = fault_set(why, FAULT_NO_HOST, "there is no domain called %.255s", domain);
	else if (!says_anything(&question))
		outcome = fault_set(why, FAULT_NO_HOST,
			"no mail servers for %.255s: the name servers of this machine give no "
			"answer",
			domain);
	else if (question.answer->havedata)
		take_exchangers(out, question.answer);
	if (outcome == 0 && takes_no_mail(out))
		outcome = fault_set(
			why, FAULT_NO_HOST, "%.255s says that it takes no mail (null MX)", domain);
	if (outcome == 0 && out->count == 0)
		use_domain_itself(out, domain);
	forget(&question, 1);
	return outcome;
}

bool tlsa_parse(struct tlsa *out, const uint8_t *data, size_t length)
{
	struct wire wire = wire_over(data, length);

	*out = (struct tlsa){
		.usage = wire_u8(&wire), .selector = wire_u8(&wire), .matching = wire_u8(&wire)};
	if (!wire_whole(&wire) || wire_left(&wire) == 0 || wire_left(&wire) > TLSA_DATA)
		return false;
	out->length = (uint16_t)wire_left(&wire);
	wire_copy(&wire, out->data, out->length);
	return true;
}

static int give_anchors(struct ub_ctx *context)
{
	int error = 0;

	for (size_t i = 0; i < sizeof(root_key_files) / sizeof(root_key_files[0]); i++) {
		char file[64];
		if (access(root_key_files[i], R_OK) != 0)
			continue;
		snprintf(file, sizeof(file), "%s", root_key_files[i]);
		return ub_ctx_add_ta_file(context, file);
	}
	for (size_t i = 0; i < sizeof(root_keys) / sizeof(root_keys[0]) && error == 0; i++)
		error = ub_ctx_add_ta(context, root_keys[i]);
	return error;
}

/* A context of its own: name servers that take DNSSEC out of answers would leave an ordinary
 * question without any. NULL: there is none to be had. */
static struct ub_ctx *validator_of(struct resolver *resolver)
{
	if (resolver->validator != NULL)
		return resolver->validator;
	struct ub_ctx *context = ub_ctx_create();

	if (context != NULL && (setup(context) != 0 || give_anchors(context) != 0)) {
		ub_ctx_delete(context);
		context = NULL;
	}
	resolver->validator = context;
	return context;
}

static void take_records(struct tlsa_list *out, const struct ub_result *answer)
{
	for (size_t i = 0; answer->data[i] != NULL && out->count < TLSA_RECORDS; i++) {
		const uint8_t *data = (const uint8_t *)answer->data[i];
		if (tlsa_parse(&out->items[out->count], data, (size_t)answer->len[i]))
			out->count++;
	}
}

/* False where it gets no answer, or none that holds. */
static bool find_records(
	struct resolver *resolver, struct ub_ctx *context, const char *name, struct tlsa_list *out)
{
	struct question question = {.type = TYPE_TLSA};

	ask_through(context, resolver->patience_s, name, &question, 1);
	const struct ub_result *answer = question.answer;

	if (answer != NULL && answer->havedata && !answer->bogus) {
		out->state = answer->secure ? TLSA_VALIDATED : TLSA_NOT_VALIDATED;
		take_records(out, answer);
	}
	bool said = answer != NULL && !answer->bogus;

	forget(&question, 1);
	return said;
}

void resolver_tlsa(
	struct resolver *resolver, const char *host, uint16_t port, struct tlsa_list *out)
{
	struct ub_ctx *validator = validator_of(resolver);
	char name[QUESTION_NAME];

	*out = (struct tlsa_list){.state = TLSA_NONE};
	snprintf(name, sizeof(name), "_%u._tcp.%.*s", port, TARGET_NAME - 1, host);
	if (validator == NULL || !find_records(resolver, validator, name, out))
		(void)find_records(resolver, resolver->context, name, out);
}
