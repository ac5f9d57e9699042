#include "broker/top/latencies.hpp"

#include "broker/commands/json_fields.hpp"
#include "protocol/base/json_document.hpp"
#include "protocol/base/json_writer.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

namespace troupe::top {

namespace {

namespace json = boost::json;
using commands::fields::text;

/// A history is asked for again after this time.
constexpr std::chrono::seconds lifetime{4};

/// So many seconds are shown.
constexpr int64_t shown_seconds = 30;

/// Returns a column of a history: negative for null.
std::vector<double> column(const json::value& history, std::string_view key) {
  std::vector<double> all;
  auto o = history.if_object();
  auto member = o ? o->if_contains(json::string_view{key.data(), key.size()}) : nullptr;
  auto values = member ? member->if_array() : nullptr;
  for (auto& v : values ? *values : json::array{}) {
    json::error_code ec;
    auto n = v.is_number() ? v.to_number<double>(ec) : -1;
    all.push_back(ec ? -1 : n);
  }
  auto kept = std::min<size_t>(all.size(), shown_seconds);
  all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(kept));
  return all;
}

/// Returns the last value that is known.
std::optional<double> last_known(const std::vector<double>& values) {
  auto found =
      std::find_if(values.rbegin(), values.rend(), [](double v) { return v >= 0; });
  return found == values.rend() ? std::nullopt : std::optional{*found};
}

} // namespace

std::optional<question> latencies::next(const std::vector<std::string>& pools,
                                        steady_clock::time_point now) const {
  if (allowed_ == 0)
    return std::nullopt;
  const std::string* oldest = nullptr;
  steady_clock::time_point oldest_at;
  for (auto& name : pools) {
    auto known = find(name);
    auto at = known ? known->asked_at : steady_clock::time_point::min();
    auto is_due = !known || now - at >= lifetime;
    if (is_due && (!oldest || at < oldest_at)) {
      oldest = &name;
      oldest_at = at;
    }
  }
  if (!oldest)
    return std::nullopt;
  json_object_writer what;
  what.add("name", *oldest).add("step", "1s");
  if (node_second_ > 0)
    what.add("since", node_second_ - shown_seconds);
  return question{"history", what.object()};
}

void latencies::take(const question& asked, const json::value& answer,
                     steady_clock::time_point now) {
  allowed_ -= std::min<size_t>(allowed_, 1);
  json::error_code ec;
  auto about = parse_document(asked.payload, ec);
  if (ec)
    return;
  if (auto second = commands::fields::number(answer, "next"); second > 0)
    node_second_ = static_cast<int64_t>(second);
  pools_[text(about, "name")] = {now, last_known(column(answer, "p50_ms")),
                                 last_known(column(answer, "p99_ms")),
                                 column(answer, "calls")};
}

const latencies::pool_history* latencies::find(const std::string& pool) const {
  auto found = pools_.find(pool);
  return found == pools_.end() ? nullptr : &found->second;
}

std::string sparkline(const std::vector<double>& values) {
  constexpr std::array<const char*, 8> bars = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  auto most = 0.;
  for (auto v : values)
    most = std::max(most, v);
  std::string out;
  for (auto v : values) {
    auto height = most > 0 ? v / most * static_cast<double>(bars.size() - 1) : 0.;
    out += v < 0 ? " " : bars.at(static_cast<size_t>(height + .5));
  }
  return out;
}

std::string latency_text(const std::optional<double>& ms) {
  if (!ms)
    return "-";
  char out[32];
  if (*ms < 1000)
    std::snprintf(out, sizeof out, *ms < 10 ? "%.2fms" : "%.0fms", *ms);
  else
    std::snprintf(out, sizeof out, "%.1fs", *ms / 1000);
  return out;
}

} // namespace troupe::top
