#include "actors/cluster/rows.hpp"

#include "actors/cluster/call_results.hpp"
#include "actors/cluster/message_rows.hpp"
#include "tests/actors/fixture.hpp"

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>

#include <random>

using namespace troupe;
using namespace troupe::cluster;

namespace rows_between_nodes {

std::string join(const row_writer& w) {
  std::string all;
  w.for_each_piece([&](std::string_view piece) { all += piece; });
  BOOST_TEST(all.size() == w.size());
  return all;
}

row_reader read(std::string bytes) {
  return row_reader{shared_bytes{std::move(bytes)}, 100};
}

/// Reads the rows of a peer as CAF does; returns whether they were accepted.
template <class Row>
bool accepts(const std::string& rows, std::vector<Row>* into = nullptr) {
  std::vector<char> bytes;
  caf::binary_serializer to{nullptr, bytes};
  BOOST_TEST(!to(const_cast<std::string&>(rows)));
  std::vector<Row> items;
  auto is_broken = false;
  caf::binary_deserializer from{nullptr, bytes};
  BOOST_TEST(!read_rows(from, as_rows<Row>{into ? *into : items, is_broken}));
  BOOST_TEST(from.remaining() == 0u);
  return !is_broken;
}

std::string some_calls() {
  row_writer w;
  link_call c;
  c.id = link_call_id{300};
  c.pool = "p";
  c.what.kind = shared_bytes{std::string{"k"}};
  c.what.payload = shared_bytes{std::string(50, '1')};
  c.what.ancestors = std::make_shared<const std::vector<ancestor>>(
      std::vector<ancestor>{{"q", ticket_id{1}, "n"}});
  for (int i = 0; i < 3; ++i)
    write_row(w, c, steady_clock::now());
  return join(w);
}

} // namespace rows_between_nodes

BOOST_AUTO_TEST_SUITE(rows_between_nodes)

BOOST_AUTO_TEST_CASE(an_outcome_of_two_lines_is_refused) {
  for (std::string payload : {"1", "1}\n{\"request_id\":\"another\",\"payload\":1"}) {
    row_writer w;
    link_outcome x;
    x.result = outcome{shared_bytes{std::string{payload}}};
    write_row(w, x, steady_clock::now());
    BOOST_TEST(accepts<link_outcome>(join(w)) == (payload == "1"), payload);
  }
}

BOOST_AUTO_TEST_CASE(a_web_call_and_its_outcome_keep_their_form_and_their_bytes) {
  row_writer calls;
  link_call c;
  c.what.payload = shared_bytes{std::string{"\n\xff\0", 3}};
  for (auto form : {payload_form::web, payload_form::json}) {
    c.what.form = form;
    write_row(calls, c, steady_clock::now());
  }
  std::vector<link_call> calls_read;
  BOOST_TEST_REQUIRE(accepts(join(calls), &calls_read));
  BOOST_TEST((calls_read.at(0).what.form == payload_form::web));
  BOOST_TEST(calls_read[0].what.payload.view() == c.what.payload.view());
  BOOST_TEST((calls_read.at(1).what.form == payload_form::json));

  row_writer outcomes;
  link_outcome o;
  o.form = payload_form::web;
  o.result = outcome{c.what.payload};
  write_row(outcomes, o, steady_clock::now());
  std::vector<link_outcome> outcomes_read;
  BOOST_TEST_REQUIRE(accepts(join(outcomes), &outcomes_read));
  BOOST_TEST((outcomes_read.at(0).form == payload_form::web));
  BOOST_TEST(good_in(outcomes_read[0].result)->payload.view() == c.what.payload.view());
}

BOOST_AUTO_TEST_CASE(a_call_may_have_lines_in_its_payload_and_not_in_its_kind) {
  for (std::string kind : {"k", "k\n"}) {
    row_writer w;
    link_call c;
    c.what.kind = shared_bytes{std::string{kind}};
    c.what.payload = shared_bytes{std::string{"[1,\n2]"}};
    write_row(w, c, steady_clock::now());
    BOOST_TEST(accepts<link_call>(join(w)) == (kind == "k"), kind);
  }
}

BOOST_AUTO_TEST_CASE(numbers_and_texts_come_back) {
  constexpr uint64_t numbers[] = {0, 1, 127, 128, 300, UINT32_MAX, UINT64_MAX};
  constexpr int64_t wholes[] = {0, -1, 1, -10, 10, INT64_MIN, INT64_MAX};
  row_writer w;
  for (auto n : numbers)
    w.number(n);
  for (auto n : wholes)
    w.whole(n);
  w.text("");
  w.text("abc");
  auto r = read(join(w));
  for (auto n : numbers)
    BOOST_TEST(r.number() == n);
  for (auto n : wholes)
    BOOST_TEST(r.whole() == n);
  BOOST_TEST(r.text() == "");
  BOOST_TEST(r.text() == "abc");
  BOOST_TEST(r.is_at_end());
  BOOST_TEST(!r.has_failed());
}

BOOST_AUTO_TEST_CASE(a_long_text_is_not_copied_by_its_writer) {
  std::string text(100'000, 'x');
  row_writer w;
  w.number(7);
  w.text(text);
  w.text("behind");
  bool found = false;
  w.for_each_piece(
      [&](std::string_view piece) { found = found || piece.data() == text.data(); });
  BOOST_TEST(found);
  auto r = read(join(w));
  BOOST_TEST(r.number() == 7u);
  BOOST_TEST(r.text() == text);
  BOOST_TEST(r.text() == "behind");
}

BOOST_AUTO_TEST_CASE(a_text_shares_the_buffer_unless_it_would_keep_far_more_than_itself) {
  std::string large(100'000, 'x');
  row_writer w;
  w.text(large);
  w.text("small");
  shared_bytes all{join(w)};
  auto is_in = [&](const shared_bytes& part) {
    return part.view().data() >= all.view().data()
           && part.view().data() < all.view().data() + all.size();
  };
  row_reader r{all, 0};
  BOOST_TEST(is_in(r.shared_text()));
  auto small = r.shared_text();
  BOOST_TEST(small.view() == "small");
  BOOST_TEST(!is_in(small));
}

BOOST_AUTO_TEST_CASE(a_reader_that_has_failed_returns_nothing_more) {
  for (std::string bytes :
       {std::string{}, std::string{"\x80"}, std::string(11, '\xff')}) {
    auto r = read(bytes + "");
    BOOST_TEST(r.number() == 0u);
    BOOST_TEST(r.has_failed());
    BOOST_TEST(r.is_at_end());
  }
  auto r = read("\x05"
                "abcd");
  BOOST_TEST(r.text() == "");
  BOOST_TEST(r.has_failed());
  BOOST_TEST(r.number() == 0u);
  BOOST_TEST(r.shared_text().empty());
}

BOOST_AUTO_TEST_CASE(rows_that_end_too_early_are_refused_wherever_that_is) {
  auto all = some_calls();
  std::vector<link_call> calls;
  BOOST_TEST(accepts<link_call>(all, &calls));
  BOOST_TEST_REQUIRE(calls.size() == 3u);
  BOOST_TEST(calls[2].id == 300u);
  BOOST_TEST(calls[2].what.payload.str() == std::string(50, '1'));
  auto row = all.size() / 3;
  for (size_t n = 0; n < all.size(); ++n)
    BOOST_TEST(accepts<link_call>(all.substr(0, n)) == (n % row == 0));
}

BOOST_AUTO_TEST_CASE(what_is_claimed_makes_no_space) {
  row_writer w;
  w.number(1);
  for (int i = 0; i < 2; ++i)
    w.text("");
  w.number(0);
  for (int i = 0; i < 3; ++i)
    w.text("");
  for (int i = 0; i < 4; ++i)
    w.number(0);
  auto before = join(w);
  w.number(0);
  BOOST_TEST(accepts<link_call>(join(w)));
  row_writer claim;
  claim.number(UINT64_MAX); // so many ancestors
  BOOST_TEST(!accepts<link_call>(before + join(claim)));
}

BOOST_AUTO_TEST_CASE(more_items_than_a_window_lets_out_are_refused) {
  std::string row;
  {
    row_writer w;
    write_row(w, link_outcome{}, steady_clock::now());
    row = join(w);
  }
  auto rows = [&](size_t n) {
    std::string all;
    for (size_t i = 0; i < n; ++i)
      all += row;
    return all;
  };
  BOOST_TEST(accepts<link_outcome>(rows(most_items)));
  BOOST_TEST(!accepts<link_outcome>(rows(most_items + 1)));
  link_call c;
  auto with = [&](size_t ancestors) {
    c.what.ancestors =
        std::make_shared<const std::vector<ancestor>>(std::vector<ancestor>(ancestors));
    row_writer w;
    write_row(w, c, steady_clock::now());
    return join(w);
  };
  BOOST_TEST(accepts<link_call>(with(most_items - 1)));
  BOOST_TEST(!accepts<link_call>(with(most_items)));
}

BOOST_AUTO_TEST_CASE(a_deadline_in_a_thousand_years_stays_within_the_clock) {
  row_writer w;
  link_call c;
  c.what.timeout = std::chrono::milliseconds::max();
  c.what.taken = steady_clock::now();
  write_row(w, c, steady_clock::now());
  std::vector<link_call> calls;
  BOOST_TEST(accepts<link_call>(join(w), &calls));
  BOOST_TEST_REQUIRE(calls.size() == 1u);
  BOOST_TEST((calls[0].what.taken + *calls[0].what.timeout > steady_clock::now()));
}

BOOST_AUTO_TEST_CASE(a_priority_beyond_what_a_front_takes_is_the_nearest_that_it_takes) {
  const std::pair<int8_t, int> all[] = {{127, 10}, {11, 10},   {10, 10},   {3, 3},
                                        {0, 0},    {-10, -10}, {-128, -10}};
  for (auto [sent, taken] : all) {
    row_writer w;
    link_call c;
    c.what.priority = sent;
    write_row(w, c, steady_clock::now());
    std::vector<link_call> calls;
    BOOST_TEST(accepts<link_call>(join(w), &calls));
    BOOST_TEST_REQUIRE(calls.size() == 1u);
    BOOST_TEST(int{calls[0].what.priority} == taken);
  }
}

BOOST_AUTO_TEST_CASE(bytes_at_random_are_read_or_refused) {
  std::minstd_rand random{1};
  auto good = some_calls();
  size_t accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    auto bytes = good;
    for (int k = 0; k < 3; ++k)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    accepted += accepts<link_call>(bytes) ? 1u : 0u;
    accepted += accepts<link_outcome>(bytes) ? 1u : 0u;
  }
  BOOST_TEST(accepted > 0u);
  BOOST_TEST(accepted < 40'000u);
}

BOOST_AUTO_TEST_SUITE_END()
