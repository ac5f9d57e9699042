// The trace of a call, on its way to the child.
#include "tests/actors/worker/support_worker.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace worker_traces {

const std::string parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

struct traced_worker : worker_fixture {
  void give_traced(uint64_t ticket, trace_context_ptr trace) {
    job j;
    j.ticket = ticket_id{ticket};
    j.kind = shared_bytes{std::string{"k"}};
    j.payload = shared_bytes{std::string{"1"}};
    j.deadline = now() + 10s;
    j.trace = std::move(trace);
    tell(actor, std::move(j));
  }
};

} // namespace worker_traces

BOOST_FIXTURE_TEST_SUITE(worker_traces, traced_worker)

BOOST_AUTO_TEST_CASE(the_child_gets_the_trace_of_each_call_and_of_no_other) {
  start_ready();
  give_traced(1, trace_context::parse(parent, "a=1"));
  auto line = process->read();
  BOOST_TEST(has(line, R"("traceparent":")" + parent + R"(","tracestate":"a=1"})"), line);
  answers("0.1");
  give_traced(2, nullptr);
  line = process->read();
  BOOST_TEST(!has(line, "trace"), line);
  BOOST_TEST(has(line, R"("request_id":"0.2")"), line);
}

BOOST_AUTO_TEST_SUITE_END()
