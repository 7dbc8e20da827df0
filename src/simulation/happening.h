/* SPDX-License-Identifier: BSD-2-Clause */
/* What the agenda of a simulated network can hold, and whom it is about. */
#ifndef SIMULATION_HAPPENING_H
#define SIMULATION_HAPPENING_H

enum happening {
	HAPPENING_LEAVE,          /* parcel: our own packet, seen by the capture */
	HAPPENING_STOP,           /* parcel: outward, where it is held up next */
	HAPPENING_ARRIVE,         /* parcel: an answer reaches us */
	HAPPENING_NO_NEIGHBOUR,   /* parcel: the last router gives up asking for the host */
	HAPPENING_REPEAT_SYN_ACK, /* attempt */
	HAPPENING_REPEAT_SYN,     /* dial */
	HAPPENING_GIVE_UP,        /* dial */
	HAPPENING_CONNECT_ENDED,  /* dial */
};

#endif
