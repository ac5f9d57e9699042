// Feeds the reader of multipart forms whatever comes to libFuzzer's mind. What it makes
// of it must be JSON, or an error, and the same however the body is cut. The first byte
// says how.
#include "protocol/base/json_text.hpp"
#include "protocol/web/body_reader.hpp"

#include <cstdint>
#include <cstdlib>
#include <vector>

using namespace troupe;

namespace {

/// Keeps files in memory.
class kept_files : public web::upload_sink {
public:
  std::optional<std::string> open() override {
    files.emplace_back();
    return std::to_string(files.size());
  }
  bool write(std::string_view bytes) override {
    files.back() += bytes;
    return files.back().size() < 1000;
  }
  bool close() override { return files.back() != "no"; }
  void remove() override { files.back() = "removed"; }

  std::vector<std::string> files;
};

/// Returns all that a worker would see.
std::vector<std::string> read(std::string_view bytes, size_t step) {
  kept_files files;
  web::body_terms terms{.forbid = {".php"}};
  web::body_reader reader{"POST", "multipart/form-data; boundary=b", terms, files};
  for (; !bytes.empty(); bytes.remove_prefix(std::min(step, bytes.size())))
    if (auto fed = reader.feed(bytes.substr(0, step)); !fed)
      return {fed.error().message};
  auto body = reader.finish();
  if (!body)
    return {body.error().message};
  if (!json_text::is_valid(body->body) || !json_text::is_valid(body->uploads_json))
    std::abort();
  auto all = std::move(files.files);
  all.push_back(std::move(body->body));
  all.push_back(std::move(body->uploads_json));
  return all;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0)
    return 0;
  std::string_view body{reinterpret_cast<const char*>(data) + 1, size - 1};
  if (read(body, 1 + data[0]) != read(body, size))
    std::abort();
  return 0;
}
