// The behaviour `sum`: its workers answer a list of whole numbers with the sum.
#include <troupe/behaviour.hpp>

#include <boost/json.hpp>

#include <vector>

namespace sum {

namespace json = boost::json;

/// Reads `[pool.NAME.options]`: `start`, to which all is added.
/// @returns What is wrong with them.
std::vector<troupe::option_mistake> read(const json::object& from, uint64_t& start) {
  troupe::behaviour_options options{from};
  options.whole("start", start, uint64_t{0}, uint64_t{1'000'000});
  return options.mistakes();
}

/// The actor of one worker. It may wait and compute: it has a thread of its own.
troupe::behaviour_actor::behavior_type
behavior(troupe::behaviour_self<>*, const troupe::behaviour_context& context) {
  uint64_t start = 0;
  read(context.options, start);
  return {[start](troupe::behaviour_call& call) -> caf::result<troupe::outcome> {
    json::error_code wrong;
    auto payload = call.payload.view();
    auto numbers = json::parse({payload.data(), payload.size()}, wrong);
    if (!numbers.is_array())
      return troupe::to_error({troupe::code::bad_request, "expected a list of numbers"});
    auto total = start;
    for (auto& number : numbers.get_array())
      total += number.to_number<uint64_t>(); // throws if it is no whole number
    return troupe::outcome{troupe::shared_bytes{std::to_string(total)}};
  }};
}

troupe::plugin_contents contents() {
  troupe::behaviour_kind kind;
  kind.name = "sum";
  kind.description = "answers a list of whole numbers with the sum";
  kind.check = [](const json::object& options) {
    uint64_t ignored = 0;
    return read(options, ignored);
  };
  kind.spawn = [](troupe::behaviour_start start) { return start.spawn(behavior); };
  return {.behaviours = {std::move(kind)}};
}

} // namespace sum

TROUPE_PLUGIN(sum::contents);
