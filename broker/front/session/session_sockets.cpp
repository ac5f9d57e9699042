#include "broker/front/session/session_sockets.hpp"

#include "broker/front/session/session_connection.hpp"

#include <spdlog/spdlog.h>

namespace troupe::front::session {

namespace {

namespace fs = std::filesystem;

std::string file_of_session(const std::string& id) {
  return id + ".sock";
}

/// The id of a session begins with `s-`, so the two never meet.
std::string file_of_pool(const std::string& name) {
  return "new-" + name + ".sock";
}

} // namespace

session_sockets::session_sockets(std::vector<loop::event_loop*> loops,
                                 connections& clients, front_context_ptr context,
                                 config::session config, fs::path folder,
                                 std::shared_ptr<client_limit> limit,
                                 std::shared_ptr<front_counts> counts)
  : loops_(std::move(loops))
  , clients_(clients)
  , context_(std::move(context))
  , config_(std::move(config))
  , folder_(std::move(folder))
  , limit_(std::move(limit))
  , counts_(std::move(counts)) {
  for (auto& entry : fs::directory_iterator{folder_})
    if (entry.is_socket())
      fs::remove(entry.path());
}

void session_sockets::open(const std::string& id) {
  std::lock_guard guard{mutex_};
  open_connector(file_of_session(id), id, {});
}

void session_sockets::close(const std::string& id) {
  std::lock_guard guard{mutex_};
  close_acceptor(file_of_session(id));
}

void session_sockets::serve_pools(const std::set<std::string>& names) {
  std::lock_guard guard{mutex_};
  std::set<std::string> wanted;
  for (auto& name : names) {
    open_connector(file_of_pool(name), {}, name);
    wanted.insert(file_of_pool(name));
  }
  std::vector<std::string> gone;
  for (auto& [file, acceptor] : acceptors_)
    if (file.starts_with("new-") && wanted.count(file) == 0)
      gone.push_back(file);
  for (auto& file : gone)
    close_acceptor(file);
}

void session_sockets::close_all() {
  std::lock_guard guard{mutex_};
  while (!acceptors_.empty())
    close_acceptor(std::string{acceptors_.begin()->first});
}

void session_sockets::open_connector(const std::string& file, const std::string& session,
                                     const std::string& pool) {
  if (acceptors_.count(file) > 0)
    return;
  auto make = [context = context_, acceptor = session_acceptor{session, pool, config_}](
                  loop::event_loop& loop,
                  loop::unique_fd socket) -> std::shared_ptr<connection> {
    return std::make_shared<session_connection>(loop, std::move(socket), context,
                                                acceptor);
  };
  auto take = [this, kind = client_kind{make, limit_, &session_connection::refusal,
                                        counts_}](loop::unique_fd socket) {
    if (is_same_user(socket.get()))
      return clients_.add(std::move(socket), kind, *context_->log);
    counts_->refuse(turned_away::other_user);
    write_log(*context_->log, spdlog::level::warn, {.event = "client_refused"},
              "refused a client of another user on a session's socket");
  };
  auto bound = bind_unix(folder_ / file);
  if (!bound) {
    // The session is still reached by its id.
    write_log(*context_->log, spdlog::level::warn, {.event = "session_without_socket"},
              "no socket {}: {}", file, bound.error());
    return;
  }
  auto l = std::make_shared<listener>(*loops_.front(), std::move(bound->fds.front()),
                                      take, context_->log, spare_, counts_);
  loops_.front()->post([l] { l->start(); });
  acceptors_.emplace(file, std::move(l));
}

void session_sockets::close_acceptor(const std::string& file) {
  auto i = acceptors_.find(file);
  if (i == acceptors_.end())
    return;
  loops_.front()->post([l = i->second] { l->stop(); });
  acceptors_.erase(i);
  std::error_code ignored;
  fs::remove(folder_ / file, ignored);
}

} // namespace troupe::front::session
