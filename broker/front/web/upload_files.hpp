#pragma once

#include "broker/front/web/upload_folder.hpp"
#include "protocol/web/upload_sink.hpp"

#include <vector>

namespace troupe::front::web {

/// The files of one request, in the folder of its front. They are gone when this is: an
/// exchange keeps it until its call has ended.
class upload_files : public troupe::web::upload_sink {
public:
  explicit upload_files(std::shared_ptr<upload_folder> folder);
  ~upload_files() override;
  upload_files(const upload_files&) = delete;
  upload_files& operator=(const upload_files&) = delete;

  std::optional<std::string> open() override;
  bool write(std::string_view bytes) override;
  bool close() override;
  void remove() override;

private:
  std::shared_ptr<upload_folder> folder_;
  /// Their names in the folder.
  std::vector<std::string> names_;
  /// The last of them, while it is written.
  loop::unique_fd current_;
};

} // namespace troupe::front::web
