#include "actors/basp/loop_scribe.hpp"

#include "actors/loop/loop.hpp"
#include "protocol/base/cluster_limits.hpp"

#include <caf/io/network/native_socket.hpp>

#include <algorithm>
#include <atomic>
#include <utility>

namespace troupe::basp {

namespace net = caf::io::network;

namespace {

/// A number that is never used again. CAF knows connections by it, and would take a
/// descriptor that was opened anew for the connection that had its number before.
caf::io::connection_handle next_handle() {
  static std::atomic<int64_t> last{0};
  return caf::io::connection_handle::from_int(++last);
}

} // namespace

/// Writes at the end of a turn what the turn produced.
struct loop_scribe::pump : loop::flushable {
  explicit pump(loop_scribe* of)
    : flushable(turn_order::child)
    , owner(of) {}
  void flush() override {
    if (owner)
      owner->write_out();
  }
  loop_scribe* owner;
};

loop_scribe::loop_scribe(loop::event_loop& home, caf::execution_unit& unit, connection c,
                         frame_filter filter, size_t most_out)
  : scribe(next_handle())
  , home_(home)
  , unit_(unit)
  , stream_(home, std::move(c.socket), std::move(c.tls), std::move(c.bytes))
  , reader_(std::move(filter))
  , most_out_(most_out)
  , on_refused_(std::move(c.on_refused))
  , life_(std::make_shared<live_connection>())
  , pump_(std::make_shared<pump>(this))
  , current_(&reader_.header())
  , rest_(std::move(c.early)) {
  life_->scribe_ = this;
  life_->peer_ = reader_.filter().peer();
}

loop_scribe::~loop_scribe() {
  life_->scribe_ = nullptr;
  pump_->owner = nullptr;
}

void loop_scribe::expect(size_t bytes) noexcept {
  reader_.expect(bytes);
  most_out_ = std::max(most_out_, std::min(3 * bytes, limits::largest_peer_backlog));
}

/// CAF says how many bytes of which frame it wants, which the frames say themselves. The
/// first time it means that the broker has taken the connection. The broker is running
/// now and must not be entered again.
void loop_scribe::configure_read(caf::io::receive_policy::config) {
  if (std::exchange(is_started_, true))
    return;
  home_.next_turn([self = caf::intrusive_ptr<loop_scribe>{this}] { self->start(); });
}

void loop_scribe::flush() {
  if (stream_.output().empty())
    return;
  if (stream_.waiting() > most_out_) {
    stream_.write();
    has_overrun_ = has_overrun_ || stream_.waiting() > most_out_;
  }
  // The broker runs now: the connection ends later, and meanwhile nothing is kept for it.
  if (has_overrun_)
    stream_.output().clear();
  home_.flush_later(pump_);
}

void loop_scribe::write_out() {
  caf::intrusive_ptr<loop_scribe> guard{this};
  if (!stream_.is_open())
    return;
  if (has_overrun_)
    return refuse(refusal::not_reading);
  if (stream_.write() != byte_stream::state::open)
    return end();
  if (stream_.waiting() > most_out_)
    refuse(refusal::not_reading);
}

void loop_scribe::refuse(refusal why, std::string_view said) {
  caf::intrusive_ptr<loop_scribe> guard{this};
  life_->refused_ = why;
  end();
  if (auto tell = std::exchange(on_refused_, {}))
    tell(why, said);
}

void loop_scribe::end() {
  caf::intrusive_ptr<loop_scribe> guard{this};
  stream_.finish();
  io_failure(&unit_, net::operation::read);
  remove_from_loop();
}

void loop_scribe::end_later() {
  home_.next_turn([self = caf::intrusive_ptr<loop_scribe>{this}] {
    if (self->stream_.is_open())
      self->end();
  });
}

/// CAF ends the connection: it knows.
void loop_scribe::graceful_shutdown() {
  caf::intrusive_ptr<loop_scribe> guard{this};
  stream_.finish();
  detach(&unit_, false);
}

void loop_scribe::remove_from_loop() {
  // Closing forgets the handler, which may hold the last reference but the caller's.
  stream_.close();
  on_refused_ = life_->refused_ ? std::move(on_refused_) : nullptr;
  life_->scribe_ = nullptr;
}

std::string loop_scribe::addr() const {
  auto x = net::remote_addr_of_fd(stream_.descriptor());
  return x ? *x : std::string{};
}

uint16_t loop_scribe::port() const {
  auto x = net::remote_port_of_fd(stream_.descriptor());
  return x ? *x : uint16_t{0};
}

} // namespace troupe::basp
