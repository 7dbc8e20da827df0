/* SPDX-License-Identifier: BSD-2-Clause */
/* The data files as they were when the program was configured: it needs no file at run time. */
#ifndef ADVICE_SHIPPED_H
#define ADVICE_SHIPPED_H

extern const char shipped_providers[];        /* providers.csv */
extern const char shipped_sending_services[]; /* sending_services.csv */

#endif
