/* SPDX-License-Identifier: BSD-2-Clause */
/* The program's version and the libraries that it runs with. */
#ifndef COMMAND_VERSION_H
#define COMMAND_VERSION_H

void version_print(void); /* to standard output */

#endif
