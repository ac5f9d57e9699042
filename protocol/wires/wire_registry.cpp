#include "protocol/wires/wire_registry.hpp"

#include <algorithm>
#include <utility>

namespace troupe::wires {

void wire_registry::add(wire_kind kind) {
  auto same = std::find_if(kinds_.begin(), kinds_.end(), [&](const wire_kind& k) {
    return k.traits.name == kind.traits.name;
  });
  if (same != kinds_.end())
    *same = std::move(kind);
  else
    kinds_.push_back(std::move(kind));
}

const wire_kind* wire_registry::find(std::string_view name) const {
  for (auto& k : kinds_)
    if (k.traits.name == name)
      return &k;
  return nullptr;
}

const config::protocol_traits* wire_registry::traits_of(std::string_view name) const {
  auto kind = find(name);
  return kind ? &kind->traits : nullptr;
}

std::string wire_registry::names() const {
  std::string out;
  for (auto& k : kinds_) {
    if (!out.empty())
      out += ", ";
    out += k.traits.name;
  }
  return out;
}

} // namespace troupe::wires
