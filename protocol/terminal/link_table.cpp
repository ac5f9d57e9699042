#include "protocol/terminal/link_table.hpp"

namespace troupe::vt {

namespace {

/// FNV-1a, folded to 16 bits: the same on every machine.
uint16_t folded_hash(std::string_view text) {
  uint32_t h = 2166136261U;
  for (auto c : text)
    h = (h ^ static_cast<unsigned char>(c)) * 16777619U;
  return static_cast<uint16_t>(h ^ (h >> 16));
}

} // namespace

uint16_t link_table::number_of(std::string_view link) {
  if (link.size() > longest)
    return 0;
  // There are far more numbers than links: a free one is near.
  for (auto n = folded_hash(link);; ++n) {
    if (n == 0)
      continue;
    auto i = links_.find(n);
    if (i == links_.end()) {
      if (is_full())
        return 0;
      links_.emplace(n, link);
      return n;
    }
    if (i->second == link)
      return n;
  }
}

void link_table::keep(const std::set<uint16_t>& used) {
  std::erase_if(links_, [&](auto& entry) { return used.count(entry.first) == 0; });
}

std::string_view link_table::at(uint16_t number) const {
  auto i = links_.find(number);
  return i == links_.end() ? std::string_view{";"} : std::string_view{i->second};
}

void append_link(std::string& out, std::string_view link) {
  out += "\x1B]8;";
  out += link;
  out += "\x1B\\";
}

} // namespace troupe::vt
