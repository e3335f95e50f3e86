/* linefinder: the whole native surface of the box: a Node-API module of twelve functions and the
 * fixed-size records that cross it. Nothing else of the media engine is visible to JavaScript.
 *
 *   JS thread ──commands, far-end audio──▶ rings ──▶ engine thread (10 ms tick, real time)
 *   JS thread ◀──events, far-end frames─── rings ◀──        │
 *        ▲                                                   └─▶ record ring ─▶ I/O thread ─▶ WAV
 *        └── doorbell (one call per wake-up) ◀── bell thread
 *
 * All functions: JS main thread. Records are native-endian with the layout of the structs below;
 * JS checks LF_VERSION and each size at start. Errors are returned as negative errno, thrown only
 * for a wrong argument type (our bug).
 *
 *  open(options, doorbell)   → Uint32Array [version, sizes of event, command, settings, frame,
 *                              port state, stats]; options: {realTime: boolean}. Starts the engine.
 *                              doorbell(): something is there to drain or to read.
 *  ports(Uint16Array)        sets the ports that exist: new ones are made, missing ones go; the
 *                              rest keeps its calls. 0, -EINVAL, -ENOMEM, -EAGAIN
 *  configure(lf_settings)    tones, ringing, flash window, echo. 0, -EINVAL, -ENOMEM, -EAGAIN
 *  perform(lf_command)       0, -ENOENT (no such port), -EINVAL, -EAGAIN (ring full), -ENOMEM
 *  drain(buffer)             → number of lf_event written
 *  attach(port[, lf_bench])  puts a far end on a virtual port. state bits (LF_STATE_*) or -ENOENT,
 *                              -EBUSY, -EAGAIN, -ENOMEM. With lf_bench: a far end that lives in
 *                              the engine (for measurements).
 *  farWrite(port, bytes)     PCM from the far end, at most LF_WRITE_SAMPLES. samples taken (fewer
 *                              when the buffer is full: the rest is dropped and counted), -ENOENT,
 *                              -EINVAL
 *  farSignal(port, what, n)  LF_FAR_*. 0, -ENOENT, -EINVAL
 *  farRead(buffer)           → number of lf_frame written: audio and signals for far ends
 *  loadClip(id, bytes)       PCM for the player, copied; replaces the clip of that id for plays
 *                              started from now on. 0, -EINVAL, -ENOMEM, -EAGAIN
 *  read(what, buffer)        LF_READ_STATS → 1 lf_stats, LF_READ_PORTS → number of lf_port_state
 *  close()                   stops the engine; recordings are completed and closed. Then open()
 *                              may be called again.
 */
#ifndef LINEFINDER_H
#define LINEFINDER_H
#include <stdint.h>
#include "tone.h"

enum {
	LF_VERSION = 1,
	LF_TICK_SAMPLES = 80,    /* 10 ms: one tick of the engine */
	LF_FRAME_SAMPLES = 160,  /* 20 ms: what a far end gets at a time (line.v1) */
	LF_WRITE_SAMPLES = 1600, /* the most a far end may write at a time (line.v1) */
	LF_MAX_PORTS = 512,      /* ten spans of 48 and some: the largest box we design for, twice */
	LF_MAX_CLIPS = 1024,     /* prompts in two languages, digits, music */
	LF_MAX_PLAY = 128,       /* clips in one play: a long number with units in words */
	LF_TONES = 11,
	LF_MAX_CADENCE = 16,
	LF_LATE_BUCKETS = 256,
	LF_LATE_BUCKET_US = 50,
	LF_DELAY_BUCKET_US = 100
};

/* A port's number: its kind and its number from 1. */
enum { LF_FXS = 0x0000, LF_FXO = 0x4000, LF_PORT_MASK = 0x3fff };

enum lf_event_kind {
	LF_OFF_HOOK = 1, LF_ON_HOOK, LF_HOOK_FLASH, LF_DIGIT, LF_RING_START, LF_RING_STOP,
	LF_CALLER_ID, LF_CALLER_ID_FAILED, LF_POLARITY_REVERSAL, LF_OPEN_INTERVAL, LF_BATTERY_LOST,
	LF_BATTERY_RETURNED, LF_TONE, LF_TONE_STOPPED, LF_VOICE, LF_SILENCE, LF_PLAY_DONE,
	LF_DIAL_DONE, LF_OVERFLOW, LF_RECORD_TROUBLE
};

/* Tones heard (value of LF_TONE): progress_kind 1-6, then these. */
enum { LF_HEARD_FAX_CALLING = 32, LF_HEARD_FAX_ANSWER = 33 };

/* value: HOOK_FLASH, OPEN_INTERVAL ms; DIGIT character; POLARITY_REVERSAL 1 = reversed; TONE*;
 * PLAY_DONE play; OVERFLOW events lost; RECORD_TROUBLE errno, 0 = writing again.
 * form: DIGIT 0 DTMF, 1 pulse; CALLER_ID* enum callerid_form. number, name: NUL-terminated. */
struct lf_event {
	int64_t at_us; /* CLOCK_MONOTONIC, never less than the event's before it */
	uint16_t port;
	uint16_t kind;
	uint32_t value;
	uint8_t form;
	uint8_t presentation;
	uint8_t reserved[6];
	char number[40];
	char name[72];
};

enum lf_command_kind {
	LF_RING = 1, LF_RING_OFF, LF_SEIZE, LF_RELEASE, LF_PLAY_TONE, LF_TONE_OFF, LF_DIAL, LF_PLAY,
	LF_STOP_PLAY, LF_JOIN, LF_LEAVE, LF_RECORD, LF_STOP_RECORD
};
enum { LF_FLAG_LOOP = 1, LF_FLAG_CALLER_ID = 2 };

/* value: PLAY_TONE index into lf_settings.tones; PLAY play number; JOIN bridge number.
 * gain_cb: JOIN, what this port hears of the bridge, centibels (1/100 dB), -6000 to 2400.
 * body: RING with LF_FLAG_CALLER_ID number[40] name[72]; DIAL digits; PLAY count times uint16_t
 * clip; RECORD path of a file that is made (its folder exists). */
struct lf_command {
	uint16_t kind;
	uint16_t port;
	uint32_t value;
	int32_t gain_cb;
	uint16_t count;
	uint16_t flags;
	union {
		struct {
			char number[40];
			char name[72];
		} caller;
		char digits[72];
		uint16_t clips[LF_MAX_PLAY];
		char path[1024];
	} body;
};

struct lf_settings {
	uint32_t version;
	uint32_t flash_min_ms;
	uint32_t flash_max_ms;
	uint32_t echo_cancel;
	uint32_t caller_id_form; /* enum callerid_form */
	uint32_t cadence_count;  /* on, off, on, off… even */
	uint32_t cadence_ms[LF_MAX_CADENCE];
	uint32_t reserved;
	struct tone_plan tones[LF_TONES];
};

enum { LF_STATE_OFF_HOOK = 1, LF_STATE_RING = 2, LF_STATE_REVERSED = 4, LF_STATE_BATTERY = 8 };

/* What far ends signal. FXS: HOOK (1 off), FLASH (ms). FXO: RING, POLARITY (1 reversed),
 * BATTERY. */
enum lf_far_signal {
	LF_FAR_HOOK = 1, LF_FAR_FLASH, LF_FAR_RING, LF_FAR_POLARITY, LF_FAR_BATTERY, LF_FAR_DETACH
};
enum { LF_MAX_FLASH_MS = 5000 };

/* kind 0: audio, 160 samples; else enum lf_far_signal with value. */
struct lf_frame {
	uint16_t port;
	uint16_t kind;
	uint32_t value;
	int16_t pcm[LF_FRAME_SAMPLES];
};

struct lf_port_state {
	uint16_t port;
	uint8_t state; /* LF_STATE_* */
	uint8_t far_end;
};

enum { LF_READ_STATS, LF_READ_PORTS };

/* Counters since open(), unless said otherwise. */
struct lf_stats {
	uint64_t version;
	uint64_t now_us;            /* CLOCK_MONOTONIC at the reading */
	uint64_t real_time;         /* 1: SCHED_FIFO granted */
	uint64_t ticks;
	uint64_t ticks_lost;        /* too late to catch up */
	uint64_t late_max_us;
	uint64_t engine_cpu_us;     /* CPU time of the engine thread */
	uint64_t bench_cpu_us;      /* of which: far ends of lf_bench */
	uint64_t record_cpu_us;     /* CPU time of the recorder's I/O thread */
	uint64_t events_lost;
	uint64_t commands_refused;
	uint64_t frames_lost;       /* for far ends that JS did not fetch in time */
	uint64_t samples_dropped;   /* from far ends: overrun or trimmed delay */
	uint64_t underruns;         /* ticks in which a speaking far end had nothing there */
	uint64_t signals_merged;    /* hook changes beyond what a port can queue */
	uint64_t record_bytes;
	uint64_t record_lost;       /* stereo samples replaced by silence */
	uint64_t record_failures;   /* failed writes */
	uint64_t ports, far_ends, bridges, recorders; /* now */
	uint64_t delay_pulses;      /* received by lf_bench far ends */
	uint32_t late[LF_LATE_BUCKETS];  /* lateness of ticks, LF_LATE_BUCKET_US each */
	uint32_t delay[LF_LATE_BUCKETS]; /* of pulses port to port, LF_DELAY_BUCKET_US each */
};

enum {
	LF_BENCH_SPEAK = 1,  /* bursts of noise in the rhythm of speech */
	LF_BENCH_ECHO = 2,   /* sends back what it hears, 6 dB down */
	LF_BENCH_PULSE = 4,  /* one click a second, its time noted */
	LF_BENCH_LISTEN = 8, /* measures the way of the last click */
	LF_BENCH_REPEAT = 16 /* after hanging up: pause, then the same again */
};

/* A far end inside the engine. FXS: lifts after answer_ms of ringing (0: never), or start_ms after
 * being attached (0: never), dials digits 400 ms later, hangs up talk_ms after lifting (0: never).
 * FXO: rings start_ms after being attached (1 s on, 4 s off) until seized; talk_ms after that
 * it opens the loop for 300 ms. */
struct lf_bench {
	uint32_t flags;
	uint32_t start_ms;
	uint32_t answer_ms;
	uint32_t talk_ms;
	uint32_t pause_ms;
	uint32_t reserved;
	char digits[32];
};
#endif
