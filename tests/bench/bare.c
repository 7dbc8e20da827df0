/* SPDX-License-Identifier: BSD-2-Clause */
/* bench_bare FILE: reads a capture with libpcap and does nothing with it, to measure against. */
#include <inttypes.h>
#include <pcap/pcap.h>
#include <stdio.h>

int main(int count, char **arguments)
{
	char message[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = count == 2 ? pcap_open_offline(arguments[1], message) : NULL;
	struct pcap_pkthdr *head = NULL;
	const unsigned char *bytes = NULL;
	uint64_t packets = 0, length = 0;

	if (!pcap) {
		(void)fprintf(stderr, "bench_bare: %s\n", count == 2 ? message : "name a capture");
		return 1;
	}
	while (pcap_next_ex(pcap, &head, &bytes) == 1) {
		packets++;
		length += head->caplen;
	}
	pcap_close(pcap);
	(void)printf("%" PRIu64 " packets, %" PRIu64 " bytes\n", packets, length);
	return 0;
}
