#include "protocol/json_lines.hpp"
#include "protocol/wire.hpp"

#include <array>

namespace troupe {

namespace {

/// Every worker protocol there is: a new one adds its row.
constexpr std::array wires = {
    wire_kind{"json-lines", &json_lines::make},
};

} // namespace

const wire_kind* find_wire(std::string_view name) {
  for (auto& row : wires)
    if (row.name == name)
      return &row;
  return nullptr;
}

std::string wire_names() {
  std::string out;
  for (auto& row : wires) {
    if (!out.empty())
      out += ", ";
    out += row.name;
  }
  return out;
}

} // namespace troupe
