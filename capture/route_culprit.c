/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel answers the question for one route with an error and no name, so both lists are asked
 * for as a whole: the rules first, in the order of their priorities, then the routes, of which the
 * longest match in each table counts. What a rule asks for that is not known here (a mark, an
 * incoming interface, ports) does not hold for a packet of ours.
 */
#include "route_culprit.h"

#include "netlink.h"

#include <errno.h>
#include <ifaddrs.h>
#include <linux/fib_rules.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SEQUENCE     1
#define RULES        64     /* looked at, in their order */
#define TABLES       64     /* that these name */
#define MESSAGE_MOST 32768  /* rtnetlink sends no larger ones */
#define ROUTES_MOST  200000 /* with more we would be here for seconds */

/* A rule that would hold for our packet. */
struct policy {
	uint32_t priority, table;
	int32_t suppressed; /* matches of this length or shorter do not count; -1: all count */
	uint8_t action, length;
};

/* The longest match in a table so far. */
struct match {
	uint32_t table, metric;
	uint8_t type, length;
	bool found;
};

struct walk {
	const struct address *destination;
	struct policy policies[RULES];
	size_t policy_count;
	struct match matches[TABLES];
	size_t match_count;
	size_t routes;
};

static int family_of(const struct address *address)
{
	return address->family == ADDRESS_IPV4 ? AF_INET : AF_INET6;
}

/* Do the first bits of a prefix hold for the destination? */
static bool covers(const struct walk *walk, const struct netlink_attributes *prefix, uint8_t bits)
{
	size_t bytes = bits / 8;
	unsigned rest = bits % 8;

	if (prefix->value_length != address_length(walk->destination) ||
		bits > prefix->value_length * 8)
		return false;
	if (memcmp(prefix->value, walk->destination->bytes, bytes) != 0)
		return false;
	return rest == 0 ||
		(prefix->value[bytes] ^ walk->destination->bytes[bytes]) >> (8 - rest) == 0;
}

static bool has_our_user(const struct netlink_attributes *attribute)
{
	struct fib_rule_uid_range range;

	if (attribute->value_length != sizeof(range))
		return false;
	memcpy(&range, attribute->value, sizeof(range));
	return range.start <= getuid() && getuid() <= range.end;
}

/* False where the rule asks for what our packet does not have. */
static bool take_rule_attribute(const struct walk *walk, const struct fib_rule_hdr *head,
	const struct netlink_attributes *attribute, struct policy *policy)
{
	switch (attribute->type) {
	case FRA_DST:
		return covers(walk, attribute, head->dst_len);
	case FRA_PRIORITY:
		policy->priority = netlink_u32(attribute);
		return true;
	case FRA_TABLE:
		policy->table = netlink_u32(attribute);
		return true;
	case FRA_SUPPRESS_PREFIXLEN:
		policy->suppressed = (int32_t)netlink_u32(attribute);
		return true;
	case FRA_FWMARK:
		return netlink_u32(attribute) == 0;
	case FRA_UID_RANGE:
		return has_our_user(attribute);
	case FRA_IIFNAME:
	case FRA_OIFNAME:
	case FRA_IP_PROTO:
	case FRA_SPORT_RANGE:
	case FRA_DPORT_RANGE:
		return false;
	default:
		return true;
	}
}

static void take_rule(struct walk *walk, const uint8_t *body, size_t length)
{
	struct fib_rule_hdr head;
	struct netlink_attributes attributes = netlink_attributes(body, length, sizeof(head));
	struct policy policy = {.suppressed = -1};

	if (length < sizeof(head) || walk->policy_count == RULES)
		return;
	memcpy(&head, body, sizeof(head));
	if (head.src_len > 0 || head.tos != 0 || (head.flags & FIB_RULE_INVERT) != 0)
		return;
	policy.table = head.table;
	policy.action = head.action;
	policy.length = head.dst_len;
	while (netlink_next(&attributes)) {
		if (!take_rule_attribute(walk, &head, &attributes, &policy))
			return;
	}
	walk->policies[walk->policy_count++] = policy;
}

static struct match *match_in(struct walk *walk, uint32_t table)
{
	for (size_t i = 0; i < walk->match_count; i++) {
		if (walk->matches[i].table == table)
			return &walk->matches[i];
	}
	if (walk->match_count == TABLES)
		return NULL;
	walk->matches[walk->match_count] = (struct match){.table = table};
	return &walk->matches[walk->match_count++];
}

static bool is_better(const struct match *one, const struct match *other)
{
	if (!other->found || one->length != other->length)
		return !other->found || one->length > other->length;
	return one->metric < other->metric;
}

static void take_route(struct walk *walk, const uint8_t *body, size_t length)
{
	struct rtmsg head;
	struct netlink_attributes attributes = netlink_attributes(body, length, sizeof(head));
	struct match match = {.found = true};

	if (length < sizeof(head))
		return;
	memcpy(&head, body, sizeof(head));
	bool holds = head.rtm_dst_len == 0;

	match.table = head.rtm_table;
	match.type = head.rtm_type;
	match.length = head.rtm_dst_len;
	while (netlink_next(&attributes)) {
		if (attributes.type == RTA_DST)
			holds = covers(walk, &attributes, head.rtm_dst_len);
		else if (attributes.type == RTA_TABLE)
			match.table = netlink_u32(&attributes);
		else if (attributes.type == RTA_PRIORITY)
			match.metric = netlink_u32(&attributes);
	}
	struct match *best = holds ? match_in(walk, match.table) : NULL;

	if (best != NULL && is_better(&match, best))
		*best = match;
}

/* Takes the messages of one datagram; false once the list is at its end or broken. */
static bool take_all(struct walk *walk, const uint8_t *bytes, size_t length)
{
	struct nlmsghdr head;

	while (length >= sizeof(head)) {
		memcpy(&head, bytes, sizeof(head));
		if (head.nlmsg_len < sizeof(head) || head.nlmsg_len > length ||
			head.nlmsg_type == NLMSG_DONE || head.nlmsg_type == NLMSG_ERROR)
			return false;
		const uint8_t *body = bytes + sizeof(head);
		if (head.nlmsg_type == RTM_NEWRULE)
			take_rule(walk, body, head.nlmsg_len - sizeof(head));
		else if (head.nlmsg_type == RTM_NEWROUTE && walk->routes++ < ROUTES_MOST)
			take_route(walk, body, head.nlmsg_len - sizeof(head));
		size_t step = NLMSG_ALIGN(head.nlmsg_len);
		if (step >= length)
			break;
		bytes += step;
		length -= step;
	}
	return walk->routes < ROUTES_MOST;
}

static bool ask(struct walk *walk, int descriptor, uint16_t what)
{
	static uint8_t answer[MESSAGE_MOST];
	struct {
		struct nlmsghdr head;
		struct rtmsg route;
	} request = {
		.head = {.nlmsg_len = sizeof(request),
			.nlmsg_type = what,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
			.nlmsg_seq = SEQUENCE},
		.route = {.rtm_family = (unsigned char)family_of(walk->destination)},
	};
	ssize_t length = send(descriptor, &request, sizeof(request), 0);

	while (length > 0) {
		length = recv(descriptor, answer, sizeof(answer), 0);
		if (length > 0 && !take_all(walk, answer, (size_t)length))
			return walk->routes < ROUTES_MOST;
	}
	return false;
}

/* Types of routes, and actions of rules, for which the kernel answers with an error. */
static const struct {
	uint8_t route, rule;
	const char *word;
} refusals[] = {
	{RTN_BLACKHOLE, FR_ACT_BLACKHOLE, "blackhole"},
	{RTN_UNREACHABLE, FR_ACT_UNREACHABLE, "unreachable"},
	{RTN_PROHIBIT, FR_ACT_PROHIBIT, "prohibit"},
};
#define REFUSALS (sizeof(refusals) / sizeof(refusals[0]))

/* "203.0.113.0/24", or "default". */
static void print_prefix(char *out, size_t room, const struct address *within, uint8_t bits)
{
	struct address prefix = *within;
	char text[ADDRESS_TEXT];

	for (size_t bit = bits; bit < address_length(within) * 8; bit++)
		prefix.bytes[bit / 8] &= (uint8_t) ~(0x80U >> bit % 8);
	if (bits == 0)
		snprintf(out, room, "default");
	else
		snprintf(out, room, "%s/%u", address_print(&prefix, text), bits);
}

static void name_table(char *out, size_t room, uint32_t table)
{
	if (table == RT_TABLE_MAIN)
		snprintf(out, room, "main");
	else if (table == RT_TABLE_LOCAL)
		snprintf(out, room, "local");
	else if (table == RT_TABLE_DEFAULT)
		snprintf(out, room, "default");
	else
		snprintf(out, room, "%u", table);
}

static bool blame_route(struct local_rule *out, const struct walk *walk, const struct match *match)
{
	char prefix[ADDRESS_TEXT + 8];

	print_prefix(prefix, sizeof(prefix), walk->destination, match->length);
	for (size_t i = 0; i < REFUSALS; i++) {
		if (refusals[i].route != match->type)
			continue;
		out->kind = LOCAL_RULE_ROUTE;
		snprintf(out->text, sizeof(out->text), "%s %s", refusals[i].word, prefix);
		name_table(out->table, sizeof(out->table), match->table);
		return true;
	}
	return false;
}

static bool blame_policy(
	struct local_rule *out, const struct walk *walk, const struct policy *policy)
{
	char prefix[ADDRESS_TEXT + 8];

	print_prefix(prefix, sizeof(prefix), walk->destination, policy->length);
	for (size_t i = 0; i < REFUSALS; i++) {
		if (refusals[i].rule != policy->action)
			continue;
		out->kind = LOCAL_RULE_POLICY_ROUTE;
		out->handle = policy->priority;
		snprintf(out->text, sizeof(out->text), "from all to %s %s",
			policy->length == 0 ? "all" : prefix, refusals[i].word);
		return true;
	}
	return false;
}

/* True once the culprit is found; *on tells whether the next rule is asked. */
static bool ask_policy(
	struct local_rule *out, struct walk *walk, const struct policy *policy, bool *on)
{
	const struct match *match;

	*on = policy->action == FR_ACT_NOP || policy->action == FR_ACT_TO_TBL;
	if (policy->action != FR_ACT_TO_TBL)
		return blame_policy(out, walk, policy);
	match = match_in(walk, policy->table);
	if (match == NULL || !match->found || match->type == RTN_THROW ||
		match->length <= policy->suppressed)
		return false;
	*on = false;
	return blame_route(out, walk, match);
}

static bool has_address(int family)
{
	struct ifaddrs *list = NULL;
	bool found = false;

	if (getifaddrs(&list) != 0)
		return true;
	for (const struct ifaddrs *each = list; each != NULL && !found; each = each->ifa_next) {
		struct address address;
		if (each->ifa_addr == NULL || each->ifa_addr->sa_family != family ||
			!address_from_sockaddr(&address, each->ifa_addr))
			continue;
		bool link_local = address.family == ADDRESS_IPV6 && address.bytes[0] == 0xfe &&
			(address.bytes[1] & 0xc0) == 0x80; /* RFC 4291 section 2.5.6 */
		found = !address_is_loopback(&address) && !link_local;
	}
	freeifaddrs(list);
	return found;
}

/* No route at all has no name, but often a reason. */
static bool blame_absence(struct local_rule *out, const struct address *destination)
{
	bool has = has_address(family_of(destination));

	out->kind = LOCAL_RULE_ROUTE;
	snprintf(out->text, sizeof(out->text), "no route to it%s%s%s",
		has ? "" : ": this computer has no ",
		has                                           ? ""
			: destination->family == ADDRESS_IPV4 ? "IPv4"
							      : "IPv6",
		has ? "" : " address of its own");
	return true;
}

bool route_culprit(struct local_rule *out, const struct address *destination, int error)
{
	struct walk walk = {.destination = destination};
	int descriptor = netlink_open();
	bool known = descriptor >= 0 && ask(&walk, descriptor, RTM_GETRULE) &&
		ask(&walk, descriptor, RTM_GETROUTE);
	bool on = true, found = false;

	if (descriptor >= 0)
		(void)close(descriptor);
	*out = (struct local_rule){.kind = LOCAL_RULE_NONE};
	for (size_t i = 0; i < walk.policy_count && known && on && !found; i++)
		found = ask_policy(out, &walk, &walk.policies[i], &on);
	return found || (error == ENETUNREACH && blame_absence(out, destination));
}
