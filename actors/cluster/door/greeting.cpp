#include "actors/cluster/door/greeting.hpp"

#include "protocol/base/cluster_limits.hpp"

#include <utility>

namespace troupe::door {

using hello::reason;
using hello::refusal;

namespace {

/// What TLS begins with: a handshake, or an alert.
constexpr char tls_handshake = 0x16;
constexpr char tls_alert = 0x15;

const char* stranger_text(char first) {
  return first == tls_handshake || first == tls_alert
             ? "the other end speaks TLS, and this node has no cluster.tls"
             : "expected a node that introduces itself";
}

} // namespace

greeting::greeting(hello::introduction own, opened_by opened, judge decide)
  : own_(std::move(own))
  , opened_(opened)
  , decide_(std::move(decide)) {}

std::string greeting::begin() const {
  return opened_ == opened_by::us ? hello::to_line(own_) : std::string{};
}

void greeting::feed(std::string_view text, std::string& reply) {
  if (state_ == state::refused)
    return;
  heard_ += text;
  while (state_ == state::talking && !heard_.empty()) {
    // HTTP and TLS are no JSON from their first byte on: nobody waits for the line's end.
    if (heard_.front() != '{') {
      reply += refuse({reason::not_hello, stranger_text(heard_.front())});
      return;
    }
    auto end = heard_.find('\n');
    if (std::min(end, heard_.size()) > limits::hello_bytes) {
      reply += refuse({reason::hello_too_long, "expected a line of at most "
                                                   + std::to_string(limits::hello_bytes)
                                                   + " bytes"});
      return;
    }
    if (end == heard_.npos)
      return;
    auto line = heard_.substr(0, end);
    heard_.erase(0, end + 1);
    take_line(line, reply);
  }
}

void greeting::take_line(std::string_view line, std::string& reply) {
  auto read = hello::read_line(line);
  if (!read) {
    reply += refuse(std::move(read).error());
  } else if (auto no = std::get_if<refusal>(&*read)) {
    refuse(std::move(*no), refused_by::peer);
  } else if (auto who = std::get_if<hello::introduction>(&*read); who && !peer_) {
    take(std::move(*who), reply);
  } else if (!who && was_let_in_) {
    state_ = state::welcome;
  } else {
    reply += refuse({reason::not_hello, "expected another line"});
  }
}

void greeting::take(hello::introduction who, std::string& reply) {
  peer_ = std::move(who);
  auto no = hello::mismatch(own_, *peer_);
  if (!no)
    no = decide_(*peer_);
  if (no) {
    reply += refuse(*std::move(no));
    return;
  }
  was_let_in_ = true;
  if (opened_ == opened_by::us) {
    reply += hello::to_line(hello::welcome{});
    state_ = state::welcome;
  } else {
    reply += hello::to_line(own_);
  }
}

std::string greeting::refuse(refusal why, refused_by by) {
  if (state_ != state::talking)
    return {};
  state_ = state::refused;
  why_ = std::move(why);
  by_ = by;
  return by == refused_by::us ? hello::to_line(why_) : std::string{};
}

} // namespace troupe::door
