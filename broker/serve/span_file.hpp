#pragma once

#include "actors/interfaces/metrics_source.hpp"
#include "actors/interfaces/span_recorder.hpp"
#include "actors/loop/unique_fd.hpp"

#include <spdlog/logger.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

namespace troupe::serve {

/// The file of spans: a line each, in JSON of OTLP. They are spelled and written by a
/// thread of its own. Spans that its queue has no room for are lost and counted, and so
/// are those that cannot be written; the log tells once that this begins, and once that
/// it is over. Thread-safe.
class span_file : public span_recorder {
public:
  /// @param most Spans that may wait to be written.
  span_file(loop::unique_fd file, span_origin from, std::shared_ptr<spdlog::logger> log,
            size_t most = 16 * 1024);

  /// Gives the file a second to take what is left; then the rest is lost.
  ~span_file() override;

  span_file(const span_file&) = delete;
  span_file& operator=(const span_file&) = delete;

  void record(span s) override;

  /// Has what is written from now on go to `next`. A line is whole in one of the two.
  void replace(loop::unique_fd next);

  /// Goes on in a new file, after another program has renamed the old one. If that cannot
  /// be opened, the log says so, and the old one stays.
  void reopen(const std::filesystem::path& path);

  /// Returns how many spans were lost.
  uint64_t lost() const;

private:
  struct state;

  /// Shared with the thread, which may have to be left behind in a `write`.
  std::shared_ptr<state> state_;
  std::thread thread_;
};

/// Has a scrape tell how many spans were lost.
/// @pre `spans` is not null.
metrics_sources::registration
add_span_source(metrics_sources& to, const std::shared_ptr<const span_file>& spans);

/// Returns where the spans of a node go; null for nowhere, if there is no file.
std::shared_ptr<span_file> open_spans(loop::unique_fd file, const std::string& node,
                                      std::shared_ptr<spdlog::logger> log);

} // namespace troupe::serve
