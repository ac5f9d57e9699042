// Proves what clients of a web front get when workers fail, are busy, or are replaced,
// and that clients which are slow or leave cost nobody else anything.
#include "tests/program/harness/processes.hpp"
#include "tests/program/web_php.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <thread>

using namespace program;

namespace web_php_faults {

/// What four clients got that was not meant for them, as each of them asks in turn for
/// what fails and for what does not.
int strangers_answers(const php_node& app) {
  std::atomic<int> wrong{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i)
    clients.emplace_back([&wrong, &app, i] {
      try {
        auto c = app.connect();
        for (int n = 0; n < 50; ++n) {
          auto mine = "n=" + std::to_string(i) + "-" + std::to_string(n);
          auto failed = c.get("/fail-twice");
          auto late = c.get("/fail-late");
          auto plain = c.get("/echo?" + mine);
          wrong += failed.status != 500 || failed.body != "sorry";
          wrong += late.status != 200 || late.body != "fine";
          wrong += plain.status != 200 || plain["rawQuery"] != mine;
        }
      } catch (const std::exception&) {
        ++wrong;
      }
    });
  for (auto& c : clients)
    c.join();
  return wrong;
}

/// Requests that last until the test lets them go.
struct held {
  explicit held(const php_node& of)
    : target("/wait?file=" + of.folder / "go")
    , file(of.folder / "go") {}

  void let_go() const { write_file(file, "go"); }

  std::string target;
  std::string file;
};

} // namespace web_php_faults

using web_php_faults::held;

BOOST_AUTO_TEST_SUITE(web_php_faults)

BOOST_AUTO_TEST_CASE(a_worker_that_dies_is_a_bad_gateway) {
  php_node app;
  auto client = app.connect();
  BOOST_TEST(client.get("/die").status == 502);
  BOOST_TEST(client.get("/status/200").status == 200);
  // Too late for a status: the client sees that something is missing.
  auto reader = app.connect();
  reader.send("GET", "/die-in-stream");
  BOOST_TEST(reader.stream().take_until("\r\n\r\n").starts_with("HTTP/1.1 200 "));
  BOOST_TEST(reader.stream().is_closed_within());
  BOOST_TEST(reader.stream().arrived().find("0\r\n\r\n") == std::string::npos);
  BOOST_TEST(client.get("/status/200").status == 200);
}

BOOST_AUTO_TEST_CASE(an_error_of_the_application_has_the_status_that_the_front_says) {
  php_node app;
  auto r = app.connect().get("/fail");
  BOOST_TEST(r.status == 500);
  // What went wrong within is not for clients.
  BOOST_TEST(r.body.find("asked to fail") == std::string::npos, r.body);
  php_node other{"internal_error_code = 503"};
  BOOST_TEST(other.connect().get("/fail").status == 503);
}

BOOST_AUTO_TEST_CASE(an_error_beside_an_answer_is_not_the_answer_to_another_client) {
  for (std::string transport : {"stdio", "unix"}) {
    php_node app{"", "size = 2\ntransport = \"" + transport + "\""};
    auto first = app.node.worker_pid("php.0");
    auto second = app.node.worker_pid("php.1");
    BOOST_TEST(web_php_faults::strangers_answers(app) == 0, transport);
    // They have done what RoadRunner's documents show, so they are as good as before.
    BOOST_TEST(app.node.worker_pid("php.0") == first);
    BOOST_TEST(app.node.worker_pid("php.1") == second);
  }
}

BOOST_AUTO_TEST_CASE(a_worker_that_leaves_after_it_has_failed_has_answered) {
  php_node app;
  auto client = app.connect();
  for (int i = 0; i < 5; ++i) {
    auto r = client.get("/fail-and-leave");
    BOOST_TEST(r.status == 500);
    BOOST_TEST(r.body == "sorry");
  }
}

BOOST_AUTO_TEST_CASE(a_worker_that_cannot_be_stopped_costs_the_next_client_nothing) {
  php_node app{"", "size = 1"};
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST(app.connect().get("/forget-stop").body == "forgotten");
    auto leaves = app.connect();
    leaves.send("GET", "/parts/300?size=10000");
    leaves.stream().take_until("part 1");
    leaves.close();
    for (int n = 0; n < 3; ++n)
      BOOST_TEST(app.connect().get("/status/200").status == 200);
  }
  auto events = app.node.operation("events", R"({"since":0})").text;
  BOOST_TEST(events.find("breaker_opened") == std::string::npos, events);
}

BOOST_AUTO_TEST_CASE(an_answer_without_a_context_has_status_200_and_a_bad_one_502) {
  php_node app;
  auto client = app.connect();
  auto plain = client.get("/no-context");
  BOOST_TEST(plain.status == 200);
  BOOST_TEST(plain.body == "no context");
  for (std::string context : {"x", "{}", R"({"status":"200"})", R"({"status":1000})"})
    BOOST_TEST(client.request("POST", "/bad-context", context).status == 502, context);
  BOOST_TEST(client.get("/status/200").status == 200);
}

BOOST_AUTO_TEST_CASE(a_full_queue_is_busy_with_a_time_to_retry) {
  php_node app{"", "size = 1\nqueue_limit = 1"};
  held until{app};
  auto first = app.connect();
  first.send("GET", until.target);
  BOOST_TEST(app.noted("waiting"));
  auto second = app.connect();
  second.send("GET", until.target);
  BOOST_TEST(eventually([&] {
    return app.node.operation("pool", R"({"name":"php"})").number("waiting") == 1;
  }));
  auto refused = app.connect().get("/status/200");
  BOOST_TEST(refused.status == 503);
  BOOST_TEST(!refused.header("retry-after").empty());
  until.let_go();
  BOOST_TEST(first.read().body == "waited");
  BOOST_TEST(second.read().body == "waited");
}

BOOST_AUTO_TEST_CASE(what_takes_too_long_is_a_gateway_timeout) {
  php_node app{"", "size = 1\nexec_timeout = \"300ms\""};
  BOOST_TEST(app.connect().get(held{app}.target).status == 504);
  BOOST_TEST(app.connect().get("/status/200").status == 200);
  php_node waits{"", "size = 1\nqueue_timeout = \"200ms\""};
  held until{waits};
  auto first = waits.connect();
  first.send("GET", until.target);
  BOOST_TEST(waits.noted("waiting"));
  BOOST_TEST(waits.connect().get("/status/200").status == 504);
  until.let_go();
  BOOST_TEST(first.read().status == 200);
}

BOOST_AUTO_TEST_CASE(a_hundred_slow_clients_hold_up_nobody) {
  php_node app;
  std::vector<web_client> slow;
  for (int i = 0; i < 100; ++i) {
    slow.push_back(app.connect());
    slow.back().stream().send("POST /body HTTP/1.1\r\nHost: h\r\nContent-Le");
  }
  auto quick = app.connect();
  for (int i = 0; i < 20; ++i)
    BOOST_TEST(quick.get("/status/200").status == 200);
  for (auto& c : slow)
    c.stream().send("ngth: 10\r\n\r\n01234");
  BOOST_TEST(quick.get("/status/200").status == 200);
  for (auto& c : slow)
    c.stream().send("56789");
  for (auto& c : slow)
    BOOST_TEST(c.read().body == "0123456789");
}

BOOST_AUTO_TEST_CASE(readers_that_do_not_read_hold_up_nobody) {
  php_node app{"", "size = 2"};
  auto idle = app.connect();
  idle.send("GET", "/parts/1000?size=100000");
  idle.stream().take_until("part 1");
  auto quick = app.connect();
  for (int i = 0; i < 20; ++i)
    BOOST_TEST(quick.get("/status/200").status == 200);
}

BOOST_AUTO_TEST_CASE(workers_are_replaced_under_load_without_losing_a_request) {
  php_node app{"", "size = 3\nrecycle = { jobs = 200 }"};
  std::atomic<bool> ends{false};
  std::atomic<int> answered{0};
  std::atomic<int> lost{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i)
    clients.emplace_back([&] {
      try {
        auto c = app.connect();
        while (!ends) {
          auto r = c.get("/parts/2");
          ++(r.status == 200 && r.body == "part 1\npart 2\nend" ? answered : lost);
        }
      } catch (const std::exception&) {
        ++lost;
      }
    });
  auto before = app.node.worker_pid("php.0");
  auto await_more = [&] {
    BOOST_TEST(eventually([&, from = answered.load()] { return answered > from + 200; }));
  };
  for (auto operation : {"restart", "reload", "restart"}) {
    await_more();
    app.node.operation(operation, R"({"name":"php"})");
  }
  await_more();
  ends = true;
  for (auto& c : clients)
    c.join();
  BOOST_TEST(lost == 0);
  BOOST_TEST(app.node.worker_pid("php.0") != before);
}

BOOST_AUTO_TEST_CASE(calls_of_other_fronts_do_not_disturb_those_of_the_web) {
  php_node app{"", "size = 1"};
  auto client = app.node.connect();
  auto r = client.call("php", "raw",
                       R"({"context":{"uri":"http://h/status/201",)"
                       R"("rawQuery":"","parsed":false,"headers":{}},)"
                       R"("body":""})");
  BOOST_TEST(r["payload.context.status"] == "201", r);
  BOOST_TEST(app.connect().get("/status/201").status == 201);
}

BOOST_AUTO_TEST_SUITE_END()
