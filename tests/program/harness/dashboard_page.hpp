#pragma once

#include "tests/program/harness/websocket.hpp"
#include "tests/protocol/delta/applied_delta.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <map>
#include <string>

namespace program {

/// A page that looks at a node: keeps what it is sent up to date, as a browser would.
class dashboard_page {
public:
  explicit dashboard_page(const node_process& node, const std::string& key = {})
    : socket(node, "/ws/dashboard", key) {
    hello = next("hello");
  }

  void say(const std::string& message) { socket.send(message); }

  /// Opens a look. @param rest `"ask":…` and more members.
  void watch(int64_t id, const std::string& rest) {
    say(R"({"kind":"watch","id":)" + std::to_string(id) + ',' + rest + '}');
  }

  /// Takes one message.
  reply take() {
    auto message = socket.next();
    auto id = message.number("id");
    auto read = boost::json::parse(message.text);
    ++taken[message["kind"]];
    if (message["kind"] == "state")
      values_[id] = read.at("value");
    else if (message["kind"] == "delta")
      values_[id] = troupe::testing::applied_delta(values_.at(id), read.at("delta"));
    return message;
  }

  /// Takes messages until one of this kind comes.
  reply next(const std::string& kind) {
    for (;;)
      if (auto message = take(); message["kind"] == kind)
        return message;
  }

  /// Takes messages until what a look shows is as wanted.
  template <class Condition>
  reply until(int64_t id, Condition holds) {
    auto deadline = clock::now() + patience;
    for (;;) {
      if (values_.contains(id))
        if (auto value = shown(id); holds(value))
          return value;
      BOOST_TEST_REQUIRE((clock::now() < deadline), "look " << id << " does not show it");
      take();
    }
  }

  /// Returns what a look shows.
  reply shown(int64_t id) const { return {boost::json::serialize(values_.at(id))}; }

  websocket socket;
  reply hello;
  /// How many messages of each kind came.
  std::map<std::string, size_t> taken;

private:
  std::map<int64_t, boost::json::value> values_;
};

} // namespace program
