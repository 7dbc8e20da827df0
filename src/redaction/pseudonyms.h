/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Other names for what a ticket must not tell: one and the same for each address, host name and
 * text, so that the story can still be followed.
 *
 * What is replaced
 *   addresses   every one but a public one that is not the user's own. Public is what the IANA's
 *               special-purpose registries do not take out; the user's own are those that packets
 *               were sent from, their neighbours (the same /24, or /48), and those that were said
 *               to be (pseudonyms_own). So a provider still reads which routers of its network and
 *               which foreign mail server it is about; it can do nothing without them.
 *   host names  every one, label by label: names of one domain stay names of one domain.
 *   texts       what servers say, but for reply codes and enhanced status codes (RFC 3463);
 *               certificates' names and fingerprints. Dates stay.
 *
 * By what
 *   An address goes into a network of the same kind: private ones stay private, since who runs a
 *   hop is read from that. What is not private goes into the benchmark range of RFC 2544 or the
 *   larger documentation range of RFC 9637; the older documentation ranges hold too few, and labs
 *   and examples use them, so an original could be taken for a pseudonym. Addresses of one /24 (or
 *   /64) stay together, as Crypto-PAn (Xu et al. 2002) does for every prefix; that needs a secret
 *   and can be undone by whoever knows a few addresses, numbers in order cannot.
 */
#ifndef REDACTION_PSEUDONYMS_H
#define REDACTION_PSEUDONYMS_H

#include "address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct pseudonyms;

#define PSEUDONYM_NAME   256
#define PSEUDONYM_TEXT   64
#define PSEUDONYM_DIGEST 32

struct pseudonyms *pseudonyms_new(void);
void pseudonyms_free(struct pseudonyms *pseudonyms); /* NULL is fine */

/* All that will be asked for is to be noticed before: so no pseudonym is anyone's original. */
void pseudonyms_notice(struct pseudonyms *pseudonyms, const struct address *address);
void pseudonyms_notice_name(struct pseudonyms *pseudonyms, const char *name);

/* The user's own, whatever it is; ADDRESS_NONE is ignored. */
void pseudonyms_own(struct pseudonyms *pseudonyms, const struct address *address);

/* Packets were sent from it, or it was said to be. */
bool pseudonyms_is_own(const struct pseudonyms *pseudonyms, const struct address *address);

/* The same address where it may be told, or says nothing (ADDRESS_NONE, unspecified, ::1);
 * and for a pseudonym. */
struct address pseudonyms_address(struct pseudonyms *pseudonyms, const struct address *address);

/* Each writes to out and returns it; "" stays "". A name may be an address. */
const char *pseudonyms_name(
	struct pseudonyms *pseudonyms, const char *name, char out[static PSEUDONYM_NAME]);
const char *pseudonyms_text(
	struct pseudonyms *pseudonyms, const char *text, char out[static PSEUDONYM_TEXT]);
void pseudonyms_digest(struct pseudonyms *pseudonyms, uint8_t digest[static PSEUDONYM_DIGEST]);

/* Copies a text with the addresses and noticed names in it replaced, at most size - 1 bytes;
 * returns the length. */
size_t pseudonyms_within(struct pseudonyms *pseudonyms, const char *text, char *out, size_t size);

/* One line for each: what it was, a tab, what it became. False if it could not be written. */
bool pseudonyms_write(const struct pseudonyms *pseudonyms, FILE *out);

#endif
