#include "actors/public/client.hpp"

#include "actors/node/operation_families.hpp"
#include "actors/public/host_start.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

#include <algorithm>
#include <random>
#include <thread>

namespace troupe {

namespace {

using std::chrono::milliseconds;

/// Between two looks at what is known of other nodes.
constexpr milliseconds look_rest{5};

/// Looks until `is_so`, or until the time is over; returns whether it became so.
template <class F>
bool wait_until(F is_so, milliseconds patience) {
  auto until = steady_clock::now() + patience;
  while (!is_so()) {
    if (steady_clock::now() >= until)
      return false;
    std::this_thread::sleep_for(look_rest);
  }
  return true;
}

std::string random_name() {
  constexpr auto digits = "0123456789abcdef";
  std::random_device chance;
  std::string name = "client-";
  for (int i = 0; i < 12; ++i)
    name += digits[chance() % 16];
  return name;
}

/// Returns `key = value` of a text. (A JSON string is one of TOML, too.)
std::string entry(std::string_view key, std::string_view text) {
  return std::string{key} + " = " + json_string(text) + "\n";
}

std::string entry_of_files(const cluster_credentials& files) {
  return "tls = { cert = " + json_string(files.certificate.string())
         + ", key = " + json_string(files.key.string())
         + ", ca = " + json_string(files.authority.string()) + " }\n";
}

/// Returns the operations that start nothing: a client has no processes.
node::operation_registry reports_alone() {
  node::operation_registry all;
  node::operations::add_reports(all);
  node::operations::add_members(all);
  node::operations::add_events(all);
  return all;
}

/// Returns the options as the configuration of a node, whose reader has all the rules.
std::string configuration_of(const cluster_client_options& o) {
  std::string text =
      "[node]\n" + entry("name", o.name.empty() ? random_name() : o.name) + "[cluster]\n"
      + entry("name", o.cluster) + entry("listen", o.listen)
      + entry("failure_timeout", std::to_string(o.failure_timeout.count()) + "ms")
      + "insecure = " + (o.insecure ? "true" : "false") + "\npeers = [";
  for (auto& node : o.nodes)
    text += json_string(node) + ",";
  text += "]\n";
  if (!o.advertise.empty())
    text += entry("advertise", o.advertise);
  if (o.tls)
    text += entry_of_files(*o.tls);
  return text;
}

result<host_setup> make_setup(cluster_client_options& options) {
  if (options.nodes.empty())
    return failure(malformed("nodes: expected the address of at least one node"));
  if (options.listen.empty())
    return failure(malformed("listen: expected an address, such as \"127.0.0.1:0\""));
  host_setup setup;
  // A client has no kinds of workers, and nobody can have it run any.
  setup.wires = std::make_shared<const wires::wire_registry>();
  setup.kinds = std::make_shared<const worker_registry>();
  setup.operations = std::make_shared<const node::operation_registry>(reports_alone());
  auto read = config::parse(configuration_of(options), "client", setup.kinds->known());
  if (!read)
    return failure(bad_configuration(read.error()));
  setup.config = *std::move(read);
  setup.folder = config::folder_of("client");
  setup.hooks = std::move(options.hooks);
  return setup;
}

/// Whether a node that is connected has told of a pool.
bool has_joined(const node_host& host) {
  auto known = host.others()->get();
  return std::any_of(known->pools.begin(), known->pools.end(), [&](auto& pool) {
    return std::any_of(pool.second.begin(), pool.second.end(),
                       [&](auto& place) { return known->takes_calls(place); });
  });
}

/// Takes part in calls that `join` makes before there is a client.
class joining : public caller {
public:
  explicit joining(std::shared_ptr<node_host> host)
    : caller(std::move(host)) {}

  /// Returns why nodes have refused this one, if any has.
  std::string refusals() {
    json_object_writer ask;
    ask.add("since", 0)
        .add_json("kinds", R"(["node_refused"])")
        .add_json("wait", "false");
    auto told = call("$node", "events", ask.object());
    auto events = told ? json_text::find(told->payload.view(), "events") : std::nullopt;
    std::string text;
    if (!events)
      return text;
    json_text::element_reader all{*events};
    while (auto one = all.next())
      if (auto why = json_text::text_member(*one, "message"))
        text = "; the last refusal: " + *why;
    return text;
  }
};

} // namespace

result<cluster_client> cluster_client::join(cluster_client_options options) {
  auto nodes = options.nodes;
  auto patience = options.join_timeout;
  auto setup = make_setup(options);
  if (!setup)
    return failure(std::move(setup).error());
  auto host = start_host(*std::move(setup));
  if (!host)
    return failure(std::move(host).error());
  if (wait_until([&] { return has_joined(**host); }, patience))
    return cluster_client{*std::move(host)};
  std::string asked;
  for (auto& n : nodes)
    asked += (asked.empty() ? "" : ", ") + n;
  return failure(code::unavailable, "no node with a pool let this client into cluster "
                                        + options.cluster + " within "
                                        + std::to_string(patience.count()) + " ms; asked "
                                        + asked + joining{*host}.refusals());
}

cluster_client::~cluster_client() {
  end();
}

cluster_client::cluster_client(cluster_client&&) noexcept = default;
cluster_client& cluster_client::operator=(cluster_client&&) noexcept = default;

const std::string& cluster_client::name() const noexcept {
  return host().name();
}

bool cluster_client::wait_for(std::string_view pool, milliseconds patience) const {
  auto others = host().others();
  return others && wait_until([&] { return others->takes_calls(pool); }, patience);
}

void cluster_client::leave(milliseconds patience) {
  host().stop(patience);
}

} // namespace troupe
