/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A line between two interfaces: carries every frame across, late and not always. Each direction (a
 * lane) has its own delay, jitter, independent loss and bursts of loss, frames that are overtaken
 * and frames that come twice, drawn from a seed.
 *
 *     lab_bridge IF_A IF_B A_TO_B B_TO_A SEED
 *
 * A_TO_B and B_TO_A are lists such as "delay=10,jitter=2,loss=0.05" (names in shape_parse). Writes
 * "ready" to standard output once frames are carried, and dies with its parent.
 *
 * Frames travel with their virtio header (PACKET_VNET_HDR): a sender that left its checksum or its
 * segmentation to the hardware is then finished by the receiving kernel, as on a plain veth pair.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <math.h>
#include <net/if.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_MS 1e6
#define NS_PER_S  INT64_C(1000000000)

/* The longest frame: a segmentation offload packet of 64 KiB, Ethernet and virtio headers. */
#define FRAME_BYTES 65700

/* More frames than this on their way and the next is lost, as in a full router queue. */
#define QUEUE_FRAMES 2048

/* So many frames in a row from one interface before the other one and the clock get their turn. */
#define TURN_FRAMES 64

struct shape {
	double delay_ms, jitter_ms;
	double loss;        /* of each frame, independently */
	double burst_share; /* of the time that is spent in bursts */
	double burst_ms;    /* how long a burst lasts, on average */
	double burst_loss;  /* of each frame within a burst */
	double overtaken;   /* of each frame: it waits overtaken_ms more, and others pass it */
	double overtaken_ms;
	double twice;  /* of each frame */
	double strips; /* STARTTLS is written over: how, see instead_of_starttls */
	double port;   /* ... of this server port alone, over IPv4; 0: of any */
};

struct parcel {
	int64_t due_ns;
	size_t length;
	unsigned char *bytes;
};

struct lane {
	int from, to;
	struct shape shape;
	uint64_t chance;
	bool in_burst;
	int64_t burst_seen_ns;
	int64_t last_due_ns;
	size_t first, count;
	struct parcel queue[QUEUE_FRAMES];
};

static struct lane lanes[2];

static void die(const char *what)
{
	fprintf(stderr, "lab_bridge: %s: %s\n", what, strerror(errno));
	exit(71); /* EX_OSERR */
}

static void usage(const char *what)
{
	fprintf(stderr, "lab_bridge: bad argument: %s\n", what);
	exit(64); /* EX_USAGE */
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* splitmix64 (Steele, Lea, Flood 2014): any seed will do, even 0. */
static double lane_draw(struct lane *lane)
{
	uint64_t z = lane->chance += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/*
 * Gilbert-Elliott in continuous time: bursts come and go whether or not frames are sent. Between
 * two frames the chain forgets its state at the rate 1/burst + 1/pause, so one draw is exact.
 */
static void lane_turn(struct lane *lane, int64_t now)
{
	const struct shape *shape = &lane->shape;
	double forget_ms = shape->burst_ms * (1 - shape->burst_share);
	double past_ms = (double)(now - lane->burst_seen_ns) / NS_PER_MS;
	double kept = exp(-past_ms / forget_ms);
	double likely = shape->burst_share + ((lane->in_burst ? 1 : 0) - shape->burst_share) * kept;

	lane->burst_seen_ns = now;
	lane->in_burst = lane_draw(lane) < likely;
}

static bool lane_loses(struct lane *lane, int64_t now)
{
	if (lane->shape.burst_share > 0) {
		lane_turn(lane, now);
		if (lane->in_burst && lane_draw(lane) < lane->shape.burst_loss)
			return true;
	}
	return lane->shape.loss > 0 && lane_draw(lane) < lane->shape.loss;
}

/* Jitter never reorders: a line is a queue. A frame that is overtaken went another way. */
static int64_t lane_due(struct lane *lane, int64_t now)
{
	bool overtaken = lane->shape.overtaken > 0 && lane_draw(lane) < lane->shape.overtaken;
	double spread = (2 * lane_draw(lane) - 1) * lane->shape.jitter_ms;
	int64_t due = now + (int64_t)(fmax(lane->shape.delay_ms + spread, 0) * NS_PER_MS);

	if (overtaken)
		return due + (int64_t)(lane->shape.overtaken_ms * NS_PER_MS);
	lane->last_due_ns = due > lane->last_due_ns ? due : lane->last_due_ns;
	return lane->last_due_ns;
}

static struct parcel *lane_parcel(struct lane *lane, size_t index)
{
	return &lane->queue[(lane->first + index) % QUEUE_FRAMES];
}

/* The queue stays in the order in which frames are due. */
static void lane_enqueue(struct lane *lane, const struct parcel *parcel)
{
	size_t index = lane->count++;

	while (index > 0 && lane_parcel(lane, index - 1)->due_ns > parcel->due_ns) {
		*lane_parcel(lane, index) = *lane_parcel(lane, index - 1);
		index--;
	}
	*lane_parcel(lane, index) = *parcel;
}

static void lane_carry(struct lane *lane, const unsigned char *bytes, size_t length, int64_t now)
{
	struct parcel parcel = {.length = length};

	if (lane->count == QUEUE_FRAMES)
		return;
	parcel.bytes = malloc(length);
	if (!parcel.bytes)
		return;
	memcpy(parcel.bytes, bytes, length);
	parcel.due_ns = lane_due(lane, now);
	lane_enqueue(lane, &parcel);
}

static const char *const instead_of_starttls[] = {"", "XXXXXXXA", "STARTFOO"};

#define STRIPS_MOST 2

/* Where the server's port stands behind the headers of virtio, Ethernet and IPv4. */
static bool frame_is_of(const unsigned char *frame, size_t length, unsigned port)
{
	const unsigned char *tcp = frame + sizeof(struct virtio_net_hdr) + ETH_HLEN + 20;

	if (frame + length < tcp + 4)
		return false;
	return (tcp[0] << 8 | tcp[1]) == (int)port || (tcp[2] << 8 | tcp[3]) == (int)port;
}

/*
 * What some firewalls do to mail that wants to be sealed: other letters over the keyword or the
 * command, and lengths stay. The lab's hosts leave checksums to the receiver, so that there is none
 * yet to be mended.
 */
static void frame_strip(const struct shape *shape, unsigned char *frame, size_t length)
{
	static const char keyword[] = "STARTTLS";
	bool unsummed = frame[0] & VIRTIO_NET_HDR_F_NEEDS_CSUM;
	unsigned char *at = memmem(frame, length, keyword, sizeof(keyword) - 1);

	if (at && unsummed &&
		(shape->port <= 0 || frame_is_of(frame, length, (unsigned)shape->port)))
		memcpy(at, instead_of_starttls[(int)shape->strips], sizeof(keyword) - 1);
}

static void lane_read(struct lane *lane)
{
	static unsigned char bytes[FRAME_BYTES];

	for (int i = 0; i < TURN_FRAMES; i++) {
		ssize_t length = recv(lane->from, bytes, sizeof(bytes), MSG_DONTWAIT | MSG_TRUNC);
		int64_t now = now_ns();

		if (length < 0)
			return;
		if ((size_t)length > sizeof(bytes) || lane_loses(lane, now))
			continue;
		if (lane->shape.strips > 0)
			frame_strip(&lane->shape, bytes, (size_t)length);
		lane_carry(lane, bytes, (size_t)length, now);
		if (lane->shape.twice > 0 && lane_draw(lane) < lane->shape.twice)
			lane_carry(lane, bytes, (size_t)length, now);
	}
}

/* What the far interface refuses is lost, as on a wire. */
static void lane_deliver(struct lane *lane, int64_t now)
{
	while (lane->count > 0 && lane->queue[lane->first].due_ns <= now) {
		struct parcel *parcel = &lane->queue[lane->first];

		(void)!write(lane->to, parcel->bytes, parcel->length);
		free(parcel->bytes);
		lane->first = (lane->first + 1) % QUEUE_FRAMES;
		lane->count--;
	}
}

/* When the first parcel of either lane is due; 0 disarms the timer. */
static int64_t next_due(void)
{
	int64_t due = 0;

	for (size_t i = 0; i < 2; i++) {
		if (lanes[i].count == 0)
			continue;
		if (due == 0 || lanes[i].queue[lanes[i].first].due_ns < due)
			due = lanes[i].queue[lanes[i].first].due_ns;
	}
	return due;
}

static void timer_set(int timer, int64_t due)
{
	struct itimerspec when = {
		.it_value = {.tv_sec = due / NS_PER_S, .tv_nsec = due % NS_PER_S},
	};

	if (timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL) < 0)
		die("timer");
}

static double shape_number(const char *text, double most)
{
	char *end = NULL;
	double number = text ? strtod(text, &end) : -1;

	if (!text || end == text || *end != '\0' || !(number >= 0 && number <= most))
		usage(text ? text : "a value is missing");
	return number;
}

static void shape_parse(struct shape *shape, char *text)
{
	char *const names[] = {(char[]){"delay"}, (char[]){"jitter"}, (char[]){"loss"},
		(char[]){"burst-share"}, (char[]){"burst-ms"}, (char[]){"burst-loss"},
		(char[]){"overtaken"}, (char[]){"overtaken-ms"}, (char[]){"twice"},
		(char[]){"strips"}, (char[]){"port"}, NULL};
	const struct {
		double *field, most;
	} fields[] = {{&shape->delay_ms, 1e4}, {&shape->jitter_ms, 1e4}, {&shape->loss, 1},
		{&shape->burst_share, 0.99}, {&shape->burst_ms, 1e5}, {&shape->burst_loss, 1},
		{&shape->overtaken, 1}, {&shape->overtaken_ms, 1e4}, {&shape->twice, 1},
		{&shape->strips, STRIPS_MOST}, {&shape->port, 65535}};
	char *value = NULL;

	*shape = (struct shape){.burst_ms = 300, .burst_loss = 0.97, .overtaken_ms = 5};
	while (*text != '\0') {
		char *here = text;
		int which = getsubopt(&text, names, &value);

		if (which < 0)
			usage(here);
		*fields[which].field = shape_number(value, fields[which].most);
	}
	if (shape->burst_ms <= 0)
		usage("burst-ms must be above 0");
}

static int interface_open(const char *name)
{
	int yes = 1;
	struct sockaddr_ll link = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)if_nametoindex(name),
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0 || link.sll_ifindex == 0)
		die(name);
	if (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof(yes)) < 0)
		die("PACKET_IGNORE_OUTGOING");
	if (setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &yes, sizeof(yes)) < 0)
		die("PACKET_VNET_HDR");
	if (bind(fd, (struct sockaddr *)&link, sizeof(link)) < 0)
		die(name);
	return fd;
}

static void lane_init(struct lane *lane, int from, int to, char *text)
{
	shape_parse(&lane->shape, text);
	lane->from = from;
	lane->to = to;
	lane->burst_seen_ns = now_ns();
	lane->in_burst = lane_draw(lane) < lane->shape.burst_share;
}

static void watch(int poll, int fd, struct lane *lane)
{
	struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = lane}};

	if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event) < 0)
		die("epoll");
}

/* The timer needs no reading: setting it again clears it. */
static void carry_on(int poll, int timer)
{
	struct epoll_event events[3];

	for (;;) {
		int count = epoll_wait(poll, events, 3, -1);

		if (count < 0 && errno != EINTR)
			die("epoll");
		for (int i = 0; i < count; i++) {
			if (events[i].data.ptr)
				lane_read(events[i].data.ptr);
		}
		lane_deliver(&lanes[0], now_ns());
		lane_deliver(&lanes[1], now_ns());
		timer_set(timer, next_due());
	}
}

static void die_with_parent(void)
{
	pid_t parent = getppid();

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		die("prctl");
	if (getppid() != parent)
		exit(0);
}

int main(int argc, char **argv)
{
	int poll = epoll_create1(EPOLL_CLOEXEC);
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	char *end = NULL;

	die_with_parent();
	if (argc != 6)
		usage("expected IF_A IF_B A_TO_B B_TO_A SEED");
	lanes[0].chance = strtoull(argv[5], &end, 10);
	lanes[1].chance = ~lanes[0].chance;
	if (end == argv[5] || *end != '\0')
		usage(argv[5]);
	if (poll < 0 || timer < 0)
		die("epoll");
	int a = interface_open(argv[1]);
	int b = interface_open(argv[2]);
	lane_init(&lanes[0], a, b, argv[3]);
	lane_init(&lanes[1], b, a, argv[4]);
	watch(poll, a, &lanes[0]);
	watch(poll, b, &lanes[1]);
	watch(poll, timer, NULL);
	puts("ready");
	fflush(stdout);
	carry_on(poll, timer);
	return 0;
}
