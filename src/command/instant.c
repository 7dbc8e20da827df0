/* SPDX-License-Identifier: BSD-2-Clause */
#include "instant.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#define NS_PER_S    1000000000
#define SECONDS_MAX 4102444800 /* 2100-01-01 */

/* Exactly count digits. */
static bool take_digits(const char **text, size_t count, int64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < count; i++) {
		if (!isdigit((unsigned char)(*text)[i]))
			return false;
		*out = *out * 10 + ((*text)[i] - '0');
	}
	*text += count;
	return true;
}

static bool take_letter(const char **text, const char *letters)
{
	if (**text == '\0' || strchr(letters, **text) == NULL)
		return false;
	(*text)++;
	return true;
}

/* Nothing, or a point and digits, of which nine count. */
static bool take_fraction(const char **text, int64_t *out_ns)
{
	int64_t unit = NS_PER_S;

	*out_ns = 0;
	if (!take_letter(text, "."))
		return true;
	if (!isdigit((unsigned char)**text))
		return false;
	for (; isdigit((unsigned char)**text); (*text)++) {
		unit /= 10;
		*out_ns += (**text - '0') * unit;
	}
	return true;
}

static bool take_offset(const char **text, int64_t *out_s)
{
	int64_t hours = 0, minutes = 0;
	bool west = **text == '-';

	*out_s = 0;
	if (**text == '\0' || take_letter(text, "Zz"))
		return true;
	if (!take_letter(text, "+-") || !take_digits(text, 2, &hours) || !take_letter(text, ":") ||
		!take_digits(text, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*out_s = (hours * 60 + minutes) * 60 * (west ? -1 : 1);
	return true;
}

static bool is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Since 1970; false where there is no such day. */
static bool days_of(int64_t year, int64_t month, int64_t day, int64_t *out)
{
	static const int64_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (year < 1970 || month < 1 || month > 12 || day < 1 ||
		day > lengths[month - 1] + (month == 2 && is_leap(year)))
		return false;
	*out = day - 1;
	for (int64_t y = 1970; y < year; y++)
		*out += 365 + is_leap(y);
	for (int64_t m = 1; m < month; m++)
		*out += lengths[m - 1] + (m == 2 && is_leap(year));
	return true;
}

static bool take_date(const char **text, int64_t *out_days)
{
	int64_t year = 0, month = 0, day = 0;

	return take_digits(text, 4, &year) && take_letter(text, "-") &&
		take_digits(text, 2, &month) && take_letter(text, "-") &&
		take_digits(text, 2, &day) && days_of(year, month, day, out_days);
}

/* A second of 60 is a leap second (RFC 3339 section 5.7) and means the one after it. */
static bool take_clock(const char **text, int64_t *out_s)
{
	int64_t hour = 0, minute = 0, second = 0;

	if (!take_digits(text, 2, &hour) || !take_letter(text, ":") ||
		!take_digits(text, 2, &minute) || !take_letter(text, ":") ||
		!take_digits(text, 2, &second))
		return false;
	*out_s = (hour * 60 + minute) * 60 + second;
	return hour < 24 && minute < 60 && second <= 60;
}

static bool take_date_time(const char **text, int64_t *out_s, int64_t *out_ns)
{
	int64_t days = 0, clock_s = 0, offset_s = 0;

	if (!take_date(text, &days) || !take_letter(text, "Tt ") || !take_clock(text, &clock_s) ||
		!take_fraction(text, out_ns) || !take_offset(text, &offset_s))
		return false;
	*out_s = days * 24 * 60 * 60 + clock_s - offset_s;
	return true;
}

static bool take_epoch(const char **text, int64_t *out_s, int64_t *out_ns)
{
	*out_s = 0;
	if (!isdigit((unsigned char)**text))
		return false;
	for (; isdigit((unsigned char)**text) && *out_s <= SECONDS_MAX; (*text)++)
		*out_s = *out_s * 10 + (**text - '0');
	return take_fraction(text, out_ns);
}

bool instant_parse(int64_t *out_ns, const char *text)
{
	int64_t seconds = 0, rest_ns = 0;
	bool taken = take_letter(&text, "@") ? take_epoch(&text, &seconds, &rest_ns)
					     : take_date_time(&text, &seconds, &rest_ns);

	if (!taken || *text != '\0' || seconds < 0 || seconds > SECONDS_MAX)
		return false;
	*out_ns = seconds * NS_PER_S + rest_ns;
	return true;
}
