#pragma once

#include "broker/client/node_locator.hpp"

namespace troupe::client {

/// Where a browser finds the dashboard of a node.
struct page_address {
  /// Of the node, without a slash at its end.
  std::string url;
  /// The key that the page is to use.
  std::string key;
};

/// Which key of the node a page is to have.
enum class page_key : uint8_t { all, view };

/// Returns where the dashboard of a node is. The node is not asked. A node that is named
/// by its socket must have announced itself in the socket's folder or in the state
/// directory.
/// @param where As `with_environment` returns it.
result<page_address> find_page(const node_locator& where, page_key wanted);

/// Makes sure that the dashboard is there and takes the key, or returns why not.
/// @param where Has the authority of https.
result<> try_page(const page_address& page, const node_locator& where, patience p = {});

} // namespace troupe::client
