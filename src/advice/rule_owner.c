/* SPDX-License-Identifier: BSD-2-Clause */
#include "rule_owner.h"

#include "local_rule.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* How the tables and chains begin that programs make for themselves; "" is any. */
static const struct {
	const char *table, *chain, *owner;
} owners[] = {
	{"firewalld", "", "firewalld"},
	{"", "ufw-", "ufw"},
	{"", "ufw6-", "ufw"},
	{"", "DOCKER", "docker"},
	{"docker", "", "docker"},
	{"f2b-", "", "fail2ban"},
	{"", "f2b-", "fail2ban"},
	{"", "fail2ban-", "fail2ban"},
	{"libvirt", "", "libvirt"},
	{"", "LIBVIRT_", "libvirt"},
	{"crowdsec", "", "crowdsec"},
	{"kube-proxy", "", "kubernetes"},
	{"", "KUBE-", "kubernetes"},
	{"", "cali-", "calico"},
	{"", "CILIUM", "cilium"},
	{"", "NETAVARK", "podman"},
	{"netavark", "", "podman"},
	{"", "CNI-", "podman"},
	{"nixos-fw", "", "NixOS"},
	{"fw4", "", "OpenWrt"},
	{"pve", "", "Proxmox VE"},
	{"", "PVEFW-", "Proxmox VE"},
	{"csf", "", "csf"},
	{"", "LOCALOUTPUT", "csf"},
	{"", "shorewall", "shorewall"},
	/* iptables' own chains are in capitals; people write nftables' in small letters. */
	{"filter", "OUTPUT", "iptables"},
	{"filter", "INPUT", "iptables"},
	{"mangle", "OUTPUT", "iptables"},
	{"mangle", "POSTROUTING", "iptables"},
	{"mangle", "PREROUTING", "iptables"},
	{"mangle", "INPUT", "iptables"},
	{"raw", "OUTPUT", "iptables"},
	{"raw", "PREROUTING", "iptables"},
};

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

const char *rule_owner(const struct local_rule *rule)
{
	for (size_t i = 0; i < sizeof(owners) / sizeof(owners[0]); i++) {
		if (begins(rule->table, owners[i].table) && begins(rule->chain, owners[i].chain))
			return owners[i].owner;
	}
	return "";
}

enum firewall rule_firewall(const struct local_rule *rule)
{
	static const struct {
		const char *owner;
		enum firewall firewall;
	} firewalls[] = {
		{"ufw", FIREWALL_UFW},
		{"firewalld", FIREWALL_FIREWALLD},
		{"iptables", FIREWALL_IPTABLES},
	};
	const char *owner = rule_owner(rule);

	for (size_t i = 0; i < sizeof(firewalls) / sizeof(firewalls[0]); i++) {
		if (strcmp(firewalls[i].owner, owner) == 0)
			return firewalls[i].firewall;
	}
	return FIREWALL_NFTABLES;
}

/* A name that means nothing to a shell, nor to nft's own grammar. */
static bool is_plain(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_-.";

	return name[0] != '\0' && name[0] != '-' && name[strspn(name, letters)] == '\0';
}

static const char *show_chain(const struct local_rule *rule, char out[static RULE_COMMAND])
{
	if (is_plain(rule->family) && is_plain(rule->table) && is_plain(rule->chain))
		snprintf(out, RULE_COMMAND, "sudo nft -a list chain %s %s %s", rule->family,
			rule->table, rule->chain);
	else
		snprintf(out, RULE_COMMAND, "sudo nft -a list ruleset");
	return out;
}

const char *rule_command(const struct local_rule *rule, char out[static RULE_COMMAND])
{
	out[0] = '\0';
	switch (rule->kind) {
	case LOCAL_RULE_FILTER:
	case LOCAL_RULE_POLICY:
		return show_chain(rule, out);
	case LOCAL_RULE_PASSED:
		snprintf(out, RULE_COMMAND, "sudo iptables-legacy-save; sudo bpftool net list");
		break;
	case LOCAL_RULE_ROUTE:
		snprintf(out, RULE_COMMAND, "ip route show table all");
		break;
	case LOCAL_RULE_POLICY_ROUTE:
		snprintf(out, RULE_COMMAND, "ip rule show");
		break;
	case LOCAL_RULE_NONE:
		break;
	}
	return out;
}
