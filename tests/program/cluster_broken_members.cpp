// Proves that a member of a cluster that was let in and then breaks the rules costs
// little, is told of with the reason, and ends nothing but its own connection.
#include "tests/program/harness/raw_member.hpp"
#include "tests/program/harness/two_nodes.hpp"

#include <boost/test/unit_test.hpp>

#include <netinet/in.h>
#include <sys/socket.h>

#include <exception>
#include <random>

using namespace program;

namespace cluster_broken_members {

/// What a message begins with that counts bytes, and lists nothing.
const std::string nothing = raw_number(0) + raw_text("") + raw_text("");

struct nodes_and_a_member : two_nodes {
  raw_member zeta{address("alpha")};

  /// The node works as before, and so does the cluster.
  void check_unharmed() {
    for (auto pool : {"only-alpha", "only-beta"})
      BOOST_TEST(eventually(
          [&] { return alpha.connect().call(pool, "echo", "1")["payload"] == "1"; }));
    BOOST_TEST(state("alpha", "beta") == "up");
  }

  /// Lets zeta in once more, if alpha has seen that the last one is gone.
  bool comes_back() {
    try {
      zeta = raw_member{address("alpha")};
      return true;
    } catch (const std::exception&) {
      return false;
    }
  }

  /// Alpha says in its log that it has lost zeta for this reason.
  bool is_lost_because(const std::string& why) {
    return eventually([&] {
      return alpha.errors().find("node zeta is down: " + why) != std::string::npos;
    });
  }
};

/// Listens where a node is said to be.
struct false_node {
  descriptor listening{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  int port = 0;

  false_node() {
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof a;
    auto address = reinterpret_cast<sockaddr*>(&a);
    BOOST_REQUIRE(::bind(listening.get(), address, size) == 0);
    BOOST_REQUIRE(::listen(listening.get(), 4) == 0);
    BOOST_REQUIRE(::getsockname(listening.get(), address, &size) == 0);
    port = ntohs(a.sin_port);
  }

  stream accept() {
    return stream{descriptor{::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC)}};
  }
};

/// For a case that has nodes of its own.
struct no_nodes {};

} // namespace cluster_broken_members

BOOST_FIXTURE_TEST_SUITE(cluster_broken_members, nodes_and_a_member)

BOOST_AUTO_TEST_CASE(a_member_that_speaks_as_nodes_do_is_up) {
  zeta.come_up();
  BOOST_TEST(eventually([&] { return state("alpha", "zeta") == "up"; }));
  zeta.socket().close();
  BOOST_TEST(is_lost_because("the connection to node zeta was lost"));
  check_unharmed();
}

BOOST_AUTO_TEST_CASE(one_that_goes_on_sending_what_no_node_sends_is_let_go) {
  zeta.come_up();
  for (int i = 0; i < 100; ++i)
    zeta.tell("nonsense", "x");
  BOOST_TEST(events.next_of("node_refused")["reason"] == "unexpected_frames");
  BOOST_TEST(zeta.socket().is_closed_within());
  check_unharmed();
}

BOOST_AUTO_TEST_CASE(one_whose_message_cannot_be_read_is_let_go_with_the_reason) {
  zeta.come_up();
  zeta.tell("link_cancel", "x");
  BOOST_TEST(zeta.socket().is_closed_within());
  BOOST_TEST(is_lost_because("node zeta has sent what cannot be read"));
  check_unharmed();
}

BOOST_AUTO_TEST_CASE(one_whose_calls_cannot_be_read_is_let_go_with_the_reason) {
  zeta.come_up();
  zeta.tell("link_calls",
            raw_number(0) + raw_text(std::string(50, '\xFF')) + raw_text(""));
  BOOST_TEST(zeta.socket().is_closed_within());
  BOOST_TEST(is_lost_because("node zeta has sent calls that cannot be read"));
  check_unharmed();
}

BOOST_AUTO_TEST_CASE(one_that_sends_what_is_for_another_actor_is_let_go) {
  zeta.come_up();
  zeta.tell("link_outcomes", nothing);
  BOOST_TEST(zeta.socket().is_closed_within());
  BOOST_TEST(is_lost_because("node zeta has sent what cannot be read"));
  check_unharmed();
}

BOOST_AUTO_TEST_CASE(messages_for_actors_that_are_not_its_own_change_nothing) {
  zeta.come_up();
  const std::string empty_list(1, '\0');
  std::pair<const char*, std::string> all[] = {
      {"link_calls", nothing},
      {"link_outcomes", nothing},
      {"link_chunks", empty_list + raw_text("")},
      {"link_beat", raw_number(1) + raw_text("")},
      {"link_cancel", empty_list + raw_text("")},
      {"link_view", empty_list + empty_list + empty_list + raw_number(0) + raw_text("")}};
  for (uint64_t who = 1; who < 200; ++who)
    for (auto& [type, body] : all)
      if (who != zeta.gate())
        zeta.tell(who, type, body);
  std::mt19937_64 dice{17};
  for (int i = 0; i < 1000; ++i)
    zeta.tell(dice() >> 1, "link_beat", raw_number(1) + raw_text(""));
  check_unharmed();
}

BOOST_AUTO_TEST_CASE(random_contents_of_messages_never_harm) {
  std::mt19937 dice{27'112'026};
  for (auto type : {"link_calls", "link_outcomes", "link_chunks", "link_taken",
                    "link_cancel", "link_open", "link_beat", "link_view"})
    for (int i = 0; i < 5; ++i) {
      std::string body(dice() % 300, '\0');
      for (auto& c : body)
        c = static_cast<char>(dice());
      zeta.come_up();
      zeta.tell(type, body);
      zeta.socket().close();
      BOOST_REQUIRE(eventually([&] { return comes_back(); }));
    }
  check_unharmed();
}

BOOST_AUTO_TEST_CASE(many_beats_cost_no_memory_that_lasts) {
  zeta.come_up();
  auto before = resident_kib(alpha.pid());
  for (int i = 0; i < (sanitized ? 1000 : 50'000); ++i) {
    zeta.tell("link_beat", raw_number(1) + raw_text(""));
    if (i % 500 == 0)
      while (zeta.socket().fill(milliseconds{0}))
        zeta.socket().take_arrived();
  }
  check_unharmed();
  auto more = resident_kib(alpha.pid()) - before;
  BOOST_TEST_MESSAGE("alpha grew by " << more << " KiB");
  if (!sanitized)
    BOOST_TEST(more < 32 * 1024);
}

BOOST_FIXTURE_TEST_CASE(a_refusal_that_crosses_the_welcome_is_told_as_what_it_is,
                        no_nodes) {
  false_node beta;
  temporary_folder folder;
  node_process alpha{
      "[node]\nname = \"alpha\"\nstate_dir = \"" + (folder / "state")
          + "\"\n[http]\nlisten = \"127.0.0.1:0\"\n[cluster]\nlisten = \"127.0.0.1:0\"\n"
            "peers = [\"127.0.0.1:"
          + std::to_string(beta.port) + "\"]\n" + puppets("own"),
      {.state_dir = folder / "state", .whole_file = true}};
  auto s = beta.accept();
  s.take_until("\n");
  s.send(raw_introduction{.node = "beta", .beat_ms = 500}.line());
  BOOST_TEST(s.take_until("\n").find("welcome") != std::string::npos);
  s.send("{\"error\":{\"code\":\"no_hello\",\"message\":\"it took too long\"}}\n");
  BOOST_TEST(eventually([&] {
               return alpha.errors().find("no_hello: it took too long")
                      != std::string::npos;
             }),
             alpha.errors());
  BOOST_TEST(alpha.errors().find("was refused by beta") != std::string::npos);
  BOOST_TEST(alpha.errors().find("not_basp") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
