#pragma once

#include "protocol/config/protocol_table.hpp"
#include "protocol/wires/wire.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::wires {

/// Variables of an environment.
using variables = std::map<std::string, std::string>;

/// A worker protocol: its traits, and what makes a wire that speaks it.
struct wire_kind {
  config::protocol_traits traits;
  std::unique_ptr<wire> (*make)(const config::pool&) = nullptr;
  /// Whether a child reads the head of a message at one go, so that on a pipe it must
  /// leave in one write.
  bool whole_heads = false;
  /// Sets what its children want to find in their environment. `{socket}` in a value is
  /// replaced by what the child has to dial.
  void (*environment)(const config::pool&, variables&) = nullptr;
};

/// The worker protocols of a node. Is filled before the node starts and read from then
/// on, by any thread.
class wire_registry final : public config::protocol_table {
public:
  /// Adds a protocol; one of the same name is replaced.
  void add(wire_kind kind);

  /// Returns the protocol `name`, or nullptr.
  const wire_kind* find(std::string_view name) const;

  const config::protocol_traits* traits_of(std::string_view name) const override;
  std::string names() const override;

private:
  std::vector<wire_kind> kinds_;
};

/// Returns the protocols that come with Troupe.
wire_registry built_in_wires();

} // namespace troupe::wires
