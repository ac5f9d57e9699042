#include "tests/program/harness/network_namespaces.hpp"

#include "tests/program/harness/node_process.hpp"

#include <stdexcept>

#include <unistd.h>

namespace program {

namespace {

/// Returns whether a line of the shell ends with status 0.
bool succeeds(const std::string& line) {
  return run({"sh", "-c", line}).first == 0;
}

/// The namespace of the bridge.
constexpr int hub = 0;

/// nft takes one statement on a line.
constexpr auto drop_all = "table inet cut {\n"
                          " chain coming {\n"
                          "  type filter hook input priority 0\n"
                          "  policy drop\n"
                          " }\n"
                          " chain going {\n"
                          "  type filter hook output priority 0\n"
                          "  policy drop\n"
                          " }\n"
                          "}\n";

} // namespace

std::string network_namespaces::why_not() {
  if (::geteuid() != 0)
    return "not root";
  for (auto tool : {"ip", "nft"})
    if (!succeeds(std::string{"command -v "} + tool))
      return std::string{"no program "} + tool;
  try {
    network_namespaces probe{1};
    probe.cut(1);
    probe.heal(1);
  } catch (const std::exception& e) {
    return e.what();
  }
  return {};
}

network_namespaces::network_namespaces(int count)
  : count_(count) {
  auto made = succeeds("ip netns add " + name(hub) + " && ip -n " + name(hub)
                       + " link add name br0 type bridge && ip -n " + name(hub)
                       + " link set br0 up");
  for (int i = 1; made && i <= count_; ++i)
    made = make(i);
  if (made)
    return;
  remove();
  throw std::runtime_error{"no network namespace with a bridge can be made"};
}

network_namespaces::~network_namespaces() {
  remove();
}

void network_namespaces::remove() const {
  for (int i = hub; i <= count_; ++i)
    succeeds("ip netns delete " + name(i));
}

int64_t network_namespaces::sent_bytes(int number) const {
  auto command = through(number);
  command.insert(command.end(), {"cat", "/sys/class/net/eth0/statistics/tx_bytes"});
  return std::stoll(run(command).second);
}

std::string network_namespaces::name(int number) const {
  return "troupe-test-" + std::to_string(::getpid()) + "-" + std::to_string(number);
}

bool network_namespaces::make(int number) const {
  auto here = "ip -n " + name(number);
  auto port = "port" + std::to_string(number);
  return succeeds("ip netns add " + name(number) + " && " + here + " link set lo up && "
                  + here + " link add eth0 type veth peer name " + port + " netns "
                  + name(hub) + " && " + here + " addr add " + address(number)
                  + "/24 dev eth0 && " + here + " link set eth0 up && ip -n " + name(hub)
                  + " link set " + port + " master br0 up");
}

std::vector<std::string> network_namespaces::through(int number) const {
  return {"ip", "netns", "exec", name(number)};
}

void network_namespaces::cut(int number) const {
  if (!succeeds("ip netns exec " + name(number) + " nft -f - <<'END'\n" + drop_all
                + "END\n"))
    throw std::runtime_error{"nft cannot drop what arrives in a namespace"};
}

void network_namespaces::heal(int number) const {
  if (!succeeds("ip netns exec " + name(number) + " nft delete table inet cut"))
    throw std::runtime_error{"nft cannot take its table away"};
}

} // namespace program
