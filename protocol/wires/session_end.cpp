#include "protocol/wires/session_end.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

namespace troupe::wires {

session_end session_end::read(std::string_view said) {
  auto state = json_text::find(said, "state").value_or("null");
  return {std::string{said},
          json_text::is_object(state) && json_text::find(state, "Failed").has_value()};
}

session_end session_end::completed(std::string_view result,
                                   std::chrono::milliseconds elapsed, uint64_t queries) {
  auto completed = json_object_writer{}.add_json("result", result).object();
  auto metrics = json_object_writer{}
                     .add("elapsed_ms", elapsed.count())
                     .add("queries", queries)
                     .object();
  json_object_writer out;
  out.add_json("state", json_object_writer{}.add_json("Completed", completed).object())
      .add_json("metrics", metrics);
  return {out.object(), false};
}

} // namespace troupe::wires
