#include "broker/client/page_locator.hpp"

#include "broker/client/connection_file.hpp"
#include "broker/client/http_client.hpp"
#include "protocol/base/address.hpp"

#include <array>
#include <utility>

namespace troupe::client {

namespace {

namespace fs = std::filesystem;

/// Returns a URL that a browser takes: the address of all networks is nobody's.
std::string browsable(std::string url) {
  using row = std::pair<std::string_view, std::string_view>;
  for (auto [all, own] :
       {row{"://0.0.0.0:", "://127.0.0.1:"}, row{"://[::]:", "://[::1]:"}})
    if (auto found = url.find(all); found != url.npos)
      url.replace(found, all.size(), own);
  while (url.ends_with('/'))
    url.pop_back();
  return url;
}

/// Returns the path without symbolic links; empty where it cannot be known.
/// (`fs::equivalent` compares no sockets.)
fs::path real_path(const std::string& path) {
  std::error_code ec;
  return fs::weakly_canonical(path, ec);
}

/// Returns what the node of a socket has announced.
result<connection_info> connection_of(const std::string& socket,
                                      const fs::path& state_dir) {
  for (auto& folder : {fs::path{socket}.parent_path(), state_dir}) {
    auto info = read_connection(folder.empty() ? "." : folder);
    if (info && real_path(info->socket) == real_path(socket))
      return info;
  }
  return failure(code::unavailable,
                 "no node has announced the socket " + socket
                     + " and its URL; name its URL or its state directory");
}

/// Returns what is known of the node.
result<connection_info> connection_of(const node_locator& where) {
  if (where.node.empty())
    return read_connection(where.state_dir);
  if (where.node.find("://") == std::string::npos)
    return connection_of(where.node, where.state_dir);
  auto info = read_connection(where.state_dir);
  if (!info || browsable(info->url) != browsable(where.node))
    info = connection_info{where.node, {}, {}, {}, {}};
  if (!where.api_key.empty())
    info->api_key = where.api_key;
  return info;
}

/// Returns why the view key of this node is not known.
std::string why_no_view_key(const connection_info& info) {
  // Of a node that was named by the URL of another machine, no more than that is known.
  if (info.socket.empty())
    return "the view key of " + info.url
           + " is not known here: the node's connection.json has it, if one is set";
  return "no view key is set: set `view_key` in [http], or TROUPE_VIEW_KEY, and restart"
         " the node";
}

} // namespace

result<page_address> find_page(const node_locator& where, page_key wanted) {
  auto info = connection_of(where);
  if (!info)
    return failure(std::move(info).error());
  if (info->url.empty())
    return failure(code::unavailable,
                   "the node has no HTTP, and so no dashboard: `listen`"
                   " of [http] is \"off\"");
  if (wanted == page_key::view && info->view_key.empty())
    return failure(code::unavailable, why_no_view_key(*info));
  auto& key = wanted == page_key::view ? info->view_key : info->api_key;
  if (key.empty())
    return failure(code::unauthorized, "the node wants its API key: set TROUPE_API_KEY");
  return page_address{browsable(info->url), key};
}

result<> try_page(const page_address& page, const node_locator& where, patience p) {
  if (auto there = http_client::find(page.url, "/", {where.ca}, p); !there)
    return there;
  auto node = http_client::connect(page.url, page.key, {where.ca}, std::move(p));
  if (!node)
    return failure(std::move(node).error());
  auto asked = (*node)->call(node_target, "pools", "null");
  return asked ? result<>{} : failure(std::move(asked).error());
}

} // namespace troupe::client
