#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// Every number that is not a configuration key, with its unit and its reason. A
/// configuration key has its default in `protocol/config/config.hpp`.
namespace troupe::limits {

using namespace std::chrono_literals;

/// Levels of nesting of a JSON text. Deeper texts are refused: a parser's stack is
/// finite.
inline constexpr std::size_t json_depth = 64;

/// Bytes of one read from a descriptor. Larger reads bring no speed and more copying.
inline constexpr std::size_t read_chunk = 64 * 1024;

/// Calls that one connection may have open. Beyond this the node stops reading from it.
inline constexpr std::size_t calls_per_connection = 65'536;

/// Bytes of answers waiting for a client that does not read. Beyond this the node neither
/// reads its requests nor starts its calls, until half of them have left: the answers to
/// calls that run are all that can pile up.
inline constexpr std::size_t client_backlog = 1024 * 1024;

/// A client is let go when an answer comes and so many bytes wait already, or four of the
/// largest answers of any pool, if that is more. A client that reads never gets there: it
/// would take hundreds of large answers at once.
inline constexpr std::size_t client_backlog_most = 128 * 1024 * 1024;

/// A client that is behind and has taken nothing for so long is told of in the log.
inline constexpr auto client_stuck = 10s;

/// Requests of one HTTP connection answered side by side (pipelining).
inline constexpr std::size_t http_pipeline = 64;

/// Bytes of one HTTP head. Longer heads are refused as a bad request.
inline constexpr std::size_t http_head = 16 * 1024;

/// An HTTP client that sent nothing for so long between two requests is let go.
inline constexpr auto http_idle = 120s;

/// Grace between `cancel` and killing a worker that can be cancelled but does not end.
inline constexpr auto cancel_grace = 1s;

/// How long a child that closed its output may take to end by itself: interpreters close
/// their files long before they exit.
inline constexpr auto hang_up_grace = 200ms;

/// Between two attempts to dial a socket that a child is to open: much shorter than any
/// program takes to start, and long enough that hundreds may be starting.
inline constexpr auto dial_again = 10ms;

/// Bytes of the log of a child that may outlive the node: beyond this what was read of it
/// is thrown away, and what comes faster than it can be read is, too.
inline constexpr std::size_t child_log = 1024 * 1024;

/// Bytes of such a log that are read again by the node that takes its child over: the
/// last words, of which it cannot know whether anybody has read them.
inline constexpr std::size_t adopted_log = 16 * 1024;

/// Between two looks at a worker's memory, where that has a limit.
inline constexpr auto memory_check = 1s;

/// Between two samples of what workers use while somebody looks; who looks, a little
/// early even, does not cost another one.
inline constexpr auto sample_every = 1s;
inline constexpr auto sample_age = 950ms;

/// For so long after a look at what workers use, samples go on: the next look is near.
inline constexpr auto viewer_time = 10s;

/// How long calls may wait in an elastic pool before it grows, and between two steps of
/// growth: shorter waits are bursts that the workers there are will soon have behind
/// them.
inline constexpr auto scale_wait = 50ms;

/// How long a call that was in workers when they died is remembered.
inline constexpr auto quarantine_memory = 10min;

/// Between two pings to a WebSocket's client that is silent; clients answer them by
/// themselves. Shorter than what routers and proxies forget an idle connection after.
inline constexpr auto websocket_ping = 30s;

/// A WebSocket's client that has sent nothing for so long, not even answers to pings, is
/// gone and let go. One that is only stopped, or behind with reading, has some minutes.
inline constexpr auto websocket_patience = 300s;

/// Between two looks at the connections of the fronts, for what is due on them.
inline constexpr auto connection_check = 1s;

/// Faults in one message between nodes: one, the cause of that, and so on. Deeper causes
/// are left out; a peer that sends more is not understood.
inline constexpr std::size_t fault_levels = 16;

/// Calls that one worker may have open with other pools. More are refused with `busy`.
inline constexpr std::size_t nested_calls = 256;

/// Bytes of the options of an isolated behaviour. They are a variable of the environment,
/// of which Linux takes no longer one than 128 KiB.
inline constexpr std::size_t isolated_setup_bytes = 64 * 1024;

/// The longest that a call may be given, and that a duration in the configuration may be:
/// 366 days. That is more than anybody waits, and far from overflowing a time point.
inline constexpr auto longest_duration = 527'040min;

/// The highest priority of a call; the lowest is its negative.
inline constexpr int highest_priority = 10;

/// Bytes of a key that a rate limit counts calls by: keys are remembered.
inline constexpr std::size_t rate_limit_key = 256;

/// Waiting calls that one level of priority overtakes: ten levels pass 320, and what is
/// passed by that many is served.
inline constexpr int priority_step = 32;

/// Work that one worker may make with what nobody asked it for, a second and at once: log
/// lines, events, stray output. One unit is about 100 ns, so this is 2 % of a loop. A
/// worker that makes more is read no further until it has paid.
inline constexpr std::uint64_t unasked_work = 200'000;
inline constexpr std::uint64_t unasked_burst = 100'000;

/// How long it is at least not read then: shorter waits would wake the loop too often.
inline constexpr auto unasked_pause = 2ms;

/// Lines and bytes of one worker that go into the node's log, a second and at once. What
/// is more is counted, and the log tells how many lines that were.
inline constexpr std::uint64_t log_lines = 1000;
inline constexpr std::uint64_t log_lines_burst = 2000;
inline constexpr std::uint64_t log_bytes = 256 * 1024;
inline constexpr std::uint64_t log_bytes_burst = 1024 * 1024;

/// Between two reports of what a worker's flood lost: log lines and events.
inline constexpr auto loss_report = 1s;

/// Bytes that wait for a child, beyond which it is read no further if its own calls add
/// to them: it makes calls and does not read the answers.
inline constexpr std::size_t child_backlog = 1024 * 1024;

/// Lines of stderr kept per worker for error messages and `GET …/log`.
inline constexpr std::size_t stderr_lines = 200;

/// Bytes kept of one such line, so that 1,000 workers' rings stay small.
inline constexpr std::size_t stderr_line_bytes = 2048;

/// Lines of stderr that are part of a `worker_died` or a start-up error.
inline constexpr std::size_t stderr_tail = 10;

/// Bytes of somebody else's text in a line of the log or a message: it may be megabytes.
inline constexpr std::size_t log_excerpt = 200;

/// Events the node remembers for those who join late or read slowly, and the bytes of all
/// of them: what is oldest goes first.
inline constexpr std::size_t event_ring = 4096;
inline constexpr std::size_t event_ring_bytes = 16 * 1024 * 1024;

/// Bytes of one event of a worker. A longer one is dropped and counted: it would push out
/// what is remembered of all others.
inline constexpr std::size_t event_bytes = 1024 * 1024;

/// The cost of an event or a part of a terminal's output, beside its bytes.
inline constexpr std::size_t event_overhead = 256;

/// Calls that may wait for the next event at a time, and the names in the filter of one:
/// each event is compared with all of them.
inline constexpr std::size_t event_followers = 4096;
inline constexpr std::size_t event_filter_names = 1024;

/// Pools and workers, of each kind of event, of which it is known apart what was
/// forgotten. With more, who follows some of them may be told of a gap that was
/// another's.
inline constexpr std::size_t event_subjects = 1024;

/// Events handed over in one batch.
inline constexpr std::size_t event_batch = 256;

/// Bytes of events handed over in one batch, but for the first of them.
inline constexpr std::size_t event_batch_bytes = 256 * 1024;

/// Between two questions of one follower of the configuration for new events: what comes
/// meanwhile goes in one batch, and a flood costs it no more than a batch each time.
inline constexpr auto follower_rest = 20ms;

/// Before a follower that has ended is started again.
inline constexpr auto follower_restart = 1s;

/// Ends of a follower within one batch, after which it gets the next: the batch may be
/// why.
inline constexpr std::size_t follower_deaths = 3;

/// How long a node that stops waits until its followers have the last events.
inline constexpr auto follower_farewell = 1s;

/// Between two lines of the log about what one follower cannot do.
inline constexpr auto follower_report = 1s;

/// The longest time that a server may ask a webhook to wait (`Retry-After`).
inline constexpr auto webhook_wait_most = 10min;

/// Bytes of the body of a server's answer that are read. A connection with a longer one
/// is closed.
inline constexpr std::size_t http_answer_body = 64 * 1024;

/// Bytes of output remembered per terminal for those who follow it, and the number of
/// terminals, living or ended, that some is remembered of.
inline constexpr std::size_t stream_ring_bytes = 256 * 1024;
inline constexpr std::size_t stream_rings = 256;

/// Bytes that wait to be typed on a terminal; beyond, input is refused with `busy`.
inline constexpr std::size_t terminal_input = 1024 * 1024;

/// Inputs that wait to reach a terminal, of all the calls that it takes at once: the
/// others are for those that ask for its screen.
inline constexpr std::size_t terminal_inputs = 256;
inline constexpr std::uint32_t terminal_window = 1024;

/// When a client may try again to give a terminal something to type: no rate is known.
inline constexpr auto terminal_retry = 1s;

/// Messages that wait to be typed on a terminal, and the bytes of one.
inline constexpr std::size_t terminal_messages = 256;
inline constexpr std::size_t terminal_message_bytes = 64 * 1024;

/// Channels of one terminal, and bytes in the name of one, or of a model.
inline constexpr std::size_t terminal_channels = 256;
inline constexpr std::size_t channel_name_bytes = 256;

/// Bytes in the name of a program that was spawned.
inline constexpr std::size_t terminal_name_bytes = 256;

/// Crashes of programs on terminals that are remembered.
inline constexpr std::size_t crash_records = 500;

/// How long the echo of a message that was typed is waited for.
inline constexpr auto echo_patience = 5s;

/// A driver that was not heard of for this long no longer decides the terminal's size.
inline constexpr auto resize_lease = 300s;

/// How long a loop handles what its descriptors brought, or runs its actors, before it
/// goes on to the other. Longer turns would hold up the calls of all other pools.
inline constexpr auto turn_time = 200us;

/// How long one connection or one child may keep its loop with what was read of it. The
/// rest waits until all others had their turn.
inline constexpr auto turn_budget_time = 100us;

/// Resumptions of actors between two looks at the descriptors, at most.
inline constexpr std::size_t turn_actors = 512;

/// Messages that one actor takes per resumption, on a loop or beside it.
inline constexpr std::size_t actor_messages = 64;

/// Reads of a terminal that are gathered into one piece: it hands out 4 KiB at a time.
inline constexpr int gathered_reads = 16;

/// Bytes written to one descriptor per turn: one that is read as fast as it is written
/// would keep the loop.
inline constexpr std::size_t flush_bytes = 512 * 1024;

/// Turns that answers to clients may be held back while more events are ready, so that
/// several leave in one write (design: +60 % calls/s with window 1).
inline constexpr std::size_t held_turns = 16;

/// How long they may be held back: beside heavy work 16 turns are long.
inline constexpr auto held_time = 250us;

/// Tick of a loop's timing wheel: the precision of deadlines.
inline constexpr auto wheel_tick = 1ms;

/// Slots of a loop's timing wheel; a power of two. Longer timers go round again.
inline constexpr std::size_t wheel_slots = 4096;

/// Sessions the node remembers; the oldest that has ended makes room for a new one.
inline constexpr std::size_t sessions = 4096;

/// Bytes of a session's history that are kept; what is oldest goes first.
inline constexpr std::size_t session_history = 256 * 1024;

/// How long a request to the registry waits for another process that reads it, such as a
/// person's `sqlite3`.
inline constexpr auto registry_patience = 2s;

/// How long requests do not wait at all after one that waited in vain.
inline constexpr auto registry_impatience = 5s;

/// Between two attempts to write to the registry what could not be written.
inline constexpr auto registry_retry = 1s;

/// How long the node waits for a socket client to take its last answers when it stops.
inline constexpr auto flush_grace = 1s;

} // namespace troupe::limits
