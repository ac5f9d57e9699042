#include "actors/public/calls.hpp"

#include "actors/public/node_host.hpp"
#include "protocol/base/json_text.hpp"

#include <future>
#include <utility>

namespace troupe {

namespace {

/// Returns the call, or what is wrong with it.
result<call> make_call(std::string_view kind, std::string_view payload,
                       const call_options& options, bool streams) {
  if (kind.empty())
    return failure(malformed("kind: expected a text that is not empty"));
  if (auto valid = json_text::validate(payload); !valid)
    return failure(malformed("payload: " + valid.error()));
  if (options.priority < -10 || options.priority > 10)
    return failure(malformed("priority: expected a number from -10 to 10, not "
                             + std::to_string(options.priority)));
  if (options.timeout && options.timeout->count() <= 0)
    return failure(malformed("timeout: expected more than 0 ms"));
  auto quoted = json_string(kind);
  call c;
  c.kind = shared_bytes{quoted.substr(1, quoted.size() - 2)};
  c.payload = shared_bytes{std::string{payload}};
  c.key = options.key;
  c.taken = steady_clock::now();
  c.timeout = options.timeout;
  c.priority = static_cast<int8_t>(options.priority);
  c.idempotent = options.idempotent;
  c.stream = streams;
  return c;
}

} // namespace

caller::caller(std::shared_ptr<node_host> host)
  : host_(std::move(host)) {}

caller::~caller() = default;
caller::caller(caller&&) noexcept = default;
caller& caller::operator=(caller&&) noexcept = default;

void caller::end() {
  if (host_)
    host_->stop(std::chrono::milliseconds{0});
}

result<call_answer> caller::call(std::string_view to, std::string_view kind,
                                 std::string_view payload, const call_options& options,
                                 part_handler on_part) {
  if (host_->is_in_handler())
    return failure(code::conflict,
                   "a handler must not wait for a call: the node waits for the handler");
  // Shared: whoever sets the value may go on after the waiting thread has it.
  auto done = std::make_shared<std::promise<result<call_answer>>>();
  auto end = done->get_future();
  begin_call(
      to, kind, payload, [done](result<call_answer> r) { done->set_value(std::move(r)); },
      options, std::move(on_part));
  return end.get();
}

tag_id caller::begin_call(std::string_view to, std::string_view kind,
                          std::string_view payload, answer_handler on_answer,
                          const call_options& options, part_handler on_part) {
  auto made = make_call(kind, payload, options, on_part != nullptr);
  if (!made) {
    on_answer(failure(std::move(made).error()));
    return {};
  }
  auto begun = host_->begin(to, *std::move(made), on_answer, std::move(on_part));
  if (begun)
    return *begun;
  on_answer(failure(std::move(begun).error()));
  return {};
}

void caller::cancel(tag_id which) {
  host_->cancel(which);
}

} // namespace troupe
