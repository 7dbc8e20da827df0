/* SPDX-License-Identifier: BSD-2-Clause */
#include "change.h"

#include <string.h>

#define NS_PER_S      1e9
#define S_PER_DAY     86400.0
#define LIMIT_FACTOR  1.5 /* estimates of the same limit differ by less (simulated, 2 looks) */
#define PATH_LOOKS    3   /* equal paths on end: load is balanced over several by chance */
#define SWITCHES_MANY 4   /* in CHANGE_RECENT looks */
#define STEADY_LOOKS  4   /* on end, after which it rests */

static const char *const kind_names[CHANGE_KINDS] = {
	[CHANGE_FIRST] = "first",
	[CHANGE_VERDICT] = "verdict",
	[CHANGE_UNSTEADY] = "unsteady",
	[CHANGE_STEADY] = "steady",
	[CHANGE_CERTIFICATE] = "certificate",
	[CHANGE_RENEWED] = "renewed",
	[CHANGE_PATH] = "path",
	[CHANGE_LIMIT] = "limit",
};

const char *change_kind_name(enum change_kind kind)
{
	return kind_names[kind];
}

bool change_kind_parse(enum change_kind *out, const char *text)
{
	for (int kind = 0; kind < CHANGE_KINDS; kind++) {
		if (strcmp(kind_names[kind], text) != 0)
			continue;
		*out = (enum change_kind)kind;
		return true;
	}
	return false;
}

struct standing standing_unknown(void)
{
	return (struct standing){.word = VERDICT_INCONCLUSIVE, .by = BY_UNKNOWN, .limit_per_s = -1};
}

static void add(struct change_outcome *out, enum change_kind kind, const struct standing *before,
	const struct observation *after)
{
	if (out->count < CHANGES_AT_ONCE)
		out->changes[out->count++] =
			(struct change){.kind = kind, .before = *before, .after = *after};
}

/* A clock that was set makes certificates expire, or be not yet valid, that are sound. */
static bool conclusive(const struct observation *look)
{
	return look->word != VERDICT_INCONCLUSIVE &&
		!(look->clock_set && look->phase == PHASE_CERTIFICATE &&
			look->word == VERDICT_MISCONFIGURED);
}

/* Who is not known may be anybody. */
static bool by_agree(enum verdict_by a, enum verdict_by b)
{
	return a == b || a == BY_UNKNOWN || b == BY_UNKNOWN;
}

static bool agree(const struct observation *a, const struct observation *b)
{
	return a->word == b->word && by_agree(a->by, b->by);
}

static bool as_told(const struct observation *look, const struct standing *standing)
{
	return standing->known && look->word == standing->word && by_agree(look->by, standing->by);
}

/* How many looks agree with the last one, on end; those without a word are passed over. */
static unsigned agreeing(const struct observation *recent, size_t count)
{
	const struct observation *last = &recent[count - 1];
	unsigned agreed = 0;

	while (count-- > 0) {
		if (!conclusive(&recent[count]))
			continue;
		if (!agree(&recent[count], last))
			break;
		agreed++;
	}
	return agreed;
}

static unsigned switches(const struct observation *recent, size_t count)
{
	const struct observation *before = NULL;
	unsigned number = 0;

	for (size_t i = 0; i < count; i++) {
		if (!conclusive(&recent[i]))
			continue;
		number += before != NULL && !agree(before, &recent[i]);
		before = &recent[i];
	}
	return number;
}

static void adopt(struct standing *standing, const struct observation *last)
{
	standing->known = true;
	standing->unsteady = false;
	standing->word = last->word;
	standing->by = last->by;
	standing->limit_per_s = last->word == VERDICT_THROTTLED ? last->limit_per_s : -1;
}

static void judge_first(struct change_outcome *out, const struct observation *last, bool confirmed,
	struct standing *standing)
{
	/* That a port works takes no second look. */
	if (!confirmed && last->word != VERDICT_OPEN) {
		out->doubtful = true;
		return;
	}
	add(out, CHANGE_FIRST, standing, last);
	adopt(standing, last);
}

static void judge_rest(struct change_outcome *out, const struct observation *last, unsigned agreed,
	struct standing *standing)
{
	if (agreed < STEADY_LOOKS)
		return;
	add(out, as_told(last, standing) ? CHANGE_STEADY : CHANGE_VERDICT, standing, last);
	adopt(standing, last);
}

static void judge_verdict(struct change_outcome *out, const struct observation *recent,
	size_t count, const struct change_rules *rules, struct standing *standing)
{
	const struct observation *last = &recent[count - 1];

	if (!conclusive(last))
		return;
	unsigned agreed = agreeing(recent, count);
	bool confirmed = agreed >= rules->confirm;

	if (!standing->known) {
		judge_first(out, last, confirmed, standing);
	} else if (standing->unsteady) {
		judge_rest(out, last, agreed, standing);
	} else if (as_told(last, standing)) {
		if (standing->by == BY_UNKNOWN)
			standing->by = last->by;
	} else if (switches(recent, count) >= SWITCHES_MANY) {
		add(out, CHANGE_UNSTEADY, standing, last);
		standing->unsteady = true;
	} else if (confirmed) {
		add(out, CHANGE_VERDICT, standing, last);
		adopt(standing, last);
	} else {
		out->doubtful = true;
	}
}

/* True if the last looks, so many, all have the property that same() compares. */
static bool last_looks_share(const struct observation *recent, size_t count, unsigned looks,
	bool (*same)(const struct observation *a, const struct observation *b))
{
	if (count < looks)
		return false;
	for (size_t i = count - looks; i < count; i++) {
		if (!same(&recent[i], &recent[count - 1]))
			return false;
	}
	return true;
}

static bool same_certificate(const struct observation *a, const struct observation *b)
{
	return !a->clock_set && a->certificate_end_s != 0 &&
		a->certificate_end_s == b->certificate_end_s;
}

static void judge_certificate(struct change_outcome *out, const struct observation *recent,
	size_t count, const struct change_rules *rules, struct standing *standing)
{
	const struct observation *last = &recent[count - 1];
	double left_s = (double)last->certificate_end_s - (double)last->time_ns / NS_PER_S;
	bool soon = left_s < rules->certificate_days * S_PER_DAY;

	if (last->clock_set || last->certificate_end_s == 0 ||
		last->certificate_end_s == standing->certificate_end_s)
		return;
	if (!last_looks_share(recent, count, rules->confirm, same_certificate)) {
		out->doubtful = out->doubtful || soon;
	} else if (soon) {
		add(out, CHANGE_CERTIFICATE, standing, last);
		standing->certificate_end_s = last->certificate_end_s;
	} else if (standing->certificate_end_s != 0) {
		add(out, CHANGE_RENEWED, standing, last);
		standing->certificate_end_s = 0;
	}
}

/* Hop by hop; a hop that was silent may be any, and one of two ways may be known farther. */
static bool paths_agree(const char *a, const char *b)
{
	while (*a != '\0' && *b != '\0') {
		size_t length_a = strcspn(a, " ");
		size_t length_b = strcspn(b, " ");
		bool silent = *a == '*' || *b == '*';
		if (!silent && (length_a != length_b || memcmp(a, b, length_a) != 0))
			return false;
		a += length_a + (a[length_a] == ' ');
		b += length_b + (b[length_b] == ' ');
	}
	return true;
}

static size_t hops_of(const char *path)
{
	size_t hops = path[0] != '\0';

	for (; *path != '\0'; path++)
		hops += *path == ' ';
	return hops;
}

static bool same_path(const struct observation *a, const struct observation *b)
{
	return a->path[0] != '\0' && paths_agree(a->path, b->path);
}

static void judge_path(struct change_outcome *out, const struct observation *recent, size_t count,
	const struct change_rules *rules, struct standing *standing)
{
	const struct observation *last = &recent[count - 1];
	unsigned looks = rules->confirm > PATH_LOOKS ? rules->confirm : PATH_LOOKS;

	if (last->path[0] == '\0')
		return;
	bool same = paths_agree(last->path, standing->path);

	if (same && hops_of(last->path) <= hops_of(standing->path))
		return;
	if (!same) {
		if (!last_looks_share(recent, count, looks, same_path))
			return;
		add(out, CHANGE_PATH, standing, last);
	}
	memcpy(standing->path, last->path, sizeof(standing->path));
}

static bool limits_agree(double a, double b)
{
	return a > 0 && b > 0 && a < b * LIMIT_FACTOR && b < a * LIMIT_FACTOR;
}

static bool same_limit(const struct observation *a, const struct observation *b)
{
	return a->word == VERDICT_THROTTLED && limits_agree(a->limit_per_s, b->limit_per_s);
}

static void judge_limit(struct change_outcome *out, const struct observation *recent, size_t count,
	const struct change_rules *rules, struct standing *standing)
{
	const struct observation *last = &recent[count - 1];

	if (standing->word != VERDICT_THROTTLED || last->word != VERDICT_THROTTLED ||
		last->limit_per_s <= 0 || limits_agree(last->limit_per_s, standing->limit_per_s))
		return;
	if (!last_looks_share(recent, count, rules->confirm, same_limit)) {
		out->doubtful = true;
		return;
	}
	if (standing->limit_per_s > 0)
		add(out, CHANGE_LIMIT, standing, last);
	standing->limit_per_s = last->limit_per_s;
}

void change_judge(struct change_outcome *out, const struct observation *recent, size_t count,
	const struct change_rules *rules, struct standing *standing)
{
	*out = (struct change_outcome){.count = 0};
	if (count == 0)
		return;
	judge_verdict(out, recent, count, rules, standing);
	judge_certificate(out, recent, count, rules, standing);
	judge_path(out, recent, count, rules, standing);
	judge_limit(out, recent, count, rules, standing);
}
