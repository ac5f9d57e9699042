#include "actors/outbound/http_client.hpp"

#include <utility>

namespace troupe::outbound {

namespace {

std::string spell_head(const http_destination& to) {
  auto text = "POST " + to.url.target + " HTTP/1.1\r\nHost: " + to.url.authority
              + "\r\nUser-Agent: troupe/" TROUPE_VERSION
                "\r\nContent-Type: application/json\r\n";
  for (auto& [name, value] : to.headers)
    text += name + ": " + value + "\r\n";
  return text;
}

} // namespace

http_client::http_client(loop::event_loop& home, http_destination to)
  : home_(home)
  , to_(std::move(to))
  , head_(spell_head(to_))
  , resolver_(home)
  , self_(std::make_shared<http_client*>(this)) {}

http_client::~http_client() {
  abandon();
  close();
}

void http_client::post(std::string body, answer_handler then) {
  body_ = std::move(body);
  then_ = std::move(then);
  if (!stream_)
    return connect();
  is_used_ = true;
  begin();
  home_.next_turn([self = std::weak_ptr{self_}] {
    if (auto me = self.lock())
      (*me)->on_ready();
  });
}

void http_client::abandon() {
  if (!then_)
    return;
  then_ = nullptr;
  ++first_; // the address may be why
  close();
}

void http_client::connect() {
  close();
  resolver_.resolve(
      {to_.url.host, to_.url.port},
      [this](result<resolver::addresses, std::string> all) { resolved(std::move(all)); });
}

void http_client::resolved(result<resolver::addresses, std::string> all) {
  if (!then_ || stream_)
    return; // of a request that was given up
  if (!all)
    return finish(failure(to_.url.host + ": " + all.error()));
  addresses_ = *std::move(all);
  next_ = 0;
  last_ = "no address";
  try_next();
}

void http_client::try_next() {
  while (next_ < addresses_.size()) {
    auto& to = addresses_[(first_ + next_++) % addresses_.size()];
    std::unique_ptr<tls::channel> channel;
    if (to_.secured)
      channel =
          std::make_unique<tls::channel>(tls::channel::client(to_.secured, to_.url.host));
    auto dialled = client_stream::dial(home_, to, std::move(channel));
    if (dialled) {
      stream_ = *std::move(dialled);
      stream_->watch([this] { on_ready(); });
      is_used_ = false;
      return begin();
    }
    last_ = text_of(to) + ": " + dialled.error();
  }
  finish(failure(last_));
}

void http_client::begin() {
  reader_.emplace();
  stream_->send(head_ + "Content-Length: " + std::to_string(body_.size()) + "\r\n\r\n");
  stream_->send(body_);
}

void http_client::on_ready() {
  if (!stream_)
    return;
  auto now = stream_->proceed();
  auto bytes = stream_->take_input();
  // A server has nothing to say between two requests: what it says ends the connection.
  if (!then_ && (!bytes.empty() || now != client_stream::state::open))
    return close();
  if (!bytes.empty())
    read(bytes);
  if (!then_ || !stream_)
    return;
  if (now == client_stream::state::failed)
    lost(stream_->why());
  else if (now == client_stream::state::ended)
    lost({});
}

void http_client::read(std::string_view bytes) {
  switch (reader_->feed(bytes)) {
    case http_answer_reader::state::partial:
      return;
    case http_answer_reader::state::whole:
      // Answered before it had all of the request: the rest of that is of no use.
      if (stream_->has_output())
        close();
      return finish(reader_->answer());
    case http_answer_reader::state::last:
      close();
      return finish(reader_->answer());
    case http_answer_reader::state::malformed:
      return finish(failure(reader_->why()));
  }
}

void http_client::lost(std::string why) {
  auto& at = addresses_[(first_ + next_ - 1) % addresses_.size()];
  if (!stream_->is_connected()) {
    last_ = text_of(at) + ": " + why;
    stream_.reset();
    return try_next();
  }
  auto has_answered = reader_->has_begun();
  // Closed while it was idle, and the server had not said so yet when the request left.
  if (is_used_ && !has_answered)
    return connect();
  if (why.empty() && reader_->feed_end() == http_answer_reader::state::last) {
    close();
    return finish(reader_->answer());
  }
  finish(failure(text_of(at) + ": " + (why.empty() ? reader_->why() : why)));
}

void http_client::finish(result<http_answer, std::string> what) {
  if (!what) {
    ++first_;
    close();
  }
  body_ = {};
  auto then = std::exchange(then_, nullptr);
  then(std::move(what));
}

void http_client::close() {
  stream_.reset();
  is_used_ = false;
}

} // namespace troupe::outbound
