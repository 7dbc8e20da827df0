/* SPDX-License-Identifier: BSD-2-Clause */
#include "rule_wording.h"

#include "fact.h"
#include "local_rule.h"
#include "rule_owner.h"
#include "safe_json.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct sentence {
	char *out;
	size_t used;
};

static void say(struct sentence *sentence, const char *before, const char *text, const char *after)
{
	size_t room = RULE_TEXT - sentence->used;
	int length = snprintf(sentence->out + sentence->used, room, "%s%s%s", before, text, after);

	if (length > 0)
		sentence->used += (size_t)length < room ? (size_t)length : room - 1;
}

static void say_place(struct sentence *sentence, const struct local_rule *rule)
{
	const char *owner = rule_owner(rule);

	say(sentence, "chain ", rule->chain, " of table ");
	say(sentence, rule->family, " ", rule->table);
	if (owner[0] != '\0')
		say(sentence, ", which looks like ", owner, "'s");
}

static void say_handle(struct sentence *sentence, const struct local_rule *rule)
{
	char number[24];

	snprintf(number, sizeof(number), "%" PRIu64, rule->handle);
	if (rule->handle != 0)
		say(sentence, " (handle ", number, ")");
}

static void say_priority(struct sentence *sentence, const struct local_rule *rule)
{
	char number[24];

	snprintf(number, sizeof(number), "%" PRIu64, rule->handle);
	say(sentence, " (ip rule, priority ", number, ")");
}

const char *rule_sentence(const struct local_rule *rule, char out[static RULE_TEXT])
{
	struct sentence sentence = {.out = out};

	out[0] = '\0';
	switch (rule == NULL ? LOCAL_RULE_NONE : rule->kind) {
	case LOCAL_RULE_NONE:
		break;
	case LOCAL_RULE_FILTER:
		say(&sentence, "rule ", rule->text[0] != '\0' ? rule->text : "of unknown text", "");
		say_handle(&sentence, rule);
		say(&sentence, " in ", "", "");
		say_place(&sentence, rule);
		break;
	case LOCAL_RULE_POLICY:
		say(&sentence, "the policy (drop) of ", "", "");
		say_place(&sentence, rule);
		say(&sentence, ": no rule of it lets the packet pass", "", "");
		break;
	case LOCAL_RULE_PASSED:
		say(&sentence,
			"no rule of nftables: another filter (iptables-legacy, tc, eBPF, or the "
			"reverse-path filter)",
			"", "");
		break;
	case LOCAL_RULE_ROUTE:
		say(&sentence, rule->table[0] != '\0' ? "route " : "", rule->text, "");
		if (rule->table[0] != '\0')
			say(&sentence, " in table ", rule->table, "");
		break;
	case LOCAL_RULE_POLICY_ROUTE:
		say(&sentence, "rule ", rule->text, "");
		say_priority(&sentence, rule);
		break;
	}
	return out;
}

const char *rule_place(const struct local_rule *rule, char out[static RULE_TEXT])
{
	struct sentence sentence = {.out = out};
	char number[24];

	out[0] = '\0';
	if (rule == NULL || (rule->kind != LOCAL_RULE_FILTER && rule->kind != LOCAL_RULE_POLICY))
		return rule_sentence(rule, out);
	snprintf(number, sizeof(number), "%" PRIu64, rule->handle);
	if (rule->kind == LOCAL_RULE_POLICY)
		say(&sentence, "the policy of ", "", "");
	else if (rule->handle != 0)
		say(&sentence, "handle ", number, " in ");
	say_place(&sentence, rule);
	return out;
}

json_t *rule_json(const struct local_rule *rule)
{
	char command[RULE_COMMAND];

	if (rule == NULL || rule->kind == LOCAL_RULE_NONE)
		return json_null();
	json_t *object = json_object();

	safe_json_put(object, "kind", safe_json(local_rule_kind_name(rule->kind)));
	safe_json_put(object, "family", safe_json(rule->family));
	safe_json_put(object, "table", safe_json(rule->table));
	safe_json_put(object, "chain", safe_json(rule->chain));
	safe_json_put(object, "handle",
		rule->handle == 0 ? json_null() : json_integer((json_int_t)rule->handle));
	safe_json_put(object, "text", safe_json(rule->text));
	safe_json_put(object, "comment", safe_json(rule->comment));
	safe_json_put(object, "looks_like", safe_json(rule_owner(rule)));
	safe_json_put(object, "command", safe_json(rule_command(rule, command)));
	return object;
}
