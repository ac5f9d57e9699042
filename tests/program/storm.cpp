// Proves at scale that no call is lost, none is answered twice and none gets another's
// answer: a million calls from eight connections to workers that answer in random order,
// some twice, some too late, for clients of which some do not wait long.
#include "tests/program/harness/node_process.hpp"

#include <boost/test/unit_test.hpp>

#include <numeric>
#include <random>
#include <thread>

using namespace program;

namespace storm {

constexpr size_t clients = 8;
constexpr size_t calls_each = (sanitized ? 10'000 : 1'000'000) / clients;
/// Open calls of a client: enough that some always wait.
constexpr size_t open_at_once = 32;
constexpr int workers = 4;

/// What a client saw. Threads of a test must not use the test library, so they count.
struct tally {
  size_t results = 0;
  size_t timeouts = 0;
  size_t queue_timeouts = 0;
  size_t wrong = 0;
  std::string first_wrong;
};

class storm_client {
public:
  storm_client(size_t number, const node_process& node)
    : number_(number)
    , random_(static_cast<unsigned>(20'240'601 + number))
    , stream_(stream::to_unix(node.socket()))
    , outcomes_(calls_each)
    , impatient_(calls_each) {}

  tally run() {
    while (settled_ < calls_each) {
      if (open_ <= open_at_once / 2 && sent_ < calls_each)
        send_some();
      if (!stream_.fill()) {
        complain("nothing more came");
        break;
      }
      take_lines(carry_ + stream_.take_arrived());
    }
    return result_;
  }

private:
  std::string payload(size_t i) const {
    return "{\"me\":\"" + std::to_string(number_) + "." + std::to_string(i) + "\"}";
  }

  void send_some() {
    std::string out;
    for (; open_ < open_at_once && sent_ < calls_each; ++open_, ++sent_) {
      out += "{\"request_id\":\"" + std::to_string(sent_)
             + "\",\"to\":\"storm\",\"kind\":\"work\"" + ",\"payload\":" + payload(sent_);
      if (random_() % 5 == 0) {
        impatient_[sent_] = true;
        out += ",\"timeout_ms\":" + std::to_string(1 + random_() % 60);
      }
      out += "}\n";
    }
    stream_.send(out);
  }

  void take_lines(std::string text) {
    size_t start = 0;
    for (size_t end; (end = text.find('\n', start)) != std::string::npos; start = end + 1)
      take(text.substr(start, end - start));
    carry_ = text.substr(start);
  }

  void take(const std::string& line) {
    constexpr size_t id_at = 15; // behind {"request_id":"
    auto i =
        line.size() > id_at ? std::strtoull(line.c_str() + id_at, nullptr, 10) : sent_;
    if (i >= sent_ || outcomes_[i]++ != 0) {
      complain(line);
      return;
    }
    --open_;
    ++settled_;
    auto head =
        "{\"request_id\":\"" + std::to_string(i) + "\",\"kind\":\"work\",\"payload\":";
    auto is = [&](const std::string& rest) {
      return line.compare(0, head.size() + rest.size(), head + rest) == 0;
    };
    if (is(payload(i) + ",\"error\":null,"))
      ++result_.results;
    else if (impatient_[i] && is("null,\"error\":{\"code\":\"timeout\","))
      ++result_.timeouts;
    else if (impatient_[i] && is("null,\"error\":{\"code\":\"queue_timeout\","))
      ++result_.queue_timeouts;
    else
      complain(line);
  }

  void complain(const std::string& what) {
    if (result_.wrong++ == 0)
      result_.first_wrong = what;
  }

  size_t number_;
  std::mt19937 random_;
  stream stream_;
  std::string carry_;
  /// How often each call was answered.
  std::vector<uint8_t> outcomes_;
  /// Calls with a deadline of their own, which alone may run out of time.
  std::vector<bool> impatient_;
  tally result_;
  size_t sent_ = 0;
  size_t open_ = 0;
  size_t settled_ = 0;
};

} // namespace storm

BOOST_AUTO_TEST_SUITE(storm)

BOOST_AUTO_TEST_CASE(each_of_a_million_calls_gets_its_own_outcome_exactly_once) {
  node_process node{
      puppets("storm",
              "window = 16\nexec_timeout = \"120s\"\nqueue_timeout = \"120s\"\n"
              "size = "
                  + std::to_string(workers),
              {"--random", "--cancel"})};
  for (int w = 0; w < workers; ++w)
    node.worker_pid("storm." + std::to_string(w));

  auto start = clock::now();
  std::vector<tally> tallies(clients);
  std::vector<std::thread> threads;
  for (size_t c = 0; c < clients; ++c)
    threads.emplace_back([&, c] {
      try {
        tallies[c] = storm_client{c, node}.run();
      } catch (const std::exception& e) {
        tallies[c].wrong = 1;
        tallies[c].first_wrong = e.what();
      }
    });
  for (auto& t : threads)
    t.join();
  auto took_ms = elapsed_ms(start);

  tally all;
  for (auto& t : tallies) {
    BOOST_TEST(t.wrong == 0u, t.first_wrong);
    all.results += t.results;
    all.timeouts += t.timeouts;
    all.queue_timeouts += t.queue_timeouts;
  }
  BOOST_TEST(all.results + all.timeouts + all.queue_timeouts == clients * calls_each);
  BOOST_TEST(all.results > clients * calls_each / 2); // it was a test of answers, too
  BOOST_TEST(all.timeouts > 0u);

  // What came late or twice was dropped and counted, each once.
  size_t twice = 0;
  size_t late = 0;
  auto client = node.connect();
  for (int w = 0; w < workers; ++w) {
    auto name = "storm." + std::to_string(w);
    twice += static_cast<size_t>(client.call(name, "stats").number("payload.twice"));
    BOOST_TEST(node.worker(name)["restarts"] == "0", node.errors());
  }
  auto counted = [&] {
    late = 0;
    for (int w = 0; w < workers; ++w)
      late +=
          static_cast<size_t>(node.worker("storm." + std::to_string(w)).number("late"));
    return late >= twice;
  };
  BOOST_TEST(twice > 0u);
  BOOST_TEST(eventually(counted));
  BOOST_TEST(late <= twice + all.timeouts);

  BOOST_TEST_MESSAGE(clients * calls_each
                     << " calls in " << took_ms << " ms: " << all.results << " results, "
                     << all.timeouts << " timeouts, " << all.queue_timeouts
                     << " queue timeouts, " << late << " late answers of which " << twice
                     << " second ones");
  if (!sanitized)
    BOOST_TEST(took_ms < 60'000);
}

BOOST_AUTO_TEST_SUITE_END()
