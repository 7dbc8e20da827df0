/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A packet that is whole gets a plain IP header and is decoded like one of a capture without a link
 * layer, so that the decoder knows nothing of all this, and tunnels whose packets are fragments,
 * or carry some, come for nothing.
 */
#include "reassembly.h"

#include "fault.h"
#include "packet.h"

#include <stdlib.h>
#include <string.h>

#define GATHERED_MOST 128   /* packets at a time; each takes up to 64 KiB */
#define PIECES_MOST   128   /* of one packet: 64 KiB in the 576 bytes that all links carry */
#define NESTED_MOST   4     /* fragments in packets that came in fragments */
#define IP_MOST       65535 /* RFC 791 section 3.1, RFC 8200 section 3 */
#define IPV4_HEADER   20
#define IPV6_HEADER   40
#define UNKNOWN       UINT32_MAX

#define SECOND_NS   ((int64_t)1000000000)
#define PATIENCE_NS (60 * SECOND_NS) /* RFC 8200 section 4.5; RFC 1122 section 3.3.2 */

/* A packet's fragments, captured twice, may come in again when it is whole already; its
 * identification comes again later than that. */
#define ECHO_NS SECOND_NS

enum gathering_state {
	GATHERING_NOTHING,
	GATHERING_PIECES,
	GATHERING_REFUSED, /* and whatever else comes of this packet is, too */
	GATHERING_WHOLE,
};

struct piece {
	uint32_t from, to; /* in the whole payload */
	uint32_t captured; /* bytes of it, from its beginning */
};

struct gathering {
	enum gathering_state state;
	struct address source, destination;
	uint32_t identifier;
	uint8_t protocol;
	uint8_t hop_limit; /* this and the next as in the first fragment */
	bool dont_fragment;
	int64_t since_ns;    /* when its first piece came; once it is whole, its last */
	uint32_t total;      /* bytes of payload; UNKNOWN before the last fragment is there */
	uint32_t got;        /* bytes of all pieces */
	uint32_t contiguous; /* bytes before the first that were cut off */
	uint32_t packets;    /* captured ones that all this came in */
	uint8_t *bytes;      /* the longest header, then the payload */
	size_t room;
	unsigned piece_count;
	struct piece pieces[PIECES_MOST];
};

struct reassembly {
	struct gathering *gatherings; /* GATHERED_MOST; NULL before the first fragment */
	const struct gathering *lent; /* whose bytes were given out in this call */
};

struct reassembly *reassembly_new(void)
{
	return fault_allocate(1, sizeof(struct reassembly));
}

void reassembly_free(struct reassembly *reassembly)
{
	if (!reassembly)
		return;
	for (size_t i = 0; reassembly->gatherings && i < GATHERED_MOST; i++)
		free(reassembly->gatherings[i].bytes);
	free(reassembly->gatherings);
	free(reassembly);
}

/* ---- whose it is ---- */

/* In IPv6 the pieces need not agree in the protocol, of which the first one's counts (RFC 8200). */
static bool is_of(const struct gathering *gathering, const struct frame *frame)
{
	return gathering->state != GATHERING_NOTHING &&
		gathering->identifier == frame->fragment.identifier &&
		(frame->source.family == ADDRESS_IPV6 ||
			gathering->protocol == frame->fragment.protocol) &&
		address_equal(&gathering->source, &frame->source) &&
		address_equal(&gathering->destination, &frame->destination);
}

static bool is_over(const struct gathering *gathering, int64_t now_ns)
{
	int64_t most_ns = gathering->state == GATHERING_WHOLE ? ECHO_NS : PATIENCE_NS;

	return now_ns - gathering->since_ns > most_ns;
}

static void begin(struct gathering *gathering, const struct frame *frame)
{
	*gathering = (struct gathering){
		.state = GATHERING_PIECES,
		.source = frame->source,
		.destination = frame->destination,
		.identifier = frame->fragment.identifier,
		.protocol = frame->fragment.protocol,
		.since_ns = frame->time_ns,
		.total = UNKNOWN,
		.contiguous = UNKNOWN,
		.bytes = gathering->bytes,
		.room = gathering->room,
	};
}

/* The one that frame is a piece of, begun anew where there is none. */
static struct gathering *gathering_of(struct reassembly *reassembly, const struct frame *frame)
{
	struct gathering *room = NULL;

	if (!reassembly->gatherings)
		reassembly->gatherings =
			fault_allocate(GATHERED_MOST, sizeof(*reassembly->gatherings));
	for (size_t i = 0; i < GATHERED_MOST; i++) {
		struct gathering *each = &reassembly->gatherings[i];

		if (is_of(each, frame)) {
			room = each;
			break;
		}
		if (each == reassembly->lent || (room && room->state == GATHERING_NOTHING))
			continue;
		if (!room || each->state == GATHERING_NOTHING || each->since_ns < room->since_ns)
			room = each;
	}
	if (room != reassembly->lent && (!is_of(room, frame) || is_over(room, frame->time_ns)))
		begin(room, frame);
	return room;
}

/* ---- one piece more ---- */

/* All but the last end at a multiple of eight (RFC 791 section 3.1, RFC 8200 section 4.5). */
static bool is_possible(const struct frame *frame)
{
	const struct frame_fragment *fragment = &frame->fragment;
	uint32_t most = frame->source.family == ADDRESS_IPV4 ? IP_MOST - IPV4_HEADER : IP_MOST;

	return fragment->length > 0 && fragment->length <= most &&
		fragment->offset <= most - fragment->length &&
		(!fragment->more || fragment->length % 8 == 0);
}

static uint8_t *payload_of(const struct gathering *gathering)
{
	return gathering->bytes + IPV6_HEADER;
}

/* Whether it is the same piece, captured again, which is nothing new. */
static bool is_same(const struct gathering *gathering, const struct piece *known,
	const struct frame_fragment *fragment)
{
	uint32_t captured =
		known->captured < fragment->captured ? known->captured : fragment->captured;

	return known->from == fragment->offset &&
		known->to == fragment->offset + fragment->length &&
		memcmp(payload_of(gathering) + known->from, fragment->bytes, captured) == 0;
}

static const struct piece *overlapped(
	const struct gathering *gathering, const struct frame_fragment *fragment)
{
	for (unsigned i = 0; i < gathering->piece_count; i++) {
		const struct piece *piece = &gathering->pieces[i];

		if (fragment->offset < piece->to &&
			fragment->offset + fragment->length > piece->from)
			return piece;
	}
	return NULL;
}

/* There is one end, and nothing stands behind it. */
static bool contradicts_end(
	const struct gathering *gathering, const struct frame_fragment *fragment)
{
	uint32_t end = fragment->offset + fragment->length;

	if (gathering->total != UNKNOWN)
		return !fragment->more || end > gathering->total;
	for (unsigned i = 0; i < gathering->piece_count && !fragment->more; i++) {
		if (gathering->pieces[i].to > end)
			return true;
	}
	return false;
}

static void copy_piece(struct gathering *gathering, const struct frame_fragment *fragment)
{
	uint32_t end = fragment->offset + fragment->length;
	size_t needed = IPV6_HEADER + (size_t)end;

	if (needed > gathering->room) {
		gathering->room =
			needed * 2 < IPV6_HEADER + IP_MOST ? needed * 2 : IPV6_HEADER + IP_MOST;
		gathering->bytes = fault_resize(gathering->bytes, gathering->room, 1);
	}
	memcpy(payload_of(gathering) + fragment->offset, fragment->bytes, fragment->captured);
	gathering->pieces[gathering->piece_count++] =
		(struct piece){fragment->offset, end, fragment->captured};
	gathering->got += fragment->length;
	if (fragment->captured < fragment->length &&
		fragment->offset + fragment->captured < gathering->contiguous)
		gathering->contiguous = fragment->offset + fragment->captured;
	if (!fragment->more)
		gathering->total = end;
}

static void add_piece(struct gathering *gathering, const struct frame *frame)
{
	const struct frame_fragment *fragment = &frame->fragment;
	const struct piece *known = overlapped(gathering, fragment);

	if (known && is_same(gathering, known, fragment))
		return;
	if (known || gathering->piece_count == PIECES_MOST ||
		contradicts_end(gathering, fragment)) {
		gathering->state = GATHERING_REFUSED;
		return;
	}
	copy_piece(gathering, fragment);
	if (fragment->offset == 0) {
		gathering->protocol = fragment->protocol;
		gathering->hop_limit = frame->hop_limit;
		gathering->dont_fragment = frame->dont_fragment;
	}
}

/* What has come in so many captured packets; the packet that it makes whole, or NULL. */
static struct gathering *gather(
	struct reassembly *reassembly, const struct frame *frame, uint32_t packets)
{
	struct gathering *gathering = gathering_of(reassembly, frame);

	if (gathering->state != GATHERING_PIECES)
		return NULL;
	gathering->packets += packets;
	add_piece(gathering, frame);
	/* Nothing overlaps, so what adds up to the whole is the whole. */
	if (gathering->state != GATHERING_PIECES || gathering->got != gathering->total)
		return NULL;
	gathering->state = GATHERING_WHOLE;
	gathering->since_ns = frame->time_ns;
	return gathering;
}

/* ---- the whole ---- */

static void put_u16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* Writes a header that ends where the payload begins, and returns its length. */
static uint32_t write_header(const struct gathering *gathering)
{
	uint8_t *end = payload_of(gathering), *at = NULL;

	if (gathering->source.family == ADDRESS_IPV4) {
		at = end - IPV4_HEADER;
		memset(at, 0, IPV4_HEADER);
		at[0] = 0x45;
		put_u16(at + 2, IPV4_HEADER + gathering->total);
		put_u16(at + 4, gathering->identifier);
		put_u16(at + 6, gathering->dont_fragment ? 0x4000 : 0);
		at[8] = gathering->hop_limit;
		at[9] = gathering->protocol;
		memcpy(at + 12, gathering->source.bytes, 4);
		memcpy(at + 16, gathering->destination.bytes, 4);
		return IPV4_HEADER;
	}
	at = end - IPV6_HEADER;
	memset(at, 0, IPV6_HEADER);
	at[0] = 0x60;
	put_u16(at + 4, gathering->total);
	at[6] = gathering->protocol;
	at[7] = gathering->hop_limit;
	memcpy(at + 8, gathering->source.bytes, 16);
	memcpy(at + 24, gathering->destination.bytes, 16);
	return IPV6_HEADER;
}

static enum frame_outcome decode_whole(
	const struct gathering *gathering, struct frame *out, const struct packet *last)
{
	uint32_t header = write_header(gathering);
	uint32_t captured =
		gathering->contiguous < gathering->total ? gathering->contiguous : gathering->total;
	struct packet whole = {
		.time_ns = last->time_ns,
		.number = last->number,
		.link_type = LINK_RAW,
		.captured = header + captured,
		.length = header + gathering->total,
		.bytes = payload_of(gathering) - header,
	};

	return frame_decode(out, &whole);
}

static enum frame_outcome put_together(
	struct reassembly *reassembly, struct frame *out, const struct packet *packet)
{
	enum frame_outcome outcome = FRAME_FRAGMENT;
	uint32_t packets = 1;

	reassembly->lent = NULL;
	for (unsigned i = 0; i < NESTED_MOST && outcome == FRAME_FRAGMENT; i++) {
		const struct gathering *whole = NULL;

		if (!is_possible(out))
			return FRAME_MALFORMED;
		whole = gather(reassembly, out, packets);
		if (!whole)
			return FRAME_FRAGMENT;
		packets = whole->packets;
		reassembly->lent = whole;
		outcome = decode_whole(whole, out, packet);
	}
	out->pieces = packets;
	/* Neighbour discovery in fragments is void (RFC 6980 section 5). */
	if (out->kind == FRAME_NEIGHBOUR_ASK || out->kind == FRAME_NEIGHBOUR_TELL)
		out->kind = FRAME_ICMP_OTHER;
	return outcome;
}

enum frame_outcome reassembly_decode(
	struct reassembly *reassembly, struct frame *out, const struct packet *packet)
{
	enum frame_outcome outcome = frame_decode(out, packet);

	return outcome == FRAME_FRAGMENT ? put_together(reassembly, out, packet) : outcome;
}
