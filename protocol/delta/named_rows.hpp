#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::delta {

/// The elements of an array. They look into its text.
class named_rows {
public:
  /// The members that may name an element. The first that fits is taken.
  static constexpr std::string_view keys[] = {"name", "id", "session_id", "node"};

  /// @param array A valid JSON array. It must outlive the result.
  static named_rows read(std::string_view array);

  const std::vector<std::string_view>& texts() const noexcept { return texts_; }

  /// Returns the names of the elements; nothing if one is no object, has no such string,
  /// or shares it with another.
  std::optional<std::vector<std::string>> names(std::string_view key) const;

private:
  std::vector<std::string_view> texts_;
};

/// The names of the elements of two arrays, and the member that they are in.
struct row_names {
  std::string_view key;
  std::vector<std::string> before;
  std::vector<std::string> after;
};

/// Returns how the elements of both arrays are named, or nothing if they are not.
std::optional<row_names> names_of(const named_rows& before, const named_rows& after);

/// Returns the delta between two arrays of objects.
/// @param object_delta Returns the delta of two objects.
std::string rows_delta(
    const named_rows& before, const named_rows& after, const row_names& names,
    const std::function<std::string(std::string_view, std::string_view)>& object_delta);

} // namespace troupe::delta
