/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_generate mixed|mail MEGABYTES FILE: a capture of so many megabytes, always the same bytes.
 * mixed: long flows side by side, an eighth of them to mail ports, with what else a network
 * carries. mail: nothing but mail flows of two packets each, as a scan or a dead server leaves
 * them.
 */
#include <pcap/pcap.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ETHERNET     14
#define IPV4         20 /* RFC 791 section 3.1 */
#define TCP          20 /* RFC 9293 section 3.1 */
#define FRAME        (ETHERNET + IPV4 + TCP)
#define DATA         1400
#define ABREAST      64 /* flows at the same time */
#define MIXED_LENGTH 24 /* packets of a long flow */
#define SERVERS      200
#define STEP_US      50 /* between two packets */

enum flag {
	FIN = 0x01,
	SYN = 0x02,
	ACK = 0x10,
};

struct writer {
	pcap_dumper_t *out;
	uint64_t written, most, time_us;
	uint8_t bytes[FRAME + DATA];
};

struct flow {
	uint32_t number, sequence[2];
	unsigned sent, length;
	bool mixed;
};

static void put_u16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void put_u32(uint8_t *at, uint32_t value)
{
	put_u16(at, value >> 16);
	put_u16(at + 2, value & 0xffff);
}

static unsigned server_port(const struct flow *flow)
{
	static const uint16_t mail[] = {25, 587, 465, 143, 993, 110, 995};

	if (flow->mixed && flow->number % 8 != 0)
		return flow->number % 3 ? 443 : 80;
	return mail[flow->number / 8 % (sizeof(mail) / sizeof(mail[0]))];
}

static void put_address(uint8_t *at, const struct flow *flow, bool client)
{
	uint32_t address = client ? 0x0a000000 + flow->number % 0xfffffe + 1 /* 10.0.0.0/8 */
				  : 0xc6336400 + flow->number % SERVERS + 1; /* 198.51.100.0/24 */

	put_u32(at, address);
}

static void write_packet(struct writer *writer, struct flow *flow, unsigned flags, unsigned data)
{
	bool up = flow->sent % 2 == 0;
	unsigned client = 1024 + flow->number % 60000, server = server_port(flow);
	uint8_t *ip = writer->bytes + ETHERNET, *tcp = ip + IPV4;
	struct pcap_pkthdr head = {.caplen = FRAME + data, .len = FRAME + data};

	put_u16(writer->bytes + 12, 0x0800);
	put_u16(ip, 0x4500);
	put_u16(ip + 2, IPV4 + TCP + data);
	put_u16(ip + 4, flow->sent);
	put_u16(ip + 6, 0x4000);
	put_u16(ip + 8, 0x4006);
	put_address(ip + 12, flow, up);
	put_address(ip + 16, flow, !up);
	put_u16(tcp, up ? client : server);
	put_u16(tcp + 2, up ? server : client);
	put_u32(tcp + 4, flow->sequence[!up]);
	put_u32(tcp + 8, flags & ACK ? flow->sequence[up] : 0);
	put_u16(tcp + 12, 0x5000 | flags);
	put_u16(tcp + 14, 64240);
	flow->sequence[!up] += data + (flags & SYN ? 1 : 0);
	head.ts.tv_sec = 1700000000 + (time_t)(writer->time_us / 1000000);
	head.ts.tv_usec = (suseconds_t)(writer->time_us % 1000000);
	pcap_dump((unsigned char *)writer->out, &head, writer->bytes);
	writer->written += 16 + head.caplen;
	writer->time_us += STEP_US;
}

static void advance(struct writer *writer, struct flow *flow)
{
	unsigned turn = flow->sent;

	if (turn == 0)
		write_packet(writer, flow, SYN, 0);
	else if (turn == 1)
		write_packet(writer, flow, SYN | ACK, 0);
	else if (turn + 2 >= flow->length)
		write_packet(writer, flow, FIN | ACK, 0);
	else
		write_packet(writer, flow, ACK, turn % 2 && turn > 2 ? DATA - 200 : 0);
	flow->sent++;
}

static void write_flows(struct writer *writer, bool mixed)
{
	struct flow flows[ABREAST] = {{0}};
	uint32_t next = 0;

	for (unsigned i = 0; writer->written < writer->most; i = (i + 1) % ABREAST) {
		struct flow *flow = &flows[i];

		if (flow->sent == flow->length) {
			*flow = (struct flow){.number = next,
				.sequence = {next * 2654435761U, next * 40503U},
				.length = mixed ? MIXED_LENGTH : 2,
				.mixed = mixed};
			next++;
		}
		advance(writer, flow);
	}
}

int main(int count, char **arguments)
{
	static struct writer writer;
	pcap_t *pcap = pcap_open_dead(DLT_EN10MB, 65535);

	if (count == 4)
		writer.most = strtoull(arguments[2], NULL, 10) * 1000000;
	if (writer.most == 0) {
		(void)fprintf(stderr, "bench_generate mixed|mail MEGABYTES FILE\n");
		return 1;
	}
	memset(writer.bytes, 0x2e, sizeof(writer.bytes));
	writer.out = pcap_dump_open(pcap, arguments[3]);
	if (!writer.out) {
		pcap_perror(pcap, "bench_generate");
		return 1;
	}
	write_flows(&writer, strcmp(arguments[1], "mixed") == 0);
	pcap_dump_close(writer.out);
	pcap_close(pcap);
	return 0;
}
