#include "broker/commands/plural.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/base/printable.hpp"

#include <ostream>

namespace troupe::commands {

std::string counted_workers(std::string_view number) {
  return counted(static_cast<uint64_t>(json_text::as_integer(number).value_or(0)),
                 "worker");
}

void order_counted(command_context& context, const node_options& options,
                   std::string_view name, std::string_view payload,
                   std::string_view operation, std::string_view done) {
  auto result = connect_and_operate(context, options, operation, payload);
  if (!result)
    return;
  if (options.json) {
    print_json(context, result->view());
    return;
  }
  auto count = json_text::is_object(result->view())
                   ? json_text::find(result->view(), done).value_or("0")
                   : "0";
  context.out << name << ": " << done << ' ' << counted_workers(count) << '\n';
}

} // namespace troupe::commands
