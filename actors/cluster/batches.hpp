#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace troupe::cluster {

/// What is to be sent, by who gets it: one message for each.
template <class Handle, class Batch>
using batches = std::vector<std::pair<Handle, Batch>>;

/// Adds `what` to the batch of `to`.
/// @param most How many may be added to one batch: they are not moved as it grows.
template <class Handle, class Batch>
void add_to_batch(batches<Handle, Batch>& all, const Handle& to,
                  typename Batch::value_type&& what, size_t most) {
  auto i = std::find_if(all.begin(), all.end(), [&](auto& x) { return x.first == to; });
  if (i == all.end()) {
    i = all.insert(all.end(), {to, {}});
    i->second.reserve(most);
  }
  i->second.push_back(std::move(what));
}

} // namespace troupe::cluster
