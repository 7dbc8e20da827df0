/* SPDX-License-Identifier: BSD-2-Clause */
/* The form of the harnesses' inputs, shared by those who read and those who write them. */
#ifndef FUZZ_CORPUS_H
#define FUZZ_CORPUS_H

#include <stddef.h>
#include <stdint.h>

/* What a fuzzer calls; each harness is one. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One byte stands for a link type: all that are decoded, and one that is not. */
uint32_t corpus_link_type(uint8_t index);
uint8_t corpus_link_index(uint32_t link_type);

/* fuzz_frame:    link (1 byte), the packet.
 * fuzz_reassembly: packets; each is link (1 byte), quarters of a second since the one before (1
 *                byte), length (2 bytes, big-endian), and as many bytes; or the link that says that
 *                it is composed, that time, and five bytes that tell what of.
 * fuzz_pcapng:   a file.
 * fuzz_tap:      a file.
 * fuzz_evidence: records; each is a kind (1 byte), hundredths of a second since the one before
 *                (1 byte), length (2 bytes, big-endian), and as many bytes.
 * fuzz_session:  port (1 byte), segments; each is how (1 byte: 1 the server's, 2 FIN, 4 RST, 8 out
 * of order), tenths of a second since the one before (1 byte), its place (2 bytes, big-endian)
 * where it is out of order, length (2 bytes), and as many bytes.
 * fuzz_dialogue: the same; the port's byte has two options in its upper bits.
 * fuzz_certificate: DER. */
enum record_kind {
	RECORD_PACKET,  /* link (1 byte), the packet */
	RECORD_SEGMENT, /* a TCP segment in a small world, composed from the bytes */
	RECORD_ERROR,   /* an ICMP error in that world */
	RECORD_FACT,    /* a fact in that world */
	RECORD_NOTE,    /* the text of a note */
};
#define RECORD_KINDS 5

#define REASSEMBLY_COMPOSED 0xff /* in the place of a link */

#endif
