/* SPDX-License-Identifier: BSD-2-Clause */
/* cmocka with the headers that it needs before it, in the order that it needs. */
#ifndef SUPPORT_UNIT_H
#define SUPPORT_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
