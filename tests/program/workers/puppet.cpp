// A worker that does what the call's kind says, mostly something ugly. It reads all the
// time, also while a call in it waits to be answered, so that it sees cancels and its own
// end.
#include "tests/program/workers/call_line.hpp"
#include "tests/program/workers/descendants.hpp"
#include "tests/program/workers/dial.hpp"
#include "tests/program/workers/options.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace {

using steady = std::chrono::steady_clock;
using std::chrono::microseconds;
using std::chrono::milliseconds;

struct answer {
  std::string id;
  std::string line;
};

options settings;
std::multimap<steady::time_point, answer> planned;
/// The calls that were not answered yet.
std::set<std::string> unanswered;
std::mt19937 dice{std::random_device{}()};
int64_t calls = 0;
int64_t twice = 0;
int64_t cancelled = 0;
bool ending = false;

unsigned roll(unsigned sides) {
  return static_cast<unsigned>(dice()) % sides;
}

void write_all(int fd, const std::string& text) {
  for (size_t done = 0; done < text.size();) {
    auto n = ::write(fd, text.data() + done, text.size() - done);
    if (n < 0 && errno == EAGAIN) { // a socket, which is one file for both directions
      pollfd p{fd, POLLOUT, 0};
      ::poll(&p, 1, -1);
      continue;
    }
    if (n < 0)
      ::_exit(0); // nobody reads any more
    done += static_cast<size_t>(n);
  }
}

void plan(const call_line& c, const std::string& rest, microseconds delay = {}) {
  planned.insert({steady::now() + delay,
                  {c.id, "{\"kind\":\"" + c.kind + "\",\"request_id\":" + c.id + ","
                             + rest + "}\n"}});
}

void plan_result(const call_line& c, const std::string& payload,
                 microseconds delay = {}) {
  plan(c, "\"payload\":" + payload, delay);
}

void complain(int64_t lines) {
  for (int64_t i = 0; i < lines; ++i)
    write_all(2, "puppet: line " + std::to_string(i) + "\n");
}

[[noreturn]] void die(const call_line& c) {
  complain(c.number("lines"));
  if (c.has("signal"))
    ::raise(static_cast<int>(c.number("signal")));
  ::_exit(static_cast<int>(c.number("exit_code")));
}

void write_endlessly(const call_line&) {
  const std::string block(1 << 20, 'x');
  for (int i = 0; i < 1024; ++i)
    write_all(1, block);
}

void plan_pid(const call_line& c, pid_t pid) {
  plan_result(c, "{\"pid\":" + std::to_string(pid) + "}");
}

void echo(const call_line& c) {
  auto slow = settings.delays.find(settings.name);
  plan_result(c, c.payload,
              milliseconds{slow == settings.delays.end() ? 0 : slow->second});
}

void answer_twice(const call_line& c) {
  plan_result(c, c.payload);
  plan_result(c, c.payload, microseconds{roll(3000)});
  ++twice;
}

void answer_late(const call_line& c) {
  plan_result(c, c.payload, milliseconds{c.deadline_ms + 20 + roll(20)});
}

void gamble(const call_line& c) {
  if (c.deadline_ms < 100 && roll(100) == 0)
    answer_late(c);
  else if (roll(100) == 0)
    answer_twice(c);
  else
    plan_result(c, c.payload, microseconds{roll(2000)});
}

void report(const call_line& c) {
  plan_result(c, "{\"calls\":" + std::to_string(calls)
                     + ",\"twice\":" + std::to_string(twice)
                     + ",\"cancelled\":" + std::to_string(cancelled) + "}");
}

const std::map<std::string, std::function<void(const call_line&)>> kinds = {
    {"sleep", [](auto& c) { plan_result(c, c.payload, milliseconds{c.number("ms")}); }},
    {"never", [](auto&) {}},
    {"die", [](auto& c) { die(c); }},
    {"error", [](auto& c) { plan(c, "\"error\":" + c.payload); }},
    {"twice", answer_twice},
    {"late", answer_late},
    {"garbage", [](auto&) { write_all(1, "Traceback: this is no JSON\n"); }},
    {"invalid_utf8", [](auto& c) { plan_result(c, "\"\xff\xfe\""); }},
    {"deep",
     [](auto& c) { plan_result(c, std::string(10000, '[') + std::string(10000, ']')); }},
    {"endless", write_endlessly},
    {"half",
     [](auto& c) {
       write_all(1, "{\"kind\":\"half\",\"request_id\":" + c.id + ",\"payl");
       ::_exit(0);
     }},
    {"stop_self",
     [](auto& c) {
       ::raise(SIGSTOP);
       plan_result(c, "null");
     }},
    {"grandchild", [](auto& c) { plan_pid(c, start_descendant(c)); }},
    {"move_group", [](auto& c) { plan_pid(c, move_to_other_group()); }},
    {"chatter",
     [](auto& c) {
       complain(c.number("lines"));
       plan_result(c, "null");
     }},
    {"close_output", [](auto&) { ::close(1); }},
    {"hang_up",
     [](auto&) {
       ::close(0);
       ::close(1);
       ::pause();
     }},
    {"blob",
     [](auto& c) {
       plan_result(c,
                   '"' + std::string(static_cast<size_t>(c.number("bytes")), 'b') + '"');
     }},
    {"announce",
     [](auto& c) {
       write_all(1, "{\"kind\":\"event\",\"payload\":" + c.payload + "}\n");
       plan_result(c, "null");
     }},
    {"measure",
     [](auto& c) {
       write_all(1, "{\"kind\":\"metric\",\"payload\":" + c.payload + "}\n");
       plan_result(c, "null");
     }},
    {"stats", report},
};

void greet() {
  if (settings.no_ready)
    return;
  auto line =
      "{\"kind\":\"ready\",\"payload\":{\"protocol\":" + std::to_string(settings.protocol)
      + ",\"name\":\"puppet\",\"version\":\"1.0\"";
  if (settings.window > 0)
    line += ",\"window\":" + std::to_string(settings.window);
  if (settings.cancel)
    line += ",\"capabilities\":[\"cancel\"]";
  write_all(1, line + "}}\n");
}

/// Answers the call now instead of when it meant to, if it is still in here; a gambler
/// sometimes does not care.
void cancel(const call_line& c) {
  ++cancelled;
  if (unanswered.count(c.id) == 0 || (settings.random && roll(2) == 0))
    return;
  for (auto i = planned.begin(); i != planned.end();)
    i = i->second.id == c.id ? planned.erase(i) : std::next(i);
  plan(c, "\"error\":{\"code\":\"cancelled\",\"message\":\"as you wish\"}");
}

void take_line(const std::string& line) {
  call_line c{line};
  if (c.kind == "hello") {
    greet();
  } else if (c.kind == "shutdown") {
    ending = !settings.stubborn;
  } else if (c.kind == "cancel") {
    cancel(c);
  } else {
    ++calls;
    unanswered.insert(c.id);
    auto kind = kinds.find(c.kind);
    if (kind != kinds.end())
      kind->second(c);
    else if (settings.random)
      gamble(c);
    else
      echo(c);
  }
}

void write_due() {
  std::string due;
  auto end = planned.upper_bound(steady::now());
  for (auto i = planned.begin(); i != end; i = planned.erase(i)) {
    due += i->second.line;
    unanswered.erase(i->second.id);
  }
  write_all(1, due);
}

void wait_for_input() {
  pollfd p{0, POLLIN, 0};
  timespec left{};
  if (!planned.empty()) {
    auto ns = std::max<int64_t>(
        std::chrono::nanoseconds{planned.begin()->first - steady::now()}.count(), 0);
    left = {ns / 1'000'000'000, ns % 1'000'000'000};
  }
  ::ppoll(&p, 1, planned.empty() ? nullptr : &left, nullptr);
}

void serve() {
  std::string input;
  std::vector<char> space(64 * 1024);
  ::fcntl(0, F_SETFL, ::fcntl(0, F_GETFL) | O_NONBLOCK);
  while (!ending) {
    wait_for_input();
    auto n = ::read(0, space.data(), space.size());
    if (n == 0) {
      if (!settings.stubborn)
        return;
      ::pause();
    }
    if (n > 0)
      input.append(space.data(), static_cast<size_t>(n));
    size_t start = 0;
    for (size_t end; (end = input.find('\n', start)) != std::string::npos;
         start = end + 1)
      take_line(input.substr(start, end - start));
    input.erase(0, start);
    write_due();
  }
}

} // namespace

int main(int argc, char** argv) {
  settings = read_arguments(argc, argv);
  if (auto address = std::getenv("TROUPE_SOCKET"); address && !settings.no_dial)
    talk_through(dial(address));
  if (settings.exit_at_start >= 0) {
    complain(3);
    return settings.exit_at_start;
  }
  if (!settings.needs.empty() && ::access(settings.needs.c_str(), F_OK) != 0) {
    write_all(2, "puppet: what I need is missing\n");
    return 1;
  }
  if (settings.stubborn)
    ::signal(SIGTERM, SIG_IGN);
  ::prctl(PR_SET_TIMERSLACK, 1UL); // delays of a millisecond are to be just that
  serve();
}
