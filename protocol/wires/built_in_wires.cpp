#include "protocol/wires/folk.hpp"
#include "protocol/wires/goridge.hpp"
#include "protocol/wires/json_lines.hpp"
#include "protocol/wires/jsonrpc.hpp"
#include "protocol/wires/session_lines.hpp"
#include "protocol/wires/wire_registry.hpp"

namespace troupe::wires {

wire_registry built_in_wires() {
  wire_registry all;
  all.add(json_lines::kind());
  all.add(goridge::kind());
  all.add(folk::kind());
  all.add(session_lines::kind());
  all.add(jsonrpc::kind());
  return all;
}

} // namespace troupe::wires
