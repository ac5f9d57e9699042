#include "actors/public/host_log.hpp"

#include "actors/interfaces/log_level.hpp"
#include "actors/interfaces/log_record.hpp"

#include <spdlog/sinks/base_sink.h>

#include <mutex>

namespace troupe {

namespace {

class hook_sink : public spdlog::sinks::base_sink<std::mutex> {
public:
  explicit hook_sink(decltype(node_hooks::log) hook)
    : hook_(std::move(hook)) {}

protected:
  void sink_it_(const spdlog::details::log_msg& m) override {
    hook_(word_for(m.level), text_of(m));
  }
  void flush_() override {}

private:
  decltype(node_hooks::log) hook_;
};

} // namespace

std::shared_ptr<spdlog::logger> make_host_log(const node_hooks& hooks,
                                              config::log_level level) {
  auto log = std::make_shared<spdlog::logger>("troupe");
  if (hooks.log)
    log->sinks().push_back(std::make_shared<hook_sink>(hooks.log));
  // What a hook throws must not reach stderr, where spdlog would write it.
  log->set_error_handler([](const std::string&) {});
  log->set_level(to_spdlog(level));
  return log;
}

} // namespace troupe
