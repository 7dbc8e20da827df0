/* SPDX-License-Identifier: BSD-2-Clause */
/* The forms of the lines that tell of ports: a row each, with a line that it is for. */
#ifndef SYMPTOM_LOG_FORM_H
#define SYMPTOM_LOG_FORM_H

#include <stddef.h>
#include <stdint.h>

/* Whose log it is. */
enum log_source {
	LOG_POSTFIX,
	LOG_EXIM,
	LOG_SENDMAIL,
	LOG_OPENSMTPD,
	LOG_DOVECOT,
	LOG_QMAIL,
};
#define LOG_SOURCES 6

/* What a line of a form tells. */
enum log_tells {
	LOG_NOTHING,  /* it looks like another form, and tells nothing of a port */
	LOG_ANSWERED, /* the server was spoken with */
	LOG_FAILED,   /* a connection or session came to nothing */
	LOG_WAITS,    /* so a message waits or comes back: this may tell it again */
	LOG_OPENED,   /* a session of OpenSMTPD's begins; tells where later lines of it happen */
};

struct log_form {
	enum log_source source;
	enum log_tells tells;
	uint16_t port;       /* where the line names none; 0: not known */
	const char *literal; /* is in every line that pattern fits; "" where looking for it gains
				nothing */
	const char *pattern; /* of the message, with the groups of pattern.h */
	const char *example; /* a whole line */
};

extern const struct log_form log_forms[];
extern const size_t log_form_count;

const char *log_source_name(enum log_source source);

#endif
