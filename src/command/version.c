/* SPDX-License-Identifier: BSD-2-Clause */
#include "version.h"

#include "history.h"
#include "journal.h"
#include "letter.h"
#include "network.h"
#include "pattern.h"
#include "report.h"
#include "unpacker.h"

#include <event2/event.h>
#include <gnu/libc-version.h>
#include <jansson.h>
#include <libnet.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <unbound.h>

void version_print(void)
{
	const char *unpacker = unpacker_version();
	const char *pattern = pattern_version();
	char network[NETWORK_VERSION];
	const char *history = history_library();

	printf("mailsonde %s\n\n", report_version());
	printf("  %s\n", pcap_lib_version());
	printf("  %s\n", libnet_version());
	printf("  %s\n", unpacker ? unpacker : "without libarchive: no compressed captures");
	printf("  %s\n", network_version(network));
	printf("  %s\n", pattern ? pattern : "without PCRE2: no logs, no bounces");
	printf("  %s\n", history ? history : "without SQLite: watch has no history");
	printf("  %s\n",
		letter_opener_is_there() ? "mailsonde-bounce, with GMime"
					 : "without GMime: no bounces");
	printf("  %s\n", journal_is_known() ? "libsystemd" : "without libsystemd: no journal");
	printf("  libevent version %s\n", event_get_version());
	printf("  libunbound version %s\n", ub_version());
	printf("  jansson version %s\n", jansson_version_str());
	printf("  glibc version %s\n", gnu_get_libc_version());
}
