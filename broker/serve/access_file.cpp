#include "broker/serve/access_file.hpp"

#include "actors/interfaces/log_record.hpp"
#include "broker/serve/log_file.hpp"

#include <utility>

namespace troupe::serve {

access_file::access_file(loop::unique_fd file, std::filesystem::path path)
  : path_(std::move(path))
  , writer_(file.get(), {}) {
  writer_.replace(std::move(file));
}

void access_file::write(const front::web::access_record& record) {
  writer_.write(front::web::common_log_line(record));
}

void access_file::reopen(spdlog::logger& log) {
  auto opened = open_log_file(path_, "access log");
  if (opened)
    writer_.replace(std::move(*opened));
  else
    write_log(log, spdlog::level::err, {.event = "access_log_not_reopened"},
              "SIGUSR1: {}", opened.error());
}

} // namespace troupe::serve
