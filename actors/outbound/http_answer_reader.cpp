#include "actors/outbound/http_answer_reader.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/base/utf8_repair.hpp"

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>

#include <algorithm>
#include <charconv>
#include <ctime>

namespace troupe::outbound {

namespace {

namespace http = boost::beast::http;

/// Answers that announce another one, of which a server sends one or two.
constexpr size_t most_skipped = 16;

/// Larger numbers of seconds mean nothing else, and would overflow clocks.
constexpr int64_t longest_wait = 366 * 24 * 3600;

} // namespace

http_answer_reader::http_answer_reader() {
  begin();
}

void http_answer_reader::begin() {
  parser_.emplace();
  parser_->eager(true);
  parser_->header_limit(static_cast<std::uint32_t>(limits::http_head));
  parser_->body_limit(limits::http_answer_body);
}

http_answer_reader::state http_answer_reader::feed(std::string_view bytes) {
  taken_ += bytes.size();
  rest_ += bytes;
  return read();
}

http_answer_reader::state http_answer_reader::read() {
  for (;;) {
    boost::system::error_code ec;
    auto used = parser_->put(boost::asio::const_buffer{rest_.data(), rest_.size()}, ec);
    rest_.erase(0, used);
    // The status is what counts. Of a body without end, nobody wants the rest.
    if (ec == http::error::body_limit)
      return finish(false);
    if (ec && ec != http::error::need_more)
      return fail("what came is no answer of HTTP: " + ec.message());
    if (!parser_->is_done())
      return state::partial;
    if (parser_->get().result_int() / 100 != 1)
      return finish(parser_->keep_alive() && rest_.empty());
    if (++skipped_ > most_skipped)
      return fail("the server announces its answer again and again");
    begin();
    if (rest_.empty())
      return state::partial;
  }
}

http_answer_reader::state http_answer_reader::feed_end() {
  if (taken_ == 0)
    return fail("the connection was closed before an answer");
  boost::system::error_code ec;
  if (parser_->got_some())
    parser_->put_eof(ec);
  if (ec || !parser_->is_done())
    return fail("the connection was closed within the answer");
  return finish(false);
}

http_answer_reader::state http_answer_reader::finish(bool can_go_on) {
  auto& m = parser_->get();
  answer_.status = m.result_int();
  if (auto text = m[http::field::retry_after]; !text.empty())
    answer_.retry_after =
        parse_retry_after({text.data(), text.size()}, std::chrono::system_clock::now());
  answer_.excerpt = to_utf8(m.body(), limits::log_excerpt);
  return can_go_on ? state::whole : state::last;
}

http_answer_reader::state http_answer_reader::fail(std::string why) {
  why_ = std::move(why);
  return state::malformed;
}

std::optional<std::chrono::seconds>
parse_retry_after(std::string_view text, std::chrono::system_clock::time_point now) {
  int64_t seconds = 0;
  auto end = text.data() + text.size();
  auto [rest, ec] = std::from_chars(text.data(), end, seconds);
  if (rest == end && ec == std::errc{} && seconds >= 0)
    return std::chrono::seconds{std::min(seconds, longest_wait)};
  std::tm date{};
  const std::string ended{text}; // `strptime` needs a null at the end
  auto after = ::strptime(ended.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date);
  if (!after || *after != '\0')
    return std::nullopt;
  auto until = static_cast<int64_t>(::timegm(&date));
  auto present = static_cast<int64_t>(std::chrono::system_clock::to_time_t(now));
  return std::chrono::seconds{std::clamp<int64_t>(until - present, 0, longest_wait)};
}

} // namespace troupe::outbound
