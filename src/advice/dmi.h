/* SPDX-License-Identifier: BSD-2-Clause */
/* What the firmware calls this machine (SMBIOS, as the kernel shows it): hosting providers name
 * themselves there, which is how cloud-init knows them. Nothing of it is kept or told. */
#ifndef ADVICE_DMI_H
#define ADVICE_DMI_H

#include <stdbool.h>

#define DMI_FOLDER "/sys/class/dmi/id"
#define DMI_TEXT   80
#define DMI_FIELDS 4

struct dmi {
	char fields[DMI_FIELDS][DMI_TEXT]; /* private to dmi.c; "" where there is none */
};

/* Absent files leave their fields empty; product_uuid is for root alone. */
void dmi_read(struct dmi *out, const char *folder);

/* hint: "FIELD is VALUE" or "FIELD starts VALUE", several with | between them; letters of either
 * case are alike. FIELD is sys_vendor, product_name, product_uuid or chassis_asset_tag. False for
 * "". */
bool dmi_fits(const struct dmi *dmi, const char *hint);

#endif
