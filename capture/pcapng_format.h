/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What writer and reader of pcapng files have in common. Section numbers are those of
 * draft-ietf-opsawg-pcapng ("pcapng") and, for the journal block, of
 * draft-richardson-opsawg-pcapng-extras ("extras").
 */
#ifndef CAPTURE_PCAPNG_FORMAT_H
#define CAPTURE_PCAPNG_FORMAT_H

#include <stddef.h>
#include <stdint.h>

enum block_type {
	BLOCK_SECTION = 0x0a0d0d0a, /* pcapng 4.1: the same in both byte orders */
	BLOCK_INTERFACE = 1,        /* pcapng 4.2 */
	BLOCK_OLD_PACKET = 2,       /* pcapng appendix: obsolete, still met */
	BLOCK_SIMPLE_PACKET = 3,    /* pcapng 4.4 */
	BLOCK_STATISTICS = 5,       /* pcapng 4.6 */
	BLOCK_PACKET = 6,           /* pcapng 4.3 */
	BLOCK_JOURNAL = 9,          /* extras, systemd Journal Export Block */
	BLOCK_CUSTOM = 0x0bad,      /* pcapng 4.7 */
	BLOCK_CUSTOM_NO_COPY = 0x40000bad,
};

enum option_code {
	OPTION_END = 0, /* pcapng 3.5 */
	OPTION_COMMENT = 1,
	OPTION_USER_APPLICATION = 4, /* pcapng 4.1 */
	OPTION_INTERFACE_NAME = 2,   /* pcapng 4.2 */
	OPTION_TIME_RESOLUTION = 9,
	OPTION_TIME_OFFSET = 14,
	OPTION_RECEIVED = 4, /* pcapng 4.6 */
	OPTION_INTERFACE_DROPPED = 5,
	OPTION_SYSTEM_DROPPED = 7,
};

#define BYTE_ORDER_MAGIC 0x1a2b3c4dU
#define BLOCK_OVERHEAD   12U                 /* type, length, length again: pcapng 3.1 */
#define BLOCK_MOST       (16U * 1024 * 1024) /* no honest packet comes near it */

/* A journal entry must carry this field (extras); Wireshark takes the entry's time from it. */
#define TIMESTAMP_FIELD "__REALTIME_TIMESTAMP="

/* How many zeros follow that many bytes, so that what comes next is aligned (pcapng 3.1). */
uint32_t pcapng_padding(uint32_t length);

/* The value of a line NAME=value in text, *left bytes up to the text's end or the line's; NULL if
 * there is none. The text is not NUL-terminated. */
const char *pcapng_line_value(const char *text, size_t length, const char *name, size_t *left);

#endif
