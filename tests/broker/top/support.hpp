#pragma once

#include "broker/top/render.hpp"
#include "broker/top/step.hpp"

#include <chrono>
#include <string>
#include <string_view>

/// A user before `troupe top`, whose node answers what the test says.
namespace test {

inline const char* const two_pools = R"([
  {"name":"text","state":"ready","size":2,"workers":2,"slots":2,"waiting":0,
   "in_flight":1,"abandoned":0,"calls":40,"errors":0,"error":null},
  {"name":"slow","state":"unavailable","size":1,"workers":0,"slots":0,"waiting":12,
   "in_flight":0,"abandoned":0,"calls":7,"errors":3,
   "error":{"code":"spawn_failed","message":"no such program"}}])";

inline const char* const two_workers = R"([
  {"name":"text.0","pool":"text","state":"busy","pid":4711,"in_flight":1,"calls":21,
   "memory":10485760,"current":{"kind":"sleep","age_ms":1500,"abandoned":false},
   "restarts":0,"uptime_ms":65000,"last_exit":null},
  {"name":"text.1","pool":"text","state":"ready","pid":4712,"in_flight":0,"calls":19,
   "memory":2097152,"current":null,"restarts":2,"uptime_ms":5000,"last_exit":null}])";

inline const char* const two_calls = R"([
  {"id":"text.c3-48213","request_id":null,"pool":"text","kind":"sleep","state":"running",
   "age_ms":61000,"deadline_ms":null,"priority":0,"key":null,"worker":"text.0",
   "deaths":0,"from":"http","node":"alpha"},
  {"id":"slow.c4-1","request_id":"7","pool":"slow","kind":"upper","state":"waiting",
   "age_ms":120,"deadline_ms":29000,"priority":0,"key":null,"worker":null,
   "deaths":0,"from":"worker text.1","node":"alpha"}])";

class top_user {
public:
  explicit top_user(troupe::top::page view = troupe::top::page::pools) {
    data.now = troupe::steady_clock::time_point{std::chrono::hours{1}};
    m.here().what = view;
    answer(R"({"name":"alpha","version":"0.1.0","uptime_ms":187000})");
  }

  /// The node answers what it is asked now.
  void answer(std::string_view json) {
    troupe::top::take(
        data, troupe::top::next_question(m, data),
        troupe::outcome{troupe::shared_bytes{std::string{json}}, {}, {}, {}, {}});
  }
  void fail(troupe::code what, std::string message) {
    troupe::top::take(data, troupe::top::next_question(m, data),
                      troupe::failure(what, std::move(message)));
  }
  void pass(std::chrono::milliseconds time) { data.now += time; }

  void press(troupe::top::key k) {
    auto reacted = troupe::top::step(std::move(m), data, k);
    m = std::move(reacted.next);
    wish = std::move(reacted.wish);
  }
  void press(troupe::top::key::name name) { press(troupe::top::key{name}); }
  void type(std::string_view text) {
    for (auto c : text)
      press({troupe::top::key::name::character, static_cast<char32_t>(c)});
  }

  /// What is to be done is an order: its operation, payload and text.
  std::string ordered() const {
    auto o = std::get_if<troupe::top::order>(&wish);
    return o ? o->what.operation + ' ' + o->what.payload + ' ' + o->text : "";
  }

  std::string screen(size_t rows = 8, size_t columns = 80) const {
    return text_of(troupe::top::render(m, data, {rows, columns}));
  }
  bool shows(std::string_view text, size_t rows = 24) const {
    return screen(rows).find(text) != std::string::npos;
  }

  troupe::top::model m;
  troupe::top::node_data data;
  troupe::top::intent wish;
};

} // namespace test
