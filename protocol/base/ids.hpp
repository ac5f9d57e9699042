#pragma once

#include <compare>
#include <cstdint>
#include <functional>

/// Numbers that name something, and amounts. Each kind is a type of its own, so that none
/// is taken for another on its way between actors.
namespace troupe {

/// A number of one kind. It is made on purpose, and reads as the number it is.
template <class Kind>
class strong_id {
public:
  constexpr strong_id() = default;
  constexpr explicit strong_id(uint64_t number)
    : number_(number) {}

  constexpr operator uint64_t() const noexcept { return number_; }

  friend constexpr bool operator==(strong_id, strong_id) = default;
  friend constexpr auto operator<=>(strong_id, strong_id) = default;

  /// A number of one kind is neither made from one of another kind nor compared with it.
  template <class Other>
  explicit strong_id(strong_id<Other>) = delete;
  template <class Other>
  friend bool operator==(strong_id, strong_id<Other>) = delete;
  template <class Other>
  friend auto operator<=>(strong_id, strong_id<Other>) = delete;

private:
  uint64_t number_ = 0;
};

/// A job between its broker and its worker.
using ticket_id = strong_id<struct ticket_kind>;

/// A call of one reply sink. The sink chooses it.
using tag_id = strong_id<struct tag_kind>;

/// One incarnation of a worker in its pool. The first is 1.
using incarnation_id = strong_id<struct incarnation_kind>;

/// An event or a part of a terminal's output, in the order they came to the node. The
/// first is 1; 0 stands for none, and for what was before all.
using sequence_id = strong_id<struct sequence_kind>;

/// A timer that an actor has set for itself.
using timer_id = strong_id<struct timer_kind>;

/// How many calls or workers a message speaks of.
using quantity = strong_id<struct quantity_kind>;

/// An open call of one BROKER or LINK: its place in the index, and how often that was
/// used.
using call_number = strong_id<struct call_number_kind>;

/// A call between two nodes: the slot in which the caller's side keeps it, and the
/// generation of that slot.
using link_call_id = strong_id<struct link_call_kind>;

/// One run of a node; a later one of the same name has a larger number.
using node_incarnation = strong_id<struct node_incarnation_kind>;

/// An amount of what two nodes send each other.
using link_bytes = strong_id<struct link_bytes_kind>;

/// A pool of another node, as that node numbers its pools for its peers.
using pool_number = strong_id<struct pool_number_kind>;

/// A beat between two nodes.
using beat_number = strong_id<struct beat_kind>;

/// An amount of memory or of output.
using byte_count = strong_id<struct byte_kind>;

} // namespace troupe

template <class Kind>
struct std::hash<troupe::strong_id<Kind>> {
  size_t operator()(troupe::strong_id<Kind> id) const noexcept {
    return std::hash<uint64_t>{}(id);
  }
};
