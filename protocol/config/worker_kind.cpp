#include "protocol/config/worker_kind.hpp"

#include <algorithm>
#include <utility>

namespace troupe::config {

bool worker_kind::is_named_by(std::string_view protocol) const {
  if (protocols)
    return traits_of(protocol) != nullptr;
  return named_by.empty() && protocol == traits.kind;
}

const protocol_traits* worker_kind::traits_of(std::string_view protocol) const {
  return protocols ? protocols->traits_of(protocol) : nullptr;
}

std::string_view worker_kind::refusal_of(std::string_view key) const {
  auto i = std::find_if(refuses.begin(), refuses.end(),
                        [&](const refused_key& r) { return r.key == key; });
  return i == refuses.end() ? std::string_view{} : i->why;
}

void worker_kind::apply_to(pool& p) const {
  if (!protocols)
    p.protocol = traits.kind;
  p.workers = traits;
  if (settle)
    settle(p);
}

void worker_kinds::add(worker_kind kind) {
  auto same = std::find_if(all_.begin(), all_.end(), [&](const worker_kind& k) {
    return k.traits.kind == kind.traits.kind;
  });
  if (same != all_.end())
    *same = std::move(kind);
  else
    all_.push_back(std::move(kind));
}

const worker_kind* worker_kinds::find(std::string_view protocol) const {
  for (auto& k : all_)
    if (k.is_named_by(protocol))
      return &k;
  return nullptr;
}

const worker_kind*
worker_kinds::find_by_key(const std::function<bool(std::string_view key)>& has) const {
  auto i = std::find_if(all_.begin(), all_.end(), [&](const worker_kind& k) {
    return !k.named_by.empty() && has(k.named_by);
  });
  return i == all_.end() ? nullptr : &*i;
}

std::string worker_kinds::names() const {
  std::string out;
  for (auto& k : all_) {
    if (!k.named_by.empty())
      continue;
    if (!out.empty())
      out += ", ";
    out += k.protocols ? k.protocols->names() : k.traits.kind;
  }
  return out;
}

} // namespace troupe::config
