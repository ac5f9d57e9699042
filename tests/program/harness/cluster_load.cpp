#include "tests/program/harness/cluster_load.hpp"

#include "tests/program/harness/load_client.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>
#include <set>

namespace program {

std::string ledger_pool(const std::string& name, const std::string& file,
                        const std::string& keys) {
  return pool_of(name, {"python3", "-SE", LEDGER_WORKER, file},
                 keys + "\nqueue_timeout = \"60s\"\nquarantine = 0\n");
}

std::map<std::string, size_t> runs_in(const std::string& file) {
  std::map<std::string, size_t> runs;
  std::ifstream in{file};
  for (std::string call; std::getline(in, call);)
    ++runs[call];
  return runs;
}

size_t load_tally::outcomes() const {
  size_t sum = 0;
  for (auto& [how, count] : ends)
    sum += count;
  return sum;
}

void load_tally::add(const load_tally& other) {
  sent += other.sent;
  for (auto& [how, count] : other.ends)
    ends[how] += count;
  crossed += other.crossed;
  if (first_complaint.empty())
    first_complaint = other.first_complaint;
  longest_ms = std::max(longest_ms, other.longest_ms);
  last_down = std::max(last_down, other.last_down);
  idempotent.insert(idempotent.end(), other.idempotent.begin(), other.idempotent.end());
}

void cluster_load::add(const std::string& node, load_plan plan) {
  std::vector<std::string> sockets{nodes_.socket(node)};
  for (auto& other : nodes_.names())
    if (other != node)
      sockets.push_back(nodes_.socket(other));
  auto& tally = *tallies_.emplace_back(std::make_unique<load_tally>());
  auto name = name_ + std::to_string(tallies_.size());
  threads_.emplace_back([this, &tally, name, sockets, plan = std::move(plan)] {
    load_client{name, sockets, plan, tally, outcomes_}.run(stopping_);
  });
}

bool cluster_load::goes_on(size_t n) const {
  auto before = outcomes_.load();
  return eventually([&] { return outcomes_ >= before + n; });
}

load_tally cluster_load::finish() {
  stopping_ = true;
  for (auto& t : threads_)
    t.join();
  threads_.clear();
  load_tally all;
  for (auto& tally : tallies_)
    all.add(*tally);
  tallies_.clear();
  if (all.sent > 0) {
    BOOST_TEST_MESSAGE(all.sent << " calls, the longest took " << all.longest_ms
                                << " ms");
    for (auto& [how, count] : all.ends)
      BOOST_TEST_MESSAGE("  " << how << ": " << count);
  }
  return all;
}

void check_outcomes(const load_tally& seen, const std::string& ledger) {
  BOOST_TEST(seen.outcomes() == seen.sent, seen.first_complaint);
  BOOST_TEST(seen.ends.count("no_outcome") == 0u, seen.first_complaint);
  BOOST_TEST(seen.crossed == 0u, seen.first_complaint);
  std::set<std::string> may_run_again{seen.idempotent.begin(), seen.idempotent.end()};
  for (auto& [call, times] : runs_in(ledger))
    if (call.starts_with('c') && may_run_again.count(call) == 0)
      BOOST_TEST(times == 1u, call << " ran " << times << " times");
}

} // namespace program
