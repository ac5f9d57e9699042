#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace troupe::cluster {

/// What a node thinks of another one. The numbers cross hosts: new states go before
/// `count_`.
enum class node_state : uint8_t {
  /// It answers and takes calls.
  up,
  /// It has been silent for a while: it gets only calls that no other place can run.
  suspect,
  /// It is gone, or cut off.
  down,
  /// It is being drained: it gets no new calls and ends those it has.
  leaving,
  count_,
};

/// Returns the word for `s`.
std::string_view word_for(node_state s);

/// Returns the state with this word.
std::optional<node_state> node_state_from(std::string_view word);

/// Returns whether a node in this state may be given calls that could run elsewhere.
constexpr bool takes_calls(node_state s) {
  return s == node_state::up;
}

/// Returns whether a node in this state may be given calls that cannot run elsewhere. If
/// it is only slow, it runs them.
constexpr bool is_last_resort(node_state s) {
  return s == node_state::suspect;
}

} // namespace troupe::cluster
