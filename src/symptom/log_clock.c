/* SPDX-License-Identifier: BSD-2-Clause */
#include "log_clock.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>

#define NS_PER_S  ((int64_t)1000000000)
#define BSD_STAMP 15 /* "Nov 28 01:02:03" */
#define ISO_STAMP 19 /* "2026-11-28T01:02:03" */
#define TAI_STAMP 25 /* '@' and 24 digits */
#define TAI64_EPOCH                                                                                \
	4611686018427387914ULL /* 2^62 + 10: TAI was 10 s ahead in 1970, as TAI64 has it */
#define ZONE_MOST_S ((int64_t)16 * 3600)

void log_clock_init(struct log_clock *clock, int64_t reference_s)
{
	*clock = (struct log_clock){.reference_s = reference_s};
}

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

/* '0' stands for a digit, 'a' for a letter, '_' for a digit or a blank; else the byte itself. */
static bool fits(struct span line, const char *shape)
{
	size_t length = strlen(shape);

	if (line.length < length)
		return false;
	for (size_t i = 0; i < length; i++) {
		char byte = line.at[i];
		bool letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
		bool good = shape[i] == '0' ? is_digit(byte)
			: shape[i] == 'a'   ? letter
			: shape[i] == '_'   ? is_digit(byte) || byte == ' '
					    : byte == shape[i];
		if (!good)
			return false;
	}
	return true;
}

/* "aaa _0 00:00:00", as fits() would have it: of most lines that is all that is ever looked at. */
static bool fits_bsd(const char *at)
{
	return at[3] == ' ' && at[6] == ' ' && at[9] == ':' && at[12] == ':' && is_digit(at[5]) &&
		(is_digit(at[4]) || at[4] == ' ') && is_digit(at[7]) && is_digit(at[8]) &&
		is_digit(at[10]) && is_digit(at[11]) && is_digit(at[13]) && is_digit(at[14]);
}

/* The end of fraction and zone, which begin at `at`. */
static size_t iso_end(struct span line, size_t at)
{
	if (at + 1 < line.length && line.at[at] == '.' && is_digit(line.at[at + 1])) {
		for (at++; at < line.length && is_digit(line.at[at]); at++)
			;
	}
	struct span zone = span_after(line, at);

	if (span_starts(zone, "Z"))
		return at + 1;
	if (fits(zone, "+00:00") || fits(zone, "-00:00"))
		return at + 6;
	if (fits(zone, "+0000") || fits(zone, "-0000"))
		return at + 5;
	if (fits(zone, " +0000 ") || fits(zone, " -0000 "))
		return at + 6;
	return at;
}

size_t log_clock_length(struct span line)
{
	if (line.length < BSD_STAMP)
		return 0;
	if (fits_bsd(line.at))
		return BSD_STAMP;
	if (line.at[0] == '@') {
		size_t digits = 1;
		while (digits < line.length && digits < TAI_STAMP &&
			strchr("0123456789abcdef", line.at[digits]) != NULL)
			digits++;
		return digits == TAI_STAMP ? TAI_STAMP : 0;
	}
	return fits(line, "0000-00-00T00:00:00") || fits(line, "0000-00-00 00:00:00")
		? iso_end(line, ISO_STAMP)
		: 0;
}

static int two(const char *at)
{
	return (at[0] == ' ' ? 0 : at[0] - '0') * 10 + (at[1] - '0');
}

static int month_of(const char *name)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int month = 0; month < 12; month++) {
		if (memcmp(months + 3L * month, name, 3) == 0)
			return month;
	}
	return -1;
}

/* False where there is no such day. */
static bool local_hour(int year, int month, const char *day_and_hour, int64_t *out)
{
	struct tm tm = {
		.tm_year = year - 1900,
		.tm_mon = month,
		.tm_mday = two(day_and_hour),
		.tm_hour = two(day_and_hour + 3),
		.tm_isdst = -1,
	};
	int day = tm.tm_mday;

	*out = mktime(&tm);
	return tm.tm_mon == month && tm.tm_mday == day;
}

/* 29 February is looked for in eight years at most: 1900 and 2100 have none. */
static bool latest_hour(const struct log_clock *clock, const char *stamp, int64_t *out)
{
	time_t latest = (time_t)clock->reference_s + LOG_CLOCK_SLACK_S;
	int month = month_of(stamp);
	struct tm now;

	if (month < 0 || two(stamp + 4) < 1 || localtime_r(&latest, &now) == NULL)
		return false;
	for (int back = 0; back <= 8; back++) {
		if (local_hour(now.tm_year + 1900 - back, month, stamp + 4, out) && *out <= latest)
			return true;
	}
	return false;
}

/* The hour's beginning of a stamp in local time, worked out once an hour. */
static bool hour_of(struct log_clock *clock, struct span stamp, size_t length)
{
	bool iso = is_digit(stamp.at[0]);

	if (clock->hour[0] != '\0' && memcmp(clock->hour, stamp.at, length) == 0 &&
		clock->hour[length] == '\0')
		return true;
	clock->hour[0] = '\0';
	if (iso) {
		int year = two(stamp.at) * 100 + two(stamp.at + 2);
		int month = two(stamp.at + 5) - 1;
		if (month < 0 || month > 11 ||
			!local_hour(year, month, stamp.at + 8, &clock->hour_s))
			return false;
	} else if (!latest_hour(clock, stamp.at, &clock->hour_s)) {
		return false;
	}
	span_copy((struct span){stamp.at, length}, clock->hour, sizeof(clock->hour));
	return true;
}

static int64_t fraction_ns(struct span rest)
{
	int64_t unit = NS_PER_S / 10;
	int64_t sum = 0;

	if (rest.length == 0 || rest.at[0] != '.')
		return 0;
	for (size_t i = 1; i < rest.length && is_digit(rest.at[i]); i++) {
		sum += unit * (rest.at[i] - '0');
		unit /= 10;
	}
	return sum;
}

/* Days since 1970 in the Gregorian calendar, as civil_from_days of Howard Hinnant's
 * chrono-compatible algorithms has it. */
static int64_t days_of(int year, int month, int day)
{
	year -= month <= 2;
	int64_t era = year / 400;
	int64_t of_era = year - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int64_t zoned(struct span stamp, struct span zone)
{
	const char *at = stamp.at;
	int year = two(at) * 100 + two(at + 2);
	int64_t offset_s = 0;

	if (two(at + 5) < 1 || two(at + 5) > 12 || two(at + 8) < 1 || two(at + 8) > 31)
		return 0;
	if (zone.at[0] != 'Z') {
		const char *minutes = zone.at + (zone.at[3] == ':' ? 4 : 3);
		offset_s = (int64_t)two(zone.at + 1) * 3600 + (int64_t)two(minutes) * 60;
		offset_s = zone.at[0] == '-' ? -offset_s : offset_s;
	}
	if (offset_s > ZONE_MOST_S || offset_s < -ZONE_MOST_S)
		return 0;
	return days_of(year, two(at + 5), two(at + 8)) * 86400 + (int64_t)two(at + 11) * 3600 +
		(int64_t)two(at + 14) * 60 + two(at + 17) - offset_s;
}

static int64_t read_tai(struct span stamp)
{
	uint64_t seconds = 0;
	uint64_t fraction = 0;

	for (size_t i = 1; i < TAI_STAMP; i++) {
		char byte = stamp.at[i];
		uint64_t digit = (uint64_t)(is_digit(byte) ? byte - '0' : byte - 'a' + 10);
		uint64_t *into = i <= 16 ? &seconds : &fraction;
		*into = *into << 4 | digit;
	}
	if (seconds < TAI64_EPOCH || seconds - TAI64_EPOCH > (uint64_t)INT32_MAX * 4 ||
		fraction >= (uint64_t)NS_PER_S)
		return 0;
	return (int64_t)(seconds - TAI64_EPOCH) * NS_PER_S + (int64_t)fraction;
}

/* 0 for what is no time since 1970, or beyond what nanoseconds can count: the year 2262. */
static int64_t nanoseconds(int64_t second, int64_t parts_ns)
{
	return second <= 0 || second >= INT64_MAX / NS_PER_S ? 0 : second * NS_PER_S + parts_ns;
}

int64_t log_clock_read(struct log_clock *clock, struct span stamp)
{
	if (stamp.length < BSD_STAMP)
		return 0;
	if (stamp.at[0] == '@')
		return read_tai(stamp);
	bool iso = is_digit(stamp.at[0]);
	const char *clock_at = stamp.at + (iso ? 11 : 7);
	struct span rest = span_after(stamp, iso ? ISO_STAMP : BSD_STAMP);
	int64_t parts_ns = fraction_ns(rest);

	if (two(clock_at) > 23 || two(clock_at + 3) > 59 || two(clock_at + 6) > 60)
		return 0;
	while (rest.length > 0 && (rest.at[0] == '.' || is_digit(rest.at[0]) || rest.at[0] == ' '))
		rest = span_after(rest, 1);
	if (rest.length > 0) {
		int64_t second = zoned(stamp, rest);
		return nanoseconds(second, parts_ns);
	}
	if (!hour_of(clock, stamp, iso ? 13 : 9))
		return 0;
	int64_t second = clock->hour_s + (int64_t)two(clock_at + 3) * 60 + two(clock_at + 6);

	return nanoseconds(second, parts_ns);
}
