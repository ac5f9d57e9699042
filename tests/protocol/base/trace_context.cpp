#include "protocol/base/trace_context.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>
#include <string>

using namespace troupe;

namespace trace_contexts {

const std::string trace_id = "0af7651916cd43dd8448eb211c80319c";
const std::string span_id = "b7ad6b7169203331";
const std::string parent = "00-" + trace_id + "-" + span_id + "-01";

std::string state_of(const std::string& tracestate) {
  auto t = trace_context::parse(parent, tracestate);
  return t ? std::string{t->tracestate()} : "no trace";
}

bool is_good(const std::string& traceparent) {
  return trace_context::parse(traceparent) != nullptr;
}

std::string spell(const std::string& version, const std::string& rest = {}) {
  return version + parent.substr(2) + rest;
}

std::string times(size_t n, const std::string& text) {
  std::string all;
  while (n-- > 0)
    all += text;
  return all;
}

/// Returns so many members `k0=v,k1=v,…`.
std::string members(int n) {
  std::string all;
  for (int i = 0; i < n; ++i)
    join_tracestate(all, "k" + std::to_string(i) + "=v");
  return all;
}

} // namespace trace_contexts

BOOST_AUTO_TEST_SUITE(trace_contexts)

BOOST_AUTO_TEST_CASE(a_good_one_is_kept_as_it_came_and_has_its_parts) {
  auto t = trace_context::parse(parent, "rojo=00f067aa0ba902b7 , congo=t61rcWkgMzE");
  BOOST_REQUIRE(t);
  BOOST_TEST(t->traceparent() == parent);
  BOOST_TEST(t->tracestate() == "rojo=00f067aa0ba902b7 , congo=t61rcWkgMzE");
  BOOST_TEST(t->trace_id() == trace_id);
  BOOST_TEST(t->span_id() == span_id);
  BOOST_TEST(t->is_sampled());
  BOOST_TEST(trace_id_of(t) == trace_id);
  BOOST_TEST(trace_id_of(nullptr) == "");
}

BOOST_AUTO_TEST_CASE(what_is_no_traceparent_gives_no_trace) {
  BOOST_TEST(!trace_context::parse("", "a=1"));
  for (size_t n = 0; n < parent.size(); ++n)
    BOOST_TEST(!is_good(parent.substr(0, n)), n);
  auto with = [](size_t at, const std::string& text) {
    return std::string{parent}.replace(at, text.size(), text);
  };
  for (auto& text :
       {with(0, "ff"), with(0, "0A"), with(0, "zz"), with(2, "_"), with(3, "A"),
        with(3, "g"), with(3, std::string(32, '0')), with(35, "."), with(36, "B"),
        with(36, std::string(16, '0')), with(52, "_"), with(53, "0A"), with(53, "0g"),
        parent + "-", parent + "-00", parent + "0", "0" + parent, parent + "\n",
        parent + "," + parent})
    BOOST_TEST(!is_good(text), text);
}

BOOST_AUTO_TEST_CASE(blanks_around_it_do_not_matter) {
  for (auto& text : {" " + parent, parent + "\t", " \t" + parent + " \t"}) {
    auto t = trace_context::parse(text);
    BOOST_REQUIRE(t);
    BOOST_TEST(t->traceparent() == parent);
  }
}

BOOST_AUTO_TEST_CASE(a_later_version_is_read_as_far_as_it_is_known_and_kept_as_it_came) {
  BOOST_TEST(is_good(spell("cc")));
  BOOST_TEST(!is_good(spell("cc", ".what-the-future-will-be-like")));
  BOOST_TEST(!is_good(spell("cc", "x")));
  BOOST_TEST(!is_good(spell("cc", "-a\"b")));
  BOOST_TEST(!is_good(spell("cc", "-a b")));
  BOOST_TEST(
      !is_good(spell("cc", "-" + std::string(trace_context::longest_traceparent, 'x'))));
  for (auto& text : {spell("01", "-"), spell("cc", "-what-the-future-will-be-like")}) {
    auto t = trace_context::parse(text);
    BOOST_REQUIRE(t);
    BOOST_TEST(t->traceparent() == text);
    BOOST_TEST(t->trace_id() == trace_id);
    BOOST_TEST(t->is_sampled());
  }
}

BOOST_AUTO_TEST_CASE(the_lowest_flag_says_whether_it_is_sampled) {
  auto sampled = [](const std::string& flags) {
    return trace_context::parse(parent.substr(0, 53) + flags)->is_sampled();
  };
  for (auto flags : {"01", "03", "0b", "0f", "ff", "f9"})
    BOOST_TEST(sampled(flags), flags);
  for (auto flags : {"00", "02", "0a", "0e", "fe", "10"})
    BOOST_TEST(!sampled(flags), flags);
}

BOOST_AUTO_TEST_CASE(a_span_of_this_node_takes_the_place_of_the_callers) {
  auto t = trace_context::parse(spell("cc", "-later").replace(53, 2, "03"), "a=1");
  auto next = t->with_span("00f067aa0ba902b7");
  BOOST_TEST(next->traceparent() == "00-" + trace_id + "-00f067aa0ba902b7-01");
  BOOST_TEST(next->tracestate() == "a=1");
  BOOST_TEST(trace_context::parse(next->traceparent()) != nullptr);
  next = trace_context::parse(parent.substr(0, 53) + "02")->with_span(span_id);
  BOOST_TEST(next->traceparent() == parent.substr(0, 53) + "00");
}

BOOST_AUTO_TEST_CASE(a_tracestate_that_is_good_passes_as_it_is) {
  for (std::string text :
       {"foo=1", "foo=1,bar=2", "foo=1,", ",foo=1", "foo=1 \t , \t bar=2", "foo=1,foo=1",
        "a@b=1", "1a-2f@foo=bar1", "foo= a b", "foo=\"{}\\:;<>[]~", "z_*/-=1"})
    BOOST_TEST(state_of(text) == text);
  BOOST_TEST(state_of(members(32)) == members(32));
  BOOST_TEST(state_of(std::string(256, 'z') + "=1") == std::string(256, 'z') + "=1");
  auto tenant = std::string(241, 't') + "@" + std::string(14, 'v') + "=1";
  BOOST_TEST(state_of(tenant) == tenant);
  auto value = "foo=" + std::string(256, 'v');
  BOOST_TEST(state_of(value) == value);
  BOOST_TEST(state_of(" foo=1 ") == "foo=1"); // blanks around a header are none of it
}

BOOST_AUTO_TEST_CASE(a_tracestate_that_is_none_is_dropped_and_the_trace_is_not) {
  for (std::string text : {"foo",           "foo=",         "=1",         "foo=1,bar",
                           "foo=1,bar=",    "foo =1",       "FOO=1",      "foo.bar=1",
                           "_a=1",          "foo@=1",       "@foo=1",     "foo@@bar=1",
                           "foo@bar@baz=1", "foo=bar=baz",  "foo=,bar=3", "foo=1\n",
                           "foo=\x7f",      "foo=\xc3\xa9", " ",          ","})
    BOOST_TEST(state_of(text) == "", text);
  BOOST_TEST(state_of(members(33)) == "");
  BOOST_TEST(state_of(std::string(257, 'z') + "=1") == "");
  BOOST_TEST(state_of(std::string(242, 't') + "@v=1") == "");
  BOOST_TEST(state_of("t@" + std::string(15, 'v') + "=1") == "");
  BOOST_TEST(state_of("foo=" + std::string(257, 'v')) == "");
}

BOOST_AUTO_TEST_CASE(
    a_tracestate_that_is_too_long_loses_long_members_first_then_its_end) {
  auto member = [](const std::string& key, size_t size) {
    return key + "=" + std::string(size - key.size() - 1, 'x');
  };
  auto b = member("b", 120);
  auto c = member("c", 120);
  auto d = member("d", 120);
  auto e = member("e", 120);
  auto a = member("a", 129);
  BOOST_TEST(state_of(a + "," + b + "," + c + "," + d + "," + e)
             == b + "," + c + "," + d + "," + e);
  auto f = member("f", 120);
  BOOST_TEST(state_of(b + "," + c + "," + d + "," + e + "," + f)
             == b + "," + c + "," + d + "," + e);
  BOOST_TEST(state_of(b + "," + a + "," + c + "," + member("g", 200) + "," + d)
             == b + "," + a + "," + c + "," + d);
}

BOOST_AUTO_TEST_CASE(several_headers_are_one_list) {
  std::string all;
  for (auto header : {"foo=1", "bar=2,baz=3", "qux=4"})
    join_tracestate(all, header);
  BOOST_TEST(all == "foo=1,bar=2,baz=3,qux=4");
}

BOOST_AUTO_TEST_CASE(whatever_comes_what_is_kept_is_good_bounded_and_read_back_the_same) {
  constexpr std::string_view letters = "0123456789abcdefF-=,@ \t\"\\x\n\x80";
  std::mt19937 random{4711};
  auto any = [&random](size_t n) {
    return std::uniform_int_distribution<size_t>{0, n - 1}(random);
  };
  auto damage = [&](std::string text) {
    for (auto n = any(4); n > 0 && !text.empty(); --n) {
      auto at = any(text.size());
      if (any(3) == 0)
        text.erase(at, 1);
      else if (any(2) == 0)
        text.insert(at, 1, letters[any(letters.size())]);
      else
        text[at] = letters[any(letters.size())];
    }
    return text;
  };
  size_t good = 0;
  for (int i = 0; i < 20'000; ++i) {
    auto state = times(any(5), "vendor" + std::to_string(i) + "="
                                   + std::string(any(200) + 1, 'x') + ",");
    auto first = damage(spell(any(2) == 0 ? "00" : "01", any(2) == 0 ? "-x" : ""));
    auto second = damage(state);
    auto t = trace_context::parse(first, second);
    if (!t)
      continue;
    ++good;
    BOOST_REQUIRE(first.find(t->traceparent()) != first.npos);
    BOOST_REQUIRE(t->trace_id().size() == 32u);
    BOOST_REQUIRE(t->span_id().size() == 16u);
    BOOST_REQUIRE(t->traceparent().size() <= trace_context::longest_traceparent);
    BOOST_REQUIRE(t->tracestate().size() <= trace_context::longest_tracestate);
    BOOST_REQUIRE(std::all_of(t->tracestate().begin(), t->tracestate().end(), [](char c) {
      return c == '\t' || (c >= ' ' && c <= '~');
    }));
    auto again = trace_context::parse(t->traceparent(), t->tracestate());
    BOOST_REQUIRE(again);
    BOOST_REQUIRE(again->traceparent() == t->traceparent());
    BOOST_REQUIRE(again->tracestate() == t->tracestate());
  }
  BOOST_TEST(good > 100u);
  BOOST_TEST(good < 20'000u);
}

BOOST_AUTO_TEST_SUITE_END()
