#include "broker/front/front_limits.hpp"
#include "broker/front/http/http_connection.hpp"

/// How long a client may keep silent.
namespace troupe::front::http {

void http_connection::on_check(steady_clock::time_point now) {
  if (socket_)
    return socket_->on_check(now);
  if (std::exchange(client_.seen_written, written()) != written() && !out().empty())
    client_.active = now; // it reads, however slowly
  auto silent = now - client_.active;
  if (rhythm_.note_second())
    shrink();
  auto streams = !exchanges_.empty() && exchanges_.front().streaming;
  if (streams && out().empty() && silent >= limits::websocket_ping)
    return probe_client();
  if (!last_request_ && incoming_ && incoming_->begun
      && !incoming_->reader.is_in_accepted_body())
    return check_request(now);
  // The client has no time limit while the node has to answer.
  if (!exchanges_.empty() && out().empty())
    return;
  auto patience = streams ? std::chrono::seconds{limits::websocket_patience}
                  : client_.authorized
                      ? std::chrono::seconds{limits::http_idle}
                      : std::chrono::seconds{front_limits::http_head_patience};
  if (silent < patience)
    return;
  if (!last_request_ && incoming_ && incoming_->reader.is_in_accepted_body())
    return refuse(late_body(patience));
  close();
}

void http_connection::shrink() {
  if (incoming_ && incoming_->is_idle())
    incoming_.reset();
  exchanges_.shrink();
  shrink_output();
}

void http_connection::check_request(steady_clock::time_point now) {
  if (!incoming_->is_late(now, front_limits::http_head_patience))
    return;
  if (incoming_->reader.is_discarding())
    return close(); // it has its answer
  refuse(late_head(front_limits::http_head_patience));
}

} // namespace troupe::front::http
