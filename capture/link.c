/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each step reads one header and says, by its EtherType, what stands behind it; link_descend() goes
 * on until that is a network protocol. Steps are bounded, so no nesting of tags is endless.
 */
#include "link.h"

#include "packet.h"

#include <stdbool.h>

#define STEPS_MOST  10     /* headers that are looked through: eight tags and what carries them */
#define LABELS_MOST 8      /* of MPLS */
#define ETHER_LEAST 0x0600 /* below it a length, IEEE 802.3 section 3.2.6 */

/* LINKTYPE_ values that only this file tells apart; see the tcpdump group's link-type list. */
enum rare_link_type {
	LINK_PPP = 9,
	LINK_RAW_OF_MOST = 12,    /* DLT_RAW of most systems, written by some as it stands */
	LINK_RAW_OF_OPENBSD = 14, /* and that of OpenBSD */
	LINK_PPP_HDLC = 50,
	LINK_PPPOE = 51,
	LINK_CISCO_HDLC = 104,
	LINK_WLAN = 105,
	LINK_WLAN_RADIOTAP = 127,
	LINK_PPP_DIRECTED = 166,
	LINK_NFLOG = 239,
};

/* Moves the link to where a cursor that began there has come. */
static void move_to(struct link *link, const struct wire *at)
{
	link->on_wire -= (uint32_t)(at->next - link->at.next);
	link->at = *at;
}

/* The same, where type stands there and all before it must have been captured. */
static enum frame_outcome found(struct link *link, const struct wire *at, uint16_t type)
{
	if (!wire_whole(at))
		return FRAME_TRUNCATED;
	move_to(link, at);
	link->type = type;
	return FRAME_DECODED;
}

/* ---- steps: FRAME_DECODED means that link->type stands at link->at ---- */

/* IEEE 802.2 with SNAP, RFC 1042, or the same for bridged types, IEEE 802.1H. */
static enum frame_outcome open_snap(struct link *link)
{
	struct wire at = link->at;
	uint32_t head = wire_u32(&at);
	uint16_t organisation = wire_u16(&at), type = wire_u16(&at);

	if (!wire_whole(&at))
		return FRAME_TRUNCATED;
	if (head != 0xaaaa0300 || (organisation != 0 && organisation != 0x00f8))
		return FRAME_NOT_IP;
	return found(link, &at, type);
}

static enum frame_outcome open_ethernet(struct link *link)
{
	struct wire at = link->at;
	uint16_t type = 0;

	wire_skip(&at, 12); /* addresses */
	type = wire_u16(&at);
	if (type >= ETHER_LEAST || !wire_whole(&at))
		return found(link, &at, type);
	move_to(link, &at);
	return wire_left(&link->at) < 8 && link->on_wire < 8 ? FRAME_NOT_IP : open_snap(link);
}

static enum frame_outcome open_tag(struct link *link)
{
	struct wire at = link->at;

	wire_skip(&at, 2); /* priority and VLAN */
	uint16_t type = wire_u16(&at);

	return found(link, &at, type);
}

enum frame_outcome link_find_version(struct link *link)
{
	struct wire ahead = link->at;
	uint8_t first = wire_u8(&ahead);

	if (!wire_whole(&ahead))
		return FRAME_TRUNCATED;
	if (first >> 4 != 4 && first >> 4 != 6)
		return FRAME_MALFORMED;
	link->type = first >> 4 == 4 ? ETHER_IPV4 : ETHER_IPV6;
	return FRAME_DECODED;
}

static enum frame_outcome open_mpls(struct link *link)
{
	struct wire at = link->at;

	for (unsigned i = 0; i < LABELS_MOST; i++) {
		uint32_t entry = wire_u32(&at);

		if (!wire_whole(&at))
			return link->on_wire < (i + 1) * 4 ? FRAME_MALFORMED : FRAME_TRUNCATED;
		if (entry & 0x100) { /* bottom of the stack, RFC 3032 section 2.1 */
			move_to(link, &at);
			return link_find_version(link);
		}
	}
	return FRAME_MALFORMED;
}

/* RFC 1661 section 2, with or without the address and control fields of RFC 1662 section 3.1 and
 * with a protocol field that may be one byte (section 6.5 of the former): then it is odd. */
static enum frame_outcome open_ppp(struct link *link)
{
	struct wire at = link->at, ahead = link->at;
	uint16_t protocol = 0;

	if (wire_u16(&ahead) == 0xff03)
		at = ahead;
	protocol = wire_u8(&at);
	if (!(protocol & 1))
		protocol = (uint16_t)(protocol << 8 | wire_u8(&at));
	switch (protocol) { /* IANA "PPP DLL Protocol Numbers" */
	case 0x0021:
		return found(link, &at, ETHER_IPV4);
	case 0x0057:
		return found(link, &at, ETHER_IPV6);
	case 0x0281:
		return found(link, &at, ETHER_MPLS);
	default:
		return wire_whole(&at) ? FRAME_NOT_IP : FRAME_TRUNCATED;
	}
}

static enum frame_outcome open_pppoe(struct link *link)
{
	struct wire at = link->at;
	uint8_t version_type = wire_u8(&at), code = wire_u8(&at);
	uint32_t length = 0;

	wire_skip(&at, 2); /* session */
	length = wire_u16(&at);
	if (!wire_whole(&at))
		return FRAME_TRUNCATED;
	if (version_type != 0x11 || code != 0 || length < 2) /* RFC 2516 section 4 */
		return FRAME_MALFORMED;
	link->at = wire_take(&at, length);
	link->on_wire = length;
	return open_ppp(link);
}

static enum frame_outcome open_cisco_hdlc(struct link *link)
{
	struct wire at = link->at;

	wire_skip(&at, 2); /* address, control */
	uint16_t type = wire_u16(&at);

	return found(link, &at, type);
}

/* PPP_HDLC is either: the first byte is PPP's address, or Cisco's for one or all. */
static enum frame_outcome open_hdlc(struct link *link)
{
	struct wire ahead = link->at;
	uint8_t address = wire_u8(&ahead);

	return address == 0x0f || address == 0x8f ? open_cisco_hdlc(link) : open_ppp(link);
}

/* A byte for the direction, then PPP with its control field but without its address. */
static enum frame_outcome open_directed_ppp(struct link *link)
{
	struct wire at = link->at, ahead = link->at;

	wire_skip(&at, 1);
	ahead = at;
	if (wire_u8(&ahead) == 0x03)
		at = ahead;
	if (!wire_whole(&at))
		return FRAME_TRUNCATED;
	move_to(link, &at);
	return open_ppp(link);
}

/* LINKTYPE_NULL is in the byte order of the machine that captured, LINKTYPE_LOOP big-endian; the
 * numbers for IPv6 are those of Linux, BSD, FreeBSD and macOS. */
static enum frame_outcome open_loopback(struct link *link)
{
	struct wire at = link->at;
	uint32_t family = wire_u32(&at);

	if (family > UINT16_MAX)
		family = __builtin_bswap32(family);
	switch (family) {
	case 2:
		return found(link, &at, ETHER_IPV4);
	case 10:
	case 24:
	case 28:
	case 30:
		return found(link, &at, ETHER_IPV6);
	default:
		return wire_whole(&at) ? FRAME_NOT_IP : FRAME_TRUNCATED;
	}
}

/* Linux cooked capture: the protocol is an EtherType unless the device speaks netlink. */
static enum frame_outcome open_cooked(struct link *link, uint32_t link_type)
{
	struct wire at = link->at;
	uint16_t device = 0, type = 0;

	if (link_type == LINK_LINUX_SLL) {
		wire_skip(&at, 2); /* packet type */
		device = wire_u16(&at);
		wire_skip(&at, 10); /* address and its length */
		type = wire_u16(&at);
	} else {
		type = wire_u16(&at);
		wire_skip(&at, 6); /* reserved, interface index */
		device = wire_u16(&at);
		wire_skip(&at, 10); /* packet type, address and its length */
	}
	return found(link, &at, device == 824 ? 0 : type); /* ARPHRD_NETLINK */
}

/* ---- 802.11: little-endian; sections are those of IEEE 802.11-2020 ---- */

static uint16_t little_u16(struct wire *at)
{
	return __builtin_bswap16(wire_u16(at));
}

/* The first byte of a frame's control field (9.2.4.1), and its second. */
enum wlan_bit {
	WLAN_DATA = 0x08, /* type 2, of which 0x0c is the mask */
	WLAN_EMPTY = 0x40,
	WLAN_QOS = 0x80,
	WLAN_TO_DISTRIBUTION = 0x01,
	WLAN_FROM_DISTRIBUTION = 0x02,
	WLAN_PROTECTED = 0x40,
	WLAN_ORDER = 0x80,
};

/* Data alone, in the clear and unfragmented. Some drivers pad its header to a multiple of four. */
static enum frame_outcome open_wlan(struct link *link, bool padded)
{
	struct wire at = link->at;
	uint8_t kind = wire_u8(&at), flags = wire_u8(&at);
	uint8_t quality = 0;

	wire_skip(&at, 20); /* duration, three addresses */
	bool later_fragment = (little_u16(&at) & 0x0f) != 0;

	if ((flags & WLAN_TO_DISTRIBUTION) && (flags & WLAN_FROM_DISTRIBUTION))
		wire_skip(&at, 6); /* the fourth address */
	if (kind & WLAN_QOS) {
		quality = wire_u8(&at);
		wire_skip(&at, flags & WLAN_ORDER ? 5 : 1); /* with HT control, 9.2.4.6 */
	}
	if (padded)
		wire_skip(&at, (4 - (size_t)(at.next - link->at.next) % 4) % 4);
	if (quality & 0x80) /* an A-MSDU, of which the first is looked at: 9.3.2.2 */
		wire_skip(&at, 14);
	if (!wire_whole(&at))
		return FRAME_TRUNCATED;
	if ((kind & 0x0f) != WLAN_DATA || (kind & WLAN_EMPTY) || (flags & WLAN_PROTECTED))
		return FRAME_NOT_IP;
	if (later_fragment)
		return FRAME_NOT_OURS;
	move_to(link, &at);
	return open_snap(link);
}

/* Radiotap's flags field is the second that may be present, behind one of eight bytes; fields are
 * aligned by their size from the header's first byte (radiotap.org). */
static bool radiotap_says_padded(struct wire head)
{
	const uint8_t *first = head.next;
	uint32_t present = 0, more = 0;

	wire_skip(&head, 4);
	present = __builtin_bswap32(wire_u32(&head));
	for (more = present; more >> 31 && wire_whole(&head);)
		more = __builtin_bswap32(wire_u32(&head));
	if (present & 1)
		wire_skip(&head, (8 - (size_t)(head.next - first) % 8) % 8 + 8);
	return (present & 2) && (wire_u8(&head) & 0x20) && wire_whole(&head);
}

static enum frame_outcome open_radiotap(struct link *link)
{
	struct wire at = link->at, start = link->at, head;
	uint16_t length = 0;

	wire_skip(&at, 2); /* version, padding */
	length = little_u16(&at);
	if (!wire_whole(&at))
		return FRAME_TRUNCATED;
	if (length < 8)
		return FRAME_MALFORMED;
	if (length > wire_left(&start))
		return FRAME_TRUNCATED;
	head = wire_take(&start, length);
	move_to(link, &start);
	return open_wlan(link, radiotap_says_padded(head));
}

/* ---- netfilter's log: attributes (linux/netlink.h) until one is the packet ---- */

#define NFLOG_PAYLOAD 9 /* NFULA_PAYLOAD, linux/netfilter/nfnetlink_log.h */

/* Attributes are in the byte order of the machine that captured; their types are below 256. */
static bool is_little(struct wire attribute)
{
	wire_skip(&attribute, 2);
	return wire_u16(&attribute) >= 0x100;
}

static enum frame_outcome open_nflog(struct link *link)
{
	struct wire at = link->at;

	wire_skip(&at, 4); /* family, version, resource */
	while (wire_whole(&at) && wire_left(&at) > 0) {
		bool little = is_little(at);
		uint16_t length = little ? little_u16(&at) : wire_u16(&at);
		uint16_t type = little ? little_u16(&at) : wire_u16(&at);

		if (!wire_whole(&at))
			break;
		if (length < 4)
			return FRAME_MALFORMED;
		if (type == NFLOG_PAYLOAD) {
			link->at = at;
			link->on_wire = length - 4U > wire_left(&at) ? length - 4U
								     : (uint32_t)wire_left(&at);
			return link_find_version(link);
		}
		wire_skip(&at, (length + 3U) / 4 * 4 - 4);
	}
	return wire_whole(&at) ? FRAME_NOT_IP : FRAME_TRUNCATED;
}

/* ---- GRE ---- */

enum gre_bit {
	GRE_CHECKSUM = 0x8000, /* RFC 2784 section 2.1 */
	GRE_ROUTING = 0x4000,  /* RFC 1701: nobody sends it */
	GRE_KEY = 0x2000,      /* RFC 2890 section 2 */
	GRE_SEQUENCE = 0x1000,
	GRE_ACKNOWLEDGEMENT = 0x0080, /* RFC 2637 section 4.1 */
	GRE_VERSION = 0x0007,
};

enum frame_outcome link_open_gre(struct link *link)
{
	struct wire at = link->at;
	uint16_t flags = wire_u16(&at), type = wire_u16(&at);
	bool for_ppp = (flags & GRE_VERSION) == 1;

	if (!wire_whole(&at))
		return FRAME_TRUNCATED;
	if ((flags & GRE_VERSION) > 1 || (flags & GRE_ROUTING) || for_ppp != (type == ETHER_PPP))
		return FRAME_NOT_OURS;
	wire_skip(&at, flags & GRE_CHECKSUM ? 4 : 0);
	wire_skip(&at, flags & GRE_KEY ? 4 : 0);
	wire_skip(&at, flags & GRE_SEQUENCE ? 4 : 0);
	wire_skip(&at, for_ppp && (flags & GRE_ACKNOWLEDGEMENT) ? 4 : 0);
	return found(link, &at, type);
}

/* RFC 7348 section 5: flags, of which one says that there is a network identifier, and that. */
enum frame_outcome link_open_vxlan(struct link *link)
{
	struct wire at = link->at;

	wire_skip(&at, 8); /* the UDP header */
	uint8_t flags = wire_u8(&at);

	wire_skip(&at, 7);
	if (wire_whole(&at) && !(flags & 0x08))
		return FRAME_NOT_OURS;
	return found(link, &at, ETHER_BRIDGED);
}

/* ---- the way inwards ---- */

static enum frame_outcome step(struct link *link)
{
	switch (link->type) {
	case ETHER_VLAN:
	case ETHER_SERVICE:
	case ETHER_OLD_QINQ:
		return open_tag(link);
	case ETHER_BRIDGED:
		return open_ethernet(link);
	case ETHER_PPPOE:
		return open_pppoe(link);
	case ETHER_PPP:
		return open_ppp(link);
	case ETHER_MPLS:
		return open_mpls(link);
	default:
		return FRAME_NOT_IP;
	}
}

static bool is_network(uint16_t type)
{
	return type == ETHER_IPV4 || type == ETHER_IPV6 || type == ETHER_ARP;
}

enum frame_outcome link_descend(struct link *link)
{
	for (unsigned i = 0; i < STEPS_MOST && !is_network(link->type); i++) {
		enum frame_outcome outcome = step(link);

		if (outcome != FRAME_DECODED)
			return outcome;
	}
	return is_network(link->type) ? FRAME_DECODED : FRAME_NOT_IP;
}

static enum frame_outcome open_link(struct link *link, uint32_t link_type)
{
	switch (link_type) {
	case LINK_ETHERNET:
		return open_ethernet(link);
	case LINK_LINUX_SLL:
	case LINK_LINUX_SLL2:
		return open_cooked(link, link_type);
	case LINK_NULL:
	case LINK_LOOP:
		return open_loopback(link);
	case LINK_RAW:
	case LINK_IPV4:
	case LINK_IPV6:
	case LINK_RAW_OF_MOST:
	case LINK_RAW_OF_OPENBSD:
		return link_find_version(link);
	case LINK_PPP:
		return open_ppp(link);
	case LINK_PPP_HDLC:
		return open_hdlc(link);
	case LINK_PPP_DIRECTED:
		return open_directed_ppp(link);
	case LINK_PPPOE:
		return open_pppoe(link);
	case LINK_CISCO_HDLC:
		return open_cisco_hdlc(link);
	case LINK_WLAN:
		return open_wlan(link, false);
	case LINK_WLAN_RADIOTAP:
		return open_radiotap(link);
	case LINK_NFLOG:
		return open_nflog(link);
	default:
		return FRAME_UNKNOWN_LINK;
	}
}

enum frame_outcome link_open(struct link *out, const struct packet *packet)
{
	*out = (struct link){
		.at = wire_over(packet->bytes, packet->captured),
		.on_wire = packet->length > packet->captured ? packet->length : packet->captured,
	};
	enum frame_outcome outcome = open_link(out, packet->link_type);

	return outcome == FRAME_DECODED ? link_descend(out) : outcome;
}
