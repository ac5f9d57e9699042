// The keys and the status line of an attached terminal.

#include "broker/commands/attachment.hpp"
#include "broker/commands/tty.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/payload_bytes.hpp"

#include <unistd.h>

namespace troupe::commands {

namespace {

using namespace std::chrono_literals;

constexpr char escape_key = 0x1D; // ctrl-]

/// How long a notice stays.
constexpr auto notice_time = 5s;

/// A program that does not read must not keep its user here for longer.
constexpr auto typing_patience = 2s;

} // namespace

// -- the user ----------------------------------------------------------------------

std::string attachment::on_keys() {
  char bytes[4096];
  auto n = ::read(STDIN_FILENO, bytes, sizeof bytes);
  if (n <= 0)
    return "the input has ended";
  std::string typed;
  auto asked = read_keys({bytes, static_cast<size_t>(n)}, typed);
  if (asked == wish::leave)
    return detached;
  if (asked == wish::take_over && !drives_)
    return take_over_now();
  return typed.empty() ? "" : type(typed);
}

std::string attachment::take_over_now() {
  if (only_watches_) {
    tell("you watch" + advice());
    return {};
  }
  if (auto taken = take_over(); !taken)
    return taken.error().message;
  tell("you drive; ctrl-] d leaves");
  return {};
}

std::string attachment::advice() const {
  return only_watches_ ? "; ctrl-] d leaves" : "; ctrl-] t takes over, ctrl-] d leaves";
}

std::string attachment::type(const std::string& typed) {
  if (!drives_) {
    if (typed.front() != '\x1B') // a mouse that moves says so with one
      tell("you watch: nothing is typed" + advice());
    return {};
  }
  notice_.clear();
  client::call_options soon;
  soon.timeout = typing_patience;
  auto result = node_.call(
      remote_.worker(), "input",
      json_object_writer{}.add("data_base64", to_base64(typed)).object(), soon);
  if (result)
    return {};
  auto& why = result.error();
  if (why.what == code::worker_died)
    return {}; // its end is told by an event
  if (why.what != code::busy && why.what != code::timeout)
    return why.message;
  tell("the program does not read: what you typed last is lost");
  return {};
}

/// ctrl-] d leaves, ctrl-] t takes over; ctrl-] twice is ctrl-].
attachment::wish attachment::read_keys(std::string_view keys, std::string& typed) {
  for (auto c : keys) {
    if (std::exchange(escaped_, false)) {
      if (c == 'd')
        return wish::leave;
      if (c == 't' && !drives_)
        return wish::take_over;
      if (c != escape_key)
        typed += escape_key;
      typed += c;
    } else if (c == escape_key) {
      escaped_ = true;
    } else {
      typed += c;
    }
  }
  return wish::none;
}

void attachment::tell(std::string text) {
  notice_ = std::move(text);
  notice_ends_ = clock::now() + notice_time;
}

void attachment::paint() {
  write_to_own(painter_.paint(remote_.screen(), own_size(), notice_)
               + spell(remote_.take_side_effects(), clipboard_));
}

} // namespace troupe::commands
