/* SPDX-License-Identifier: BSD-2-Clause */
#include "rule_list.h"

void rule_list_add(struct rule_list *list, struct rule_row row)
{
	if (list->count < RULE_ROWS)
		list->rows[list->count++] = row;
}

void rule_list_notice(struct rule_list *list, enum finding_id finding)
{
	rule_list_add(list, (struct rule_row){.phase = RULE_REACHED, .finding = finding});
}

void rule_list_fill(struct rule_list *list)
{
	list->count = 0;
	verdict_rules_tell(list);
	session_rules_tell(list);
	transfer_rules_tell(list);
	place_rules_tell(list);
	answerer_rules_tell(list);
}
