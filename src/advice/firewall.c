/* SPDX-License-Identifier: BSD-2-Clause */
#include "firewall.h"

#include "port_list.h"
#include "sentence.h"

#include <stdio.h>

/*
 * Out: connections to these ports of any server. In: what comes from these ports, and where the
 * firewall can say so only for connections that this machine opened; where that needs no rule
 * (ufw, firewalld, pf and Windows let answers in by themselves) a rule of one's own stops them, and
 * the command stands before it.
 */
static const struct row {
	const char *name;
	const char *out, *in;
	const char *remark;
} rows[FIREWALLS] = {
	[FIREWALL_UNKNOWN] = {"", "", "", ""},
	[FIREWALL_NFTABLES] = {"nftables", "sudo nft insert rule {chain} tcp dport {set} accept",
		"sudo nft insert rule {chain} tcp sport {set} ct state established accept",
		" (put the table and chain that \"sudo nft list ruleset\" shows in the place of "
		"{chain})"},
	[FIREWALL_IPTABLES] = {"iptables",
		"sudo {iptables} -I OUTPUT 1 -p tcp -m multiport --dports {list} -j ACCEPT",
		"sudo {iptables} -I INPUT 1 -p tcp -m multiport --sports {list} -m conntrack "
		"--ctstate ESTABLISHED -j ACCEPT",
		""},
	[FIREWALL_UFW] = {"ufw", "sudo ufw insert 1 allow out proto tcp to {any} port {list}",
		"sudo ufw insert 1 allow in proto tcp from {any} port {list}", ""},
	[FIREWALL_FIREWALLD] = {"firewalld",
		"sudo firewall-cmd --direct --add-rule {ip} filter OUTPUT 0 -p tcp -m multiport "
		"--dports {list} -j ACCEPT",
		"sudo firewall-cmd --direct --add-rule {ip} filter INPUT 0 -p tcp -m multiport "
		"--sports {list} -m conntrack --ctstate ESTABLISHED -j ACCEPT",
		" (until it is restarted; with --permanent as well: for good)"},
	[FIREWALL_PF] = {"pf",
		"echo 'pass out quick {inet} proto tcp to any port {set}' | sudo tee -a "
		"/etc/pf.conf && sudo pfctl -f /etc/pf.conf",
		"echo 'pass out quick {inet} proto tcp to any port {set} keep state' | "
		"sudo tee -a /etc/pf.conf && sudo pfctl -f /etc/pf.conf",
		" (before any \"block ... quick\" in that file)"},
	[FIREWALL_WINDOWS] = {"the Windows firewall",
		"netsh advfirewall firewall add rule name=\"Mail out\" dir=out action=allow "
		"protocol=TCP remoteport={list}",
		"netsh advfirewall firewall add rule name=\"Mail answers\" dir=in action=allow "
		"protocol=TCP remoteport={list}",
		" (as administrator; a rule there that blocks counts for more than this one)"},
};

#define PORTS_TEXT ((size_t)10 * PORT_LIST_MAX)

static void join(char out[static PORTS_TEXT], const struct port_list *ports, const char *joint)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < ports->count; i++)
		used += (size_t)snprintf(out + used, PORTS_TEXT - used, "%s%u", i == 0 ? "" : joint,
			ports->ports[i]);
}

static const char *chain_of(const struct firewall_need *need)
{
	if (need->chain != NULL)
		return need->chain;
	return need->inbound ? "inet filter input" : "inet filter output";
}

static const char *fill(
	char out[static FIREWALL_TEXT], const char *pattern, const struct firewall_need *need)
{
	char list[PORTS_TEXT];
	char spaced[PORTS_TEXT];
	char set[PORTS_TEXT + 4];
	const struct blank blanks[] = {
		{"list", list},
		{"set", set},
		{"chain", chain_of(need)},
		{"iptables", need->ipv6 ? "ip6tables" : "iptables"},
		{"any", need->ipv6 ? "::/0" : "0.0.0.0/0"},
		{"ip", need->ipv6 ? "ipv6" : "ipv4"},
		{"inet", need->ipv6 ? "inet6" : "inet"},
		{NULL, NULL},
	};

	join(list, need->ports, ",");
	join(spaced, need->ports, ", ");
	snprintf(set, sizeof(set), need->ports->count == 1 ? "%s" : "{ %s }", spaced);
	return sentence_fill(out, FIREWALL_TEXT, pattern, blanks);
}

const char *firewall_name(enum firewall firewall)
{
	return rows[firewall].name;
}

const char *firewall_remark(
	enum firewall firewall, const struct firewall_need *need, char out[static FIREWALL_TEXT])
{
	bool known = firewall == FIREWALL_NFTABLES && need->chain != NULL;

	return fill(out, known ? "" : rows[firewall].remark, need);
}

const char *firewall_command(
	enum firewall firewall, const struct firewall_need *need, char out[static FIREWALL_TEXT])
{
	return fill(out, need->inbound ? rows[firewall].in : rows[firewall].out, need);
}
