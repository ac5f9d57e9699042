#include "tests/actors/cluster/door/support_door.hpp"

#include <dirent.h>

using namespace troupe;
using namespace troupe::testing;

namespace attacks_at_a_door {

size_t open_descriptors() {
  size_t n = 0;
  auto folder = ::opendir("/proc/self/fd");
  while (::readdir(folder))
    ++n;
  ::closedir(folder);
  return n;
}

/// Waits until `refused` connections were refused and nobody is at the door any more: who
/// has connected may not have been seen yet.
void wait_until_refused(door_at_work& at, size_t refused) {
  auto is_so = [&] { return at.refused() == refused && at.half_open() == 0; };
  auto end = steady_clock::now() + patience;
  while (!is_so() && steady_clock::now() < end)
    std::this_thread::yield();
  BOOST_TEST_REQUIRE(is_so());
}

struct certificate_attacks : door_fixture {
  /// A node that shows itself by `client` is refused by alpha for this reason, and knows.
  void check_refused(tls::context::ptr client, reason why) {
    door_at_work alpha{first, encrypted("alpha")};
    auto options = encrypted("beta");
    options.keys.client = std::move(client);
    door_at_work beta{second, options};
    beta.dial(alpha.address);
    auto& there = alpha.owner.wait_for(alpha.owner.refusals);
    BOOST_TEST(there.refusal.why == why);
    BOOST_TEST(there.by == refused_by::us);
    auto& here = beta.owner.wait_for(beta.owner.failed);
    BOOST_TEST(here.refusal.why == why);
    BOOST_TEST(here.by == refused_by::peer);
    BOOST_TEST(alpha.owner.arrivals.empty());
  }
};

} // namespace attacks_at_a_door

BOOST_FIXTURE_TEST_SUITE(attacks_at_a_door, door_fixture)

BOOST_AUTO_TEST_CASE(http_and_other_protocols_are_told_that_they_are_wrong_here) {
  door_at_work alpha{first, plain("alpha")};
  for (std::string bytes :
       {"GET / HTTP/1.1\r\nHost: alpha\r\n\r\n", "SSH-2.0-x\r\n", "\x16\x03\x01\x02",
        "{\n", "{\"hello\":{}}\n", "{\"welcome\":{}}\n"}) {
    raw_client client{alpha.address};
    client.send(bytes);
    BOOST_TEST(told(client.rest()) == reason::not_hello);
  }
  BOOST_TEST(alpha.count(reason::not_hello) == 6u);
  BOOST_TEST(alpha.owner.wait_for(alpha.owner.refusals).address.starts_with("127.0.0.1"));
}

BOOST_AUTO_TEST_CASE(who_speaks_no_tls_to_an_encrypted_door_is_told_in_plain_text) {
  door_at_work alpha{first, encrypted("alpha")};
  for (auto& bytes : {std::string{"GET / HTTP/1.1\r\nHost: alpha\r\n\r\n"},
                      hello::to_line(node_named("beta"))}) {
    raw_client client{alpha.address};
    client.send(bytes);
    BOOST_TEST(told(client.rest()) == reason::not_hello);
  }
  BOOST_TEST(alpha.count(reason::not_hello) == 2u);
}

BOOST_AUTO_TEST_CASE(a_second_hello_is_none) {
  door_at_work alpha{first, plain("alpha")};
  raw_client client{alpha.address};
  client.send(hello::to_line(node_named("beta")) + hello::to_line(node_named("beta")));
  BOOST_TEST(told(client.rest()) == reason::not_hello);
  BOOST_TEST(alpha.owner.wait_for(alpha.owner.fallen).refusal.why == reason::not_hello);
}

BOOST_AUTO_TEST_CASE(a_hello_that_is_too_long_is_refused_with_or_without_an_end) {
  door_at_work alpha{first, plain("alpha")};
  for (std::string end : {"", "\n", "\"}\n"}) {
    raw_client client{alpha.address};
    client.send("{\"hello\":\"" + std::string(20'000, 'x') + end);
    BOOST_TEST(told(client.rest()) == reason::hello_too_long);
  }
}

BOOST_AUTO_TEST_CASE(one_who_says_nothing_is_let_go_in_time) {
  for (auto options : {plain("alpha"), encrypted("alpha")}) {
    options.patience = 100ms;
    door_at_work alpha{first, options};
    raw_client silent{alpha.address};
    raw_client slow{alpha.address};
    slow.send(options.keys.server ? "\x16" : "{");
    auto lines = silent.rest();
    slow.rest();
    if (!options.keys.server)
      BOOST_TEST(told(lines) == reason::no_hello);
    BOOST_TEST(alpha.count(reason::no_hello) == 2u);
    BOOST_TEST(alpha.half_open() == 0u);
  }
}

BOOST_AUTO_TEST_CASE(scans_cost_nothing_that_lasts) {
  for (auto& options : {plain("alpha"), encrypted("alpha")}) {
    door_at_work alpha{first, options};
    auto before = open_descriptors();
    auto began = steady_clock::now();
    for (int i = 0; i < 200; ++i) {
      raw_client scan{alpha.address};
      if (i % 2 == 0)
        scan.send("\r\n\r\n");
      scan.close();
      if (i % 32 == 31)
        wait_until_refused(alpha, static_cast<size_t>(i + 1));
    }
    wait_until_refused(alpha, 200);
    BOOST_TEST(open_descriptors() == before);
    // However many there are: one report a second for each reason, and none is left out.
    auto reports = alpha.owner.wait_until_told(200);
    auto seconds = std::chrono::ceil<std::chrono::seconds>(steady_clock::now() - began);
    BOOST_TEST(reports <= 3 * (static_cast<size_t>(seconds.count()) + 1));
  }
}

BOOST_AUTO_TEST_CASE(of_200_half_open_connections_64_are_kept_and_the_node_goes_on) {
  door_at_work alpha{first, plain("alpha")};
  door_at_work beta{second, plain("beta")};
  std::vector<std::unique_ptr<raw_client>> clients;
  for (int i = 0; i < 200; ++i)
    clients.push_back(std::make_unique<raw_client>(alpha.address));
  // They are taken in the order in which they have come.
  for (size_t i = 64; i < clients.size(); ++i)
    BOOST_TEST(told(clients[i]->rest()) == reason::too_many);
  BOOST_TEST(alpha.half_open() == 64u);
  clients.clear();
  wait_until_refused(alpha, 200);
  BOOST_TEST(alpha.count(reason::too_many) == 136u);
  BOOST_TEST(alpha.count(reason::no_hello) == 64u);
  beta.dial(alpha.address);
  alpha.owner.wait_for(alpha.owner.arrivals);
}

BOOST_AUTO_TEST_CASE(all_of_a_flood_are_told_of_soon_though_nobody_comes_after_it) {
  auto options = plain("alpha");
  options.most_half_open = 0;
  door_at_work alpha{first, options};
  for (int i = 0; i < 5; ++i)
    BOOST_TEST(told(raw_client{alpha.address}.rest()) == reason::too_many);
  alpha.owner.wait_until_told(5);
}

BOOST_AUTO_TEST_CASE(one_who_does_not_stop_writing_after_a_refusal_is_closed) {
  door_at_work alpha{first, plain("alpha")};
  raw_client client{alpha.address};
  client.send("no hello" + std::string(4 * 1024 * 1024, 'x'));
  client.rest();
  wait_until_refused(alpha, 1);
  BOOST_TEST(alpha.count(reason::not_hello) == 1u);
}

BOOST_AUTO_TEST_CASE(plain_text_and_tls_do_not_meet) {
  door_at_work open{first, plain("alpha")};
  door_at_work closed{second, encrypted("beta")};
  closed.dial(open.address);
  BOOST_TEST(closed.owner.wait_for(closed.owner.failed).refusal.why == reason::not_hello);
  BOOST_TEST(open.owner.wait_for(open.owner.refusals).refusal.why == reason::not_hello);
  open.dial(closed.address);
  BOOST_TEST(open.owner.wait_for(open.owner.failed).refusal.why == reason::not_hello);
  closed.owner.wait_for(closed.owner.refusals);
  BOOST_TEST(closed.count(reason::not_hello) == 2u);
}

BOOST_FIXTURE_TEST_CASE(who_shows_no_certificate_is_refused_and_both_ends_know_why,
                        certificate_attacks) {
  check_refused(tls::context::for_client(ca, {}, tls::oldest_version::tls_1_3).value(),
                reason::no_certificate);
}

BOOST_FIXTURE_TEST_CASE(a_certificate_of_another_authority_is_refused_and_both_ends_know,
                        certificate_attacks) {
  authority foreign;
  auto files = folder.write("stranger", foreign.issue({.dns_names = {"beta"}}));
  check_refused(unchecked_context(files, ca), reason::foreign_certificate);
}

BOOST_FIXTURE_TEST_CASE(an_expired_certificate_is_refused_and_both_ends_know_why,
                        certificate_attacks) {
  auto files = folder.write("old", trusted.issue({.dns_names = {"beta"}, .ends = -60}));
  check_refused(unchecked_context(files, ca), reason::expired_certificate);
}

BOOST_AUTO_TEST_CASE(a_door_of_a_foreign_authority_is_refused_by_who_dials) {
  authority foreign;
  auto options = encrypted("alpha");
  auto files = folder.write("stranger", foreign.issue({.dns_names = {"alpha"}}));
  options.keys.server =
      tls::context::for_server(files, ca, tls::oldest_version::tls_1_3).value();
  door_at_work alpha{first, options};
  door_at_work beta{second, encrypted("beta")};
  beta.dial(alpha.address);
  auto& here = beta.owner.wait_for(beta.owner.failed);
  BOOST_TEST(here.refusal.why == reason::foreign_certificate);
  BOOST_TEST(here.by == refused_by::us);
  auto& there = alpha.owner.wait_for(alpha.owner.refusals);
  BOOST_TEST(there.refusal.why == reason::foreign_certificate);
  BOOST_TEST(there.by == refused_by::peer);
}

BOOST_AUTO_TEST_CASE(a_node_must_have_its_name_in_its_certificate) {
  door_at_work alpha{first, encrypted("alpha")};
  auto options = encrypted("beta");
  options.own = node_named("gamma"); // with the certificate of beta
  door_at_work gamma{second, options};
  gamma.dial(alpha.address);
  auto& there = alpha.owner.wait_for(alpha.owner.refusals);
  BOOST_TEST(there.refusal.why == reason::wrong_name);
  BOOST_TEST(there.refusal.message.find("[\"beta\"]") != std::string::npos);
  BOOST_TEST(gamma.owner.wait_for(gamma.owner.failed).refusal.why == reason::wrong_name);
  // The other way round it is who dials that sees it.
  alpha.dial(gamma.address);
  auto& here = alpha.owner.wait_for(alpha.owner.failed);
  BOOST_TEST(here.refusal.why == reason::wrong_name);
  BOOST_TEST(here.by == refused_by::us);
  BOOST_TEST(gamma.owner.wait_for(gamma.owner.fallen).refusal.why == reason::wrong_name);
}

BOOST_AUTO_TEST_SUITE_END()
