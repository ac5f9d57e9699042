#include "broker/serve/fronts.hpp"

#include "actors/interfaces/log_record.hpp"
#include "broker/front/http/http_connection.hpp"
#include "broker/front/socket/socket_connection.hpp"
#include "broker/front/web/web_connection.hpp"
#include "protocol/base/limits.hpp"

#include <functional>
#include <iterator>

namespace troupe::serve {

namespace {

/// Bytes of an envelope beside its payload, generously.
constexpr size_t envelope_bytes = 64 * 1024;

/// Lets clients send calls for a pool with frames of so many bytes.
void expect_frames(front::front_context& front, uint64_t bytes) {
  auto wanted = static_cast<size_t>(bytes) + envelope_bytes;
  auto present = front.max_request.load();
  while (present < wanted && !front.max_request.compare_exchange_weak(present, wanted)) {
  }
}

/// Starts to accept on the first loop; returns the listeners for when to stop.
/// @param refuse Returns what a client is told that is turned away.
/// @param more What the constructor of a connection takes beside the context.
template <class Connection, class... More>
std::vector<std::shared_ptr<front::listener>>
open_front(const std::vector<loop::event_loop*>& loops, std::vector<loop::unique_fd> fds,
           front::connections& clients, front::front_context_ptr context,
           std::shared_ptr<front::client_limit> limit,
           std::shared_ptr<front::front_counts> counts,
           std::function<std::string(const fault&)> refuse, bool same_user_only,
           More... more) {
  front::client_kind kind{
      [context, more...](loop::event_loop& loop,
                         loop::unique_fd socket) -> std::shared_ptr<front::connection> {
        return std::make_shared<Connection>(loop, std::move(socket), context, more...);
      },
      std::move(limit), std::move(refuse), counts};
  auto take = [&clients, kind, context, same_user_only](loop::unique_fd socket) {
    if (same_user_only && !front::is_same_user(socket.get())) {
      write_log(*context->log, spdlog::level::warn, {.event = "client_refused"},
                "refused a client of another user on the socket");
      kind.counts->refuse(front::turned_away::other_user);
      return;
    }
    clients.add(std::move(socket), kind, *context->log);
  };
  std::vector<std::shared_ptr<front::listener>> all;
  for (auto& fd : fds) {
    all.push_back(std::make_shared<front::listener>(
        *loops.front(), std::move(fd), take, context->log, front::listener::make_spare(),
        counts));
    loops.front()->post([l = all.back()] { l->start(); });
  }
  return all;
}

std::shared_ptr<front::front_context> make_context(node::node_runtime& node,
                                                   const preparation& prepared,
                                                   const config::http& config,
                                                   std::shared_ptr<spdlog::logger> log) {
  auto front = std::make_shared<front::front_context>();
  front->directory = &node.directory();
  front->system = &node.system();
  front->log = std::move(log);
  front->api_key = prepared.api_key;
  front->view_key = prepared.view_key;
  front->origins = front::page_origins{config.allow_origins, front::own_host::any};
  expect_frames(*front, config::pool{}.max_frame);
  return front;
}

} // namespace

fronts::client_counts::client_counts(const char* name)
  : limit(std::make_shared<front::client_limit>(name, front::most_clients()))
  , counts(std::make_shared<front::front_counts>(name)) {}

fronts::fronts(node::node_runtime& on, preparation& prepared, const config::file& config,
               std::shared_ptr<spdlog::logger> log,
               front::http::route_registry_ptr routes)
  : node_(on)
  , context_(make_context(on, prepared, config.http, std::move(log)))
  , routes_(std::move(routes))
  , counts_{.requests = std::make_shared<front::http::request_counts>(*routes_)}
  , clients_(on.loops())
  , acceptors_(std::make_shared<front::session::session_sockets>(
        on.loops(), clients_, context_, config.session,
        prepared.state.path() / "sessions", counts_.session.limit,
        counts_.session.counts)) {
  std::vector<counted_front> all;
  for (auto& f : {counts_.http, counts_.socket, counts_.session, counts_.metrics})
    all.push_back({f.limit, f.counts});
  std::vector<counted_web> answers;
  for (auto& web : prepared.webs) {
    auto& opened = webs_.emplace_back(web, context_->log);
    all.push_back({opened.limit, opened.counts});
    answers.push_back({opened.label, opened.front->answers});
  }
  counting_ = add_front_source(*on.sources(), std::move(all), counts_.requests,
                               std::move(answers));
}

void fronts::serve(node::node_context& with) const {
  with.sessions.acceptors = acceptors_;
  with.fronts.expect_frames = [front = context_](uint64_t bytes) {
    expect_frames(*front, bytes);
  };
  with.fronts.clients_let_go = [front = context_] {
    return front->clients_let_go.load();
  };
  std::vector limits{counts_.http.limit, counts_.socket.limit, counts_.session.limit};
  for (auto& web : webs_)
    limits.push_back(web.limit);
  with.fronts.clients = [limits] {
    std::vector<node::client_count> counts;
    for (auto& l : limits)
      counts.push_back({l->name(), l->open(), l->most(), l->refused()});
    return counts;
  };
}

void fronts::open(preparation& prepared) {
  context_->metrics = node_.metrics();
  listeners_ = open_front<front::socket::socket_connection>(
      node_.loops(), std::move(prepared.socket.fds), clients_, context_,
      counts_.socket.limit, counts_.socket.counts,
      &front::socket::socket_connection::refusal, true);
  std::function<std::string(const fault&)> refuse =
      &front::http::http_connection::refusal;
  if (prepared.certificates) // to say why takes a handshake: what is to be saved here
    refuse = [](const fault&) { return std::string{}; };
  auto http = open_front<front::http::http_connection>(
      node_.loops(), std::move(prepared.http.fds), clients_, context_, counts_.http.limit,
      counts_.http.counts, std::move(refuse), false, routes_,
      std::shared_ptr<const front::certificates>{prepared.certificates},
      counts_.requests);
  std::move(http.begin(), http.end(), std::back_inserter(listeners_));
  open_metrics(prepared);
  open_webs(prepared);
}

void fronts::open_metrics(preparation& prepared) {
  if (prepared.metrics.fds.empty())
    return;
  auto scrapers = open_front<front::http::http_connection>(
      node_.loops(), std::move(prepared.metrics.fds), clients_, context_,
      counts_.metrics.limit, counts_.metrics.counts,
      &front::http::http_connection::refusal, false,
      std::make_shared<const front::http::route_registry>(
          front::http::open_metrics_routes()),
      std::shared_ptr<const front::certificates>{});
  std::move(scrapers.begin(), scrapers.end(), std::back_inserter(listeners_));
  write_log(*context_->log, spdlog::level::info, {.event = "metrics_listen"},
            "metrics at {}/metrics, without a key", prepared.metrics.name);
}

void fronts::open_webs(preparation& prepared) {
  for (size_t i = 0; i < webs_.size(); ++i) {
    auto& bound = prepared.webs[i];
    std::function<std::string(const fault&)> refuse =
        &front::web::web_connection::refusal;
    if (bound.certificates) // to say why takes a handshake: what is to be saved here
      refuse = [](const fault&) { return std::string{}; };
    auto all = open_front<front::web::web_connection>(
        node_.loops(), std::move(bound.socket.fds), clients_, context_, webs_[i].limit,
        webs_[i].counts, std::move(refuse), false, webs_[i].front);
    std::move(all.begin(), all.end(), std::back_inserter(listeners_));
    write_log(*context_->log, spdlog::level::info,
              {.event = "web_ready", .pool = bound.config.pool}, "web {} at {}",
              bound.config.name, bound.socket.name);
  }
}

void fronts::reopen_logs() {
  for (auto& web : webs_)
    if (web.log_file)
      web.log_file->reopen(*context_->log);
}

void fronts::close() {
  for (auto& l : listeners_)
    node_.loops().front()->post([l] { l->stop(); });
  acceptors_->close_all();
  clients_.finish(limits::flush_grace);
}

} // namespace troupe::serve
