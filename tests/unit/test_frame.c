/* SPDX-License-Identifier: BSD-2-Clause */
#include "frame.h"
#include "hex_bytes.h"
#include "packet.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

/* Headers as hexadecimal text, one each; checksums are left zero, since nobody looks. */
#define ETHER(type) "020000000002 020000000001" type
#define IPV4(total, id, fragment, ttl, protocol)                                                   \
	"4500" total id fragment ttl protocol "0000 c0000201 c6336419"
#define IPV6(length, next, hops)                                                                   \
	"60000000" length next hops                                                                \
	"20010db8000000000000000000000001 20010db8000000000000000000000025"
#define TCP_SYN_MSS                                                                                \
	"9c40 0019 01020304 00000000 a002 faf0 0000 0000"                                          \
	"020405b4 0402 080a0000000100000000 01 030307"
#define TCP_PLAIN "0019 9c40 0a0b0c0d 01020305 5012 7d78 0000 0000"

#define SEGMENT                 IPV4("0028", "0000", "4000", "40", "06") TCP_PLAIN
#define WLAN(control, sequence) control "0000 020000000002 020000000001 020000000003" sequence
#define SNAP                    "aaaa03 000000 0800"

struct sample {
	const char *name;
	uint32_t link_type;
	enum frame_outcome outcome;
	enum frame_kind kind;
	const char *hex;
};

static const struct sample samples[] = {
	{"ethernet, IPv4, SYN", LINK_ETHERNET, FRAME_DECODED, FRAME_TCP,
		ETHER("0800") IPV4("003c", "4321", "4000", "40", "06") TCP_SYN_MSS},
	{"ethernet, IPv6, SYN", LINK_ETHERNET, FRAME_DECODED, FRAME_TCP,
		ETHER("86dd") IPV6("0028", "06", "40") TCP_SYN_MSS},
	{"ethernet, padded to 60 bytes", LINK_ETHERNET, FRAME_DECODED, FRAME_TCP,
		ETHER("0800") IPV4("0028", "0000", "4000", "40", "06") TCP_PLAIN "000000000000"},
	{"802.1Q", LINK_ETHERNET, FRAME_DECODED, FRAME_TCP,
		ETHER("8100") "0064 0800" IPV4("0028", "0000", "4000", "40", "06") TCP_PLAIN},
	{"802.1ad with 802.1Q", LINK_ETHERNET, FRAME_DECODED, FRAME_TCP,
		ETHER("88a8") "0064 8100 0065 0800" IPV4("0028", "0000", "4000", "40", "06")
			TCP_PLAIN},
	{"old QinQ with IPv6", LINK_ETHERNET, FRAME_DECODED, FRAME_TCP,
		ETHER("9100") "0064 8100 0065 86dd" IPV6("0014", "06", "40") TCP_PLAIN},
	{"PPPoE session", LINK_ETHERNET, FRAME_DECODED, FRAME_TCP,
		ETHER("8864") "1100 0001 002a 0021" IPV4("0028", "0000", "4000", "40", "06")
			TCP_PLAIN},
	{"PPPoE session with IPv6", LINK_ETHERNET, FRAME_DECODED, FRAME_TCP,
		ETHER("8864") "1100 0001 003e 0057" IPV6("0014", "06", "40") TCP_PLAIN},
	{"two MPLS labels", LINK_ETHERNET, FRAME_DECODED, FRAME_TCP,
		ETHER("8847") "00010040 00011140" IPV4("0028", "0000", "4000", "40", "06")
			TCP_PLAIN},
	{"Linux cooked", LINK_LINUX_SLL, FRAME_DECODED, FRAME_TCP,
		"0004 0001 0006 0200000000010000 0800" IPV4("0028", "0000", "4000", "40", "06")
			TCP_PLAIN},
	{"Linux cooked 2", LINK_LINUX_SLL2, FRAME_DECODED, FRAME_TCP,
		"86dd 0000 00000002 0001 00 06 0200000000010000" IPV6("0014", "06", "40")
			TCP_PLAIN},
	{"Linux cooked 2, VLAN", LINK_LINUX_SLL2, FRAME_DECODED, FRAME_TCP,
		"8100 0000 00000002 0001 00 06 0200000000010000 0064 0800" IPV4(
			"0028", "0000", "4000", "40", "06") TCP_PLAIN},
	{"Linux cooked netlink", LINK_LINUX_SLL, FRAME_NOT_IP, 0,
		"0004 0338 0000 0000000000000000 0800" IPV4("0028", "0000", "4000", "40", "06")},
	{"raw IPv4", LINK_RAW, FRAME_DECODED, FRAME_TCP,
		IPV4("0028", "0000", "4000", "40", "06") TCP_PLAIN},
	{"raw IPv6", LINK_IPV6, FRAME_DECODED, FRAME_TCP, IPV6("0014", "06", "40") TCP_PLAIN},
	{"raw, number of most systems", 12, FRAME_DECODED, FRAME_TCP,
		IPV4("0028", "0000", "4000", "40", "06") TCP_PLAIN},
	{"raw, number of OpenBSD", 14, FRAME_DECODED, FRAME_TCP,
		IPV4("0028", "0000", "4000", "40", "06") TCP_PLAIN},
	{"null, little-endian", LINK_NULL, FRAME_DECODED, FRAME_TCP,
		"02000000" IPV4("0028", "0000", "4000", "40", "06") TCP_PLAIN},
	{"null, big-endian, IPv6 of BSD", LINK_NULL, FRAME_DECODED, FRAME_TCP,
		"00000018" IPV6("0014", "06", "40") TCP_PLAIN},
	{"null, IPv6 of FreeBSD", LINK_NULL, FRAME_DECODED, FRAME_TCP,
		"1c000000" IPV6("0014", "06", "40") TCP_PLAIN},
	{"loop, IPv6 of macOS", LINK_LOOP, FRAME_DECODED, FRAME_TCP,
		"0000001e" IPV6("0014", "06", "40") TCP_PLAIN},
	{"null, IPv6 of Linux", LINK_NULL, FRAME_DECODED, FRAME_TCP,
		"0a000000" IPV6("0014", "06", "40") TCP_PLAIN},
	{"null, AppleTalk", LINK_NULL, FRAME_NOT_IP, 0, "10000000 00"},
	{"IPv4 options", LINK_RAW, FRAME_DECODED, FRAME_TCP,
		"4700 0030 0000 4000 40 06 0000 c0000201 c6336419 0101010101010100" TCP_PLAIN},
	{"first fragment", LINK_RAW, FRAME_FRAGMENT, 0,
		IPV4("0028", "0007", "2000", "40", "06") TCP_PLAIN},
	{"later fragment", LINK_RAW, FRAME_FRAGMENT, 0,
		IPV4("0028", "0007", "00b9", "40", "06") TCP_PLAIN},
	{"IPv6 extension headers", LINK_RAW, FRAME_DECODED, FRAME_TCP,
		IPV6("0044", "00",
			"40") "2b00050200000000 3c00000000000000 3302050200000000"
			      "0000000000000000 2c00050200000000 0600000000000007" TCP_PLAIN},
	{"fragment of UDP", LINK_RAW, FRAME_NOT_OURS, 0,
		IPV4("0028", "0007", "2000", "40", "11") TCP_PLAIN},
	{"IPv6 first fragment", LINK_RAW, FRAME_FRAGMENT, 0,
		IPV6("001c", "2c", "40") "0600000100000007" TCP_PLAIN},
	{"IPv6 later fragment", LINK_RAW, FRAME_FRAGMENT, 0,
		IPV6("001c", "2c", "40") "0600000900000007" TCP_PLAIN},
	{"IPv6 extension header past the payload", LINK_RAW, FRAME_MALFORMED, 0,
		IPV6("0010", "00", "40") "06ff050200000000" TCP_PLAIN},
	{"from a name server", LINK_RAW, FRAME_DECODED, FRAME_NAMES,
		IPV4("001e", "0000", "4000", "40", "11") "0035 9c40 000a 0000 1234"},
	{"to a name server", LINK_RAW, FRAME_NOT_OURS, 0,
		IPV4("001e", "0000", "4000", "40", "11") "9c40 0035 000a 0000 1234"},
	{"from a name server, cut within UDP", LINK_RAW, FRAME_NOT_OURS, 0,
		IPV4("001e", "0000", "4000", "40", "11") "0035 9c40 00"},
	{"UDP", LINK_RAW, FRAME_NOT_OURS, 0,
		IPV4("001c", "0000", "4000", "40", "11") "0036003600080000"},
	{"port unreachable", LINK_RAW, FRAME_DECODED, FRAME_ICMP_ERROR,
		IPV4("0038", "0000", "0000", "3f", "01") "030a000000000000" IPV4(
			"003c", "4011", "4000", "01", "06") "9c40001901020304"},
	{"fragmentation needed", LINK_RAW, FRAME_DECODED, FRAME_ICMP_ERROR,
		IPV4("0038", "0000", "0000", "3f", "01") "0304000000000578" IPV4(
			"05dc", "4011", "4000", "40", "06") "9c40001901020304"},
	{"IPv6 time exceeded, extension header in the quote", LINK_RAW, FRAME_DECODED,
		FRAME_ICMP_ERROR,
		IPV6("0040", "3a", "3f") "0300000000000000" IPV6(
			"0030", "3c", "01") "0600010400000000 9c40001901020304"},
	{"IPv6 packet too big", LINK_RAW, FRAME_DECODED, FRAME_ICMP_ERROR,
		IPV6("0038", "3a", "3f") "0200000000000500" IPV6(
			"0014", "06", "40") "9c40001901020304"},
	{"echo reply", LINK_RAW, FRAME_DECODED, FRAME_ECHO_REPLY,
		IPV4("001c", "0000", "0000", "40", "01") "0000000000010001"},
	{"IPv6 echo reply", LINK_RAW, FRAME_DECODED, FRAME_ECHO_REPLY,
		IPV6("0008", "3a", "40") "8100000000010001"},
	{"echo request", LINK_RAW, FRAME_DECODED, FRAME_ICMP_OTHER,
		IPV4("001c", "0000", "0000", "40", "01") "0800000000010001"},
	{"ARP request", LINK_ETHERNET, FRAME_DECODED, FRAME_NEIGHBOUR_ASK,
		ETHER("0806") "0001080006040001 020000000001 c0000201 000000000000 c0000209"},
	{"ARP reply", LINK_ETHERNET, FRAME_DECODED, FRAME_NEIGHBOUR_TELL,
		ETHER("0806") "0001080006040002 020000000009 c0000209 020000000001 c0000201"},
	{"neighbour solicitation", LINK_RAW, FRAME_DECODED, FRAME_NEIGHBOUR_ASK,
		IPV6("0018", "3a", "ff") "8700000000000000 20010db8000000000000000000000009"},
	{"neighbour advertisement", LINK_RAW, FRAME_DECODED, FRAME_NEIGHBOUR_TELL,
		IPV6("0018", "3a", "ff") "8800000060000000 20010db8000000000000000000000009"},
	{"neighbour advertisement from afar", LINK_RAW, FRAME_DECODED, FRAME_ICMP_OTHER,
		IPV6("0018", "3a", "40") "8800000060000000 20010db8000000000000000000000009"},
	{"802.3 with SNAP", LINK_ETHERNET, FRAME_DECODED, FRAME_TCP,
		ETHER("0030") "aaaa03 000000 0800" SEGMENT},
	{"PPP", 9, FRAME_DECODED, FRAME_TCP, "ff03 0021" SEGMENT},
	{"PPP without address, protocol of one byte", 9, FRAME_DECODED, FRAME_TCP, "21" SEGMENT},
	{"PPP with IPv6", 9, FRAME_DECODED, FRAME_TCP, "0057" IPV6("0014", "06", "40") TCP_PLAIN},
	{"PPP, link control", 9, FRAME_NOT_IP, 0, "ff03 c021 01010004"},
	{"PPP in HDLC framing", 50, FRAME_DECODED, FRAME_TCP, "ff03 0021" SEGMENT},
	{"Cisco HDLC in its place", 50, FRAME_DECODED, FRAME_TCP, "0f00 0800" SEGMENT},
	{"PPPoE as link", 51, FRAME_DECODED, FRAME_TCP, "1100 0001 002a 0021" SEGMENT},
	{"Cisco HDLC", 104, FRAME_DECODED, FRAME_TCP,
		"8f00 86dd" IPV6("0014", "06", "40") TCP_PLAIN},
	{"Cisco HDLC keep-alive", 104, FRAME_NOT_IP, 0, "8f00 8035 00000002"},
	{"PPP with its direction", 166, FRAME_DECODED, FRAME_TCP, "0003 0021" SEGMENT},
	{"802.11 data", 105, FRAME_DECODED, FRAME_TCP, WLAN("0801", "1000") SNAP SEGMENT},
	{"802.11 between access points", 105, FRAME_DECODED, FRAME_TCP,
		WLAN("0803", "1000") "020000000004" SNAP SEGMENT},
	{"802.11 QoS data", 105, FRAME_DECODED, FRAME_TCP,
		WLAN("8802", "1000") "0000" SNAP SEGMENT},
	{"802.11 QoS data with HT control", 105, FRAME_DECODED, FRAME_TCP,
		WLAN("8882", "1000") "0000 00000000" SNAP SEGMENT},
	{"802.11 aggregate", 105, FRAME_DECODED, FRAME_TCP,
		WLAN("8801", "1000") "8000 020000000002 020000000001 0030" SNAP SEGMENT},
	{"802.11 encrypted", 105, FRAME_NOT_IP, 0, WLAN("0841", "1000") SNAP SEGMENT},
	{"802.11 without data", 105, FRAME_NOT_IP, 0, WLAN("4801", "1000")},
	{"802.11 beacon", 105, FRAME_NOT_IP, 0, WLAN("8000", "1000") "0000000000000000"},
	{"802.11 later fragment", 105, FRAME_NOT_OURS, 0, WLAN("0801", "1100") SNAP SEGMENT},
	{"802.11 with another 802.2 header", 105, FRAME_NOT_IP, 0,
		WLAN("0801", "1000") "424203 0000 0000 00 00"},
	{"radiotap", 127, FRAME_DECODED, FRAME_TCP,
		"0000 0800 00000000" WLAN("0801", "1000") SNAP SEGMENT},
	{"radiotap that tells of padding", 127, FRAME_DECODED, FRAME_TCP,
		"0000 1900 030000a0 00000000 00000000 0000000000000000 20" WLAN(
			"8801", "1000") "0000 0000" SNAP SEGMENT},
	{"radiotap length below its own", 127, FRAME_MALFORMED, 0, "0000 0700 00000000"},
	{"netfilter log, little-endian", 239, FRAME_DECODED, FRAME_TCP,
		"0200 0000 0500 0a00 61000000 2c00 0900" SEGMENT},
	{"netfilter log, big-endian", 239, FRAME_DECODED, FRAME_TCP,
		"0200 0000 0005 000a 61000000 002c 0009" SEGMENT},
	{"netfilter log without a packet", 239, FRAME_NOT_IP, 0, "0200 0000 0500 0a00 61000000"},
	{"netfilter log that stands still", 239, FRAME_MALFORMED, 0, "0200 0000 0000 0a00"},
	{"GRE with IPv4", LINK_RAW, FRAME_DECODED, FRAME_TCP,
		IPV4("0040", "0000", "4000", "40", "2f") "0000 0800" SEGMENT},
	{"GRE with checksum, key, sequence and IPv6", LINK_RAW, FRAME_DECODED, FRAME_TCP,
		IPV4("0060", "0000", "4000", "40",
			"2f") "b000 86dd 00000000 00000007 00000001" IPV6("0014", "06", "40")
			TCP_PLAIN},
	{"GRE with Ethernet and a VLAN", LINK_RAW, FRAME_DECODED, FRAME_TCP,
		IPV6("0042", "2f", "40") "0000 6558" ETHER("8100") "0064 0800" SEGMENT},
	{"GRE with PPP", LINK_RAW, FRAME_DECODED, FRAME_TCP,
		IPV4("004a", "0000", "4000", "40",
			"2f") "3001 880b 002a 0001 00000001 0021" SEGMENT},
	{"GRE with routing", LINK_RAW, FRAME_NOT_OURS, 0,
		IPV4("0040", "0000", "4000", "40", "2f") "4000 0800" SEGMENT},
	{"GRE cut short by IP", LINK_RAW, FRAME_TRUNCATED, 0,
		IPV4("0016", "0000", "4000", "40", "2f") "0000 0800" SEGMENT},
	{"IPv4 in IPv4", LINK_RAW, FRAME_DECODED, FRAME_TCP,
		IPV4("003c", "0000", "4000", "40", "04") SEGMENT},
	{"IPv6 in IPv4", LINK_RAW, FRAME_DECODED, FRAME_TCP,
		IPV4("0050", "0000", "4000", "40", "29") IPV6("0014", "06", "40") TCP_PLAIN},
	{"IPv4 in IPv6", LINK_RAW, FRAME_DECODED, FRAME_TCP, IPV6("0028", "04", "40") SEGMENT},
	{"four tunnels", LINK_RAW, FRAME_DECODED, FRAME_TCP,
		IPV4("0078", "0000", "4000", "40", "04") IPV4("0064", "0000", "4000", "40", "04")
			IPV4("0050", "0000", "4000", "40", "04")
				IPV4("003c", "0000", "4000", "40", "04") SEGMENT},
	{"five tunnels", LINK_RAW, FRAME_NOT_OURS, 0,
		IPV4("008c", "0000", "4000", "40", "04") IPV4("0078", "0000", "4000", "40", "04")
			IPV4("0064", "0000", "4000", "40", "04") IPV4("0050", "0000", "4000", "40",
				"04") IPV4("003c", "0000", "4000", "40", "04") SEGMENT},
	{"later fragment of a tunnel", LINK_RAW, FRAME_FRAGMENT, 0,
		IPV4("003c", "0000", "0010", "40", "04") SEGMENT},
	{"VXLAN", LINK_RAW, FRAME_DECODED, FRAME_TCP,
		IPV4("005a", "0000", "4000", "40",
			"11") "c000 12b5 0046 0000 08000000 00000100" ETHER("0800") SEGMENT},
	{"to VXLAN's port without its flag", LINK_RAW, FRAME_NOT_OURS, 0,
		IPV4("002c", "0000", "4000", "40", "11") "c000 12b5 0018 0000 00000000 00000100"},
	{"802.3 length", LINK_ETHERNET, FRAME_NOT_IP, 0, ETHER("0026") "424203"},
	{"endless VLAN tags", LINK_ETHERNET, FRAME_NOT_IP, 0,
		ETHER("8100") "00018100 00018100 00018100 00018100 00018100 00018100 00018100"
			      "00018100 00018100 00018100"},
	{"unknown link", 147, FRAME_UNKNOWN_LINK, 0, "00"},
	{"IP version 5", LINK_RAW, FRAME_MALFORMED, 0, "55000014"},
	{"IPv4 header length 4", LINK_RAW, FRAME_MALFORMED, 0,
		"4100 0014 0000 0000 40 06 0000 c0000201 c6336419"},
	{"IPv4 total length below its header", LINK_RAW, FRAME_MALFORMED, 0,
		IPV4("0013", "0000", "0000", "40", "06") TCP_PLAIN},
	{"TCP header length 16", LINK_RAW, FRAME_MALFORMED, 0,
		IPV4("0028", "0000", "4000", "40",
			"06") "0019 9c40 0a0b0c0d 01020305 4012 7d78 00000000"},
	{"TCP header past the IP length", LINK_RAW, FRAME_MALFORMED, 0,
		IPV4("0028", "0000", "4000", "40",
			"06") "0019 9c40 0a0b0c0d 01020305 6012 7d78 00000000"},
};
#define SAMPLES (sizeof(samples) / sizeof(samples[0]))

struct decoded {
	uint8_t *bytes;
	size_t length;
	enum frame_outcome outcome;
	struct frame frame;
};

static void decode_bytes(struct decoded *out, uint32_t link_type, size_t on_wire)
{
	struct packet packet = {
		.time_ns = 7,
		.number = 9,
		.link_type = link_type,
		.captured = (uint32_t)out->length,
		.length = (uint32_t)on_wire,
		.bytes = out->bytes,
	};

	out->outcome = frame_decode(&out->frame, &packet);
}

static struct decoded decoded(uint32_t link_type, const char *hex)
{
	struct decoded out;

	hex_bytes(hex, &out.bytes, &out.length);
	decode_bytes(&out, link_type, out.length);
	return out;
}

static void assert_address(const struct address *address, const char *text)
{
	char out[ADDRESS_TEXT];

	assert_string_equal(address_print(address, out), text);
}

static void frame_says_what_each_sample_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLES; i++) {
		struct decoded out = decoded(samples[i].link_type, samples[i].hex);

		if (out.outcome != samples[i].outcome)
			fail_msg(
				"%s: outcome %s", samples[i].name, frame_outcome_name(out.outcome));
		if (out.outcome == FRAME_DECODED && out.frame.kind != samples[i].kind)
			fail_msg("%s: kind %d", samples[i].name, (int)out.frame.kind);
		free(out.bytes);
	}
}

/* Each prefix lies in a heap block of its own size; whatever the outcome, borrowed data stays in
 * it. */
static void frame_stays_inside_every_truncation(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLES; i++) {
		struct decoded whole = decoded(samples[i].link_type, samples[i].hex);

		for (size_t length = 0; length < whole.length; length++) {
			struct decoded cut = {exact_copy(whole.bytes, length), length, 0, {0}};

			decode_bytes(&cut, samples[i].link_type, whole.length);
			if (cut.outcome == FRAME_DECODED && cut.frame.tcp.data)
				assert_true(cut.frame.tcp.data + cut.frame.tcp.data_captured <=
					cut.bytes + length);
			free(cut.bytes);
		}
		free(whole.bytes);
	}
}

/* One byte flipped at a time: no sanitizer may speak. */
static void frame_survives_every_changed_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLES; i++) {
		struct decoded out = decoded(samples[i].link_type, samples[i].hex);

		for (size_t at = 0; at < out.length * 3; at++) {
			static const uint8_t masks[] = {0xff, 0x0f, 0x80};

			out.bytes[at / 3] ^= masks[at % 3];
			decode_bytes(&out, samples[i].link_type, out.length);
			out.bytes[at / 3] ^= masks[at % 3];
		}
		free(out.bytes);
	}
}

/* However deep it lies, and whatever follows it. */
static void frame_finds_the_same_segment_in_every_wrapping(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLES; i++) {
		size_t at = strlen(samples[i].hex), last = strlen(SEGMENT);

		if (at < last || strcmp(samples[i].hex + at - last, SEGMENT) != 0 ||
			samples[i].outcome != FRAME_DECODED)
			continue;
		struct decoded out = decoded(samples[i].link_type, samples[i].hex);

		if (out.frame.tcp.source_port != 25 || out.frame.tcp.payload != 0 ||
			out.frame.tcp.sequence != 0x0a0b0c0d)
			fail_msg("%s: another segment", samples[i].name);
		assert_address(&out.frame.destination, "198.51.100.25");
		free(out.bytes);
	}
}

static void frame_reads_the_fields_of_a_syn(void **state)
{
	struct decoded out = decoded(samples[0].link_type, samples[0].hex);
	const struct frame *frame = &out.frame;

	(void)state;
	assert_int_equal(frame->time_ns, 7);
	assert_int_equal(frame->number, 9);
	assert_int_equal(frame->hop_limit, 64);
	assert_int_equal(frame->identifier, 0x4321);
	assert_true(frame->dont_fragment);
	assert_address(&frame->source, "192.0.2.1");
	assert_address(&frame->destination, "198.51.100.25");
	assert_int_equal(frame->tcp.source_port, 40000);
	assert_int_equal(frame->tcp.destination_port, 25);
	assert_int_equal(frame->tcp.sequence, 0x01020304);
	assert_int_equal(frame->tcp.flags, TCP_SYN);
	assert_int_equal(frame->tcp.window, 64240);
	assert_int_equal(frame->tcp.mss, 1460);
	assert_int_equal(frame->tcp.payload, 0);
	assert_null(frame->tcp.data);
	free(out.bytes);
}

static void frame_reads_the_quote_of_an_icmp_error(void **state)
{
	struct decoded out = decoded(LINK_RAW,
		IPV4("0038", "0000", "0000", "3f", "01") "030d000000000000" IPV4(
			"003c", "4011", "4000", "01", "06") "9c40001901020304");
	const struct frame_quote *quote = &out.frame.icmp.quote;

	(void)state;
	assert_int_equal(out.frame.icmp.type, 3);
	assert_int_equal(out.frame.icmp.code, 13);
	assert_true(quote->addressed && quote->has_ports && quote->has_sequence);
	assert_int_equal(quote->protocol, 6);
	assert_int_equal(quote->hop_limit, 1);
	assert_int_equal(quote->identifier, 0x4011);
	assert_int_equal(quote->source_port, 40000);
	assert_int_equal(quote->destination_port, 25);
	assert_int_equal(quote->sequence, 0x01020304);
	assert_address(&quote->destination, "198.51.100.25");
	free(out.bytes);
}

static void frame_reads_the_quote_behind_ipv6_extension_headers(void **state)
{
	struct decoded out = decoded(LINK_RAW,
		IPV6("0040", "3a", "3f") "0300000000000000" IPV6(
			"0030", "3c", "01") "0600010400000000 9c40001901020304");
	const struct frame_quote *quote = &out.frame.icmp.quote;

	(void)state;
	assert_int_equal(quote->protocol, 6);
	assert_int_equal(quote->hop_limit, 1);
	assert_int_equal(quote->sequence, 0x01020304);
	assert_address(&quote->destination, "2001:db8::25");
	free(out.bytes);
}

static void frame_tells_how_much_of_a_quote_there_is(void **state)
{
	static const struct {
		size_t quoted;
		bool addressed, has_ports, has_sequence;
	} cases[] = {
		{0, false, false, false},
		{19, false, false, false},
		{20, true, false, false},
		{23, true, false, false},
		{24, true, true, false},
		{27, true, true, false},
		{28, true, true, true},
	};
	struct decoded whole = decoded(LINK_RAW,
		IPV4("0038", "0000", "0000", "3f", "01") "0b00000000000000" IPV4(
			"003c", "4011", "4000", "01", "06") "9c40001901020304");

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t length = 28 + cases[i].quoted;
		struct decoded cut = {exact_copy(whole.bytes, length), length, 0, {0}};
		const struct frame_quote *quote = &cut.frame.icmp.quote;

		decode_bytes(&cut, LINK_RAW, length);
		assert_int_equal(cut.outcome, FRAME_DECODED);
		assert_int_equal(quote->addressed, cases[i].addressed);
		assert_int_equal(quote->has_ports, cases[i].has_ports);
		assert_int_equal(quote->has_sequence, cases[i].has_sequence);
		free(cut.bytes);
	}
	free(whole.bytes);
}

static void frame_quotes_no_ports_of_another_protocol(void **state)
{
	struct decoded out = decoded(LINK_RAW,
		IPV4("0038", "0000", "0000", "3f", "01") "0303000000000000" IPV4(
			"003c", "4011", "4000", "40", "11") "9c40003501020304");

	(void)state;
	assert_true(out.frame.icmp.quote.addressed);
	assert_int_equal(out.frame.icmp.quote.protocol, 17);
	assert_false(out.frame.icmp.quote.has_ports);
	free(out.bytes);
}

/* What was fragmented before it was thrown away is quoted as the fragment that it was. */
static void frame_reads_the_quote_of_a_fragment(void **state)
{
	static const struct {
		const char *hex;
		bool has_ports;
	} cases[] = {
		{IPV4("0038", "0000", "0000", "3f", "01") "030d000000000000" IPV4(
			 "0028", "4011", "2000", "01", "06") "9c40001901020304",
			true},
		{IPV4("0038", "0000", "0000", "3f", "01") "030d000000000000" IPV4(
			 "0028", "4011", "0003", "01", "06") "9c40001901020304",
			false},
		{IPV6("0040", "3a", "3f") "0300000000000000" IPV6(
			 "0010", "2c", "01") "0600000100000007 9c40001901020304",
			true},
		{IPV6("0040", "3a", "3f") "0300000000000000" IPV6(
			 "0010", "2c", "01") "0600001800000007 9c40001901020304",
			false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct decoded out = decoded(LINK_RAW, cases[i].hex);
		const struct frame_quote *quote = &out.frame.icmp.quote;

		assert_int_equal(out.outcome, FRAME_DECODED);
		assert_true(quote->addressed);
		assert_int_equal(quote->protocol, 6);
		assert_int_equal(quote->has_ports, cases[i].has_ports);
		assert_int_equal(quote->sequence, cases[i].has_ports ? 0x01020304 : 0);
		free(out.bytes);
	}
}

static void frame_reads_the_next_hop_mtu(void **state)
{
	struct decoded ipv4 = decoded(LINK_RAW,
		IPV4("0038", "0000", "0000", "3f", "01") "0304000000000578" IPV4(
			"05dc", "4011", "4000", "40", "06") "9c40001901020304");
	struct decoded ipv6 = decoded(LINK_RAW,
		IPV6("0038", "3a", "3f") "0200000000010500" IPV6(
			"0014", "06", "40") "9c40001901020304");

	(void)state;
	assert_int_equal(ipv4.frame.icmp.mtu, 1400);
	assert_int_equal(ipv6.frame.icmp.mtu, 65535);
	free(ipv4.bytes);
	free(ipv6.bytes);
}

static void frame_names_the_neighbour_asked_and_told(void **state)
{
	static const struct {
		uint32_t link_type;
		const char *hex, *neighbour;
	} cases[] = {
		{LINK_ETHERNET,
			ETHER("0806") "0001080006040001 020000000001 c0000201 000000000000"
				      "c0000209",
			"192.0.2.9"},
		{LINK_ETHERNET,
			ETHER("0806") "0001080006040002 020000000009 c0000209 020000000001"
				      "c0000201",
			"192.0.2.9"},
		{LINK_RAW,
			IPV6("0018", "3a", "ff") "8700000000000000"
						 "20010db8000000000000000000000009",
			"2001:db8::9"},
		{LINK_RAW,
			IPV6("0018", "3a", "ff") "8800000060000000"
						 "20010db8000000000000000000000009",
			"2001:db8::9"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct decoded out = decoded(cases[i].link_type, cases[i].hex);

		assert_address(&out.frame.neighbour, cases[i].neighbour);
		free(out.bytes);
	}
}

static void frame_counts_payload_by_the_ip_length(void **state)
{
	static const struct {
		const char *hex;
		uint32_t payload, captured;
	} cases[] = {
		/* whole */
		{IPV4("002c", "0000", "4000", "40", "06") TCP_PLAIN "32323020", 4, 4},
		/* link padding after it */
		{IPV4("002a", "0000", "4000", "40", "06") TCP_PLAIN "323200000000", 2, 2},
		/* cut by the snap length */
		{IPV4("05dc", "0000", "4000", "40", "06") TCP_PLAIN "3232", 1460, 2},
		/* total length not yet written: segmentation offload */
		{IPV4("0000", "0000", "4000", "40", "06") TCP_PLAIN "32323020", 4, 4},
		{IPV6("0000", "06", "40") TCP_PLAIN "32323020", 4, 4},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct decoded out = decoded(LINK_RAW, cases[i].hex);

		assert_int_equal(out.outcome, FRAME_DECODED);
		assert_int_equal(out.frame.tcp.payload, cases[i].payload);
		assert_int_equal(out.frame.tcp.data_captured, cases[i].captured);
		assert_memory_equal(out.frame.tcp.data, "22", 2);
		free(out.bytes);
	}
}

static void frame_finds_no_mss_in_broken_options(void **state)
{
	static const char *const options[] = {
		"00000000",   /* end of options before it */
		"0200 05b4",  /* length 0 */
		"0201 05b4",  /* length 1 */
		"0205 05b4",  /* a length over the end */
		"0203 05 01", /* a length that is not its own */
		"01010102",   /* a kind without a length */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		char hex[256] = IPV4("002c", "0000", "4000", "40",
			"06") "9c40 0019 01020304 00000000 6002 faf0 0000 0000";
		struct decoded out;

		strncat(hex, options[i], sizeof(hex) - strlen(hex) - 1);
		out = decoded(LINK_RAW, hex);
		assert_int_equal(out.outcome, FRAME_DECODED);
		assert_int_equal(out.frame.tcp.mss, 0);
		free(out.bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frame_says_what_each_sample_is),
		cmocka_unit_test(frame_stays_inside_every_truncation),
		cmocka_unit_test(frame_survives_every_changed_byte),
		cmocka_unit_test(frame_finds_the_same_segment_in_every_wrapping),
		cmocka_unit_test(frame_reads_the_fields_of_a_syn),
		cmocka_unit_test(frame_reads_the_quote_of_an_icmp_error),
		cmocka_unit_test(frame_reads_the_quote_behind_ipv6_extension_headers),
		cmocka_unit_test(frame_tells_how_much_of_a_quote_there_is),
		cmocka_unit_test(frame_quotes_no_ports_of_another_protocol),
		cmocka_unit_test(frame_reads_the_quote_of_a_fragment),
		cmocka_unit_test(frame_reads_the_next_hop_mtu),
		cmocka_unit_test(frame_names_the_neighbour_asked_and_told),
		cmocka_unit_test(frame_counts_payload_by_the_ip_length),
		cmocka_unit_test(frame_finds_no_mss_in_broken_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
