#pragma once

#include "actors/cluster/message_types.hpp"
#include "actors/cluster/rows.hpp"

#include <type_traits>
#include <vector>

/// The calls and outcomes of a message as rows.
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
};

/// Hands the pieces of rows to CAF as those of one text.
caf::error save(caf::serializer& to, const row_writer& rows);

template <class Row>
caf::error save(caf::serializer& to, as_rows<Row> x) {
  row_writer rows;
  auto now = steady_clock::now();
  for (auto& item : x.items)
    write_row(rows, item, now);
  return save(to, rows);
}

template <class Row>
caf::error load(caf::deserializer& from, as_rows<Row> x) {
  std::string all;
  if (auto wrong = from(all))
    return wrong;
  row_reader rows{shared_bytes{std::move(all)}};
  auto now = steady_clock::now();
  x.items.clear();
  while (!rows.is_at_end()) {
    read_row(rows, x.items.emplace_back(), now);
    if (rows.has_failed())
      return caf::sec::invalid_argument;
  }
  return caf::none;
}

/// What is neither, shows it to people: by its length.
template <class Inspector, class Row>
typename Inspector::result_type inspect(Inspector& f, as_rows<Row>& x) {
  if constexpr (std::is_base_of_v<caf::serializer, Inspector>) {
    return save(f, x);
  } else if constexpr (std::is_base_of_v<caf::deserializer, Inspector>) {
    return load(f, x);
  } else {
    auto size = x.items.size();
    return f(size);
  }
}

} // namespace troupe::cluster
