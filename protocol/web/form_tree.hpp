#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::web {

/// Fields of a form, or its files, in the tree that PHP makes of their names: `a[b]` is
/// the member `b` of the object `a`, and `a[]` is the next element of the list `a`. A
/// name with brackets wins over the same name without, whichever comes first.
class form_tree {
public:
  /// Which of two values with the same name stays.
  enum class of_two : uint8_t { first, last };

  explicit form_tree(of_two stays);
  form_tree(form_tree&&) = default;
  form_tree& operator=(form_tree&&) = default;
  // Its nodes point into `places_`.
  form_tree(const form_tree&) = delete;
  form_tree& operator=(const form_tree&) = delete;
  ~form_tree() = default;

  /// Puts a value where its name says. A name that is nested too deeply is dropped.
  /// Returns false if there are more names than a form may have.
  /// @param json The value as JSON text.
  bool put(std::string_view name, std::string json);

  /// Returns the tree as a JSON object. A list of which only elements were named by `[]`
  /// is an array; everything else is an object.
  std::string json() const;

private:
  struct node {
    /// The value; empty if there are others below.
    std::string json;
    const std::string* key = nullptr;
    /// Where the next sibling and the children are; 0 for none.
    uint32_t next = 0;
    uint32_t first_child = 0;
    uint32_t last_child = 0;
    /// Of the next element that is named by `[]`.
    uint32_t next_index = 0;
    bool is_list = true;
  };

  /// Finds a child by its parent and its key.
  using place = std::pair<uint32_t, std::string>;

  /// Returns where the child `key` of `parent` is; makes it if it is missing. 0 if there
  /// are too many.
  uint32_t child(uint32_t parent, std::string key);
  void note_key(node& parent, std::string_view key);
  void append(std::string& out, const node& n) const;

  of_two stays_;
  /// The first is the root.
  std::vector<node> nodes_;
  std::map<place, uint32_t> places_;
};

} // namespace troupe::web
