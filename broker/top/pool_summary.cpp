#include "broker/top/pool_summary.hpp"

#include "broker/commands/json_fields.hpp"
#include "broker/top/text_wrap.hpp"
#include "protocol/base/printable.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace troupe::top {

namespace {

namespace json = boost::json;
using commands::fields::number;
using commands::fields::object;
using commands::fields::text;

/// The last line that a program wrote says most.
std::string last_words(const json::value& error) {
  auto o = error.if_object();
  auto member = o ? o->if_contains("stderr") : nullptr;
  auto lines = member ? member->if_array() : nullptr;
  if (!lines || lines->empty() || !lines->back().is_string())
    return "";
  auto& line = lines->back().get_string();
  return std::string{line.data(), line.size()};
}

} // namespace

std::string reason_text(const json::value& error) {
  if (error.is_null())
    return "";
  // What is around a cause says only that there is one.
  auto cause = object(error, "cause");
  auto& why = cause.is_null() ? error : cause;
  auto said = last_words(why);
  return text(why, "code") + ": " + text(why, "message")
         + (said.empty() ? "" : "; stderr: " + said);
}

std::vector<std::string> pool_summary(const node_data& data, size_t columns) {
  auto& pool = data.answer;
  auto o = pool.if_object();
  auto workers = o ? o->if_contains("workers") : nullptr;
  if (!workers || !workers->is_array())
    return {};
  auto state = text(pool, "name") + ' ' + text(pool, "state") + "  protocol "
               + text(pool, "protocol") + "  size " + text(pool, "size") + "  running "
               + std::to_string(number(pool, "in_flight") + number(pool, "abandoned"))
               + '/' + text(pool, "slots") + "  waiting " + text(pool, "waiting")
               + "  calls " + text(pool, "calls") + "  errors " + text(pool, "errors");
  auto lines = wrap(printable(state), columns);
  if (auto known = data.histories.find(text(pool, "name")))
    lines.push_back("p50 " + latency_text(known->p50) + "  p99 "
                    + latency_text(known->p99) + "  calls/s " + sparkline(known->calls));
  if (auto why = reason_text(object(pool, "error")); !why.empty())
    for (auto& line : wrap(printable(why), columns))
      lines.push_back(std::move(line));
  return lines;
}

} // namespace troupe::top
