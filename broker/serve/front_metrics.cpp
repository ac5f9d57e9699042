#include "broker/serve/front_metrics.hpp"

#include "protocol/metrics/front_metrics.hpp"

#include <string>
#include <utility>

namespace troupe::serve {

namespace {

void write_front(metrics::metric_list& out, const counted_front& f) {
  namespace metric = metrics::front;
  auto& counts = *f.counts;
  auto& name = counts.name();
  out.add(metric::connections, {name}, uint64_t{f.limit->open()});
  out.add(metric::connections_opened, {name}, counts.opened.get());
  for (uint8_t i = 0; i < static_cast<uint8_t>(front::turned_away::count_); ++i) {
    auto why = front::turned_away{i};
    out.add(metric::connections_refused, {name, to_string(why)}, counts.refused(why));
  }
  out.add(metric::received_bytes, {name}, counts.received_bytes.get());
  out.add(metric::sent_bytes, {name}, counts.sent_bytes.get());
}

void write_answers(metrics::metric_list& out, const counted_web& web) {
  for (auto [status, n] : web.answers->rows())
    out.add(metrics::front::http_requests, {web.label, std::to_string(status)}, n);
}

void write_requests(metrics::metric_list& out, const front::http::request_counts& all) {
  auto& what = metrics::front::http_requests;
  out.declare(what); // before the first request
  for (auto& row : all.rows())
    out.add(what, {row.route, std::to_string(row.status)}, row.requests);
}

} // namespace

metrics_sources::registration
add_front_source(metrics_sources& to, std::vector<counted_front> fronts,
                 std::shared_ptr<const front::http::request_counts> requests,
                 std::vector<counted_web> webs) {
  return to.add("fronts", [fronts = std::move(fronts), requests = std::move(requests),
                           webs = std::move(webs)](const metrics_answer& answer) {
    answer(make_metrics_snapshot([fronts, requests, webs](metrics::metric_list& out) {
      for (auto& f : fronts)
        write_front(out, f);
      write_requests(out, *requests);
      for (auto& w : webs)
        write_answers(out, w);
    }));
  });
}

} // namespace troupe::serve
