#include "tests/protocol/support.hpp"
#include "tests/protocol/tls/support_tls.hpp"

using namespace troupe;
using namespace troupe::testing;
using tls::channel;
using tls::context;
using tls::flaw;
using tls::found_by;

BOOST_FIXTURE_TEST_SUITE(tls_channels, tls_fixture)

BOOST_AUTO_TEST_CASE(two_ends_with_certificates_of_one_authority_know_each_others_names) {
  auto p = open();
  std::vector<std::string> servers{"alpha", "alpha.example"};
  std::vector<std::string> clients{"beta"};
  BOOST_TEST(p.client.channel.peer_names() == servers, boost::test_tools::per_element());
  BOOST_TEST(p.server.channel.peer_names() == clients, boost::test_tools::per_element());
  BOOST_TEST(p.client.flaw() == flaw::none);
}

BOOST_AUTO_TEST_CASE(what_one_end_writes_the_other_reads) {
  auto p = open();
  BOOST_TEST(p.client.channel.write("question"));
  BOOST_TEST(p.client.channel.write(""));
  BOOST_TEST(p.server.channel.write("answer"));
  p.settle();
  BOOST_TEST(p.server.read == "question");
  BOOST_TEST(p.client.read == "answer");
}

BOOST_AUTO_TEST_CASE(much_goes_both_ways_at_once) {
  auto p = open();
  std::string big(5'000'000, 'x');
  for (size_t i = 0; i < big.size(); ++i)
    big[i] = static_cast<char>(i * 2654435761U >> 13U);
  BOOST_TEST(p.client.channel.write(big));
  BOOST_TEST(p.server.channel.write(std::string_view{big}.substr(1)));
  p.settle();
  BOOST_TEST((p.server.read == big));
  BOOST_TEST((p.client.read == big.substr(1)));
}

BOOST_AUTO_TEST_CASE(any_chunking_of_the_encrypted_bytes_gives_the_same) {
  auto server = server_of(alpha);
  auto client = client_of(beta);
  for (size_t piece : {1, 2, 7, 100, 4096}) {
    auto p = pair(server, client);
    auto trickle = [&](tls_end& from, tls_end& to) {
      auto bytes = from.channel.take_output();
      for (size_t i = 0; i < bytes.size(); i += piece) {
        to.channel.feed(std::string_view{bytes}.substr(i, piece));
        to.go_on();
      }
    };
    p.client.go_on();
    for (int i = 0; i < 3; ++i) {
      trickle(p.client, p.server);
      trickle(p.server, p.client);
    }
    BOOST_TEST_REQUIRE(p.server.is_open);
    p.client.channel.write("in pieces");
    trickle(p.client, p.server);
    BOOST_TEST(p.server.read == "in pieces");
  }
}

BOOST_AUTO_TEST_CASE(a_farewell_ends_a_stream_and_its_absence_is_a_truncated_one) {
  auto p = open();
  p.client.channel.write("all");
  p.client.channel.close_notify();
  p.settle();
  p.server.channel.feed_end();
  p.server.go_on();
  BOOST_TEST(p.server.read == "all");
  BOOST_TEST(p.server.is_closed());
  BOOST_TEST(p.server.flaw() == flaw::none);

  auto q = open();
  q.client.channel.write("a part");
  q.settle();
  q.server.channel.feed_end();
  q.server.go_on();
  BOOST_TEST(q.server.read == "a part");
  BOOST_TEST(q.server.flaw() == flaw::truncated);
}

BOOST_AUTO_TEST_CASE(a_stream_that_ends_within_the_handshake_is_truncated) {
  auto p = pair(server_of(alpha), client_of(beta));
  p.client.go_on();
  auto hello = p.client.channel.take_output();
  p.server.channel.feed(hello.substr(0, hello.size() / 2));
  p.server.channel.feed_end();
  p.server.go_on();
  BOOST_TEST(p.server.flaw() == flaw::truncated);
  p.client.channel.feed_end();
  p.client.go_on();
  BOOST_TEST(p.client.flaw() == flaw::truncated);
}

BOOST_AUTO_TEST_CASE(one_end_without_a_certificate_is_refused_and_both_know_why) {
  auto anonymous = context::for_client(ca, std::nullopt, version::tls_1_3).value();
  auto p = pair(server_of(alpha), anonymous);
  p.settle();
  BOOST_TEST(!p.server.is_open);
  BOOST_TEST(p.server.flaw() == flaw::no_certificate);
  BOOST_TEST(p.server.channel.error().who == found_by::us);
  BOOST_TEST(p.client.flaw() == flaw::no_certificate);
  BOOST_TEST(p.client.channel.error().who == found_by::peer);
}

BOOST_AUTO_TEST_CASE(a_certificate_of_another_authority_is_foreign) {
  authority other{"Other CA"};
  authority namesake; // its name is that of the trusted one, and its key is another
  for (auto from : {&other, &namesake}) {
    auto p = pair(server_of(alpha), client_of(from->issue({.dns_names = {"beta"}})));
    p.settle();
    BOOST_TEST(p.server.flaw() == flaw::foreign_certificate);
    BOOST_TEST(p.client.flaw() == flaw::foreign_certificate);
    BOOST_TEST(p.client.channel.error().who == found_by::peer);

    auto q = pair(server_of(from->issue({.dns_names = {"alpha"}})), client_of(beta));
    q.settle();
    BOOST_TEST(q.client.flaw() == flaw::foreign_certificate);
    BOOST_TEST(q.server.flaw() == flaw::foreign_certificate);
    BOOST_TEST(q.server.channel.error().who == found_by::peer);
  }
}

BOOST_AUTO_TEST_CASE(a_certificate_out_of_its_time_is_refused) {
  for (certificate_wish wish :
       {certificate_wish{.begins = -600, .ends = -60}, certificate_wish{.begins = 600}}) {
    auto own = trusted.issue(wish);
    auto p = pair(server_of(alpha), unchecked_context(folder.write("old", own), ca));
    p.settle();
    BOOST_TEST(p.server.flaw() == flaw::expired_certificate);
    BOOST_TEST(p.client.channel.error().who == found_by::peer);
    // The alert for one that is not valid yet says no more than that it is bad.
    BOOST_TEST(p.client.flaw()
               == (wish.ends < 0 ? flaw::expired_certificate : flaw::bad_certificate));
  }
}

BOOST_AUTO_TEST_CASE(a_certificate_for_another_purpose_is_a_bad_one) {
  auto p = pair(server_of(alpha), client_of(trusted.issue({.usage = "serverAuth"})));
  p.settle();
  BOOST_TEST(p.server.flaw() == flaw::bad_certificate);
  BOOST_TEST(p.client.flaw() == flaw::bad_certificate);
}

BOOST_AUTO_TEST_CASE(a_host_that_was_dialled_must_be_in_the_certificate) {
  auto server = server_of(trusted.issue(
      {.dns_names = {"alpha", "*.wild.example"}, .addresses = {"127.0.0.1", "::1"}}));
  auto client = client_of(beta);
  for (std::string host : {"alpha", "ALPHA", "a.wild.example", "127.0.0.1", "::1"}) {
    auto p = pair(server, client, host);
    p.settle();
    BOOST_TEST(p.server.is_open);
    BOOST_TEST(p.client.flaw() == flaw::none, host);
  }
  // The common name of each certificate here is "leaf".
  for (std::string host : {"beta", "leaf", "a.b.wild.example", "127.0.0.2", "::2"}) {
    auto p = pair(server, client, host);
    p.settle();
    BOOST_TEST(p.client.flaw() == flaw::wrong_name, host);
    BOOST_TEST(p.server.flaw() == flaw::bad_certificate, host);
  }
}

BOOST_AUTO_TEST_CASE(an_older_version_is_refused_where_1_3_is_required) {
  auto strict = server_of(alpha);
  auto p = pair(strict, client_of(beta));
  p.settle();
  BOOST_TEST(p.server.is_open);
  // What a client of TLS 1.2 says first: the versions of 1.3 are in an extension.
  const std::string hello("\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03"
                          "01234567890123456789012345678901"
                          "\x00\x00\x04\xc0\x2f\xc0\x2b\x01\x00",
                          52);
  auto old = channel::server(strict);
  old.feed(hello);
  BOOST_TEST((old.handshake() == tls::progress::failed));
  BOOST_TEST(old.error().what == flaw::no_common_version);
  BOOST_TEST(!old.take_output().empty());
}

BOOST_AUTO_TEST_CASE(what_is_no_tls_is_refused_at_once) {
  auto server = server_of(alpha);
  auto client = client_of(beta);
  const std::vector<std::string> strangers = {
      "GET / HTTP/1.1\r\nHost: alpha\r\n\r\n",
      "POST / HTTP/1.1\r\n\r\n",
      "{\"hello\":1}\n{\"hello\":2}\n",
      "SSH-2.0-OpenSSH_9.2p1\r\n",
      std::string(12, '\xff'),
      "\x16\x03\x01\xff\xff\x01",
      {"\x17\x03\x03\0\x05xxxxx", 10},
  };
  for (auto& bytes : strangers) {
    for (auto c : {0, 1}) {
      auto end = c == 0 ? channel::server(server) : channel::client(client);
      end.handshake();
      end.feed(bytes);
      BOOST_TEST((end.handshake() == tls::progress::failed), bytes);
      BOOST_TEST(end.error().what == flaw::not_tls, bytes << " " << end.error().message);
    }
  }
}

BOOST_AUTO_TEST_CASE(random_bytes_never_open_a_channel_and_break_an_open_one) {
  std::mt19937 random{20'260'501};
  auto server = server_of(alpha);
  for (int i = 0; i < 300; ++i) {
    std::string bytes;
    for (auto n = test::below_or_at(random, 400); n > 0; --n)
      bytes += static_cast<char>(random());
    if (i % 2 == 1) // as far as the record goes it looks good
      bytes.insert(0, std::string("\x16\x03\x01", 3) + '\0' + static_cast<char>(200));
    auto end = channel::server(server);
    end.feed(bytes);
    BOOST_TEST((end.handshake() != tls::progress::done));
  }
  auto p = open();
  p.client.channel.write("good");
  auto bytes = p.client.channel.take_output();
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  p.server.channel.feed(bytes);
  p.server.go_on();
  BOOST_TEST(p.server.read.empty());
  BOOST_TEST(p.server.flaw() == flaw::broken);
  BOOST_TEST(!p.server.channel.write("more"));
}

BOOST_AUTO_TEST_SUITE_END()
