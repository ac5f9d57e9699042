#include "protocol/config/load.hpp"

#include "protocol/base/address.hpp"
#include "protocol/base/json_document.hpp"
#include "protocol/config/read.hpp"
#include "protocol/config/toml_json.hpp"

namespace troupe::config {

namespace {

namespace json = boost::json;

constexpr std::string_view source = "request";

/// Reads `text` as a JSON object without its member `name`, the name of the pool.
result<toml::table, mistake_list> parse_members(std::string_view text) {
  json::error_code ec;
  auto v = parse_document(text, ec);
  if (ec || !v.is_object())
    return failure(mistake_list{{std::string{source}, 0, {}, "expected a JSON object"}});
  v.get_object().erase("name");
  return to_toml(v.get_object());
}

/// Reads members into `p` with `read`, which is given their section.
template <class Read>
result<pool, mistake_list> read_into(pool p, std::string_view text, Read&& read) {
  auto members = parse_members(text);
  if (!members)
    return failure(std::move(members).error());
  report wrong{std::string{source}};
  if (!is_valid_name(p.name))
    wrong.add({}, {},
              "the name of a pool is a letter and then up to 62 letters, digits, _ or -");
  read(section{wrong, &*members, {}, "pool." + p.name}, p);
  if (auto all = wrong.take(); !all.empty())
    return failure(std::move(all));
  return p;
}

} // namespace

result<pool, mistake_list> pool_from_json(std::string name, std::string_view members,
                                          const std::filesystem::path& folder,
                                          const worker_kinds& known) {
  pool p;
  p.name = std::move(name);
  return read_into(std::move(p), members,
                   [&](section&& s, pool& out) { read_pool(s, folder, known, out); });
}

result<pool, mistake_list> resized(pool p, std::string_view members) {
  return read_into(std::move(p), members,
                   [](section&& s, pool& out) { read_new_size(s, out); });
}

} // namespace troupe::config
