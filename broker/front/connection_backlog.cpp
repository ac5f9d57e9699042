#include "actors/interfaces/log_record.hpp"
#include "broker/front/connection.hpp"
#include "protocol/base/limits.hpp"

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>

/// Clients that do not read their answers.
namespace troupe::front {

void connection::measure() {
  auto changed = backlog_.measure(unsent());
  if (changed == output_backlog::change::none)
    return;
  if (changed == output_backlog::change::caught_up) {
    auto self = reply_sink_ptr{shared_from_this()};
    for (auto& who : callees_.all())
      caf::anon_send(who, atom::writable_v, self);
  }
  update_interest(); // now: the next flush may be far off
}

/// In a pool with very large answers, one more of them must not be too much.
size_t connection::most_backlog() const {
  return std::max(context_->backlog_most, 4 * context_->max_request.load());
}

void connection::tell_if_stuck(steady_clock::time_point now) {
  if (backlog_.has_got_stuck(now))
    write_log(*context_->log, spdlog::level::warn, {.event = "client_does_not_read"},
              "a client does not read: {} bytes of answers wait for it, and its"
              " calls do not start",
              unsent());
}

void connection::let_go(size_t bytes) {
  if (!socket_.is_open())
    return;
  ++context_->clients_let_go;
  write_log(*context_->log, spdlog::level::warn, {.event = "client_let_go"},
            "a client does not read: {} bytes of answers wait for it, the limit"
            " is {}; it is let go",
            bytes, most_backlog());
  close();
}

} // namespace troupe::front
