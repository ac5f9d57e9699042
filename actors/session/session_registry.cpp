#include "actors/session/session_registry.hpp"

#include "protocol/base/fault_json.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/limits.hpp"

#include <sqlite3.h>

namespace troupe::session {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

/// Of the tables below; another number is another program's, or a later one's.
constexpr int64_t version = 1;

constexpr auto schema = R"(
  BEGIN;
  CREATE TABLE sessions(
    id TEXT PRIMARY KEY,
    pool TEXT NOT NULL,
    worker TEXT NOT NULL,
    state TEXT NOT NULL,
    asked TEXT NOT NULL,       -- what it asks and was answered, as JSON
    queries INTEGER NOT NULL,  -- asked in all
    feed_result TEXT NOT NULL,
    cause_code TEXT NOT NULL,
    cause_message TEXT NOT NULL,
    cause_details TEXT NOT NULL,
    begun INTEGER NOT NULL,    -- milliseconds since 1970, as all times
    used INTEGER NOT NULL,
    pid INTEGER,               -- of a worker that may outlive the node
    started INTEGER,
    socket TEXT,
    log TEXT) WITHOUT ROWID;
  CREATE TABLE moments(
    session TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    event TEXT NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY(session, number)) WITHOUT ROWID;
  PRAGMA user_version = 1;
  COMMIT;
)";

/// Stands for a payload that is too long to be kept.
constexpr auto too_long = R"({"omitted":"too long for the history"})";

int64_t to_number(session_entry::time_point t) {
  return duration_cast<milliseconds>(t.time_since_epoch()).count();
}

session_entry::time_point to_time(int64_t ms) {
  return session_entry::time_point{milliseconds{ms}};
}

/// A statement, finalized at the end of its scope; binds in the order of its
/// placeholders.
class statement {
public:
  statement(sqlite3* db, const char* sql) {
    ::sqlite3_prepare_v2(db, sql, -1, &it_, nullptr);
  }
  ~statement() { ::sqlite3_finalize(it_); }
  statement(const statement&) = delete;
  statement& operator=(const statement&) = delete;

  statement& operator<<(std::string_view text) {
    // An empty text is no NULL.
    ::sqlite3_bind_text64(it_, ++bound_, text.empty() ? "" : text.data(), text.size(),
                          SQLITE_TRANSIENT, SQLITE_UTF8);
    return *this;
  }
  statement& operator<<(int64_t number) {
    ::sqlite3_bind_int64(it_, ++bound_, number);
    return *this;
  }
  statement& operator<<(std::nullptr_t) {
    ::sqlite3_bind_null(it_, ++bound_);
    return *this;
  }

  /// Returns whether there is a row.
  bool next() { return status_ = ::sqlite3_step(it_), status_ == SQLITE_ROW; }
  /// Runs it to its end; returns whether it got there.
  bool run() {
    while (next())
      ;
    return is_done();
  }
  bool is_done() const { return status_ == SQLITE_DONE; }

  std::string text(int column) const {
    auto begin = reinterpret_cast<const char*>(::sqlite3_column_text(it_, column));
    auto size = static_cast<size_t>(::sqlite3_column_bytes(it_, column));
    return begin ? std::string{begin, size} : std::string{};
  }
  int64_t number(int column) const { return ::sqlite3_column_int64(it_, column); }
  bool is_null(int column) const {
    return ::sqlite3_column_type(it_, column) == SQLITE_NULL;
  }

private:
  sqlite3_stmt* it_ = nullptr;
  int bound_ = 0;
  int status_ = SQLITE_ERROR;
};

session_entry read_session(const statement& row) {
  session_entry s;
  s.id = row.text(0);
  s.pool = row.text(1);
  s.worker = row.text(2);
  s.state = find_session_state(row.text(3)).value_or(session_state::lost);
  s.pause = wires::session_pause::restore(row.text(4));
  s.queries = static_cast<uint64_t>(row.number(5));
  s.feed_result = row.text(6);
  s.cause = {code_from_name(row.text(7)).value_or(code::none),
             row.text(8),
             {.relayed = row.text(9)}};
  s.times.begun = to_time(row.number(10));
  s.times.used = to_time(row.number(11));
  if (!row.is_null(12))
    s.detached_as = std::make_shared<const detached_process>(
        detached_process{row.number(12), static_cast<uint64_t>(row.number(13)),
                         row.text(14), row.text(15)});
  return s;
}

} // namespace

void session_registry::closer::operator()(sqlite3* db) const {
  ::sqlite3_close(db);
}

std::string session_registry::last_error() const {
  return ::sqlite3_errmsg(db_.get());
}

result<void, std::string> session_registry::run(const char* sql) {
  if (::sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK)
    return {};
  return failure(last_error());
}

result<session_registry, std::string>
session_registry::open(const std::filesystem::path& path,
                       std::chrono::milliseconds patience) {
  sqlite3* db = nullptr;
  auto opened = ::sqlite3_open_v2(
      path.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
      nullptr);
  session_registry r{db, patience};
  auto ready = opened == SQLITE_OK ? r.set_up() : failure(r.last_error());
  if (!ready)
    return failure("the registry of sessions, " + path.string() + ": " + ready.error());
  return r;
}

result<void, std::string> session_registry::set_up() {
  set_patience();
  // What a process wrote is safe once it is with the kernel; only a machine that goes
  // down may take the last steps with it, never the rest.
  for (auto sql : {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL",
                   "PRAGMA foreign_keys = ON"})
    if (auto done = run(sql); !done)
      return done;
  statement number{db_.get(), "PRAGMA user_version"};
  if (!number.next())
    return failure(last_error());
  if (number.number(0) == version) // written again, to see that it can be
    return run("BEGIN IMMEDIATE; PRAGMA user_version = 1; COMMIT");
  if (number.number(0) != 0)
    return failure("it is of version " + std::to_string(number.number(0))
                   + ", and this program writes version " + std::to_string(version));
  return run(schema);
}

result<std::vector<session_entry>, std::string> session_registry::load() {
  statement rows{db_.get(), "SELECT id, pool, worker, state, asked, queries, feed_result,"
                            " cause_code, cause_message, cause_details, begun, used, pid,"
                            " started, socket, log FROM sessions ORDER BY begun, id"};
  std::vector<session_entry> out;
  while (rows.next())
    out.push_back(read_session(rows));
  if (!rows.is_done())
    return failure(last_error());
  return out;
}

bool session_registry::write(const session_entry& s) {
  statement row{
      db_.get(),
      "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT(id) DO UPDATE SET worker = excluded.worker,"
      " state = excluded.state, asked = excluded.asked, queries = excluded.queries,"
      " feed_result = excluded.feed_result, cause_code = excluded.cause_code,"
      " cause_message = excluded.cause_message,"
      " cause_details = excluded.cause_details, used = excluded.used,"
      " pid = excluded.pid, started = excluded.started, socket = excluded.socket,"
      " log = excluded.log"};
  row << s.id << s.pool << s.worker << to_string(s.state) << s.pause.save()
      << static_cast<int64_t>(s.queries) << s.feed_result << to_string(s.cause.what)
      << s.cause.message << to_json_members(s.cause.details) << to_number(s.times.begun)
      << to_number(s.times.used);
  if (s.detached_as)
    row << s.detached_as->pid << static_cast<int64_t>(s.detached_as->started)
        << s.detached_as->socket << s.detached_as->log;
  else
    row << nullptr << nullptr << nullptr << nullptr;
  return row.run();
}

bool session_registry::append(const session_entry& s, const moment& m) {
  auto fits = m.payload.size() <= limits::session_history;
  statement row{db_.get(),
                "INSERT INTO moments SELECT ?1, ifnull(max(number), 0) + 1, ?2, ?3,"
                " ?4 FROM moments WHERE session = ?1"};
  row << s.id << to_number(s.times.used) << m.what
      << (fits ? m.payload : std::string_view{too_long});
  statement trim{
      db_.get(),
      "DELETE FROM moments WHERE session = ?1 AND number <= (SELECT max(number) FROM"
      " (SELECT number, sum(length(payload)) OVER (ORDER BY number DESC) AS total"
      " FROM moments WHERE session = ?1) WHERE total > ?2)"};
  trim << s.id << static_cast<int64_t>(limits::session_history);
  return row.run() && trim.run();
}

void session_registry::set_patience() {
  auto waits = steady_clock::now() >= impatient_until_;
  ::sqlite3_busy_timeout(db_.get(), waits ? static_cast<int>(patience_.count()) : 0);
}

template <class F>
result<> session_registry::change(F write_all) {
  set_patience();
  if (run("BEGIN IMMEDIATE") && write_all() && run("COMMIT")) {
    impatient_until_ = {};
    return {};
  }
  auto locked = ::sqlite3_errcode(db_.get()) == SQLITE_BUSY;
  fault why{locked ? code::unavailable : code::internal,
            "the registry of sessions cannot be written: " + last_error()};
  if (locked)
    impatient_until_ = steady_clock::now() + limits::registry_impatience;
  run("ROLLBACK");
  return failure(std::move(why));
}

result<> session_registry::save(const session_entry& s, const moment& last) {
  return change([&] { return write(s) && append(s, last); });
}

result<> session_registry::remove(const std::string& id) {
  return change([&] {
    statement gone{db_.get(), "DELETE FROM sessions WHERE id = ?"};
    gone << id;
    return gone.run();
  });
}

result<std::string> session_registry::history(const std::string& id) {
  statement rows{
      db_.get(),
      "SELECT at, event, payload FROM moments WHERE session = ? ORDER BY number"};
  rows << id;
  json_array_writer out;
  while (rows.next())
    out.add_json(json_object_writer{}
                     .add("at", rows.number(0))
                     .add("event", rows.text(1))
                     .add_json("payload", rows.text(2))
                     .object());
  if (!rows.is_done())
    return failure(code::internal,
                   "the registry of sessions cannot be read: " + last_error());
  return out.array();
}

} // namespace troupe::session
