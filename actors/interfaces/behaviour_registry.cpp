#include "actors/interfaces/behaviour_registry.hpp"

#include "actors/interfaces/kind_registry.hpp"

namespace troupe {

void behaviour_registry::add(behaviour_kind k) {
  auto name = k.name;
  all_.insert_or_assign(std::move(name), std::move(k));
}

const behaviour_kind* behaviour_registry::find(std::string_view name) const {
  auto i = all_.find(name);
  return i == all_.end() ? nullptr : &i->second;
}

std::string behaviour_registry::names() const {
  std::string out;
  for (auto& [name, kind] : all_)
    if (kind.place != behaviour_place::operation)
      out += (out.empty() ? "" : ", ") + name;
  return out;
}

config::behaviour_table behaviour_registry::operations() const {
  kind_registry<behaviour_kind> those;
  for (auto& [name, kind] : all_)
    if (kind.place == behaviour_place::operation)
      those.add(kind);
  return those.table();
}

} // namespace troupe
