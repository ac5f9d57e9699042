#include "actors/basp/loop_scribe.hpp"

#include "actors/loop/loop.hpp"
#include "protocol/base/limits.hpp"

#include <caf/io/network/native_socket.hpp>

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
  , stream_(home, std::move(c.socket), std::move(c.tls))
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

/// CAF says how many bytes of which frame it wants, which the frames say themselves. The
/// first time it means that the broker has taken the connection. The broker is running
/// now and must not be entered again.
void loop_scribe::configure_read(caf::io::receive_policy::config) {
  if (std::exchange(is_started_, true))
    return;
  home_.next_turn([self = caf::intrusive_ptr<loop_scribe>{this}] { self->start(); });
}

void loop_scribe::start() {
  if (!stream_.is_open())
    return;
  stream_.watch(
      [self = caf::intrusive_ptr<loop_scribe>{this}](uint32_t e) { self->ready(e); });
  go_on();
  // With TLS, more may have been fed to the channel than was read from it.
  if (stream_.is_open() && rest_.empty())
    read();
}

void loop_scribe::ready(uint32_t events) {
  caf::intrusive_ptr<loop_scribe> guard{this};
  if (events & EPOLLOUT)
    write_out();
  // What is left of the last read comes first.
  if (stream_.is_open() && (events & ~static_cast<uint32_t>(EPOLLOUT)) && rest_.empty())
    read();
}

void loop_scribe::read() {
  std::string_view bytes;
  auto state = stream_.read(bytes);
  if (!bytes.empty())
    handle(bytes);
  // If some of it is left, the next read sees the end once more.
  if (!stream_.is_open() || !rest_.empty() || state == byte_stream::state::open)
    return;
  if (state == byte_stream::state::undecipherable)
    refuse(refusal::tls_broken);
  else
    end();
}

void loop_scribe::go_on() {
  caf::intrusive_ptr<loop_scribe> guard{this};
  auto bytes = std::exchange(rest_, {});
  if (!stream_.is_open())
    return;
  stream_.set_reading(true);
  if (!bytes.empty())
    handle(bytes);
}

void loop_scribe::handle(std::string_view bytes) {
  life_->heard_at_ = std::chrono::steady_clock::now();
  auto end_of_turn = life_->heard_at_ + limits::turn_budget_time;
  while (stream_.is_open()) {
    auto step = reader_.next(bytes);
    life_->dropped_ = reader_.dropped();
    if (step == frame_reader::step::refused)
      return refuse(reader_.filter().why());
    if (step == frame_reader::step::wants_input)
      return;
    deliver();
    if (bytes.empty() || std::chrono::steady_clock::now() < end_of_turn)
      continue;
    rest_ = bytes;
    stream_.set_reading(false);
    home_.next_turn([self = caf::intrusive_ptr<loop_scribe>{this}] { self->go_on(); });
    return;
  }
}

void loop_scribe::deliver() {
  if (life_->peer_.empty())
    life_->peer_ = reader_.filter().peer();
  deliver(reader_.header());
  if (stream_.is_open() && !reader_.payload().empty())
    deliver(reader_.payload());
}

void loop_scribe::deliver(std::vector<char>& part) {
  current_ = &part;
  if (!consume(&unit_, part.data(), part.size()) && stream_.is_open())
    end();
}

void loop_scribe::flush() {
  if (stream_.output().empty())
    return;
  if (stream_.waiting() > most_out_) {
    stream_.write();
    is_over_ = is_over_ || stream_.waiting() > most_out_;
  }
  // The broker runs now: the connection ends later, and meanwhile nothing is kept for it.
  if (is_over_)
    stream_.output().clear();
  home_.flush_later(pump_);
}

void loop_scribe::write_out() {
  caf::intrusive_ptr<loop_scribe> guard{this};
  if (!stream_.is_open())
    return;
  if (is_over_)
    return refuse(refusal::not_reading);
  if (stream_.write() != byte_stream::state::open)
    return end();
  if (stream_.waiting() > most_out_)
    refuse(refusal::not_reading);
}

void loop_scribe::refuse(refusal why) {
  caf::intrusive_ptr<loop_scribe> guard{this};
  life_->refused_ = why;
  end();
  if (auto tell = std::exchange(on_refused_, {}))
    tell(why);
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

size_t live_connection::waiting() const {
  return scribe_ ? scribe_->waiting() : 0;
}

void live_connection::close() {
  if (is_open())
    scribe_->end_later();
  is_closing_ = true;
}

} // namespace troupe::basp
