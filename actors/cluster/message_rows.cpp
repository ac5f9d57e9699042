#include "actors/cluster/message_rows.hpp"

#include "actors/cluster/call_results.hpp"
#include "protocol/base/limits.hpp"

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>

#include <algorithm>
#include <limits>
#include <memory>

namespace troupe::cluster {

namespace {

using std::chrono::milliseconds;

/// The bits of what is a yes or a no.
namespace call_flags {
constexpr uint64_t idempotent = 1;
constexpr uint64_t stream = 2;
constexpr uint64_t web = 4;
} // namespace call_flags

namespace outcome_flags {
constexpr uint64_t bad = 1;
constexpr uint64_t returned = 2;
constexpr uint64_t web = 4;
} // namespace outcome_flags

/// Returns 0 where there is no bound, else one more than the milliseconds left.
uint64_t time_left(const call& c, steady_clock::time_point now) {
  if (!c.timeout)
    return 0;
  auto left = *c.timeout - std::chrono::duration_cast<milliseconds>(now - c.taken);
  return static_cast<uint64_t>(std::max(left, milliseconds{1}).count()) + 1;
}

void write_call(row_writer& to, const call& c, steady_clock::time_point now) {
  to.text(c.kind.view());
  to.text(c.payload.view());
  to.text(c.key);
  to.number(time_left(c, now));
  to.whole(c.worker);
  to.whole(c.priority);
  to.number((c.idempotent ? call_flags::idempotent : 0)
            | (c.stream ? call_flags::stream : 0)
            | (c.form == payload_form::web ? call_flags::web : 0));
  to.number(c.ancestors ? c.ancestors->size() : 0);
  if (c.ancestors)
    for (auto& a : *c.ancestors) {
      to.text(a.pool);
      to.number(uint64_t{a.ticket});
      to.text(a.node);
    }
}

/// Reads a number that must fit in an `Int`.
template <class Int>
Int narrow(row_reader& from) {
  auto x = from.whole();
  return static_cast<Int>(std::clamp<int64_t>(x, std::numeric_limits<Int>::min(),
                                              std::numeric_limits<Int>::max()));
}

ancestors_ptr read_ancestors(row_reader& from) {
  auto size = from.number();
  if (size == 0)
    return nullptr;
  std::vector<ancestor> all;
  // A length that is claimed makes no space: each is read before the next.
  for (uint64_t i = 0; i < size && !from.has_failed(); ++i) {
    from.begin_item();
    ancestor a;
    a.pool = from.text();
    a.ticket = ticket_id{from.number()};
    a.node = from.text();
    all.push_back(std::move(a));
  }
  return std::make_shared<const std::vector<ancestor>>(std::move(all));
}

void read_call(row_reader& from, call& c, steady_clock::time_point now) {
  constexpr milliseconds longest = limits::longest_duration;
  c.kind = from.shared_line();
  c.payload = from.shared_text(); // a client's may have line breaks: its wire joins them
  c.key = from.text();
  c.taken = now;
  if (auto left = from.number())
    c.timeout = milliseconds{std::min<uint64_t>(left - 1, longest.count())};
  c.worker = narrow<int32_t>(from);
  // A front refuses what is beyond; a peer has done that.
  c.priority = static_cast<int8_t>(std::clamp<int64_t>(
      from.whole(), -limits::highest_priority, limits::highest_priority));
  auto flags = from.number();
  c.idempotent = (flags & call_flags::idempotent) != 0;
  c.stream = (flags & call_flags::stream) != 0;
  if ((flags & call_flags::web) != 0)
    c.form = payload_form::web;
  c.ancestors = read_ancestors(from);
}

/// Faults are rare and have many members: they stand in the row as CAF writes them.
std::string to_bytes(const fault& x) {
  std::vector<char> bytes;
  caf::binary_serializer to{nullptr, bytes};
  if (to(const_cast<fault&>(x))) // is only read
    bytes.clear();
  return {bytes.begin(), bytes.end()};
}

/// Returns whether `bytes` are those of a fault.
bool from_bytes(std::string_view bytes, fault& x) {
  caf::binary_deserializer from{nullptr, bytes.data(), bytes.size()};
  return !from(x);
}

} // namespace

void write_row(row_writer& to, const link_call& x, steady_clock::time_point now) {
  to.number(uint64_t{x.id});
  to.text(x.pool);
  to.text(x.node);
  to.number(x.hops);
  write_call(to, x.what, now);
}

void read_row(row_reader& from, link_call& x, steady_clock::time_point now) {
  x.id = link_call_id{from.number()};
  x.pool = from.text();
  x.node = from.text();
  x.hops = static_cast<uint8_t>(std::min<uint64_t>(from.number(), UINT8_MAX));
  read_call(from, x.what, now);
}

void write_row(row_writer& to, const link_outcome& x, steady_clock::time_point) {
  auto why = bad_in(x.result);
  to.number(uint64_t{x.id});
  to.number((why ? outcome_flags::bad : 0) | (x.returned ? outcome_flags::returned : 0)
            | (x.form == payload_form::web ? outcome_flags::web : 0));
  if (why) {
    to.copied_text(to_bytes(*why));
    return;
  }
  auto& good = *good_in(x.result);
  to.text(good.payload.view());
  to.text(good.worker.view());
}

void read_row(row_reader& from, link_outcome& x, steady_clock::time_point) {
  x.id = link_call_id{from.number()};
  auto flags = from.number();
  x.returned = (flags & outcome_flags::returned) != 0;
  if ((flags & outcome_flags::web) != 0)
    x.form = payload_form::web;
  if ((flags & outcome_flags::bad) == 0) {
    outcome good;
    // LINK knows the call, and takes only an outcome of its form.
    good.payload = x.form == payload_form::web ? from.shared_text() : from.shared_line();
    good.worker = from.shared_text();
    x.result = std::move(good);
    return;
  }
  fault why;
  if (!from_bytes(from.text(), why))
    from.fail();
  x.result = failed(std::move(why));
}

caf::error hand_over(caf::serializer& to, const row_writer& rows) {
  auto size = rows.size();
  if (auto wrong = to.begin_sequence(size))
    return wrong;
  caf::error wrong;
  rows.for_each_piece([&](std::string_view piece) {
    auto bytes = const_cast<char*>(piece.data()); // is only read
    if (!wrong && !piece.empty())
      wrong = to.apply_raw(piece.size(), bytes);
  });
  return wrong ? wrong : to.end_sequence();
}

} // namespace troupe::cluster
