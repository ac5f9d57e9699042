#include "actors/basp/loop_scribe.hpp"

#include "protocol/base/limits.hpp"

#include <utility>

namespace troupe::basp {

namespace {

/// What a peer has said in the place of CAF's first frame, of which `head` was read.
std::string said_instead(const std::vector<char>& head, std::string_view rest) {
  return std::string{head.begin(), head.end()}.append(rest);
}

} // namespace

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
      return refuse(reader_.filter().why(), reader_.filter().has_begun()
                                                ? std::string{}
                                                : said_instead(reader_.header(), bytes));
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

} // namespace troupe::basp
