#include "tests/broker/front/dashboard/fake_tab.hpp"

#include "tests/protocol/delta/applied_delta.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <utility>

namespace troupe::testing {

namespace json = boost::json;

void fake_tab::says(const std::string& text) {
  BOOST_REQUIRE(text.size() < 65536);
  std::string frame = "\x81";
  if (text.size() < 126) {
    frame += static_cast<char>(0x80 | text.size());
  } else {
    frame += static_cast<char>(0x80 | 126);
    frame += static_cast<char>(text.size() >> 8);
    frame += static_cast<char>(text.size() & 0xFF);
  }
  frame += std::string(4, '\0') + text; // a mask of zeros
  client.on_bytes(frame);
}

void fake_tab::answers(std::string_view kind, const call_result& result) {
  auto c = std::find_if(calls.begin(), calls.end(),
                        [&](auto& x) { return !x.is_over && x.kind == kind; });
  BOOST_TEST_REQUIRE((c != calls.end()), kind);
  c->is_over = true;
  auto answer = result;
  client.on_outcome(c->tag, answer);
  reads();
}

size_t fake_tab::open(std::string_view kind) const {
  return static_cast<size_t>(std::count_if(
      calls.begin(), calls.end(), [&](auto& x) { return !x.is_over && x.kind == kind; }));
}

void fake_tab::pass(int seconds) {
  for (; seconds > 0; --seconds) {
    now += std::chrono::seconds{1};
    client.on_check(now);
    reads();
  }
}

void fake_tab::reads() {
  if (!is_reading || bytes_waiting == 0)
    return;
  bytes_waiting = 0;
  client.on_drained();
  reads();
}

std::vector<std::string> fake_tab::takes() {
  auto reading = std::exchange(is_reading, true);
  reads();
  is_reading = reading;
  return std::exchange(messages_, {});
}

std::string fake_tab::shown(int64_t id) const {
  auto i = values_.find(id);
  return i == values_.end() ? "nothing" : json::serialize(i->second);
}

void fake_tab::write(std::string_view bytes) {
  bytes_waiting += bytes.size();
  auto at = [&](size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if ((at(0) & 15) != 1)
    return;
  auto short_length = at(1) & 127;
  size_t head = short_length < 126 ? 2 : short_length == 126 ? 4 : 10;
  std::string text{bytes.substr(head)};
  auto message = json::parse(text).as_object();
  if (message.at("kind") == "state")
    values_[message.at("id").as_int64()] = message.at("value");
  if (message.at("kind") == "delta") {
    auto& value = values_.at(message.at("id").as_int64());
    value = applied_delta(value, message.at("delta"));
  }
  messages_.push_back(std::move(text));
}

result<callee_actor> fake_tab::call_by_name(std::string_view to, call c, tag_id tag) {
  if (to == "$node@nowhere")
    return failure(code::not_found, "no node named nowhere is known here");
  calls.push_back({tag, std::string{to}, c.kind.str(), c.payload.str()});
  return callee_actor{};
}

void fake_tab::cancel_call(const callee_actor&, tag_id tag) {
  for (auto& c : calls)
    if (c.tag == tag)
      c.is_over = true;
}

result<std::string> fake_tab::terminal_named(std::string name) const {
  if (name == "nobody")
    return failure(code::worker_not_found, "no terminal named nobody");
  return name + ".0";
}

void fake_tab::run_late_work() {
  for (auto& work : std::exchange(later, {}))
    work();
  reads();
}

} // namespace troupe::testing
