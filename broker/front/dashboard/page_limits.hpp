#pragma once

#include <chrono>
#include <cstddef>

/// Limits of a page that looks at the node. They are in protocol/limits.md, too.
namespace troupe::front::dashboard::page_limits {

using namespace std::chrono_literals;

/// Looks of one tab: a page has a few, and one for each terminal that is in view.
inline constexpr std::size_t page_looks = 64;

/// Bytes of a message, and of what a look asks or leaves out. What is typed may be long:
/// as much as a terminal takes at once, and its envelope.
inline constexpr std::size_t page_message = 1088 * 1024;
inline constexpr std::size_t page_payload = 16 * 1024;

/// The longest time between two questions of a look.
inline constexpr auto page_step_most = 3600s;

/// Bytes of a message that an error shows.
inline constexpr std::size_t page_excerpt = 64;

/// Names of members that a look leaves out.
inline constexpr std::size_t page_names = 32;

/// Questions of one tab that are open at once; more wait for the next second. A tab that
/// opens and closes looks all the time is asked for no more often than others.
inline constexpr std::size_t page_questions = 64;

/// Keystrokes of one tab that have not reached their terminals.
inline constexpr std::size_t page_inputs = 256;

/// Bytes that may wait for a tab before it gets another answer; of what has changed
/// meanwhile it gets the last state only.
inline constexpr std::size_t page_unread = 64 * 1024;

/// Bytes that may wait for all tabs of one loop before one gets a large answer.
inline constexpr std::size_t pages_unread = 64 * 1024 * 1024;

/// Looks take one part of so many of a loop's time, and this much at once after a quiet
/// time: answers may be large, and what has changed in them is found on the loop.
inline constexpr int page_share = 10;
inline constexpr auto page_burst = 100ms;

/// Of looks whose answers have more bytes, one is asked at a time; it has so long to make
/// use of its turn. A hidden tab does not keep such an answer.
inline constexpr std::size_t page_large = 256 * 1024;
inline constexpr auto page_turn = 3s;

/// Looks of one loop that are asked for the first time at once: how large their answers
/// are is not known yet. One that is answered later than `page_turn` is not counted.
inline constexpr std::size_t page_firsts = 4;

/// Bytes that the looks of all tabs of a node keep: what they ask, their answers, and
/// what their tabs were sent, in order to find what has changed. It is much more than a
/// few people need who look at thousands of workers, and little for a node with so many.
inline constexpr std::size_t pages_kept = 128 * 1024 * 1024;

/// The part of it that answers of more than `page_large` may fill: what is small is still
/// shown where there is no room for them.
inline constexpr std::size_t pages_kept_large = 96 * 1024 * 1024;

/// When they have kept more than this, and then keep less than half of it, free memory
/// goes back to the system.
inline constexpr std::size_t pages_kept_much = 16 * 1024 * 1024;

/// A look for whose answer there was no room is asked again after so long.
inline constexpr auto page_room_pause = 10s;

/// A tab for which answers wait longer than this has nobody who reads.
inline constexpr auto page_patience = 60s;

/// Between two batches of events: often enough for people who look, and, where the output
/// of terminals is asked for, for those who type.
inline constexpr auto page_events_pause = 200ms;
inline constexpr auto page_output_pause = 25ms;

} // namespace troupe::front::dashboard::page_limits
