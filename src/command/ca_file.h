/* SPDX-License-Identifier: BSD-2-Clause */
/* A file of trusted certificates, looked at before anything is probed. */
#ifndef COMMAND_CA_FILE_H
#define COMMAND_CA_FILE_H

struct fault;

/* -1: FAULT_NO_INPUT, or FAULT_DATA where it holds no PEM certificate. */
int ca_file_check(const char *path, struct fault *why);

#endif
