#include "broker/serve/pool_status_text.hpp"

#include "protocol/base/json_document.hpp"

#include <boost/json/value.hpp>

namespace troupe::serve {

namespace {

namespace json = boost::json;

/// Names that are spelled out: systemd shows the text on one line.
constexpr size_t most_names = 8;

bool is_ready(const json::value& pool) {
  auto o = pool.if_object();
  auto ready = o ? o->if_contains("ready") : nullptr;
  return ready && ready->is_bool() && ready->get_bool();
}

} // namespace

std::string pool_status_text(std::string_view pools) {
  json::error_code ec;
  auto parsed = parse_document(pools, ec);
  auto all = ec ? nullptr : parsed.if_object();
  if (!all)
    return {};
  size_t ready = 0;
  size_t others = 0;
  std::string names;
  for (auto& pool : *all) {
    if (is_ready(pool.value())) {
      ++ready;
    } else if (++others <= most_names) {
      auto name = pool.key();
      names += names.empty() ? ": " : ", ";
      names.append(name.data(), name.size());
    }
  }
  auto text = std::to_string(ready) + (ready == 1 ? " pool ready" : " pools ready");
  if (others > 0)
    text += ", " + std::to_string(others) + " unavailable" + names;
  return others > most_names ? text + ", …" : text;
}

} // namespace troupe::serve
