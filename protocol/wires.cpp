#include "protocol/folk.hpp"
#include "protocol/goridge.hpp"
#include "protocol/json_lines.hpp"
#include "protocol/session_lines.hpp"
#include "protocol/wire.hpp"

#include <array>

namespace troupe {

namespace {

/// Every worker protocol there is: a new one adds its row.
constexpr std::array wires = {
    wire_kind{.name = "json-lines", .make = &json_lines::make},
    wire_kind{.name = "goridge",
              .make = &goridge::make,
              .most_window = 1,
              .whole_heads = true,
              .environment = &goridge::set_environment},
    wire_kind{.name = "folk",
              .make = &folk::make,
              .sockets = 2,
              .most_frame = folk::most_frame,
              .environment = &folk::set_environment},
    wire_kind{.name = "session",
              .make = &session_lines::make,
              .child_listens = true,
              .most_window = 1},
};

} // namespace

void append_nothing(std::vector<wire_frame>& out, size_t bytes) {
  auto last = out.empty() ? nullptr : std::get_if<frame::nothing>(&out.back());
  if (!last) {
    out.push_back(frame::nothing{1, bytes});
    return;
  }
  ++last->count;
  last->bytes += bytes;
}

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
