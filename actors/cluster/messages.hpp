#pragma once

#include "actors/cluster/message_rows.hpp"

#include <utility>
#include <vector>

/// How the messages between nodes are written, and their names.
namespace troupe::cluster {

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, link_calls& x) {
  as_rows<link_call> rows{x.calls, x.is_broken};
  return f(caf::meta::type_name("link_calls"), x.taken, rows, x.more);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, link_outcomes& x) {
  as_rows<link_outcome> rows{x.outcomes, x.is_broken};
  return f(caf::meta::type_name("link_outcomes"), x.taken, rows, x.more);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, link_chunk& x) {
  return f(caf::meta::type_name("link_chunk"), x.id, x.payload);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, link_chunks& x) {
  return f(caf::meta::type_name("link_chunks"), x.chunks, x.more);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, link_part_taken& x) {
  return f(caf::meta::type_name("link_part_taken"), x.id, x.bytes);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, link_taken& x) {
  return f(caf::meta::type_name("link_taken"), x.taken, x.parts, x.more);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, link_cancel& x) {
  return f(caf::meta::type_name("link_cancel"), x.ids, x.more);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, link_open& x) {
  return f(caf::meta::type_name("link_open"), x.gate, x.node, x.incarnation, x.more);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, link_beat& x) {
  return f(caf::meta::type_name("link_beat"), x.number, x.more);
}

/// A state that this version does not know counts as down.
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, link_member& x) {
  auto state = static_cast<uint8_t>(x.state);
  auto load = [&]() -> caf::error {
    x.state = state < static_cast<uint8_t>(node_state::count_)
                  ? static_cast<node_state>(state)
                  : node_state::down;
    return caf::none;
  };
  return f(caf::meta::type_name("link_member"), x.name, x.advertise, x.incarnation, state,
           x.version, caf::meta::load_callback(load));
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, pool_figures& x) {
  return f(caf::meta::type_name("pool_figures"), x.free, x.waiting, x.running, x.size);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, link_pool& x) {
  return f(caf::meta::type_name("link_pool"), x.number, x.name, x.load, x.has_terminal,
           x.max_frame);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, link_view& x) {
  return f(caf::meta::type_name("link_view"), x.members, x.pools, x.gone, x.frame,
           x.more);
}

} // namespace troupe::cluster

CAF_BEGIN_TYPE_ID_BLOCK(troupe_cluster, 1100)
CAF_ADD_TYPE_ID(troupe_cluster, (troupe::cluster::link_calls))
CAF_ADD_TYPE_ID(troupe_cluster, (troupe::cluster::link_outcomes))
CAF_ADD_TYPE_ID(troupe_cluster, (troupe::cluster::link_chunks))
CAF_ADD_TYPE_ID(troupe_cluster, (troupe::cluster::link_taken))
CAF_ADD_TYPE_ID(troupe_cluster, (troupe::cluster::link_cancel))
CAF_ADD_TYPE_ID(troupe_cluster, (troupe::cluster::link_open))
CAF_ADD_TYPE_ID(troupe_cluster, (troupe::cluster::link_beat))
CAF_ADD_TYPE_ID(troupe_cluster, (troupe::cluster::link_view))
CAF_END_TYPE_ID_BLOCK(troupe_cluster)
