#include "protocol/base/error.hpp"

#include <array>
#include <cstddef>

namespace troupe {

namespace {

constexpr std::array table = {
    code_info{code::none, "none", 200, false, "no error"},
    code_info{code::bad_request, "bad_request", 400, false, "the request is malformed"},
    code_info{code::unauthorized, "unauthorized", 401, false,
              "the API key is missing or wrong"},
    code_info{code::forbidden, "forbidden", 403, false, "this is not allowed"},
    code_info{code::pool_not_found, "pool_not_found", 404, false, "no such pool"},
    code_info{code::worker_not_found, "worker_not_found", 404, false, "no such worker"},
    code_info{code::session_not_found, "session_not_found", 404, false,
              "no such session"},
    code_info{code::not_found, "not_found", 404, false, "nothing is found here"},
    code_info{code::conflict, "conflict", 409, false,
              "this contradicts the present state"},
    code_info{code::not_a_terminal, "not_a_terminal", 409, false,
              "the worker is no terminal"},
    code_info{code::payload_too_large, "payload_too_large", 413, false,
              "the payload is too large"},
    code_info{code::worker_error, "worker_error", 422, false,
              "the worker answered an error"},
    code_info{code::busy, "busy", 429, true, "the queue is full"},
    code_info{code::cancelled, "cancelled", 499, false, "the call was cancelled"},
    code_info{code::internal, "internal", 500, false,
              "an unexpected error inside the node"},
    code_info{code::worker_died, "worker_died", 502, true,
              "the worker died during the call"},
    code_info{code::protocol_error, "protocol_error", 502, false,
              "the worker broke its protocol"},
    code_info{code::node_down, "node_down", 502, true,
              "the node that ran the call is gone"},
    code_info{code::version_mismatch, "version_mismatch", 502, false,
              "the worker speaks another version of the protocol"},
    code_info{code::handshake_failed, "handshake_failed", 502, false,
              "the handshake failed"},
    code_info{code::boot_timeout, "boot_timeout", 502, true,
              "the worker was not ready in time"},
    code_info{code::spawn_failed, "spawn_failed", 502, false,
              "the worker could not be started"},
    code_info{code::unavailable, "unavailable", 503, true, "no worker can run now"},
    code_info{code::shutting_down, "shutting_down", 503, true,
              "the node is shutting down"},
    code_info{code::queue_timeout, "queue_timeout", 504, true, "the call never started"},
    code_info{code::timeout, "timeout", 504, true,
              "the call started and did not finish in time"},
};

constexpr bool rows_stand_at_their_number() {
  for (size_t i = 0; i < table.size(); ++i)
    if (static_cast<size_t>(table[i].value) != i)
      return false;
  return table.size() == static_cast<size_t>(code::count_);
}
static_assert(rows_stand_at_their_number(),
              "one row per code, in the order of the codes");

} // namespace

const code_info& info(code c) {
  auto i = static_cast<size_t>(c);
  return table[i < table.size() ? i : static_cast<size_t>(code::internal)];
}

std::optional<code> code_from_name(std::string_view name) {
  for (auto& row : table)
    if (row.name == name)
      return row.value;
  return std::nullopt;
}

std::string to_string(code c) {
  return std::string{info(c).name};
}

std::string_view word_for(request_flaw f) {
  constexpr std::array<std::string_view, static_cast<size_t>(request_flaw::count_)>
      flaw_words = {"invalid_format", "invalid_mode", "invalid_revision"};
  auto i = static_cast<size_t>(f);
  return i < flaw_words.size() ? flaw_words[i] : std::string_view{"invalid_request"};
}

fault_cause::fault_cause(fault why)
  : cause_(std::make_shared<const fault>(std::move(why))) {}

bool fault_cause::operator==(const fault_cause& other) const {
  return cause_ == other.cause_ || (cause_ && other.cause_ && *cause_ == *other.cause_);
}

fault malformed(std::string message) {
  return {code::bad_request, std::move(message)};
}

fault malformed_for(request_flaw flaw, std::string message) {
  return {code::bad_request, std::move(message), {.flaw = flaw}};
}

fault no_such_pool(std::string_view pool) {
  return {code::pool_not_found, "no pool named " + std::string{pool}};
}

} // namespace troupe
