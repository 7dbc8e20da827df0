/* SPDX-License-Identifier: BSD-2-Clause */
/* How the HTML report looks: light, dark, narrow, and on paper. */
#ifndef REPORT_HTML_STYLE_H
#define REPORT_HTML_STYLE_H

/* Piece by piece; NULL ends the list. */
extern const char *const html_style[];

#endif
