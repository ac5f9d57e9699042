#include "tests/actors/cluster/door/support_door.hpp"

#include <fcntl.h>

using namespace troupe;
using namespace troupe::testing;

namespace cluster_doors {

/// Returns what `who` reads, decrypted, up to `size` bytes.
std::string read_from(door::arrival& who, size_t size) {
  std::string plain = std::exchange(who.early, {});
  timeval most{10, 0};
  ::setsockopt(who.socket.get(), SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
  ::fcntl(who.socket.get(), F_SETFL, 0);
  char bytes[4096];
  while (plain.size() < size) {
    auto n = ::recv(who.socket.get(), bytes, sizeof bytes, 0);
    if (n <= 0)
      break;
    std::string_view got{bytes, static_cast<size_t>(n)};
    if (!who.tls)
      plain += got;
    else
      who.tls->feed(got), who.tls->read(plain);
  }
  return plain;
}

void write_to(door::arrival& who, std::string text) {
  if (who.tls) {
    who.tls->write(text);
    text = who.tls->take_output();
  }
  BOOST_TEST(::send(who.socket.get(), text.data(), text.size(), 0)
             == static_cast<ssize_t>(text.size()));
}

/// Has beta dial alpha, and both talk.
void check_meeting(door_at_work& alpha, door_at_work& beta, const std::string& address) {
  beta.dial(address);
  auto& there = alpha.owner.wait_for(alpha.owner.arrivals);
  auto& here = beta.owner.wait_for(beta.owner.arrivals);
  BOOST_TEST((there.peer == node_named("beta")));
  BOOST_TEST((there.opened == door::opened_by::peer));
  BOOST_TEST(there.address.starts_with("127.0.0.1:"));
  BOOST_TEST((here.peer == node_named("alpha")));
  BOOST_TEST((here.opened == door::opened_by::us));
  BOOST_TEST(here.address == address);
  write_to(here, "from beta");
  BOOST_TEST(read_from(there, 9) == "from beta");
  write_to(there, "from alpha");
  BOOST_TEST(read_from(here, 10) == "from alpha");
  BOOST_TEST(alpha.half_open() == 0u);
}

/// Alpha, which knows a gamma already.
struct refusing_door : door_fixture {
  refusing_door() {
    alpha.owner.decide = [](const auto& peer) -> std::optional<hello::refusal> {
      if (peer.node == "gamma")
        return hello::refusal{reason::name_taken, "another gamma is here"};
      return std::nullopt;
    };
  }

  static door::door_options like(const std::string& name,
                                 void (*change)(hello::introduction&)) {
    auto o = plain(name);
    change(o.own);
    return o;
  }

  /// A node of these options is refused for this reason, and knows.
  void check_refused(const door::door_options& options, reason expected) {
    door_at_work visitor{second, options};
    visitor.dial(alpha.address);
    auto& there = alpha.owner.wait_for(alpha.owner.refusals);
    BOOST_TEST(there.refusal.why == expected);
    BOOST_TEST(there.by == refused_by::us);
    BOOST_TEST(there.node == options.own.node);
    auto& here = visitor.owner.wait_for(visitor.owner.failed);
    BOOST_TEST(here.refusal.why == expected);
    BOOST_TEST(here.refusal.message == there.refusal.message);
    BOOST_TEST(here.by == refused_by::peer);
    BOOST_TEST(visitor.owner.wait_for(visitor.owner.refusals).refusal.why == expected);
    BOOST_TEST(alpha.count(expected) == 1u);
    BOOST_TEST(alpha.owner.arrivals.empty());
    BOOST_TEST(alpha.owner.fallen.empty());
  }

  door_at_work alpha{first, plain("alpha")};
};

} // namespace cluster_doors

BOOST_FIXTURE_TEST_SUITE(cluster_doors, door_fixture)

BOOST_AUTO_TEST_CASE(two_nodes_meet_in_plain_text) {
  door_at_work alpha{first, plain("alpha")};
  door_at_work beta{second, plain("beta")};
  check_meeting(alpha, beta, alpha.address);
}

BOOST_AUTO_TEST_CASE(two_nodes_meet_encrypted) {
  door_at_work alpha{first, encrypted("alpha")};
  door_at_work beta{second, encrypted("beta")};
  check_meeting(alpha, beta, alpha.address);
}

BOOST_AUTO_TEST_CASE(each_address_of_a_name_is_dialled_in_its_turn) {
  door_at_work alpha{first, plain("alpha")};
  door_at_work beta{second, plain("beta")};
  // Where ::1 comes first nobody listens there.
  check_meeting(alpha, beta, "localhost" + alpha.address.substr(alpha.address.find(':')));
}

BOOST_AUTO_TEST_CASE(what_is_said_right_after_the_welcome_is_not_lost) {
  door_at_work alpha{first, plain("alpha")};
  raw_client beta{alpha.address};
  beta.send(hello::to_line(node_named("beta")) + hello::to_line(hello::welcome{})
            + "BASP begins");
  BOOST_TEST(beta.receive() == hello::to_line(node_named("alpha")));
  BOOST_TEST(read_from(alpha.owner.wait_for(alpha.owner.arrivals), 11) == "BASP begins");
}

BOOST_AUTO_TEST_CASE(nobody_at_an_address_is_told_to_who_dialled) {
  door_at_work beta{first, plain("beta")};
  auto closed = os::listen_tcp("127.0.0.1:0").value().address; // and nobody listens
  beta.dial(closed);
  auto& none = beta.owner.wait_for(beta.owner.failed);
  BOOST_TEST(none.refusal.why == reason::unreachable);
  BOOST_TEST(none.refusal.message.find("refused") != std::string::npos);
  BOOST_TEST(none.address == closed);
  beta.dial("no address");
  auto& unknown = beta.owner.wait_for(beta.owner.failed, 2);
  BOOST_TEST(unknown.refusal.why == reason::unknown_host);
  BOOST_TEST(unknown.address == "no address");
  // Operators hear of that alone: a node that is down is none of their mistakes.
  BOOST_TEST(beta.owner.wait_for(beta.owner.refusals).refusal.why
             == reason::unknown_host);
  BOOST_TEST(beta.owner.refusals.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_peer_that_does_not_answer_is_given_up) {
  auto silent = os::listen_tcp("127.0.0.1:0").value();
  for (auto options : {plain("beta"), encrypted("beta")}) {
    options.patience = 100ms;
    door_at_work beta{first, options};
    beta.dial(silent.address);
    auto& why = beta.owner.wait_for(beta.owner.failed);
    BOOST_TEST(why.refusal.why == reason::no_hello);
    BOOST_TEST(why.by == refused_by::us);
  }
}

BOOST_AUTO_TEST_CASE(a_door_goes_while_somebody_is_at_it_and_something_is_dialled) {
  auto silent = os::listen_tcp("127.0.0.1:0").value();
  door_at_work beta{first, plain("beta")};
  raw_client client{beta.address};
  client.send("{");
  beta.dial(silent.address);
  beta.dial("localhost:1");
}

BOOST_FIXTURE_TEST_CASE(a_node_of_another_cluster_is_refused_and_both_ends_know_why,
                        refusing_door) {
  check_refused(like("beta", [](auto& o) { o.cluster = "test"; }), reason::other_cluster);
}

BOOST_FIXTURE_TEST_CASE(a_node_with_the_name_of_this_one_is_refused_and_both_ends_know,
                        refusing_door) {
  check_refused(like("alpha", [](auto& o) { o.process = "other"; }), reason::own_name);
}

BOOST_FIXTURE_TEST_CASE(a_node_with_the_name_of_a_member_is_refused_and_both_ends_know,
                        refusing_door) {
  check_refused(plain("gamma"), reason::name_taken);
}

BOOST_FIXTURE_TEST_CASE(a_node_with_the_id_of_this_one_is_refused_and_both_ends_know_why,
                        refusing_door) {
  check_refused(like("beta", [](auto& o) { o.process = "process of alpha"; }),
                reason::id_taken);
}

BOOST_FIXTURE_TEST_CASE(a_node_of_versions_too_far_away_is_refused_and_both_ends_know_why,
                        refusing_door) {
  auto later = [](auto& o) { o.versions = {2, 3}; };
  check_refused(like("beta", later), reason::version_mismatch);
}

BOOST_FIXTURE_TEST_CASE(a_node_of_another_beat_is_refused_and_both_ends_know_why,
                        refusing_door) {
  check_refused(like("beta", [](auto& o) { o.beat = 5s; }), reason::beats_differ);
}

BOOST_AUTO_TEST_CASE(a_node_that_is_refused_by_the_one_who_dialled_falls_through) {
  door_at_work alpha{first, plain("alpha")};
  door_at_work beta{second, plain("beta")};
  beta.owner.decide = [](const auto&) {
    return hello::refusal{reason::id_taken, "gamma has it"};
  };
  beta.dial(alpha.address);
  auto& there = alpha.owner.wait_for(alpha.owner.fallen);
  BOOST_TEST(there.refusal.why == reason::id_taken);
  BOOST_TEST(there.by == refused_by::peer);
  BOOST_TEST(beta.owner.wait_for(beta.owner.failed).by == refused_by::us);
  BOOST_TEST(alpha.owner.arrivals.empty());
}

BOOST_AUTO_TEST_SUITE_END()
