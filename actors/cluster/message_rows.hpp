#pragma once

#include "actors/cluster/message_types.hpp"
#include "actors/cluster/rows.hpp"

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <vector>

/// The calls and outcomes of a message as rows. A row has no length of its own, so it
/// keeps its members for ever; bits of its flags that are not used yet are ignored.
namespace troupe::cluster {

void write_row(row_writer& to, const link_call& x, steady_clock::time_point now);
void write_row(row_writer& to, const link_outcome& x, steady_clock::time_point now);

/// Reads a row; what the reader says of failure holds for it.
/// @param now Deadlines of calls count from here: a point in time means nothing on
/// another host, so what crosses is the time left.
void read_row(row_reader& from, link_call& x, steady_clock::time_point now);
void read_row(row_reader& from, link_outcome& x, steady_clock::time_point now);

/// A list that is written as rows.
template <class Row>
struct as_rows {
  std::vector<Row>& items;
  /// Set if what came are no rows; there are no items then. The message is taken all the
  /// same: CAF would drop it, and nobody would know what was lost.
  bool& is_broken;
};

/// Rows, and ancestors of calls, in one message: what a window lets out, and a call
/// beyond it.
inline constexpr size_t most_items = 2 * limits::link_window / limits::link_overhead;

/// Bytes that a row of a short payload takes before it is written; space for so many is
/// made at once.
inline constexpr size_t usual_row = 128;

/// Space is made for a row for each so many bytes that are read,
inline constexpr size_t short_row = 64;

/// and for no more than so many: what claims to be rows may be none.
inline constexpr size_t usual_rows = 256;

/// Hands the pieces of rows to CAF as those of one text.
caf::error hand_over(caf::serializer& to, const row_writer& rows);

template <class Row>
caf::error write_rows(caf::serializer& to, as_rows<Row> x) {
  row_writer rows;
  rows.reserve(x.items.size() * usual_row);
  auto now = steady_clock::now();
  for (auto& item : x.items)
    write_row(rows, item, now);
  return hand_over(to, rows);
}

template <class Row>
caf::error read_rows(caf::deserializer& from, as_rows<Row> x) {
  std::string all;
  if (auto wrong = from(all))
    return wrong;
  auto size = all.size();
  row_reader rows{shared_bytes{std::move(all)}, most_items};
  auto now = steady_clock::now();
  x.items.clear();
  x.items.reserve(std::min(size / short_row + 1, usual_rows));
  while (!rows.is_at_end()) {
    rows.begin_item();
    read_row(rows, x.items.emplace_back(), now);
  }
  x.is_broken = rows.has_failed();
  if (x.is_broken)
    x.items.clear();
  return caf::none;
}

/// An inspector that neither writes nor reads is shown the length.
template <class Inspector, class Row>
typename Inspector::result_type inspect(Inspector& f, as_rows<Row>& x) {
  if constexpr (std::is_base_of_v<caf::serializer, Inspector>) {
    return write_rows(f, x);
  } else if constexpr (std::is_base_of_v<caf::deserializer, Inspector>) {
    return read_rows(f, x);
  } else {
    auto size = x.items.size();
    return f(size);
  }
}

} // namespace troupe::cluster
