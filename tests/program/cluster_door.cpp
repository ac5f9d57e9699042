// Proves that only a node of the cluster gets in, that whoever does not learns why where
// that is possible, and that the node is none the worse for it.
#include "tests/program/harness/raw_member.hpp"
#include "tests/program/harness/two_nodes.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace program;

namespace cluster_door {

/// A connection to the door of a node.
stream dial(const test_cluster& nodes, const std::string& name) {
  return dial_door(nodes.address(name));
}

/// The head of a message from one actor to another whose body has `length` bytes.
std::string frame_head(uint64_t length) {
  return raw_head{}.before(length);
}

struct guarded_nodes : two_nodes {
  /// Sends `bytes` to the door of alpha; returns the code of its answer, `closed` if it
  /// closes without one.
  std::string answer_to(const std::string& bytes) {
    auto s = dial(*this, "alpha");
    s.send(bytes);
    BOOST_TEST(s.is_closed_within());
    for (std::string rest = s.take_arrived(); !rest.empty();) {
      auto line = rest.substr(0, rest.find('\n'));
      if (auto code = reply{line}["error.code"]; !code.empty())
        return code;
      rest.erase(0, std::min(line.size() + 1, rest.size()));
    }
    return "closed";
  }

  /// Returns the reason of the next refusal that the node tells of.
  std::string told_reason() { return events.next_of("node_refused")["reason"]; }

  /// Waits until the node tells of a refusal for this reason.
  bool is_told(const std::string& reason) {
    for (int i = 0; i < 5; ++i)
      if (told_reason() == reason)
        return true;
    return false;
  }

  /// Returns how often alpha's log has `text`.
  int64_t count_in_log(const std::string& text) const {
    auto log = alpha.errors();
    int64_t found = 0;
    for (auto at = log.find(text); at != log.npos; at = log.find(text, at + 1))
      ++found;
    return found;
  }

  /// The node works as before, and so does the cluster.
  void check_unharmed() {
    BOOST_TEST(alpha.connect().call("only-alpha", "echo", "1")["payload"] == "1");
    // Beta's pool is heard of soon after beta itself.
    BOOST_TEST(eventually([&] {
      return alpha.connect().call("only-beta", "echo", "1")["payload"] == "1";
    }));
    BOOST_TEST(state("alpha", "beta") == "up");
  }
};

} // namespace cluster_door

BOOST_FIXTURE_TEST_SUITE(cluster_door, guarded_nodes)

BOOST_AUTO_TEST_CASE(what_is_no_node_is_refused_with_the_reason) {
  for (auto bytes : {"GET / HTTP/1.1\r\nHost: alpha\r\n\r\n", "\n", "{}\n", "[1,2]\n",
                     "{\"hello\":7}\n", "\x16\x03\x01\x02\x01 no TLS here\n"}) {
    BOOST_TEST(answer_to(bytes) == "not_hello", bytes);
  }
  BOOST_TEST(told_reason() == "not_hello");
  check_unharmed();
}

BOOST_AUTO_TEST_CASE(random_bytes_never_harm) {
  std::mt19937 dice{20'261'126};
  for (int i = 0; i < 50; ++i) {
    std::string bytes(1 + dice() % 3000, '\0');
    for (auto& c : bytes)
      c = static_cast<char>(dice());
    answer_to(bytes + "\n");
  }
  check_unharmed();
}

BOOST_AUTO_TEST_CASE(a_line_without_end_is_refused) {
  BOOST_TEST(answer_to("{\"hello\":\"" + std::string(5000, 'x')) == "hello_too_long");
  BOOST_TEST(told_reason() == "hello_too_long");
  check_unharmed();
}

BOOST_AUTO_TEST_CASE(whoever_says_nothing_is_let_go_after_two_seconds) {
  auto start = clock::now();
  auto silent = dial(*this, "alpha");
  BOOST_TEST(silent.is_closed_within());
  auto took = elapsed_ms(start);
  BOOST_TEST_MESSAGE("closed after " << took << " ms");
  BOOST_TEST(took >= 1500);
  BOOST_TEST(took < (sanitized ? 20'000 : 5'000));
  BOOST_TEST(told_reason() == "no_hello");
}

BOOST_AUTO_TEST_CASE(two_hundred_scans_use_nothing_up) {
  auto files = descriptors(alpha.pid()).size();
  for (int i = 0; i < 200; ++i)
    dial(*this, "alpha").close();
  BOOST_TEST(eventually([&] { return descriptors(alpha.pid()).size() <= files + 2; }),
             descriptors(alpha.pid()).size() << " descriptors, were " << files);
  check_unharmed();
}

BOOST_AUTO_TEST_CASE(at_most_64_stand_at_the_door) {
  std::vector<stream> crowd;
  for (int i = 0; i < 64; ++i)
    crowd.push_back(dial(*this, "alpha"));
  BOOST_TEST(answer_to(raw_introduction{}.line()) == "too_many");
  crowd.clear();
  check_unharmed();
}

BOOST_AUTO_TEST_CASE(a_node_that_does_not_fit_is_refused_with_the_reason) {
  std::pair<raw_introduction, std::string> all[] = {
      {{.cluster = "other"}, "other_cluster"},
      {{.node = "alpha"}, "own_name"},
      {{.node = "beta"}, "name_taken"},
      {{.versions = "[1000,1001]"}, "version_mismatch"},
      {{.beat_ms = 5000}, "beats_differ"},
  };
  for (auto& [who, reason] : all) {
    BOOST_TEST(answer_to(who.line()) == reason, who.line());
    BOOST_TEST(told_reason() == reason);
  }
  check_unharmed();
}

BOOST_AUTO_TEST_CASE(a_process_that_is_known_already_is_refused) {
  auto s = dial(*this, "alpha");
  s.send(raw_introduction{}.line());
  auto own = reply{s.take_until("\n")};
  BOOST_TEST(own["hello.node"] == "alpha", own);
  s.close();
  BOOST_TEST(answer_to(raw_introduction{.process = own["hello.process"]}.line())
             == "id_taken");
  BOOST_TEST(is_told("id_taken")); // the one that left has said too little, too
}

BOOST_AUTO_TEST_CASE(a_peer_that_claims_a_gigabyte_costs_no_memory) {
  auto before = peak_kib(alpha.pid());
  auto s = dial(*this, "alpha");
  s.send(raw_introduction{}.line());
  BOOST_TEST(reply{s.take_until("\n")}["hello.node"] == "alpha");
  s.send("{\"welcome\":{}}\n" + frame_head(1U << 30U));
  BOOST_TEST(s.is_closed_within());
  BOOST_TEST(told_reason() == "frame_too_long");
  auto more = peak_kib(alpha.pid()) - before;
  BOOST_TEST_MESSAGE("alpha grew by " << more << " KiB");
  if (!sanitized)
    BOOST_TEST(more < 8 * 1024);
  check_unharmed();
}

BOOST_AUTO_TEST_CASE(peers_that_break_the_rules_are_told_of_once_a_second) {
  auto start = clock::now();
  for (int i = 0; i < 20; ++i) {
    auto number = std::to_string(i);
    auto s = dial(*this, "alpha");
    s.send(raw_introduction{.node = "z" + number, .process = "some process " + number}
               .line());
    BOOST_TEST(reply{s.take_until("\n")}["hello.node"] == "alpha");
    s.send("{\"welcome\":{}}\n" + frame_head(0xFFFFFFFF));
    BOOST_TEST(s.is_closed_within());
  }
  BOOST_TEST(told_reason() == "frame_too_long");
  auto lines = count_in_log("frame_too_long");
  BOOST_TEST(lines >= 1);
  BOOST_TEST(lines <= 1 + elapsed_ms(start) / 1000, alpha.errors());
  check_unharmed();
}

BOOST_AUTO_TEST_CASE(a_peer_that_wants_to_spawn_actors_is_let_go_with_the_reason) {
  auto s = dial(*this, "alpha");
  s.send(raw_introduction{}.line());
  BOOST_TEST(reply{s.take_until("\n")}["hello.node"] == "alpha");
  constexpr uint64_t spawn_server = 0x3DD'D66F'3376'ADFB; // `SpawnServ`, as CAF packs it
  const raw_head question{.flags = 1, .receiver = spawn_server}; // by its name
  const std::string payload(10, '\0');
  // Each node of CAF asks for it, without a request: that is no offence.
  s.send("{\"welcome\":{}}\n" + raw_greetings() + question.before(payload.size())
         + payload);
  auto request = question;
  request.data = 1; // the number of a request
  s.send(request.before(payload.size()) + payload);
  BOOST_TEST(s.is_closed_within());
  BOOST_TEST(told_reason() == "remote_spawn");
  check_unharmed();
}

BOOST_AUTO_TEST_CASE(a_peer_that_is_let_in_and_says_nothing_more_is_let_go) {
  auto s = dial(*this, "alpha");
  s.send(raw_introduction{}.line());
  s.take_until("\n");
  s.send("{\"welcome\":{}}\n");
  BOOST_TEST(s.is_closed_within());
  BOOST_TEST(told_reason() == "not_speaking");
  BOOST_TEST(state("alpha", "zeta").empty());
  check_unharmed();
}

BOOST_AUTO_TEST_CASE(thousands_that_say_hello_and_leave_use_nothing_up) {
  constexpr int most_members = 1024;
  auto start_time = clock::now();
  for (int i = 0; i < 4 * most_members; ++i) {
    auto number = std::to_string(i);
    auto s = dial(*this, "alpha");
    s.send(raw_introduction{.node = "z" + number, .process = "some process " + number}
               .line());
    auto first = reply{s.take_until("\n")};
    BOOST_TEST_REQUIRE(first["hello.node"] == "alpha", first);
    s.send("{\"welcome\":{}}\n");
  }
  BOOST_TEST(told_reason() == "not_speaking");
  auto lines = count_in_log("not_speaking");
  BOOST_TEST(lines <= 1 + elapsed_ms(start_time) / 1000, alpha.errors());
  auto rows = alpha.operation("nodes").count("");
  BOOST_TEST(rows == 2u); // alpha and beta
  start("gamma");
  BOOST_TEST_MESSAGE("gamma joined after " << await_formed() << " ms");
  check_unharmed();
}

BOOST_AUTO_TEST_CASE(a_message_without_its_rest_is_let_go_too) {
  auto s = dial(*this, "alpha");
  s.send(raw_introduction{}.line());
  s.take_until("\n");
  s.send("{\"welcome\":{}}\n" + frame_head(1000) + std::string(10, 'x'));
  BOOST_TEST(s.is_closed_within());
  check_unharmed();
}

BOOST_AUTO_TEST_SUITE_END()
