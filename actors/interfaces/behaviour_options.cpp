#include "actors/interfaces/behaviour_options.hpp"

#include "protocol/config/reader.hpp"
#include "protocol/config/toml_json.hpp"

#include <algorithm>
#include <optional>

namespace troupe {

/// The reader of the configuration, which has the forms and the messages.
struct behaviour_options::reader {
  explicit reader(const boost::json::object& options)
    : table(config::to_toml(options)) {
    section.emplace(report, &table, toml::source_region{}, std::string{});
  }

  toml::table table;
  config::report report{{}};
  std::optional<config::section> section;
};

behaviour_options::behaviour_options(const boost::json::object& options)
  : options_(&options)
  , reader_(std::make_unique<reader>(options)) {}

behaviour_options::~behaviour_options() = default;

bool behaviour_options::flag(std::string_view key, bool& out) {
  return reader_->section->flag(key, out);
}

bool behaviour_options::text(std::string_view key, std::string& out) {
  return reader_->section->text(key, out);
}

bool behaviour_options::texts(std::string_view key, std::vector<std::string>& out) {
  return reader_->section->texts(key, out);
}

bool behaviour_options::duration(std::string_view key, std::chrono::milliseconds& out,
                                 std::chrono::milliseconds least,
                                 std::chrono::milliseconds most) {
  return reader_->section->duration(key, out, least, most);
}

bool behaviour_options::size(std::string_view key, uint64_t& out, uint64_t least,
                             uint64_t most) {
  return reader_->section->size(key, out, least, most);
}

bool behaviour_options::share(std::string_view key, double& out) {
  return reader_->section->share(key, out);
}

bool behaviour_options::whole_in(std::string_view key, uint64_t& out, uint64_t least,
                                 uint64_t most) {
  return reader_->section->whole(key, out, least, most);
}

size_t behaviour_options::word_of(std::string_view key,
                                  const std::vector<std::string_view>& words) {
  std::string word;
  if (!text(key, word))
    return words.size();
  auto i = std::find(words.begin(), words.end(), word);
  if (i == words.end()) {
    std::string names;
    for (auto& name : words)
      names += (names.empty() ? "\"" : ", \"") + std::string{name} + '"';
    wrong(key, "expected one of " + names + ", not " + json_string(word));
  }
  return static_cast<size_t>(i - words.begin());
}

const boost::json::value* behaviour_options::get(std::string_view key) {
  reader_->section->get(key);
  return options_->if_contains(boost::json::string_view{key.data(), key.size()});
}

void behaviour_options::wrong(std::string_view key, std::string message) {
  reader_->section->wrong(key, std::move(message));
}

std::vector<option_mistake> behaviour_options::mistakes() {
  reader_->section.reset(); // which reports the unknown keys
  std::vector<option_mistake> all;
  for (auto& m : reader_->report.take())
    all.push_back({std::move(m.key), std::move(m.message)});
  return all;
}

} // namespace troupe
