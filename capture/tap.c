/* SPDX-License-Identifier: BSD-2-Clause */
#include "tap.h"

#include "fault.h"
#include "pcapng.h"
#include "savefile.h"
#include "unpacker.h"

#include <errno.h>
#include <linux/filter.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* In immediate mode the kernel's ring has a slot of the snap length for each packet, whatever its
 * size: this gives about two thousand. A slot holds every packet that was not merged on arrival,
 * and of a merged one its headers and the beginning of its data. */
#define SNAP_LENGTH  4000
#define BUFFER_BYTES (8 * 1024 * 1024)
#define SECOND_NS    1000000000

/* Read at once from a file: a page at a time, as streams do by themselves, takes twice as long. */
#define READ_BYTES 131072

struct tap {
	pcap_t *pcap;                     /* an interface; or else: */
	struct savefile_reader *savefile; /* a pcap file; or else: */
	struct pcapng_reader *pcapng;
	struct unpacker *unpacker; /* below either; NULL: the file is not compressed */
	int64_t fraction_ns;       /* one unit of tv_usec */
	uint32_t link_type;
	uint64_t number;
	int descriptor; /* of the file */
	uint64_t size;  /* of the file; 0: not known */
	char *buffer;   /* of the file's stream, which needs it until it is closed */
	char name[256]; /* of the interface or file */
};

static struct tap *tap_new(const char *name)
{
	struct tap *tap = fault_allocate(1, sizeof(*tap));

	(void)snprintf(tap->name, sizeof(tap->name), "%s", name);
	return tap;
}

/* libpcap's DLT_ numbers are those of files but for raw IP, whose number differs by system. */
static uint32_t link_type_of(pcap_t *pcap)
{
	int link = pcap_datalink(pcap);

	return link == DLT_RAW ? LINK_RAW : (uint32_t)link;
}

/* ---- interfaces ---- */

static void list_interfaces(char *out, size_t size)
{
	struct if_nameindex *all = if_nameindex();
	size_t used = 0;

	out[0] = '\0';
	for (struct if_nameindex *each = all; each && each->if_index; each++) {
		int length =
			snprintf(out + used, size - used, "%s%s", used ? ", " : "", each->if_name);

		if (length < 0 || (size_t)length >= size - used)
			break;
		used += (size_t)length;
	}
	if (all)
		if_freenameindex(all);
}

static void set_interface_fault(struct tap *tap, int status, struct fault *why)
{
	const char *reason = pcap_geterr(tap->pcap);
	char known[256];

	switch (status) {
	case PCAP_ERROR_PERM_DENIED:
	case PCAP_ERROR_PROMISC_PERM_DENIED:
		(void)fault_set(why, FAULT_NO_PRIVILEGE,
			"capturing on %s needs root or"
			" CAP_NET_RAW: run it with sudo",
			tap->name);
		break;
	case PCAP_ERROR_NO_SUCH_DEVICE:
		list_interfaces(known, sizeof(known));
		(void)fault_set(why, FAULT_NO_ROUTE, "there is no interface %.64s; there are: %s",
			tap->name, known);
		break;
	case PCAP_ERROR_IFACE_NOT_UP:
		(void)fault_set(why, FAULT_NO_ROUTE,
			"interface %s is down: bring it up with"
			" `ip link set %s up`",
			tap->name, tap->name);
		break;
	default:
		(void)fault_set(why, FAULT_SYSTEM, "cannot capture on %s: %s", tap->name,
			*reason ? reason : pcap_statustostr(status));
		break;
	}
}

/* These only fail on a handle that is active already. */
static void prepare(pcap_t *pcap)
{
	(void)pcap_set_snaplen(pcap, SNAP_LENGTH);
	(void)pcap_set_promisc(pcap, 0);
	(void)pcap_set_immediate_mode(pcap, 1); /* else answers come 60 ms late and more */
	(void)pcap_set_buffer_size(pcap, BUFFER_BYTES);
	(void)pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
}

/*
 * The kernel alone filters. Given to pcap_setfilter(), a filter is run in user space as well on the
 * ring's first packet, where Ethernet does not tell "inbound": that packet, which is our first SYN,
 * would be lost. In cooked captures the direction is a field of the packet.
 */
static int attach(pcap_t *pcap, struct bpf_program *program)
{
	struct sock_fprog filter = {
		.len = (unsigned short)program->bf_len,
		.filter = (struct sock_filter *)program->bf_insns,
	};

	return setsockopt(pcap_fileno(pcap), SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter));
}

/* What came in before there was a filter was not asked for. */
static void drain(pcap_t *pcap)
{
	struct pcap_pkthdr *head = NULL;
	const uint8_t *bytes = NULL;

	for (size_t i = 0; i < BUFFER_BYTES / SNAP_LENGTH; i++) {
		if (pcap_next_ex(pcap, &head, &bytes) != 1)
			return;
	}
}

static int set_filter(struct tap *tap, const char *filter, struct fault *why)
{
	struct bpf_program program;
	bool cooked = pcap_datalink(tap->pcap) == DLT_LINUX_SLL ||
		pcap_datalink(tap->pcap) == DLT_LINUX_SLL2;
	int status = pcap_compile(tap->pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN);

	if (status != 0)
		return fault_set(why, FAULT_SYSTEM, "cannot compile the filter '%s' for %s: %s",
			filter, tap->name, pcap_geterr(tap->pcap));
	status = cooked ? pcap_setfilter(tap->pcap, &program) : attach(tap->pcap, &program);
	pcap_freecode(&program);
	if (status != 0)
		return fault_set(why, FAULT_SYSTEM, "cannot filter on %s: %s", tap->name,
			cooked ? pcap_geterr(tap->pcap) : strerror(errno));
	drain(tap->pcap);
	return 0;
}

static int activate(struct tap *tap, const char *filter, struct fault *why)
{
	char message[PCAP_ERRBUF_SIZE] = "";
	int status = pcap_activate(tap->pcap);

	if (status < 0) {
		set_interface_fault(tap, status, why);
		return -1;
	}
	/* "any" gives SLL unless asked for SLL2, which names the interface; where there is no
	 * SLL2, SLL does. */
	if (pcap_datalink(tap->pcap) == DLT_LINUX_SLL)
		(void)pcap_set_datalink(tap->pcap, DLT_LINUX_SLL2);
	if (pcap_setnonblock(tap->pcap, 1, message) != 0)
		return fault_set(why, FAULT_SYSTEM, "cannot capture on %s: %s", tap->name, message);
	return set_filter(tap, filter, why);
}

static void note_precision(struct tap *tap)
{
	tap->fraction_ns =
		pcap_get_tstamp_precision(tap->pcap) == PCAP_TSTAMP_PRECISION_NANO ? 1 : 1000;
	tap->link_type = link_type_of(tap->pcap);
}

struct tap *tap_open_interface(const char *interface, const char *filter, struct fault *why)
{
	char message[PCAP_ERRBUF_SIZE] = "";
	struct tap *tap = tap_new(interface);

	tap->pcap = pcap_create(interface, message);
	if (!tap->pcap) {
		(void)fault_set(why, FAULT_SYSTEM, "cannot capture on %s: %s", tap->name, message);
		goto close_tap;
	}
	prepare(tap->pcap);
	if (activate(tap, filter, why) != 0)
		goto close_tap;
	note_precision(tap);
	return tap;

close_tap:
	tap_close(tap);
	return NULL;
}

/* ---- files ---- */

static void close_unless_standard(FILE *file)
{
	if (file != stdin)
		(void)fclose(file);
}

/* Standard input is never closed, so its buffer must stay. */
static void enlarge_buffer(struct tap *tap, FILE *file)
{
	static char standard[READ_BYTES];

	if (file != stdin)
		tap->buffer = fault_allocate(READ_BYTES, 1);
	(void)setvbuf(file, tap->buffer ? tap->buffer : standard, _IOFBF, READ_BYTES);
}

static FILE *open_file(struct tap *tap, const char *path, struct fault *why)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rbe");
	struct stat status = {0};

	if (!file) {
		(void)fault_set(
			why, FAULT_NO_INPUT, "cannot open %s: %s", tap->name, strerror(errno));
		return NULL;
	}
	tap->descriptor = fileno(file);
	(void)fstat(tap->descriptor, &status);
	if (S_ISDIR(status.st_mode)) {
		(void)fault_set(
			why, FAULT_NO_INPUT, "%s is a directory, not a capture file", tap->name);
		close_unless_standard(file);
		return NULL;
	}
	if (S_ISREG(status.st_mode))
		tap->size = (uint64_t)status.st_size;
	enlarge_buffer(tap, file);
	return file;
}

/* The first byte of a capture file; the byte alone tells the formats apart, and one byte is what
 * ungetc() can put back even on a pipe. */
enum first_byte {
	FIRST_PCAPNG = 0x0a,          /* 0a0d0d0a */
	FIRST_PCAP_BIG = 0xa1,        /* a1b2c3d4, a1b23c4d (nanoseconds), a1b2cd34 (modified) */
	FIRST_PCAP_LITTLE = 0xd4,     /* d4c3b2a1 */
	FIRST_NANO_LITTLE = 0x4d,     /* 4d3cb2a1 */
	FIRST_MODIFIED_LITTLE = 0x34, /* 34cdb2a1 */
	FIRST_GZIP = 0x1f,            /* RFC 1952 section 2.3.1 */
	FIRST_ZSTD = 0x28,            /* RFC 8878 section 3.1.1 */
};

static int open_savefile(struct tap *tap, FILE *file, struct fault *why)
{
	tap->savefile = savefile_reader_new(file, tap->name, why);
	if (!tap->savefile)
		return -1;
	tap->link_type = savefile_link_type(tap->savefile);
	return 0;
}

/* The fault of a file that is in no format that is read. */
static int refuse(const struct tap *tap, FILE *file, struct fault *why)
{
	int error = errno;
	bool failed = ferror(file), empty = feof(file);

	close_unless_standard(file);
	if (tap->unpacker && unpacker_check(tap->unpacker, why) != 0)
		return -1;
	if (failed)
		return fault_set(
			why, FAULT_NO_INPUT, "cannot read %s: %s", tap->name, strerror(error));
	if (empty)
		return fault_set(why, FAULT_DATA, "%s is empty", tap->name);
	return fault_set(why, FAULT_DATA, "%s is neither a pcap nor a pcapng file%s", tap->name,
		tap->unpacker ? ", once decompressed" : "");
}

/* Takes file over, whatever it returns. */
static int open_format(struct tap *tap, FILE *file, struct fault *why)
{
	int first = getc(file);

	if (first != EOF)
		(void)ungetc(first, file);
	switch (first) {
	case FIRST_PCAPNG:
		tap->pcapng = pcapng_reader_new(file, tap->name);
		return 0;
	case FIRST_PCAP_BIG:
	case FIRST_PCAP_LITTLE:
	case FIRST_NANO_LITTLE:
	case FIRST_MODIFIED_LITTLE:
		return open_savefile(tap, file, why);
	default:
		return refuse(tap, file, why);
	}
}

/* The same for a file that may be compressed. */
static int open_packed(struct tap *tap, FILE *file, struct fault *why)
{
	int first = getc(file);

	if (first != EOF)
		(void)ungetc(first, file);
	if (first != FIRST_GZIP && first != FIRST_ZSTD)
		return open_format(tap, file, why);
	tap->unpacker = unpacker_open(
		file, first == FIRST_GZIP ? UNPACKER_GZIP : UNPACKER_ZSTD, tap->name, why);
	return tap->unpacker ? open_format(tap, unpacker_file(tap->unpacker), why) : -1;
}

struct tap *tap_open_file(const char *path, struct fault *why)
{
	struct tap *tap = tap_new(strcmp(path, "-") == 0 ? "standard input" : path);
	FILE *file = open_file(tap, path, why);

	if (file && open_packed(tap, file, why) == 0)
		return tap;
	tap_close(tap);
	return NULL;
}

struct tap *tap_open_stream(FILE *file, const char *name, struct fault *why)
{
	struct tap *tap = tap_new(name);

	if (open_packed(tap, file, why) == 0)
		return tap;
	tap_close(tap);
	return NULL;
}

/* ---- both ---- */

static enum tap_event next_of_interface(struct tap *tap, struct packet *packet, struct fault *why)
{
	struct pcap_pkthdr *head = NULL;
	const uint8_t *bytes = NULL;
	int status = pcap_next_ex(tap->pcap, &head, &bytes);

	if (status == 0)
		return TAP_EMPTY;
	if (status != 1) {
		(void)fault_set(why, FAULT_SYSTEM, "cannot read on from %s: %s", tap->name,
			pcap_geterr(tap->pcap));
		return TAP_BROKEN;
	}
	*packet = (struct packet){
		.time_ns = (int64_t)head->ts.tv_sec * SECOND_NS +
			(int64_t)head->ts.tv_usec * tap->fraction_ns,
		.number = ++tap->number,
		.link_type = tap->link_type,
		.captured = head->caplen,
		.length = head->len > head->caplen ? head->len : head->caplen,
		.bytes = bytes,
	};
	return TAP_PACKET;
}

static enum tap_event next_of_savefile(struct tap *tap, struct packet *packet, struct fault *why)
{
	switch (savefile_read(tap->savefile, packet, why)) {
	case SAVEFILE_PACKET:
		return TAP_PACKET;
	case SAVEFILE_BROKEN:
		return TAP_BROKEN;
	case SAVEFILE_END:
		break;
	}
	return TAP_EMPTY;
}

static enum tap_event next_of_pcapng(
	struct tap *tap, struct packet *packet, struct note *note, struct fault *why)
{
	switch (pcapng_read(tap->pcapng, packet, note, why)) {
	case PCAPNG_PACKET:
		if (tap->number++ == 0)
			tap->link_type = packet->link_type;
		return TAP_PACKET;
	case PCAPNG_NOTE:
		return TAP_NOTE;
	case PCAPNG_BROKEN:
		return TAP_BROKEN;
	case PCAPNG_END:
		break;
	}
	return TAP_EMPTY;
}

static enum tap_event next_of_file(
	struct tap *tap, struct packet *packet, struct note *note, struct fault *why)
{
	enum tap_event event = tap->savefile ? next_of_savefile(tap, packet, why)
					     : next_of_pcapng(tap, packet, note, why);

	/* What ends early is told by what is damaged beneath it. */
	if (tap->unpacker && (event == TAP_EMPTY || event == TAP_BROKEN) &&
		unpacker_check(tap->unpacker, why) != 0)
		return TAP_BROKEN;
	return event;
}

enum tap_event tap_next(
	struct tap *tap, struct packet *packet, struct note *note, struct fault *why)
{
	return tap->pcap ? next_of_interface(tap, packet, why)
			 : next_of_file(tap, packet, note, why);
}

int tap_fd(const struct tap *tap)
{
	return tap->pcap ? pcap_get_selectable_fd(tap->pcap) : -1;
}

uint32_t tap_link_type(const struct tap *tap)
{
	return tap->link_type;
}

struct tap_tally tap_tally(struct tap *tap)
{
	struct pcap_stat statistics = {0};

	if (tap->pcapng) {
		struct pcapng_tally tally = pcapng_tally(tap->pcapng);

		return (struct tap_tally){.arrived = tally.arrived, .lost = tally.lost};
	}
	if (!tap->pcap || pcap_stats(tap->pcap, &statistics) != 0)
		return (struct tap_tally){0};
	/* On Linux ps_recv counts what was dropped as well. */
	return (struct tap_tally){.arrived = statistics.ps_recv, .lost = statistics.ps_drop};
}

uint64_t tap_size(const struct tap *tap)
{
	return tap->size;
}

uint64_t tap_position(const struct tap *tap)
{
	off_t position = tap->size ? lseek(tap->descriptor, 0, SEEK_CUR) : 0;

	return position > 0 ? (uint64_t)position : 0;
}

void tap_close(struct tap *tap)
{
	if (!tap)
		return;
	savefile_reader_free(tap->savefile);
	pcapng_reader_free(tap->pcapng);
	if (tap->pcap)
		pcap_close(tap->pcap);
	unpacker_close(tap->unpacker);
	free(tap->buffer);
	free(tap);
}
