#pragma once

#include "actors/cluster/door/door_owner.hpp"
#include "protocol/hello/hello_line.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace troupe::door {

/// The conversation by which two nodes meet, as one of them has it: text in, text out.
/// Who dials speaks first: introduction, introduction, welcome.
class greeting {
public:
  /// Decides about a node that fits this one.
  using judge = std::function<std::optional<hello::refusal>(const hello::introduction&)>;

  enum class state : uint8_t { talking, welcome, refused };

  greeting(hello::introduction own, opened_by opened, judge decide);

  /// Returns what is said before anything was heard; it may be nothing.
  std::string begin() const;

  /// Takes text of the peer, and appends what is to be said to it.
  void feed(std::string_view text, std::string& reply);

  /// Ends the conversation for a reason from outside, such as its time.
  /// @returns the line for the peer; nothing if the conversation is over, or the refusal
  /// is the peer's.
  std::string refuse(hello::refusal why, refused_by by = refused_by::us);

  state now() const noexcept { return state_; }
  opened_by opened() const noexcept { return opened_; }

  /// The peer; nothing before it has introduced itself.
  const std::optional<hello::introduction>& peer() const noexcept { return peer_; }

  /// Whether the peer was let in by this end; the other may still refuse.
  bool was_let_in() const noexcept { return was_let_in_; }

  /// Why it was refused, and by whom. @pre `now() == state::refused`
  const hello::refusal& why() const noexcept { return why_; }
  refused_by by() const noexcept { return by_; }

  /// Returns what was heard after the last line. @pre `now() == state::welcome`
  std::string take_rest() { return std::move(heard_); }

private:
  void take_line(std::string_view line, std::string& reply);
  void take(hello::introduction who, std::string& reply);

  hello::introduction own_;
  opened_by opened_;
  judge decide_;
  state state_ = state::talking;
  /// The beginning of a line.
  std::string heard_;
  std::optional<hello::introduction> peer_;
  bool was_let_in_ = false;
  hello::refusal why_;
  refused_by by_ = refused_by::us;
};

} // namespace troupe::door
